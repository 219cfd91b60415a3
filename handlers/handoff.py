"""A person is always reachable: asked for, or needed."""

from clinic import handoff
from handlers.turn import Reply, Turn, by_desk_hours
from rules.states import EscalationKind


def human(turn: Turn) -> Reply | None:
    """Somebody asks for a person and gets one, or hears when the desk opens."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.ASKED, turn.message.id)
    return by_desk_hours(turn.tx, "human")


def question(turn: Turn) -> Reply | None:
    """Questions go to the desk. An offer that is out stays out: a sure yes to it still counts."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.QUESTION, turn.message.id)
    return by_desk_hours(turn.tx, "question")


def other_time(turn: Turn) -> Reply | None:
    """Another time is wanted, and nothing was offered: the desk finds one."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.COUNTER, turn.message.id)
    return by_desk_hours(turn.tx, "handed_over")


def too_many(turn: Turn) -> Reply | None:
    """More automatic replies than a person would write: perhaps a machine. Somebody looks, in silence."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.TOO_MANY, turn.message.id)
    return None


def reschedule(turn: Turn) -> Reply | None:
    """They want to move a visit: acknowledged, and the desk finds a time."""
    raise NotImplementedError


def book(turn: Turn) -> Reply | None:
    """They want a new visit: the desk finds a time."""
    raise NotImplementedError


def complaint(turn: Turn) -> Reply | None:
    """They are unhappy: a person answers."""
    raise NotImplementedError


def day_of_visit(turn: Turn) -> Reply | None:
    """They are here, or late: the desk hears at once."""
    raise NotImplementedError
