"""A person is always reachable: asked for, or needed."""

from clinic import appointments, conversations, phrases, policies
from handlers.decide import DecisionKind
from handlers.turn import Reply, Turn, by_desk_hours, escalate, hand_over
from rules.states import EscalationKind, PromptKind
from storage.tables import Appointment


def human(turn: Turn) -> Reply | None:
    """Somebody asks for a person and gets one, or hears when the desk opens."""
    return hand_over(turn, EscalationKind.ASKED, "human")


def question(turn: Turn) -> Reply | None:
    """Questions go to the desk. An offer that is out stays out: a sure yes to it still counts."""
    return hand_over(turn, EscalationKind.QUESTION, "question")


def other_language(turn: Turn) -> Reply | None:
    """Written in a language that the bot does not answer in here: acknowledged in it where we can, and a person
    who may speak it goes on."""
    escalate(turn, EscalationKind.LANGUAGE)
    emergency = policies.current(turn.tx).emergency_phone
    said = phrases.in_any_language(turn.whole.language, emergency=emergency)
    return Reply("other_language", {"said": said})


def too_many(turn: Turn) -> Reply | None:
    """More automatic replies than a person would write: perhaps a machine. Somebody looks, in silence."""
    escalate(turn, EscalationKind.TOO_MANY)
    return None


def move(turn: Turn, visit: Appointment) -> Reply | None:
    """This visit is to be moved: it stays as it is until the desk has found another time."""
    escalate(turn, EscalationKind.RESCHEDULE)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.CANCEL_CONFIRM)
    return by_desk_hours(turn.tx, "reschedule", **appointments.words(turn.tx, visit))


def book(turn: Turn) -> Reply | None:
    """They want a new visit: the desk finds a time."""
    return hand_over(turn, EscalationKind.BOOK, "book")


def complaint(turn: Turn) -> Reply | None:
    """They are unhappy: a person answers. Nothing is argued, least of all a fee."""
    return hand_over(turn, EscalationKind.COMPLAINT, "complaint")


def day_of_visit(turn: Turn) -> Reply | None:
    """They are here, late, or gone again: the desk hears at once; if nobody is there, they learn when somebody
    is."""
    escalate(turn, EscalationKind.DAY_OF_VISIT)
    phone = phrases.phone(turn.tx.clinic().phone)
    if turn.decision.kind is DecisionKind.ARRIVED:
        return by_desk_hours(turn.tx, "arrived", phone=phone)
    if turn.decision.kind is DecisionKind.LEAVING:
        return by_desk_hours(turn.tx, "leaving")
    return by_desk_hours(turn.tx, "late", phone=phone)
