"""When the front desk is there: what a patient is told out of hours."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from rules.facts import TimeWindow
from rules.policy import Policy


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


def desk_week(policy: Policy) -> list[tuple[int, int, TimeWindow]]:
    """Runs of days with the same hours: the first weekday, the last, and from when to when. 0 is Monday."""
    runs = [(list(days), window) for window, days in groupby(range(7), key=policy.desk_hours.get) if window]
    return [(days[0], days[-1], window) for days, window in runs]
