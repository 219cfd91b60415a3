"""Wishes said back in words that show what was understood: "no Tuesdays, mornings only"."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time
from uuid import UUID

from clinic import phrases
from clinic.phrases import Words, part
from rules.facts import DayWindow, TimeWindow
from rules.wishes import ALL_WEEKDAYS, CLINIC_DAY, Dates, Stated, cut

PARTS = {
    TimeWindow(time(0), time(12)): part("wish_mornings"),
    TimeWindow(time(12), time(17)): part("wish_afternoons"),
    TimeWindow(time(17), time(23, 59)): part("wish_evenings"),
}
WEEKDAYS, WEEKEND = frozenset(range(5)), frozenset({5, 6})
MORE_THAN_NAMED = 3
"""Where more days than this are ruled out, those that are left are named."""

Providers = Mapping[UUID, str]
Says = Callable[[Stated, Providers], Iterator[Words]]


def in_words(stated: Stated, providers: Providers) -> Words:
    """Everything a text stated. `providers` has the names of those it speaks of."""
    return phrases.row([words for says in SAID for words in says(stated, providers)])


def _days(stated: Stated, _providers: Providers) -> Iterator[Words]:
    left = ALL_WEEKDAYS - stated.excluded_weekdays
    if stated.any_day:
        yield part("wish_any_day")
    if stated.again_weekdays:
        yield part("wish_again", what=weekdays(stated.again_weekdays))
    if len(stated.excluded_weekdays) > MORE_THAN_NAMED and left:
        yield part("wish_only", what=weekdays(left))
        return
    if stated.weekdays - stated.excluded_weekdays:
        yield part("wish_if_possible", what=weekdays(stated.weekdays - stated.excluded_weekdays))
    if stated.excluded_weekdays:
        yield part("wish_not", what=weekdays(stated.excluded_weekdays))


def _times(stated: Stated, _providers: Providers) -> Iterator[Words]:
    if stated.any_time:
        yield part("wish_any_time")
    if stated.again_times:
        yield part("wish_again", what=_windows(stated.again_times))
    liked = cut(stated.times, stated.excluded_times)
    if liked and not cut((CLINIC_DAY,), (*liked, *stated.excluded_times)):
        yield part("wish_only", what=_windows(liked))
        return
    if liked:
        yield part("wish_if_possible", what=_windows(liked))
    for window in stated.excluded_times:
        yield part("wish_not" if window in PARTS else "wish_other_than", what=_window(window))


def _day_times(stated: Stated, _providers: Providers) -> Iterator[Words]:
    """ "no mornings on Tuesdays"; days with the same hours are said together."""
    for window, days in _by_window(stated.again_day_times).items():
        yield part("wish_again", what=part("wish_on", what=_window(window), days=weekdays(days)))
    for window, days in _by_window(stated.excluded_day_times).items():
        what = part("wish_on", what=_window(window), days=weekdays(days))
        yield part("wish_not" if window in PARTS else "wish_other_than", what=what)


def _by_window(found: Sequence[DayWindow]) -> dict[TimeWindow, frozenset[int]]:
    windows = dict.fromkeys(window for _, window in found)
    return {window: frozenset(day for day, each in found if each == window) for window in windows}


def _dates(stated: Stated, _providers: Providers) -> Iterator[Words]:
    for stretch in stated.excluded_dates:
        yield part("wish_other_than", what=_stretch(stretch))
    if stated.earliest is not None:
        yield part("wish_from", day=phrases.calendar(stated.earliest))
    if stated.latest is not None:
        yield part("wish_until", day=phrases.calendar(stated.latest))


def _provider(stated: Stated, providers: Providers) -> Iterator[Words]:
    if stated.any_provider:
        yield part("wish_any_provider")
    if stated.again_provider_id is not None:
        yield part("wish_again_provider", provider=providers[stated.again_provider_id])
    if stated.provider_id is not None:
        them = part("wish_provider", provider=providers[stated.provider_id])
        if stated.or_provider_id is not None:
            them = part("wish_or", what=them, provider=providers[stated.or_provider_id])
        yield part("wish_only" if stated.only_provider else "wish_if_possible", what=them)
    if stated.excluded_provider_id is not None:
        them = part("wish_provider", provider=providers[stated.excluded_provider_id])
        yield part("wish_other_than", what=them)


def _notice(stated: Stated, _providers: Providers) -> Iterator[Words]:
    if stated.notice_hours is not None:
        yield part("wish_notice", hours=stated.notice_hours)


SAID: tuple[Says, ...] = (_days, _times, _day_times, _dates, _provider, _notice)
"""What is said back, in this order."""


def weekdays(numbers: frozenset[int]) -> Words:
    """`Tuesdays and Fridays`."""
    if numbers == WEEKDAYS:
        return part("wish_weekdays")
    if numbers == WEEKEND:
        return part("wish_weekends")
    return part(
        "wish_every", days=phrases.both([phrases.every_weekday(number) for number in sorted(numbers)])
    )


def _windows(windows: Sequence[TimeWindow]) -> Words:
    return phrases.both([_window(window) for window in windows])


def _window(window: TimeWindow) -> Words:
    if window in PARTS:
        return PARTS[window]
    if window.start <= CLINIC_DAY.start:
        return part("wish_before", hour=phrases.hour(window.end))
    if window.end >= CLINIC_DAY.end:
        return part("wish_after", hour=phrases.hour(window.start))
    return part("wish_between", start=phrases.wall(window.start), end=phrases.wall(window.end))


def _stretch(stretch: Dates) -> Words:
    first, last = stretch
    if first == last:
        return part("wish_day", day=phrases.calendar(first))
    return part("wish_days", first=phrases.short_day(first), last=phrases.short_day(last))
