"""The days that a page of numbers is asked for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import abort, request

from bot.admin.frame import clinic, now

LONGEST_DAYS = 731
YEARS = (2000, 2099)
"""The first and the last; near the ends of the calendar no other zone has a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The days asked for, the last included."""

    first: date
    last: date

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        midnight = time(tzinfo=ZoneInfo(zone))
        return datetime.combine(self.first, midnight), datetime.combine(
            self.last + timedelta(days=1), midnight
        )


def spans() -> dict[str, Asked]:
    """What is asked for most."""
    today = now().astimezone(ZoneInfo(clinic().timezone)).date()
    return {f"{days} days": Asked(today - timedelta(days=days - 1), today) for days in (7, 30, 90, 365)}


def asked(usual: str = "30 days") -> Asked:
    """From the address; the last 30 days (or what else is usual) where it names none."""
    most = spans()[usual]
    try:
        first = date.fromisoformat(request.args["from"]) if request.args.get("from") else most.first
        last = date.fromisoformat(request.args["until"]) if request.args.get("until") else most.last
    except ValueError:
        abort(400, "A day is written as 2026-11-30.")
    if last < first:
        abort(400, "The last day lies before the first: go back and choose them again.")
    if last - first >= timedelta(days=LONGEST_DAYS) or not YEARS[0] <= first.year <= last.year <= YEARS[1]:
        abort(400, f"Two years at most are counted at once, of the years {YEARS[0]} to {YEARS[1]}.")
    return Asked(first, last)
