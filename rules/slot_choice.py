"""The best of the free times for somebody, on the engine behind every score.

The factors are written once, over columns of times, so that thousands are ranked at a stroke; the profile of
single times that explains the few that are shown is made of the same ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from rules.facts import Span
from rules.scoring import Factor, Profile, Score
from rules.slots import DAY, Cells, Line, Minutes, Need, ProviderTime, free_starts, moment, room_for
from rules.wanted import Candidates, Wanted, liked, suits

SHOW_APART = (120, 60, 30, 0)
"""Minutes between two times that are shown, and closer while they are too few: three in one hour are hardly a
choice."""

HORIZON_DAYS = 30
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time. `span` has the visit and its buffer."""

    provider_id: UUID
    span: Span
    room_id: UUID | None = None
    location_id: UUID | None = None
    score: Score = field(default_factory=lambda: Score(0.0))


@dataclass(frozen=True, eq=False)
class Choice:
    """Times to choose among, held against what is wanted."""

    times: Candidates
    wanted: Wanted
    providers: tuple[UUID, ...]


Values = Callable[[Choice], NDArray[np.float64]]


def _near(choice: Choice) -> NDArray[np.float64]:
    """1 at the time of day asked for, falling to 0 at twelve hours from it; 1 where none was."""
    at = choice.wanted.at
    if at is None:
        return np.ones(len(choice.times.start))
    away = np.abs(choice.times.of_day - (at.hour * 60 + at.minute))
    return 1.0 - np.minimum(away / (DAY / 2), 1.0)


def _provider(choice: Choice) -> NDArray[np.float64]:
    """1 for the preferred provider, half for another that will do, 1 for anybody where none was named."""
    wishes = choice.wanted.wishes
    wanted = {wishes.preferred_provider_id, wishes.requested_provider_id} - {None}
    if not wanted:
        return np.ones(len(choice.times.start))
    worth = [
        1.0 if each in wanted else 0.5 if each in wishes.alternate_provider_ids else 0.0
        for each in choice.providers
    ]
    return np.array(worth)[choice.times.owner]


def _wishes(choice: Choice) -> NDArray[np.float64]:
    days, hours = liked(choice.wanted.wishes, choice.times)
    return 0.5 * days + 0.5 * hours


def _sooner(choice: Choice) -> NDArray[np.float64]:
    """1 today, falling to 0 at the horizon; within a day, the earlier by a hair."""
    today = (choice.times.today.toordinal() - _EPOCH_DAY) * DAY
    days = (choice.times.local - today) / DAY
    return np.clip(1.0 - days / HORIZON_DAYS, 0.0, 1.0)


def _names_provider(wanted: Wanted) -> bool:
    return {wanted.wishes.preferred_provider_id, wanted.wishes.requested_provider_id} != {None}


def _likes_some(wanted: Wanted) -> bool:
    return bool(wanted.wishes.weekdays or wanted.wishes.times)


FACTORS: tuple[tuple[str, float, Values, str, Callable[[Wanted], bool]], ...] = (
    ("time of day", 0.35, _near, "near the time of day asked for", lambda wanted: wanted.at is not None),
    ("provider", 0.25, _provider, "with the provider wanted", _names_provider),
    ("wishes", 0.20, _wishes, "as they like it", _likes_some),
    ("sooner", 0.20, _sooner, "soon", lambda _wanted: True),
)
"""Name, weight, what it comes to from 0 to 1, what is said of it from 0.9 on, where it was asked for."""


def _factor(
    name: str, weight: float, values: Values, reason: str, asked_for: Callable[[Wanted], bool]
) -> Factor[Choice]:
    def score(choice: Choice) -> tuple[float, str]:
        value = float(values(choice)[0])
        return value, reason if value >= 0.9 and asked_for(choice.wanted) else ""

    return Factor[Choice](name, weight, score)


PROFILE: Profile[Choice] = Profile("free times", tuple(_factor(*factor) for factor in FACTORS))
"""Of a choice with one time."""


def totals(choice: Choice) -> NDArray[np.float64]:
    return sum((weight * values(choice) for _, weight, values, *_ in FACTORS), np.zeros(1))


def best(
    providers: Sequence[ProviderTime],
    need: Need,
    wanted: Wanted,
    *,
    rooms: Mapping[UUID, Minutes],
    now: datetime,
    limit: int = 10,
) -> list[Slot]:
    """The best free times, best first: as wanted, and spread over the day while there are others."""
    line = Line(need)
    times = all_times(providers, line, rooms, now)
    ids = tuple(each.id for each in providers)
    choice = Choice(times.only(suits(wanted, times, ids)), wanted, ids)
    order = np.lexsort((choice.times.owner, choice.times.start, -np.round(totals(choice), 9)))
    return [
        _slot(choice, place, providers, line, rooms)
        for place in _spread(choice.times, order, limit, need.length)
    ]


def all_times(
    providers: Sequence[ProviderTime], line: Line, rooms: Mapping[UUID, Minutes], now: datetime
) -> Candidates:
    """Every free time of these providers."""
    found = [free_starts(each, line, rooms) for each in providers]
    start = np.concatenate([np.empty(0, dtype=np.int64), *found])
    return Candidates(
        owner=np.repeat(np.arange(len(found)), [len(each) for each in found]),
        start=start,
        local=line.local[start - line.first],
        minutes=line.need.minutes,
        today=now.astimezone(line.need.zone).date(),
    )


def _spread(times: Candidates, order: NDArray[np.int64], limit: int, length: int) -> list[int]:
    """The first of the order that lie apart; while they are too few, those that lie closer; in the end any."""
    ranked, chosen = times.only(order), list[int]()  # places in the order
    for apart in (*SHOW_APART, None):
        left = np.ones(len(order), dtype=np.bool_)
        for place in chosen:
            left &= _goes_with(ranked, place, apart, length)
        while left.any() and len(chosen) < limit:
            chosen.append(int(np.argmax(left)))
            left &= _goes_with(ranked, chosen[-1], apart, length)
    return [int(order[place]) for place in chosen]


def _goes_with(times: Candidates, place: int, apart: int | None, length: int) -> Cells:
    """Which times can be shown with one of them: so far from it, and not over it with the same provider; where
    `apart` is None, all others."""
    if apart is None:
        others: Cells = np.arange(len(times.start)) != place
        return others
    away = np.abs(times.start - times.start[place])
    cells: Cells = (away >= apart) & ((times.owner != times.owner[place]) | (away >= length))
    cells[place] = False
    return cells


def _slot(
    choice: Choice, place: int, providers: Sequence[ProviderTime], line: Line, rooms: Mapping[UUID, Minutes]
) -> Slot:
    start, provider = int(choice.times.start[place]), providers[int(choice.times.owner[place])]
    length = line.need.length
    one = Choice(choice.times.only(np.array([place])), choice.wanted, choice.providers)
    return Slot(
        provider_id=provider.id,
        span=Span(moment(start), moment(start + length)),
        room_id=room_for(provider, start, length, rooms),
        location_id=provider.location_id,
        score=PROFILE.score(one),
    )
