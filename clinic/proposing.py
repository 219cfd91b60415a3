"""Smart match for all: who would be offered which free slot, worked out as a whole, for staff to look at first."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinic import openings, policies
from rules.assignment import assign
from rules.facts import Ranked
from rules.states import OpeningState
from storage.queries import matching as loading
from storage.tables import Opening
from storage.transaction import Tx

MOST = 200
"""So many openings are given out at once, the soonest."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An opening that nobody is asked about, and who comes first for it; None where nobody may be offered it."""

    opening: Opening
    ranked: Ranked | None


def propose(tx: Tx) -> list[Proposal]:
    """Whom the bot would ask about the slots nobody is asked about, soonest slot first. Nothing is sent or kept:
    an offer is made for each line that staff send (`by_hand.offer_by_hand`), under the rules as they hold then."""
    free = _unasked(tx)
    if not free:
        return []
    zone = tx.clinic().timezone
    facts = [loading.opening_facts(tx.session, each, zone) for each in free]
    found = assign(
        facts,
        loading.candidates_of_all(tx.session, facts, tx.now),
        policies.current(tx),
        tx.now,
        asked=loading.asked_about(tx.session, facts),
    )
    ranked = {each.opening_id: each.ranked for each in found}
    return [Proposal(opening, ranked.get(opening.id)) for opening in free]


def _unasked(tx: Tx) -> Sequence[Opening]:
    """Slots that the bot may give out now: not those that staff stopped, nor those an undo may still take back."""
    free = [
        opening
        for opening in openings.live(tx)
        if opening.state is OpeningState.OPEN
        and opening.automatic
        and opening.offer_from <= tx.now < opening.give_up_at
    ]
    return free[:MOST]
