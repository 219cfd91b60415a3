"""Which free times would suit somebody: what they asked for just now, and what they have always wished for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from rules.facts import TimeWindow
from rules.slots import DAY, Cells, Minutes, minute
from rules.wishes import Wishes

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MONDAY = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours of some days, on the clinic's clock: "Thursday", "after 3 next week", "mornings".

    `last` is included; None: no end. `until` is not; None: to the end of the day. `weekdays` empty: all.
    """

    first: date | None = None
    last: date | None = None
    start: time = time()
    until: time | None = None
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What would suit. Hard: one of `any_of` (where there are any), none of `none_of`, `after` and `before`, the
    providers, and of `wishes` what they rule out. The rest of the wishes, and `at`, only order what is left."""

    any_of: tuple[Stretch, ...] = ()
    none_of: tuple[Stretch, ...] = ()
    at: time | None = None  # as near as can be to this time of day
    after: datetime | None = None
    before: datetime | None = None
    provider_ids: frozenset[UUID] = frozenset()  # only these; empty: anybody
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True, eq=False)
class Candidates:
    """Free times as columns. `owner` is the provider's place in the list; `local` are minutes since 1970 on the
    clinic's clock, `start` in UTC."""

    owner: NDArray[np.int64]
    start: Minutes
    local: Minutes
    minutes: int
    today: date

    @property
    def day(self) -> NDArray[np.int64]:
        return self.local // DAY

    @property
    def weekday(self) -> NDArray[np.int64]:
        return (self.day + _MONDAY) % 7

    @property
    def of_day(self) -> NDArray[np.int64]:
        return self.local % DAY

    def only(self, which: Cells | NDArray[np.int64]) -> "Candidates":
        return Candidates(self.owner[which], self.start[which], self.local[which], self.minutes, self.today)


def suits(wanted: Wanted, times: Candidates, providers: tuple[UUID, ...]) -> Cells:
    """Which of the times nothing hard speaks against."""
    fine = _everywhere(times)
    if wanted.any_of:
        fine &= _any(_begins_in(each, times) for each in wanted.any_of)
    for each in wanted.none_of:
        fine &= ~_touches(each, times)
    if wanted.after is not None:
        fine &= times.start > minute(wanted.after)
    if wanted.before is not None:
        fine &= times.start < minute(wanted.before)
    allowed = np.array([_provider_suits(wanted, each) for each in providers], dtype=np.bool_)
    return fine & allowed[times.owner] & ~_ruled_out(wanted.wishes, times)


def _provider_suits(wanted: Wanted, provider_id: UUID) -> bool:
    wishes = wanted.wishes
    if wanted.provider_ids:
        return provider_id in wanted.provider_ids
    theirs = {wishes.preferred_provider_id, wishes.requested_provider_id} - {None}
    if wishes.only_provider and theirs and provider_id not in theirs:
        return False
    return provider_id not in wishes.excluded_provider_ids


def _ruled_out(wishes: Wishes, times: Candidates) -> Cells:
    """What the standing wishes forbid, as `rules.eligibility` reads them for an opening."""
    out = np.isin(times.weekday, sorted(wishes.excluded_weekdays))
    for window in wishes.excluded_times:
        out |= _touches(Stretch(start=window.start, until=window.end), times)
    for first, last in (*wishes.excluded_dates, *_outside(wishes)):
        out |= _on_days(first, last, times)
    return out


def _outside(wishes: Wishes) -> Iterable[tuple[date | None, date | None]]:
    if wishes.earliest is not None:
        yield None, date.fromordinal(wishes.earliest.toordinal() - 1)
    if wishes.latest is not None:
        yield date.fromordinal(wishes.latest.toordinal() + 1), None


def _begins_in(stretch: Stretch, times: Candidates) -> Cells:
    from_, until = _walls(stretch)
    cells: Cells = _on(stretch, times) & (times.of_day >= from_) & (times.of_day < until)
    return cells


def _touches(stretch: Stretch, times: Candidates) -> Cells:
    """Any part of the visit counts: "not before 3" refuses 2:45 to 3:15. Of a moment, the visit that holds it."""
    from_, until = _walls(stretch)
    cells: Cells = _on(stretch, times) & (times.of_day < until) & (times.of_day + times.minutes > from_)
    return cells


def _walls(stretch: Stretch) -> tuple[int, int]:
    from_ = stretch.start.hour * 60 + stretch.start.minute
    until = DAY if stretch.until is None else stretch.until.hour * 60 + stretch.until.minute
    return from_, max(until, from_ + 1)


def _on(stretch: Stretch, times: Candidates) -> Cells:
    days = _on_days(stretch.first, stretch.last, times)
    return days & np.isin(times.weekday, sorted(stretch.weekdays)) if stretch.weekdays else days


def _on_days(first: date | None, last: date | None, times: Candidates) -> Cells:
    cells = _everywhere(times)
    if first is not None:
        cells &= times.day >= first.toordinal() - _EPOCH_DAY
    if last is not None:
        cells &= times.day <= last.toordinal() - _EPOCH_DAY
    return cells


def liked(wishes: Wishes, times: Candidates) -> tuple[Cells, Cells]:
    """Which times lie on a weekday, and in an hour, they like; all where they said none."""
    days = np.isin(times.weekday, sorted(wishes.weekdays)) if wishes.weekdays else _everywhere(times)
    if not wishes.times:
        return days, _everywhere(times)
    return days, _any(_begins_in(_hours(window), times) for window in wishes.times)


def _hours(window: TimeWindow) -> Stretch:
    return Stretch(start=window.start, until=window.end)


def _everywhere(times: Candidates) -> Cells:
    return np.ones(len(times.start), dtype=np.bool_)


def _any(cells: Iterable[Cells]) -> Cells:
    found: Cells = np.logical_or.reduce(list(cells))
    return found
