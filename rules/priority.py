"""How pressing a waitlist entry is, whatever the opening: the priority score.

`0.4 × wait + 0.3 × urgency + 0.2 × referral − 0.1 × declines`, kept within 0–1.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from rules.facts import EntryFacts
from rules.scoring import Factor, Profile, Score
from rules.states import EntryPriority, Referral

_DAY = timedelta(days=1)
FULL_WAIT_DAYS = 30
URGENCY = {
    EntryPriority.URGENT: 1.0,
    EntryPriority.HIGH: 0.75,
    EntryPriority.STANDARD: 0.5,
    EntryPriority.FLEXIBLE: 0.25,
}
REFERRAL = {Referral.URGENT: 1.0, Referral.STANDARD: 0.5, None: 0.0}
PER_DECLINE = 0.1


class Waiting(NamedTuple):
    """An entry at a moment."""

    entry: EntryFacts
    now: datetime


def waited(waiting: Waiting) -> tuple[float, str]:
    """Full after a month."""
    days = (waiting.now - waiting.entry.added_at) / _DAY
    whole = int(days)
    reason = "joined today" if whole < 1 else "waiting 1 day" if whole == 1 else f"waiting {whole} days"
    return min(max(days / FULL_WAIT_DAYS, 0.0), 1.0), reason


def _urgency(waiting: Waiting) -> tuple[float, str]:
    priority = waiting.entry.priority
    return URGENCY[priority], "" if priority is EntryPriority.STANDARD else f"{priority} priority"


def _referral(waiting: Waiting) -> tuple[float, str]:
    referral = waiting.entry.referral
    return REFERRAL[referral], f"{referral} referral" if referral else ""


def _declines(waiting: Waiting) -> tuple[float, str]:
    count = waiting.entry.declines
    return min(PER_DECLINE * count, 1.0), f"declined {count} before" if count else ""


PRIORITY: Profile[Waiting] = Profile(
    "priority",
    (
        Factor("wait", 0.4, waited),
        Factor("urgency", 0.3, _urgency),
        Factor("referral", 0.2, _referral),
        Factor("declines", -0.1, _declines),
    ),
)

PRIORITY_TOP = 0.9
"""The most the formula can give. Show a priority score as a share of this."""


def priority_score(entry: EntryFacts, now: datetime) -> Score:
    return PRIORITY.score(Waiting(entry, now))
