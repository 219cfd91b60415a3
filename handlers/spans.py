"""Whether a time that was said is that of a visit."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from nlu.understanding import TimeSpan, Understanding
from nlu.words import ending, plain

_A_DAY = timedelta(hours=25)  # the longest there is, on the night clocks go back


def same_time(span: TimeSpan, start: datetime, zone: ZoneInfo) -> bool:
    """Whether what was said can only confirm a visit at `start`. Exclusions, open ends and anything wider than
    a day never do: "yes next week" may mean any of its days."""
    if span.excluded or span.end is None or span.end - span.start > _A_DAY:
        return False
    return covers(span, start, zone)


def frees_them(read: Understanding, span: TimeSpan, start: datetime, zone: ZoneInfo) -> bool:
    """ "I get off at 2", "salgo a la 1", "I can be there by 3": from then on they can come, which is in time for a
    visit at `start`."""
    spoken = plain(span.text).removeprefix("at ").removeprefix("a las ").removeprefix("a la ").split()
    before, found, _ = plain(read.text).partition(spoken[0])
    if not found or ending("clauses", "free_by").search(f"{before.rstrip()} ") is None:
        return False
    then, here = span.start.astimezone(zone), start.astimezone(zone)
    return then.time() <= here.time() and (not span.dated or then.date() == here.date())


def covers(span: TimeSpan, start: datetime, zone: ZoneInfo) -> bool:
    """Whether `start` lies in the span; a time said without a day is held against the visit's own day."""
    if not span.exact:
        return False
    first, end = span.start.astimezone(zone), span.end and span.end.astimezone(zone)
    here = start.astimezone(zone)
    if not span.dated:
        # Walls, not instants: "at 3" is three o'clock on the visit's day, whatever the clocks do between.
        days = here.date() - first.date()
        first, end = first + days, end and end + days
    if span.weekly:
        weeks = timedelta(days=(here.date() - first.date()).days // 7 * 7)
        first, end = first + weeks, end and end + weeks
    if end == first:
        return here == first
    return first <= here and (end is None or here < end)
