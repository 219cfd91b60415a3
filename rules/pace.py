"""Where an entry stands in line, and how long the wait is at the usual pace."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from uuid import UUID

from rules.facts import EntryFacts
from rules.priority import priority_score
from rules.states import EntryPriority

PACE_DAYS = 60
"""How far back we look for how often somebody got a visit from the list."""

LEAST_FILLED = 3
"""With fewer than this to go by, a number of days would be a guess."""


def in_line(entries: Iterable[EntryFacts], now: datetime, *, first_come: bool = False) -> list[UUID]:
    """The ids of who waits for the same thing, first in line first: urgent ones, those whose visit the clinic
    cancelled, then the clinic's order (the priority score, or strictly who joined first)."""

    def place(entry: EntryFacts) -> tuple[bool, bool, float, datetime, UUID]:
        score = 0.0 if first_come else priority_score(entry, now).total
        waits_longer = entry.priority is not EntryPriority.URGENT, not entry.displaced
        return (*waits_longer, -score, entry.added_at, entry.id)

    return [entry.id for entry in sorted(entries, key=place)]


def wait_days(position: int, filled: int) -> int | None:
    """How many days it takes until everybody up to `position` had a turn, when `filled` had one in the last
    `PACE_DAYS`. None: too little has happened to say."""
    return ceil(position * PACE_DAYS / filled) if filled >= LEAST_FILLED else None
