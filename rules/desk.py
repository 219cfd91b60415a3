"""When the front desk is there: what a patient is told out of hours."""

from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from rules.policy import WEEKDAY_NAMES, Policy


def desk_is_open(now: datetime, policy: Policy, zone: ZoneInfo) -> bool:
    local = now.astimezone(zone)
    window = policy.desk_hours.get(local.weekday())
    return window is not None and window.start <= local.time() < window.end


def desk_next_open(now: datetime, policy: Policy, zone: ZoneInfo) -> datetime | None:
    """`now` if the desk is open, else when it next opens, in UTC; None if the desk never is."""
    if desk_is_open(now, policy, zone):
        return now.astimezone(UTC)
    today = now.astimezone(zone).date()
    for days in range(8):
        day = today + timedelta(days=days)
        window = policy.desk_hours.get(day.weekday())
        if window is None:
            continue
        opens = datetime.combine(day, window.start, zone).astimezone(UTC)
        if opens > now:
            return opens
    return None


def hours_in_words(policy: Policy) -> str:
    """`Mon-Thu 8am-5pm, Fri 8:30am-12pm`: days of the same hours in one go. Empty where the desk never opens."""
    runs = [(window, list(days)) for window, days in groupby(range(7), key=policy.desk_hours.get) if window]
    return ", ".join(f"{_days(days)} {_clock(window.start)}-{_clock(window.end)}" for window, days in runs)


def _days(run: list[int]) -> str:
    first, last = WEEKDAY_NAMES[run[0]][:3], WEEKDAY_NAMES[run[-1]][:3]
    return first if first == last else f"{first}-{last}"


def _clock(wall: time) -> str:
    minutes = f":{wall.minute:02}" if wall.minute else ""
    return f"{wall.hour % 12 or 12}{minutes}{'am' if wall.hour < 12 else 'pm'}"
