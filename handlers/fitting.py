"""Whether what was said fits the visit in question: a condition it meets, a wish that rules it out."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.guards import Awaited, named_provider, names_other_provider
from handlers.spans import covers, frees_them
from nlu.understanding import Preferences, TimeSpan, Understanding, Walls
from nlu.words import pattern, plain


def is_its_time(span: TimeSpan, asked: Awaited, zone: ZoneInfo) -> bool:
    """Whether a time that was said is that of the visit asked about; never where that has none."""
    return asked.start is not None and covers(span, asked.start, zone)


def meets(condition: Understanding, asked: Awaited, zone: ZoneInfo) -> bool | None:
    """Whether the visit asked about meets a condition ("if it's with Dr Lee", "not before 3").

    None where the condition is about something else, turned round ("unless"), or a near thing: "after 3" for a
    visit at three.
    """
    named = named_provider(condition)
    if pattern("clauses", "unless").match(plain(condition.text)):
        return None
    if not condition.times and named is None:
        return None
    if named is not None and (condition.signals.no or asked.provider is None):
        return None
    if asked.start is None or not all(span.exact for span in condition.times):
        return None if condition.times else not names_other_provider(condition, asked)
    strictly = pattern("clauses", "strictly_after").search(plain(condition.text))
    if strictly and _at_the_edge(condition, asked.start, zone):
        return None
    start = asked.start
    fits = all(
        covers(span, start, zone) is not span.excluded
        or (not span.excluded and frees_them(condition, span, start, zone))
        for span in condition.times
    )
    return fits and not names_other_provider(condition, asked)


def _at_the_edge(condition: Understanding, start: datetime, zone: ZoneInfo) -> bool:
    at = start.astimezone(zone).time()
    return any(span.start.astimezone(zone).time() == at for span in condition.times)


def rules_out(wish: Preferences, asked: Awaited, zone: ZoneInfo) -> bool:
    """Whether a standing wish cannot be squared with the visit asked about."""
    if wish.excluded_provider and _is_called(wish.excluded_provider, asked):
        return True
    wanted = [name for name in (wish.provider, wish.or_provider) if name]
    if wish.only_provider and wanted and not any(_is_called(name, asked) for name in wanted):
        return True
    return asked.start is not None and _never_then(wish, asked.start.astimezone(zone), asked.minutes or 0)


def _never_then(wish: Preferences, start: datetime, minutes: int) -> bool:
    day = start.date()
    return (
        start.weekday() in wish.excluded_weekdays
        or any(first <= day <= last for first, last in wish.excluded_dates)
        or (wish.earliest is not None and day < wish.earliest)
        or (wish.latest is not None and day > wish.latest)
        or any(_overlap(walls, start, minutes) for walls in wish.excluded_times)
        or any(
            weekday == start.weekday() and _overlap(walls, start, minutes)
            for weekday, walls in wish.excluded_day_times
        )
    )


def _overlap(walls: Walls, start: datetime, minutes: int) -> bool:
    ends = start + timedelta(minutes=max(minutes, 1))
    last = ends.time() if ends.date() == start.date() else time.max
    return start.time() < walls[1] and walls[0] < last


def _is_called(said: str, asked: Awaited) -> bool:
    return said.lower() in (asked.provider or "").lower().split()
