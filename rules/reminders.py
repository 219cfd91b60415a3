"""When a visit's patient is reminded, and by which of the clinic's times.

Nothing is planned ahead: what is due follows from the visit as it stands now, so one that was moved or called off
needs nothing to be taken back. All results are in UTC.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.hours import Hours, NeverAllowed, last_allowed_before

A_DAY_BEFORE = 24
"""The hours of the second ask."""

LATE = timedelta(hours=6)
"""A reminder this late is not sent any more: after an outage nobody is texted in a burst."""

FRESH = timedelta(hours=4)
"""Whoever has heard of a visit within this time before a reminder needs none."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a reminder goes, and which of the clinic's times it is."""

    at: datetime
    hours: int


@dataclass(frozen=True, slots=True)
class Place:
    """The clinic's zone, by which days are counted, and when the patient may be texted."""

    zone: ZoneInfo
    allowed: Hours


def moments(start: datetime, hours_before: Iterable[int], place: Place) -> list[Moment]:
    """When the reminders of a visit go, the first first. One whose time is in quiet hours goes in the last allowed
    minute before; where no hour is allowed, there is none."""
    try:
        found = [
            Moment(last_allowed_before(_nominal(start, hours, place.zone), place.allowed), hours)
            for hours in hours_before
        ]
    except NeverAllowed:
        return []
    return sorted(found, key=lambda moment: (moment.at, -moment.hours))


def _nominal(start: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """So long before a visit: days on the clinic's calendar, the rest by the clock."""
    days, rest = divmod(hours, 24)
    days_before = start.astimezone(zone) - timedelta(days=days)  # on the wall: 3:00pm stays 3:00pm
    return days_before.astimezone(UTC) - timedelta(hours=rest)


def due(
    start: datetime, planned: Sequence[Moment], reminded: Collection[int], heard_at: datetime, now: datetime
) -> Moment | None:
    """The reminder that is due now: the latest whose time has come, unless they had it (`reminded`, in hours).

    None where they heard of the visit shortly before (it was booked then, or moved, or staff had them reminded),
    and where it would be late: by hours, or by half the time that was left.
    """
    passed = [moment for moment in planned if moment.at <= now]
    if not passed or now >= start or passed[-1].hours in reminded:
        return None
    latest = passed[-1]
    late = now - latest.at >= min(LATE, (start - latest.at) / 2)
    return None if late or heard_at > latest.at - FRESH else latest


def next_at(planned: Sequence[Moment], now: datetime) -> datetime | None:
    """When the next reminder of a visit is to go; None where no more will."""
    return next((moment.at for moment in planned if moment.at > now), None)


def is_likely(chance: float | None, least: float) -> bool:
    """Whether a visit is likely to be missed, as the clinic means it."""
    return chance is not None and chance >= least


def asks_again(reminded: Collection[int], chance: float | None, least: float) -> bool:
    """Whether a likely no-show, who was asked before and has not answered, is asked a second time a day before."""
    asked = any(hours > A_DAY_BEFORE for hours in reminded)
    return asked and is_likely(chance, least)
