"""Wishes said back in words that show what was understood: "no Tuesdays, mornings only"."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from uuid import UUID

from clinic import phrases
from clinic.phrases import render
from rules.facts import TimeWindow
from rules.policy import WEEKDAY_NAMES
from rules.wishes import ALL_WEEKDAYS, CLINIC_DAY, Dates, Stated, cut

PARTS = {
    TimeWindow(time(0), time(12)): "mornings",
    TimeWindow(time(12), time(17)): "afternoons",
    TimeWindow(time(17), time(23, 59)): "evenings",
}
WEEKDAYS, WEEKEND = frozenset(range(5)), frozenset({5, 6})
MORE_THAN_NAMED = 3
"""Where more days than this are ruled out, those that are left are named."""

Providers = Mapping[UUID, str]
Part = Callable[[Stated, Providers], Iterator[str]]


def in_words(stated: Stated, providers: Providers) -> str:
    """Everything a text stated. `providers` has the names of those it speaks of."""
    return ", ".join(words for part in SAID for words in part(stated, providers))


def _days(stated: Stated, _providers: Providers) -> Iterator[str]:
    left = ALL_WEEKDAYS - stated.excluded_weekdays
    if stated.any_day:
        yield render("wish_any_day")
    if stated.again_weekdays:
        yield render("wish_again", what=weekdays(stated.again_weekdays))
    if len(stated.excluded_weekdays) > MORE_THAN_NAMED and left:
        yield render("wish_only", what=weekdays(left))
        return
    if stated.weekdays - stated.excluded_weekdays:
        yield render("wish_if_possible", what=weekdays(stated.weekdays - stated.excluded_weekdays))
    if stated.excluded_weekdays:
        yield render("wish_not", what=weekdays(stated.excluded_weekdays))


def _times(stated: Stated, _providers: Providers) -> Iterator[str]:
    if stated.any_time:
        yield render("wish_any_time")
    if stated.again_times:
        yield render("wish_again", what=_windows(stated.again_times))
    liked = cut(stated.times, stated.excluded_times)
    if liked and not cut((CLINIC_DAY,), (*liked, *stated.excluded_times)):
        yield render("wish_only", what=_windows(liked))
        return
    if liked:
        yield render("wish_if_possible", what=_windows(liked))
    for window in stated.excluded_times:
        yield render("wish_not" if window in PARTS else "wish_other_than", what=_window(window))


def _dates(stated: Stated, _providers: Providers) -> Iterator[str]:
    for stretch in stated.excluded_dates:
        yield render("wish_other_than", what=_stretch(stretch))
    if stated.earliest is not None:
        yield render("wish_from", day=phrases.calendar(stated.earliest))
    if stated.latest is not None:
        yield render("wish_until", day=phrases.calendar(stated.latest))


def _provider(stated: Stated, providers: Providers) -> Iterator[str]:
    if stated.any_provider:
        yield render("wish_any_provider")
    if stated.again_provider_id is not None:
        yield render("wish_again", what=providers[stated.again_provider_id])
    if stated.provider_id is not None:
        name = providers[stated.provider_id]
        yield render("wish_only" if stated.only_provider else "wish_if_possible", what=name)
    if stated.excluded_provider_id is not None:
        yield render("wish_other_than", what=providers[stated.excluded_provider_id])


def _notice(stated: Stated, _providers: Providers) -> Iterator[str]:
    if stated.notice_hours is not None:
        yield render("wish_notice", hours=stated.notice_hours)


SAID: tuple[Part, ...] = (_days, _times, _dates, _provider, _notice)
"""What is said back, in this order."""


def weekdays(numbers: frozenset[int]) -> str:
    """`Tuesdays and Fridays`."""
    if numbers == WEEKDAYS:
        return "weekdays"
    if numbers == WEEKEND:
        return "weekends"
    return phrases.both([f"{WEEKDAY_NAMES[number]}s" for number in sorted(numbers)])


def _windows(windows: Sequence[TimeWindow]) -> str:
    return phrases.both([_window(window) for window in windows])


def _window(window: TimeWindow) -> str:
    if window in PARTS:
        return PARTS[window]
    if window.start <= CLINIC_DAY.start:
        return f"before {phrases.wall(window.end)}"
    if window.end >= CLINIC_DAY.end:
        return f"after {phrases.wall(window.start)}"
    return f"{phrases.wall(window.start)}-{phrases.wall(window.end)}"


def _stretch(stretch: Dates) -> str:
    first, last = stretch
    return phrases.calendar(first) if first == last else f"{_short(first)}-{_short(last)}"


def _short(day: date) -> str:
    return f"{day:%b} {day.day}"
