"""The order in which people are asked, for one entry; `rules.arrays.order` is the same for a whole list.

Urgent entries come first, always; then patients who said yes to this very slot, too late, when it was free
before; then those whose visit the clinic cancelled; then by score (or strictly by who joined first, if the clinic
chose so); then by who joined first. The id at the end makes the order the same every time.
"""

from datetime import datetime
from math import floor
from uuid import UUID

from rules.facts import EntryFacts
from rules.scoring import Score
from rules.states import EntryPriority

TINY = 1e-9  # three tenths and two fifths of a float do not always make seven tenths
BILLION = 1e9  # scores are compared in billionths, for the same reason
MOST_BOOST = 40


def place(
    entry: EntryFacts, score: Score, *, first_come: bool
) -> tuple[bool, bool, bool, int, datetime, UUID]:
    """Sorts smallest first."""
    by_score = 0 if first_come else -floor(score.total * BILLION + 0.5)
    return (not is_urgent(entry), not entry.said_yes, not entry.displaced, by_score, entry.added_at, entry.id)


def is_urgent(entry: EntryFacts) -> bool:
    return entry.priority is EntryPriority.URGENT


def boosted(score: Score, points: int) -> Score:
    """The score with what staff added, which has a part and a reason of its own."""
    points = min(max(points, 0), MOST_BOOST)
    return score.plus("boost", points / 100, f"moved up {points} points by staff") if points else score
