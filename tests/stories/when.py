"""Times as a nurse writes them: `Mon Nov 30 2026 10:00am`, `Tue Dec 1 3:00pm`, `2 hours`."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


def moment(text: str, zone: ZoneInfo, after: datetime | None = None) -> datetime:
    """A clinic's wall-clock time. Without a year: the first one from a month before `after` on.

    The weekday is checked, so that a slip in a date is found by the test and not in a story that lies.
    """
    weekday, month, day, *year, clock = text.split()
    base = (after or datetime.now(zone)).astimezone(zone) - timedelta(days=31)
    years = [int(year[0])] if year else [base.year, base.year + 1]
    for each in years:
        found = datetime.strptime(f"{month} {day} {each} {clock}", "%b %d %Y %I:%M%p").replace(tzinfo=zone)
        if year or found >= base:
            if f"{found:%a}" != weekday:
                raise ValueError(f"{month} {day} {each} is a {found:%A}, not a {weekday}")
            return found
    raise ValueError(f"no such day near the story: {text}")


def duration(text: str) -> timedelta:
    """`2 hours`, `90 minutes`, `1 day and 3 hours`."""
    total = timedelta()
    for part in text.split(" and "):
        found = re.fullmatch(r"(\d+) (second|minute|hour|day)s?", part.strip())
        if found is None:
            raise ValueError(f"not a length of time: {text}")
        total += timedelta(seconds=int(found[1]) * UNITS[found[2]])
    return total


def said(when: datetime, zone: ZoneInfo) -> str:
    """`Tue Dec 1 3:00pm`, as stories write it."""
    local = when.astimezone(zone)
    return (
        f"{local:%a %b} {local.day} {local:%I:%M%p}".replace(" 0", " ")
        .replace("AM", "am")
        .replace("PM", "pm")
    )
