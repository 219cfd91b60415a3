"""When a campaign may text: its own window, the clinic's allowed hours, and the law of the patient's state."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.campaigns import Window
from rules.facts import Span
from rules.hours import Hours

SATURDAY, SUNDAY = 5, 6
NINE_DAYS = 9
"""A window of any weekday comes back within these."""

FEDERAL = (time(8), time(21))
UNTIL_EIGHT = (time(8), time(20))
BY_STATE = {
    **dict.fromkeys(("FL", "OK", "MD", "MS", "NJ"), UNTIL_EIGHT),
    "CT": (time(9), time(20)),
}
"""Hours in which a state lets people be solicited by text, where they are the same every day (field notes, 11)."""


def legal_hours(state: str | None, weekday: int) -> tuple[time, time]:
    """From when until when a state allows it on a weekday; the strictest of all where the state is not known."""
    if state is None:
        known = [legal_hours(each, weekday) for each in ("FL", "CT", "TX", "RI")]
        return max(start for start, _ in known), min(end for _, end in known)
    if state == "TX":
        return (time(12) if weekday == SUNDAY else time(9)), time(21)
    if state == "RI":
        return (time(10), time(17)) if weekday in (SATURDAY, SUNDAY) else (time(9), time(18))
    return BY_STATE.get(state, FEDERAL)


def next_span(now: datetime, window: Window, hours: Hours, state: str | None) -> Span | None:
    """The stretch in which a text may go: the one `now` lies in, from now on, else the next one. None: there is
    none. In UTC; it holds in all zones of `hours` at once."""
    first, *others = hours.zones
    for span in _spans(now, window, hours, state, first):
        for zone in others:
            found = next(
                (each for each in _spans(now, window, hours, state, zone) if each.overlaps(span)), None
            )
            if found is None:
                break
            span = Span(max(span.start, found.start), min(span.end, found.end))
        else:
            return Span(max(span.start, now.astimezone(UTC)), span.end)
    return None


def _spans(now: datetime, window: Window, hours: Hours, state: str | None, zone: ZoneInfo) -> Iterator[Span]:
    """The windows of one zone that are not over, soonest first."""
    today = now.astimezone(zone).date()
    for ahead in range(NINE_DAYS):
        span = _span_on(today + timedelta(days=ahead), window, hours, state, zone)
        if span is not None and span.end > now:
            yield span


def _span_on(day: date, window: Window, hours: Hours, state: str | None, zone: ZoneInfo) -> Span | None:
    if day.weekday() not in window.weekdays:
        return None
    legal_from, legal_until = legal_hours(state, day.weekday())
    start = max(window.from_time, hours.allowed_from, legal_from)
    end = min(window.until_time, hours.allowed_until, legal_until)
    if start >= end:
        return None
    span_start = datetime.combine(day, start, zone).astimezone(UTC)
    span_end = datetime.combine(day, end, zone).astimezone(UTC)
    return Span(span_start, span_end) if span_start < span_end else None
