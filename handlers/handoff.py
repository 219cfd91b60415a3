"""A person is always reachable: asked for, or needed."""

from clinic import appointments, conversations, handoff, phrases, policies
from handlers.decide import DecisionKind
from handlers.turn import Reply, Turn, by_desk_hours
from rules.states import EscalationKind, PromptKind
from storage.tables import Appointment


def human(turn: Turn) -> Reply | None:
    """Somebody asks for a person and gets one, or hears when the desk opens."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.ASKED, turn.message.id)
    return by_desk_hours(turn.tx, "human")


def question(turn: Turn) -> Reply | None:
    """Questions go to the desk. An offer that is out stays out: a sure yes to it still counts."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.QUESTION, turn.message.id)
    return by_desk_hours(turn.tx, "question")


def other_language(turn: Turn) -> Reply | None:
    """Written in a language that the bot does not answer in here: acknowledged in it where we can, and a person
    who may speak it goes on."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.LANGUAGE, turn.message.id)
    emergency = policies.current(turn.tx).emergency_phone
    said = phrases.in_any_language(turn.whole.language, emergency=emergency)
    return Reply("other_language", {"said": said})


def too_many(turn: Turn) -> Reply | None:
    """More automatic replies than a person would write: perhaps a machine. Somebody looks, in silence."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.TOO_MANY, turn.message.id)
    return None


def move(turn: Turn, visit: Appointment) -> Reply | None:
    """This visit is to be moved: it stays as it is until the desk has found another time."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.RESCHEDULE, turn.message.id)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.CANCEL_CONFIRM)
    return by_desk_hours(turn.tx, "reschedule", **appointments.words(turn.tx, visit))


def book(turn: Turn) -> Reply | None:
    """They want a new visit: the desk finds a time."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.BOOK, turn.message.id)
    return by_desk_hours(turn.tx, "book")


def complaint(turn: Turn) -> Reply | None:
    """They are unhappy: a person answers. Nothing is argued, least of all a fee."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.COMPLAINT, turn.message.id)
    return by_desk_hours(turn.tx, "complaint")


def day_of_visit(turn: Turn) -> Reply | None:
    """They are here, late, or gone again: the desk hears at once; if nobody is there, they learn when somebody
    is."""
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.DAY_OF_VISIT, turn.message.id)
    phone = phrases.phone(turn.tx.clinic().phone)
    if turn.decision.kind is DecisionKind.ARRIVED:
        return by_desk_hours(turn.tx, "arrived", phone=phone)
    if turn.decision.kind is DecisionKind.LEAVING:
        return by_desk_hours(turn.tx, "leaving")
    return by_desk_hours(turn.tx, "late", phone=phone)
