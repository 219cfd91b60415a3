"""What a patient wishes of a visit, and how a new word changes it: the newest word counts, the rest stays."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from uuid import UUID

from rules.facts import TimeWindow

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
    excluded_dates: tuple[Dates, ...] = ()
    earliest: date | None = None
    latest: date | None = None
    provider_id: UUID | None = None
    only_provider: bool = False
    excluded_provider_id: UUID | None = None
    notice_hours: int | None = None
    again_weekdays: frozenset[int] = frozenset()
    again_times: tuple[TimeWindow, ...] = ()
    again_provider_id: UUID | None = None
    any_day: bool = False
    any_time: bool = False
    any_provider: bool = False

    def __bool__(self) -> bool:
        return self != NOTHING_STATED


NOTHING_STATED = Stated()


def sharpen(wishes: Wishes, stated: Stated) -> Wishes:
    """The wishes once a new word is in: first what it drops, then what it rules out, then what it likes."""
    return _providers(_dates(_times(_weekdays(wishes, stated), stated), stated), stated)


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
        wishes = replace(
            wishes,
            preferred_provider_id=stated.provider_id,
            requested_provider_id=None if stated.only_provider else wishes.requested_provider_id,
            only_provider=stated.only_provider,
            excluded_provider_ids=wishes.excluded_provider_ids - {stated.provider_id},
        )
    return wishes if stated.excluded_provider_id is None else _without(wishes, stated.excluded_provider_id)


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
    if wishes.excluded_weekdays >= ALL_WEEKDAYS or not cut((CLINIC_DAY,), wishes.excluded_times):
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
    return not ruled_out and day.weekday() not in wishes.excluded_weekdays


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


def joined(windows: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """The same stretches, in order, those that touch made one."""
    found: list[TimeWindow] = []
    for window in sorted(windows, key=lambda each: (each.start, each.end)):
        if found and window.start <= found[-1].end:
            found[-1] = TimeWindow(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return tuple(found)
