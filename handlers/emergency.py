"""An emergency or a crisis: the safety message at once, staff at once."""

from clinic import policies
from handlers.turn import Reply, Turn, escalate
from rules.states import EscalationKind


def emergency(turn: Turn) -> Reply | None:
    """The fixed safety text, and everybody on call is alerted, whatever else is going on."""
    escalate(turn, EscalationKind.EMERGENCY)
    decided = policies.current(turn.tx)
    return Reply("emergency", {"emergency": decided.emergency_phone, "crisis": decided.crisis_phone})
