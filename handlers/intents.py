"""What was read, as a decision: the first reading of the model, where it is sure enough to act on."""

from handlers.decision import Decision, DecisionKind
from handlers.guards import Awaited
from nlu.understanding import Intent, Reason, Understanding
from nlu.words import pattern, plain

LEAST_SURE = 0.45
"""The share the model must give its first reading before we act on it. Nothing is booked by this alone."""

LEAST_SURE_OF = {
    Intent.AUTO_BOOK: 0.7,
    Intent.NO_OFFERS: 0.8,
    Intent.LEAVE_LIST: 0.7,
    Intent.REASON: 0.6,
    Intent.NOT_NOW: 0.55,  # "maybe" puts nothing off
    Intent.EMERGENCY: 0.5,
}
"""More is wanted where acting on a misreading costs more."""

SURE_CANCEL = 0.8
"""The share a cancel must have that is put as a question and holds no word for cancelling or for not coming."""

ALWAYS = {
    Intent.EMERGENCY: DecisionKind.EMERGENCY,
    Intent.STOP: DecisionKind.STOP,
    Intent.START: DecisionKind.START,
    Intent.HELP: DecisionKind.HELP,
    Intent.WRONG_NUMBER: DecisionKind.WRONG_NUMBER,
    Intent.AUTO_REPLY: DecisionKind.IGNORE,
    Intent.TAPBACK_OTHER: DecisionKind.IGNORE,
    Intent.EMPTY: DecisionKind.UNCLEAR,
}
"""Intents of the exact rules that mean the same whatever is awaited."""

READ = {
    Intent.DECLINE: DecisionKind.DECLINE,
    Intent.NOT_NOW: DecisionKind.NOT_NOW,
    Intent.UNDO: DecisionKind.UNDO,
    Intent.COUNTER: DecisionKind.COUNTER,
    Intent.PREFERENCES: DecisionKind.PREFERENCES,
    Intent.QUESTION: DecisionKind.QUESTION,
    Intent.CANCEL: DecisionKind.CANCEL,
    Intent.REASON: DecisionKind.REASON,
    Intent.CONFIRM: DecisionKind.CONFIRM,
    Intent.RESCHEDULE: DecisionKind.RESCHEDULE,
    Intent.BOOK: DecisionKind.BOOK,
    Intent.STATUS: DecisionKind.STATUS,
    Intent.EARLIER: DecisionKind.EARLIER,
    Intent.AUTO_BOOK: DecisionKind.AUTO_BOOK,
    Intent.ASK_FIRST: DecisionKind.ASK_FIRST,
    Intent.LEAVE_LIST: DecisionKind.LEAVE_LIST,
    Intent.FEWER_TEXTS: DecisionKind.FEWER_TEXTS,
    Intent.NO_OFFERS: DecisionKind.NO_OFFERS,
    Intent.ARRIVED: DecisionKind.ARRIVED,
    Intent.LATE: DecisionKind.LATE,
    Intent.LEAVING: DecisionKind.LEAVING,
    Intent.THANKS: DecisionKind.THANKS,
    Intent.GREETING: DecisionKind.GREETING,
    Intent.COMPLAINT: DecisionKind.COMPLAINT,
    Intent.HUMAN: DecisionKind.HUMAN,
    Intent.EMERGENCY: DecisionKind.HUMAN,  # not sure enough for the safety message, too likely for a machine
}
"""What the model reads. Of emergencies it is surer before we say so: handlers.alarms.SURE_ALARM."""


def reading(understanding: Understanding) -> DecisionKind:
    """What the model (or an exact rule) read, where it is sure enough to act on."""
    if asks_about_the_clinic(understanding) or asks_rather_than_cancels(understanding):
        return DecisionKind.QUESTION
    if cancels_their_visit(understanding):
        return DecisionKind.CANCEL
    if understanding.confidence < LEAST_SURE_OF.get(understanding.intent, LEAST_SURE):
        return DecisionKind.QUESTION if asks_what_they_owe(understanding) else DecisionKind.UNCLEAR
    if understanding.intent is Intent.EMERGENCY and _ill_and_not_coming(understanding):
        return DecisionKind.CANCEL
    if understanding.intent is Intent.REASON and understanding.reason is None:
        return DecisionKind.UNCLEAR
    if understanding.intent is Intent.CONFIRM and not will_come(understanding):
        return DecisionKind.STATUS if understanding.signals.question else DecisionKind.UNCLEAR
    if understanding.intent is Intent.PREFERENCES and not understanding.preferences:
        # "Anything with Dr Kim?" asks for a time; a wish nobody could make out is not kept as one.
        return DecisionKind.COUNTER if understanding.signals.question else DecisionKind.PREFERENCES
    return READ.get(understanding.intent, DecisionKind.UNCLEAR)


def asks_about_the_clinic(understanding: Understanding) -> bool:
    """ "What time do you close on Friday?" names a time and wants none: the topic tells."""
    mistaken = (
        Intent.COUNTER,
        Intent.STATUS,
        Intent.BOOK,
        Intent.PREFERENCES,
        Intent.ARRIVED,
        Intent.LATE,
        Intent.OUT_OF_SCOPE,
    )
    asks = understanding.signals.question and understanding.topic is not None
    return asks and not understanding.exact and understanding.intent in mistaken


def asks_what_they_owe(understanding: Understanding) -> bool:
    """ "How much do I owe?": a question for a person, also where the model makes little of it."""
    own = pattern("topics", "own_fee").search(plain(understanding.text)) is not None
    return own and understanding.signals.question


def _ill_and_not_coming(understanding: Understanding) -> bool:
    """ "My son can't come, he has a fever": no danger that any rule knows, and it says what they want of us."""
    stays_away = pattern("visits", "cannot_come").search(plain(understanding.text)) is not None
    return stays_away and understanding.reason == Reason.ILLNESS


def cancels_their_visit(understanding: Understanding) -> bool:
    """ "Cancel my visit on the 10th", whatever reason stands beside it."""
    may_be = (
        Intent.REASON,
        Intent.CANCEL,
        Intent.STATUS,
        Intent.DECLINE,
        Intent.COUNTER,
        Intent.OUT_OF_SCOPE,
    )
    if understanding.exact or understanding.intent not in may_be or understanding.signals.question:
        return False
    return pattern("visits", "cancels_it").search(plain(understanding.text)) is not None


def says_they_came(understanding: Understanding) -> bool:
    """ "But I was there!"."""
    return pattern("visits", "was_there").search(plain(understanding.text)) is not None


def asks_rather_than_cancels(understanding: Understanding) -> bool:
    """ "Can my son come along?" is read as a cancel now and then, and has not a word of one."""
    signals = understanding.signals
    wordless = signals.question and not (signals.cancel or signals.no or signals.hedge)
    return understanding.intent is Intent.CANCEL and wordless and understanding.confidence < SURE_CANCEL


def will_come(understanding: Understanding) -> bool:
    """Whether no word speaks against what was read as "I'll be there"."""
    signals = understanding.signals
    return not (signals.no or signals.hedge or signals.question or signals.cancel or signals.change)


def share_of(understanding: Understanding, wanted: Intent) -> float:
    """What the model gave a reading, first or not."""
    return next((share for intent, share in understanding.ranking if intent is wanted), 0.0)


def decision_on(
    kind: DecisionKind,
    understanding: Understanding,
    awaited: Awaited | None,
    why: tuple[str, ...],
    *,
    also: tuple[DecisionKind, ...] = (),
) -> Decision:
    """A decision with everything it was made from; beside it what the exact rules found too ("yes. HELP"), and
    `also`."""
    beside = tuple(ALWAYS[intent] for intent in understanding.also if intent in ALWAYS)
    others = tuple(Decision(each, read=understanding) for each in (*beside, *also))
    return Decision(kind, awaited, why, understanding.times, others, understanding)
