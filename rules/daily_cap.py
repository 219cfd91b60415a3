"""How much a number may text in a day. Carriers count in segments (T-Mobile: 2,000 a day for the smallest brands),
and refuse what goes beyond until midnight in California, wherever the clinic is."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

CARRIERS_CLOCK = ZoneInfo("America/Los_Angeles")
"""On which the carrier's day begins: Twilio's error 30023, "resets at midnight Pacific Time"."""

FOR_REPLIES = 0.1
"""The share kept for answers to patients, which go out whatever has been sent."""

WARNED_FROM = 0.8
"""The share from which staff are told."""


def day_begins(now: datetime) -> datetime:
    """When the carrier's day began."""
    here = now.astimezone(CARRIERS_CLOCK).date()
    return datetime.combine(here, time(), CARRIERS_CLOCK).astimezone(UTC)


def next_day(now: datetime) -> datetime:
    """When the carrier counts anew."""
    tomorrow = now.astimezone(CARRIERS_CLOCK).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), CARRIERS_CLOCK).astimezone(UTC)


def for_what_we_start(cap: int) -> int:
    """Of a day's segments, those for texts that nobody has asked for: offers, reminders, campaigns."""
    return cap - round(cap * FOR_REPLIES)


def has_room(cap: int, sent: int, segments: int) -> bool:
    """Whether one more text that we start may go today."""
    return sent + segments <= for_what_we_start(cap)
