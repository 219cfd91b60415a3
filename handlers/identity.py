"""Who is on the number: somebody else, or nobody we know."""

from clinic import consent, phrases
from clinic.audit import PATIENT
from handlers.turn import Reply, Turn, escalate
from rules.states import EscalationKind


def wrong_number(turn: Turn) -> Reply | None:
    """Nothing personal is said; outreach rests and staff look."""
    consent.wrong_number(turn.tx, turn.conversation, PATIENT)
    escalate(turn, EscalationKind.WRONG_NUMBER)
    return Reply("wrong_number", _clinic(turn))


def unknown(turn: Turn) -> Reply | None:
    """A number that is on nobody's file."""
    return Reply("unknown_number", _clinic(turn))


def _clinic(turn: Turn) -> dict[str, str]:
    clinic = turn.tx.clinic()
    return {"clinic": clinic.name, "phone": phrases.phone(clinic.phone)}
