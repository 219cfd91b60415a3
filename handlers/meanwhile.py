"""While a person has the conversation the bot is silent; but where something only waits for the desk, and nobody
has taken it up, it goes on with what it is sure of. A visit given up at night is not to wait for the morning.
"""

from collections.abc import Callable

from clinic import handoff
from handlers import questions
from handlers.decision import DecisionKind
from handlers.turn import Reply, Turn
from handlers.whom import entries_meant

ACTED_ON = (
    DecisionKind.CANCEL,
    DecisionKind.RESCHEDULE,
    DecisionKind.CHOICE,
    DecisionKind.UNDO,
    DecisionKind.LATE,
    DecisionKind.ARRIVED,
    DecisionKind.LEAVING,
    DecisionKind.NO_OFFERS,
    DecisionKind.LEAVE_LIST,
    DecisionKind.FEWER_TEXTS,
    DecisionKind.STATUS,
)
"""What is done about a visit or the list, whatever else waits for the desk."""

OF_WHO_WAITS = (
    DecisionKind.NOT_NOW,
    DecisionKind.PREFERENCES,
    DecisionKind.EARLIER,
)
"""What whoever is on the waitlist says of their place; of anybody else it may be about what the desk was asked."""

ANSWERS = (
    DecisionKind.ACCEPT,
    DecisionKind.CONFIRM,
    DecisionKind.DECLINE,
    DecisionKind.CHECK,
    DecisionKind.REASON,
)
"""What answers something that the bot has asked."""


def beforehand(turn: Turn) -> Callable[[Turn], Reply | None] | None:
    """What stands before the table while a person has the conversation. None: the table may act."""
    decision = turn.decision
    if not handoff.waits_to_be_taken(turn.tx, turn.conversation):
        return silence
    if decision.kind is DecisionKind.QUESTION and decision.awaited is None:
        return questions.answer_if_known
    if decision.kind in ACTED_ON or (decision.kind in ANSWERS and decision.awaited is not None):
        return None
    if decision.kind in OF_WHO_WAITS and entries_meant(turn):
        return None
    return silence


def silence(_turn: Turn) -> None:
    """Somebody else answers."""
    return
