"""Which openings of the next days suit somebody who waits, and which must not be offered, with the reason."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from clinic import by_hand, openings
from rules.scoring import Score
from storage.tables import Opening, WaitlistEntry
from storage.transaction import Tx

DAYS_AHEAD = 14


@dataclass(frozen=True, slots=True)
class Suiting:
    """An opening held against an entry: a score, or the sentence that says why it is not offered."""

    opening: Opening
    found: Score | str

    @property
    def score(self) -> Score | None:
        return self.found if isinstance(self.found, Score) else None

    @property
    def refusal(self) -> str | None:
        return self.found if isinstance(self.found, str) else None


def of_entry(tx: Tx, entry_id: UUID, *, days: int = DAYS_AHEAD) -> list[Suiting]:
    """The openings of the next `days` for one entry, best first; then those that are not for it, soonest first."""
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    until = tx.now + timedelta(days=days)
    found = [
        Suiting(opening, by_hand.explained(tx, opening, entry.id))
        for opening in openings.live(tx)
        if opening.starts_at <= until
    ]
    return sorted(found, key=lambda each: -each.score.total if each.score else 1.0)
