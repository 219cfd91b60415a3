"""Numbered lists: a number picks a line, and what the line points at decides what happens.

A line is written `kind:id`; `LINES` says what choosing one of each kind does.
"""

from collections.abc import Callable
from uuid import UUID

from clinic import acceptance
from clinic.audit import PATIENT
from handlers import appointments, fallback, offers
from handlers.turn import Reply, Turn
from storage.tables import Appointment, Offer, Prompt


def choose(turn: Turn) -> Reply | None:
    """A number out of the newest list: what its line points at is done. A list is answered once."""
    prompt = turn.tx.session.get_one(Prompt, turn.decision.awaited.id if turn.decision.awaited else None)
    number = turn.read.choice or 0
    if not 1 <= number <= len(prompt.options):
        return fallback.not_understood(turn)
    prompt.answered_at = turn.tx.now
    kind, _, subject = prompt.options[number - 1].partition(":")
    return LINES[kind](turn, UUID(subject))


def _offer(turn: Turn, offer_id: UUID) -> Reply | None:
    acceptance.accept(turn.tx, turn.conversation, turn.tx.session.get_one(Offer, offer_id), PATIENT)
    return None


def _visit(turn: Turn, visit_id: UUID) -> Reply | None:
    return appointments.check(turn, turn.tx.session.get_one(Appointment, visit_id))


LINES: dict[str, Callable[[Turn, UUID], Reply | None]] = {
    offers.LINE: _offer,
    appointments.LINE: _visit,
}
