"""Wishes come from the database as texts, each of which is read once however many have it."""

from collections.abc import Callable
from datetime import date, time
from functools import lru_cache
from json import loads
from typing import Any
from uuid import UUID

from rules.facts import DayWindow, TimeWindow
from rules.states import EntryPriority, Referral


@lru_cache(maxsize=4096)
def _weekdays(text: str) -> frozenset[int]:
    return frozenset(loads(text))


@lru_cache(maxsize=4096)
def _windows(text: str) -> tuple[TimeWindow, ...]:
    """Those of every day."""
    return tuple(_window(*each) for each in loads(text) if len(each) == 2)


@lru_cache(maxsize=4096)
def _day_windows(text: str) -> tuple[DayWindow, ...]:
    """Those of one day of the week, which stands third."""
    return tuple((each[2], _window(*each[:2])) for each in loads(text) if len(each) == 3)


def _window(start: str, end: str) -> TimeWindow:
    return TimeWindow(time.fromisoformat(start), time.fromisoformat(end))


@lru_cache(maxsize=4096)
def _date_pairs(text: str) -> tuple[tuple[date, date], ...]:
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in loads(text))


@lru_cache(maxsize=4096)
def _ids(text: str) -> frozenset[UUID]:
    return frozenset(UUID(each) for each in loads(text))


@lru_cache(maxsize=4096)
def _id(text: str) -> UUID:
    return UUID(text)


READ: dict[str, Callable[[str], Any]] = {
    "type_id": _id,
    "priority": EntryPriority,
    "referral": Referral,
    "preferred_provider_id": _id,
    "requested_provider_id": _id,
    "location_id": _id,
    "weekdays": _weekdays,
    "times": _windows,
    "excluded_weekdays": _weekdays,
    "excluded_times": _windows,
    "excluded_day_times": _day_windows,
    "excluded_dates": _date_pairs,
    "excluded_provider_ids": _ids,
    "alternate_provider_ids": _ids,
}
"""Columns that come as texts: most are alike, and the same text need be read only once."""

STANDS_IN = {"excluded_day_times": "excluded_times"}
"""Fields whose column is named otherwise."""
