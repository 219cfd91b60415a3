"""Questions: answered from the clinic's own entries, or by a person."""

from clinic import acceptance, answers, cancellations, messages, phrases
from handlers import handoff, waitlist, wishing
from handlers.naming import named_type
from handlers.turn import Reply, Turn
from handlers.whom import entries_meant
from nlu.topics import asks_about_the_wait
from nlu.words import pattern, plain
from rules.segments import affordable, segments
from rules.states import AnswerTopic, OfferState, PromptKind

MOST_SEGMENTS = 2


def answer(turn: Turn) -> Reply | None:
    """The clinic's own answer where it has one: the conversation stays with the bot. Else a person gets the
    question."""
    topic = turn.read.topic or turn.whole.topic
    if about_own_fee(turn):
        return handoff.question(turn)
    if wishing.names_alone(turn):
        return waitlist.preferences(turn)
    if topic is None and _about_their_wait(turn):
        return waitlist.status(turn)
    language = messages.language_of(turn.tx, turn.conversation, None)
    said = answers.of(turn.tx, AnswerTopic(topic), language) if topic else None
    if said is None:
        return handoff.question(turn)
    reminded = f"{said} {_still_open(turn, language)}".strip()
    return Reply("answer", {"answer": reminded if segments(affordable(reminded)) <= MOST_SEGMENTS else said})


def answer_if_known(turn: Turn) -> Reply | None:
    """The same while something else waits for the desk: what the clinic has no answer to waits with it."""
    topic = turn.read.topic or turn.whole.topic
    language = messages.language_of(turn.tx, turn.conversation, None)
    known = topic is not None and answers.of(turn.tx, AnswerTopic(topic), language) is not None
    return answer(turn) if known and not about_own_fee(turn) else None


def _about_their_wait(turn: Turn) -> bool:
    """Whether somebody who waits asks how long it takes, for what they wait for: that the list knows."""
    if not asks_about_the_wait(turn.whole.text):
        return False
    kind = named_type(turn)
    return any(kind is None or entry.type_id == kind.id for entry in entries_meant(turn))


def about_own_fee(turn: Turn) -> bool:
    """What they owe themselves, or why: nothing that the clinic's entry answers, and never argued by a machine.

    Whoever does owe something asks about that, in whatever words.
    """
    topic = turn.read.topic or turn.whole.topic
    if topic is None or AnswerTopic(topic) is not AnswerTopic.FEES:
        return False
    own = pattern("topics", "own_fee").search(plain(turn.whole.text)) is not None
    return own or cancellations.owes(turn.tx, turn.patient_ids)


def _still_open(turn: Turn, language: str) -> str:
    """A word on the one offer that still waits: read afresh, since the same text may have answered it, and not
    beside a yes or where we have asked directly: those have their own reply."""
    if turn.whole.signals.yes or any(one.kind is PromptKind.CONFIRM for one in turn.awaited):
        return ""
    asked = [one.subject_id for one in turn.awaited if one.kind is PromptKind.OFFER and one.subject_id]
    waiting = [
        opening.starts_at
        for offer, opening in acceptance.answerable_offers(turn.tx, asked)
        if offer.state is OfferState.OPEN
    ]
    if len(waiting) != 1:
        return ""
    return phrases.render(
        "offer_still_open", language, when=phrases.when(waiting[0], turn.tx.clinic().timezone)
    )
