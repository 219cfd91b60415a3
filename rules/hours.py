"""Allowed hours: when a text of ours may go, and how a hold's clock runs.

Everything is worked out between instants in UTC; a zone is used only to find where a local day's window
begins and ends. So a day of 23 or 25 hours needs no case of its own. Results are in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules.facts import Span
from rules.policy import Policy

_FAR = timedelta(days=8)  # zones that do not agree once in a week never will
_MINUTE = timedelta(minutes=1)


class NeverAllowed(ValueError):
    """The zones are never inside their allowed hours at the same time."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From when until when (not included), on the local clock, in all of `zones` at once."""

    allowed_from: time
    allowed_until: time
    zones: tuple[ZoneInfo, ...]

    def __post_init__(self) -> None:
        if self.allowed_from >= self.allowed_until or not self.zones:
            raise ValueError("allowed hours need a start before their end, and at least one zone")


def hours_of(policy: Policy, zones: tuple[ZoneInfo, ...]) -> Hours:
    return Hours(policy.allowed_from, policy.allowed_until, zones)


def is_allowed(now: datetime, hours: Hours) -> bool:
    moment = now.astimezone(UTC)
    return all(_first_window(moment, zone, hours).start <= moment for zone in hours.zones)


def next_allowed(now: datetime, hours: Hours) -> datetime:
    """`now` if it is allowed, else the first moment after it that is. Raises `NeverAllowed`."""
    for window in _windows(now, hours):
        return window.start
    raise NeverAllowed(_never(hours))


def last_allowed_before(moment: datetime, hours: Hours) -> datetime:
    """`moment` if it is allowed, else the last allowed minute before it. Raises `NeverAllowed`."""
    if is_allowed(moment, hours):
        return moment.astimezone(UTC)
    earlier = list(_windows(moment.astimezone(UTC) - _FAR, hours, until=moment))
    if not earlier:
        raise NeverAllowed(_never(hours))
    return max(earlier[-1].start, earlier[-1].end - _MINUTE)


def add_allowed(start: datetime, minutes: float, hours: Hours) -> datetime:
    """When `minutes` of allowed time have passed since `start`. Raises `NeverAllowed`.

    Two hours from 19:00, allowed until 20:00 and again from 9:00, end at 10:00 on the next day.
    """
    left = timedelta(minutes=minutes)
    for window in _windows(start, hours):
        if window.start + left <= window.end:
            return window.start + left
        left -= window.end - window.start
    raise NeverAllowed(_never(hours))


def minutes_allowed_between(start: datetime, end: datetime, hours: Hours) -> float:
    """How much allowed time lies between two moments; 0 if `end` is not after `start`."""
    total = timedelta()
    for window in _windows(start, hours, until=end):
        total += min(window.end, end) - window.start
    return total / _MINUTE


def _windows(start: datetime, hours: Hours, *, until: datetime | None = None) -> Iterator[Span]:
    """Stretches allowed in every zone, in order, from `start` on. Ends where the zones never agree again."""
    moment = start.astimezone(UTC)
    while (window := _next_common(moment, hours)) and (until is None or window.start < until):
        yield window
        moment = window.end


def _next_common(moment: datetime, hours: Hours) -> Span | None:
    """The first stretch, not before `moment`, that is allowed in every zone.

    1. Take each zone's first window that ends after `moment`.
    2. If they overlap, that is the answer.
    3. If not, nothing is common before the latest of their starts: go on from there.
    """
    far = moment + _FAR
    while moment < far:
        windows = [_first_window(moment, zone, hours) for zone in hours.zones]
        start = max([moment, *(window.start for window in windows)])
        end = min(window.end for window in windows)
        if start < end:
            return Span(start, end)
        moment = start
    return None


def _first_window(moment: datetime, zone: ZoneInfo, hours: Hours) -> Span:
    """The zone's own first window that ends after `moment`; it may have begun before."""
    day = moment.astimezone(zone).date()
    while True:
        window = _window_on(day, zone, hours)
        # Where the clock jumps over a very short window it can come out empty or reversed: the next day then.
        if window.start < window.end and moment < window.end:
            return window
        day += timedelta(days=1)


@lru_cache(maxsize=4096)
def _window_on(day: date, zone: ZoneInfo, hours: Hours) -> Span:
    start = datetime.combine(day, hours.allowed_from, zone)
    end = datetime.combine(day, hours.allowed_until, zone)
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def _never(hours: Hours) -> str:
    return f"no hour is allowed in all of {', '.join(str(zone) for zone in hours.zones)} at once"
