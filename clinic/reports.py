"""The waitlist in numbers: what came free, what was filled, how fast people answer. Ratios are None where there is
nothing to divide by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rules.policy import WEEKDAY_NAMES
from storage.queries import reports as queries
from storage.queries.reports import By, ByChannel, Filling, Period, Waited
from storage.transaction import Tx

CURVE_MINUTES = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 480, 1440)
"""Where the response curve is read off."""


@dataclass(frozen=True, slots=True)
class Point:
    """Of those who answered, the share that had by then."""

    minutes: int
    share: float


@dataclass(frozen=True, slots=True)
class Row:
    """One provider, type or weekday. `name` is for people."""

    name: str
    filling: Filling


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything kept about the waitlist over a period."""

    period: Period
    filling: Filling
    waited: Waited
    mean_score: float | None
    days_moved_up: float | None
    channels: Sequence[ByChannel]
    curve: Sequence[Point]
    answers: int

    @property
    def match_rate(self) -> float | None:
        """Entries with a suitable opening, of those that waited."""
        return share(self.waited.offered, self.waited.entries)


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def fill_rate(found: Filling) -> float | None:
    """Filled from the waitlist, of what is over and was its to fill: not what staff filled or took back."""
    return share(found.filled, found.over - found.filled_by_staff - found.withdrawn)


def acceptance_rate(found: Filling) -> float | None:
    return share(found.accepted, found.offers)


def offers_per_opening(found: Filling) -> float | None:
    return share(found.offers, found.openings)


def too_late_share(found: Filling) -> float | None:
    """Yeses that came when the slot was gone, of all yeses."""
    return share(found.too_late, found.too_late + found.accepted)


def numbers(tx: Tx, start: datetime, end: datetime) -> Numbers:
    """The waitlist from `start` until `end`."""
    period = _period(tx, start, end)
    minutes = queries.answer_minutes(tx.session, period)
    return Numbers(
        period=period,
        filling=queries.filling(tx.session, period)[0],
        waited=queries.waited(tx.session, period),
        mean_score=queries.mean_score(tx.session, period),
        days_moved_up=queries.days_moved_up(tx.session, period),
        channels=queries.by_channel(tx.session, period),
        curve=[Point(at, sum(each <= at for each in minutes) / len(minutes)) for at in CURVE_MINUTES]
        if minutes
        else [],
        answers=len(minutes),
    )


def told_apart(tx: Tx, start: datetime, end: datetime, by: By) -> list[Row]:
    """The same openings by provider, type or weekday."""
    names = queries.names(tx.session)
    return [
        Row(_name(found.key, names), found)
        for found in queries.filling(tx.session, _period(tx, start, end), by)
    ]


def _name(key: UUID | int | None, names: dict[UUID, str]) -> str:
    if key is None:
        return "None named"
    return WEEKDAY_NAMES[key] if isinstance(key, int) else names[key]


def _period(tx: Tx, start: datetime, end: datetime) -> Period:
    return Period(start, end, tx.now, tx.clinic().timezone)
