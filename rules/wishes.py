"""What a patient wishes of a visit, and how a new word changes it: the newest word counts, the rest stays."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from uuid import UUID

from rules.facts import DayWindow, TimeWindow

ALL_WEEKDAYS = frozenset(range(7))
CLINIC_DAY = TimeWindow(time(6), time(22))
"""No clinic sees anybody outside these hours: who rules all of them out leaves no time at all."""

Dates = tuple[date, date]
"""First and last day."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The standing wishes of a waitlist entry, as `rules.facts.EntryFacts` has them. What is excluded is hard."""

    weekdays: frozenset[int] = frozenset()
    excluded_weekdays: frozenset[int] = frozenset()
    times: tuple[TimeWindow, ...] = ()
    excluded_times: tuple[TimeWindow, ...] = ()
    excluded_day_times: tuple[DayWindow, ...] = ()
    excluded_dates: tuple[Dates, ...] = ()
    earliest: date | None = None
    latest: date | None = None
    preferred_provider_id: UUID | None = None
    requested_provider_id: UUID | None = None
    alternate_provider_ids: frozenset[UUID] = frozenset()
    only_provider: bool = False
    excluded_provider_ids: frozenset[UUID] = frozenset()
    notice_hours: int = 0


@dataclass(frozen=True, slots=True)
class Stated:
    """What one text says of wishes; the fields mean what those of `nlu.understanding.Preferences` mean, with
    providers known by their id."""

    weekdays: frozenset[int] = frozenset()
    excluded_weekdays: frozenset[int] = frozenset()
    times: tuple[TimeWindow, ...] = ()
    excluded_times: tuple[TimeWindow, ...] = ()
    excluded_day_times: tuple[DayWindow, ...] = ()
    excluded_dates: tuple[Dates, ...] = ()
    earliest: date | None = None
    latest: date | None = None
    provider_id: UUID | None = None
    or_provider_id: UUID | None = None
    only_provider: bool = False
    excluded_provider_id: UUID | None = None
    notice_hours: int | None = None
    again_weekdays: frozenset[int] = frozenset()
    again_times: tuple[TimeWindow, ...] = ()
    again_day_times: tuple[DayWindow, ...] = ()
    again_provider_id: UUID | None = None
    any_day: bool = False
    any_time: bool = False
    any_provider: bool = False

    def __bool__(self) -> bool:
        return self != NOTHING_STATED


NOTHING_STATED = Stated()


def sharpen(wishes: Wishes, stated: Stated) -> Wishes:
    """The wishes once a new word is in: first what it drops, then what it rules out, then what it likes."""
    return _providers(_dates(_day_times(_times(_weekdays(wishes, stated), stated), stated), stated), stated)


def _weekdays(wishes: Wishes, stated: Stated) -> Wishes:
    if stated.any_day:
        wishes = replace(wishes, weekdays=frozenset(), excluded_weekdays=frozenset(), excluded_dates=())
    liked, ruled_out = wishes.weekdays, wishes.excluded_weekdays - stated.again_weekdays
    if liked:
        liked |= stated.again_weekdays
    liked = stated.weekdays or liked
    ruled_out = (ruled_out - stated.weekdays) | stated.excluded_weekdays
    return replace(wishes, weekdays=liked - ruled_out, excluded_weekdays=ruled_out)


def _times(wishes: Wishes, stated: Stated) -> Wishes:
    if stated.any_time:
        wishes = replace(wishes, times=(), excluded_times=())
    liked, ruled_out = wishes.times, cut(wishes.excluded_times, stated.again_times)
    if liked:
        liked = joined((*liked, *stated.again_times))
    liked = stated.times or liked
    ruled_out = joined((*cut(ruled_out, stated.times), *stated.excluded_times))
    return replace(wishes, times=cut(liked, ruled_out), excluded_times=ruled_out)


def _day_times(wishes: Wishes, stated: Stated) -> Wishes:
    """Stretches of single days of the week. "Tuesday mornings are best" and "Tuesdays are fine again" give back
    what they speak of; whoever takes any day, or any time, has none left."""
    ruled_out = () if stated.any_day or stated.any_time else wishes.excluded_day_times
    ruled_out = tuple(each for each in ruled_out if each[0] not in stated.again_weekdays)
    liked = tuple((day, window) for day in stated.weekdays for window in stated.times)
    left = (*cut_days(ruled_out, (*stated.again_day_times, *liked)), *stated.excluded_day_times)
    return replace(wishes, excluded_day_times=cut_days(left, ()))


def _dates(wishes: Wishes, stated: Stated) -> Wishes:
    """An old bound that a new one contradicts is dropped: "not before January" after "before Christmas"."""
    earliest, latest = wishes.earliest, wishes.latest
    if stated.earliest is not None:
        earliest, latest = stated.earliest, latest if latest and latest >= stated.earliest else None
    if stated.latest is not None:
        latest, earliest = stated.latest, earliest if earliest and earliest <= stated.latest else None
    return replace(
        wishes,
        earliest=earliest,
        latest=latest,
        excluded_dates=tuple(sorted({*wishes.excluded_dates, *stated.excluded_dates})),
        notice_hours=wishes.notice_hours if stated.notice_hours is None else stated.notice_hours,
    )


def _providers(wishes: Wishes, stated: Stated) -> Wishes:
    if stated.any_provider:
        wishes = _anybody(wishes)
    if stated.again_provider_id is not None:
        ruled_out = wishes.excluded_provider_ids - {stated.again_provider_id}
        wishes = replace(wishes, excluded_provider_ids=ruled_out)
    if stated.provider_id is not None:
        wishes = _with(wishes, stated, stated.provider_id)
    return wishes if stated.excluded_provider_id is None else _without(wishes, stated.excluded_provider_id)


def _with(wishes: Wishes, stated: Stated, provider_id: UUID) -> Wishes:
    """This provider. Another who will do as well is an alternate, or requested where nobody else will do."""
    other, alternates = stated.or_provider_id, wishes.alternate_provider_ids
    if other is not None or stated.only_provider:
        alternates = frozenset() if other is None else frozenset({other})
    return replace(
        wishes,
        preferred_provider_id=provider_id,
        requested_provider_id=other if stated.only_provider else wishes.requested_provider_id,
        alternate_provider_ids=alternates,
        only_provider=stated.only_provider,
        excluded_provider_ids=wishes.excluded_provider_ids - {provider_id, other},
    )


def _anybody(wishes: Wishes) -> Wishes:
    return replace(
        wishes,
        preferred_provider_id=None,
        requested_provider_id=None,
        alternate_provider_ids=frozenset(),
        only_provider=False,
        excluded_provider_ids=frozenset(),
    )


def _without(wishes: Wishes, provider_id: UUID) -> Wishes:
    """Not this provider; who was wanted only is wanted no more."""
    preferred = None if wishes.preferred_provider_id == provider_id else wishes.preferred_provider_id
    requested = None if wishes.requested_provider_id == provider_id else wishes.requested_provider_id
    return replace(
        wishes,
        preferred_provider_id=preferred,
        requested_provider_id=requested,
        alternate_provider_ids=wishes.alternate_provider_ids - {provider_id},
        only_provider=wishes.only_provider and (preferred or requested) is not None,
        excluded_provider_ids=wishes.excluded_provider_ids | {provider_id},
    )


def leaves_nothing(wishes: Wishes, provider_ids: frozenset[UUID], today: date) -> bool:
    """Whether no visit at all could suit any more; `provider_ids` are all the clinic has."""
    if not any(_weekday_suits(wishes, weekday) for weekday in ALL_WEEKDAYS):
        return True
    if provider_ids and provider_ids <= wishes.excluded_provider_ids:
        return True
    return wishes.latest is not None and not any(
        _day_suits(wishes, day) for day in _days(max(today, wishes.earliest or today), wishes.latest)
    )


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


def _day_suits(wishes: Wishes, day: date) -> bool:
    ruled_out = any(first <= day <= last for first, last in wishes.excluded_dates)
    return not ruled_out and _weekday_suits(wishes, day.weekday())


def _weekday_suits(wishes: Wishes, weekday: int) -> bool:
    """Whether any time is left on that day of the week."""
    of_that_day = (window for day, window in wishes.excluded_day_times if day == weekday)
    left = cut((CLINIC_DAY,), (*wishes.excluded_times, *of_that_day))
    return weekday not in wishes.excluded_weekdays and bool(left)


# Stretches of the day


def cut(windows: Iterable[TimeWindow], away: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """What is left of `windows` outside all of `away`, in order."""
    left = joined(windows)
    for gap in away:
        left = tuple(
            piece
            for window in left
            for piece in (
                TimeWindow(window.start, min(window.end, gap.start)),
                TimeWindow(max(window.start, gap.end), window.end),
            )
            if piece.start < piece.end
        )
    return left


def cut_days(windows: Iterable[DayWindow], away: Iterable[DayWindow]) -> tuple[DayWindow, ...]:
    """The same day by day: what is left of `windows` outside all of `away`, in order."""
    kept, gone = _by_day(windows), _by_day(away)
    return tuple((day, window) for day in sorted(kept) for window in cut(kept[day], gone.get(day, ())))


def _by_day(windows: Iterable[DayWindow]) -> dict[int, list[TimeWindow]]:
    found: dict[int, list[TimeWindow]] = {}
    for day, window in windows:
        found.setdefault(day, []).append(window)
    return found


def joined(windows: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """The same stretches, in order, those that touch made one."""
    found: list[TimeWindow] = []
    for window in sorted(windows, key=lambda each: (each.start, each.end)):
        if found and window.start <= found[-1].end:
            found[-1] = TimeWindow(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return tuple(found)
