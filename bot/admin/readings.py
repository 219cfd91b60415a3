"""How a text was read and why, in words that staff read. Works from `message.read_as` (see
`handlers.explained`), and makes do with whatever of it is there: older texts say less."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.admin import wishes
from nlu.client import A_REASON
from nlu.understanding import Intent
from rules.states import AnswerTopic, CancelReason, InboundState
from storage.tables import Message

INBOUND = {
    InboundState.UNREAD: "Not read yet",
    InboundState.PARKED: "The bot failed on this one",
    InboundState.HANDED: "Not read: handed to staff",
}

DECIDED = {
    "accept": "yes to the offer",
    "check": "an unsure yes, asked back",
    "confirm": "yes",
    "decline": "no",
    "not_now": "not now",
    "undo": "takes it back",
    "counter": "wants another time",
    "preferences": "a wish",
    "question": "a question",
    "cancel": "wants to cancel",
    "reason": "says why",
    "reschedule": "wants to move a visit",
    "book": "wants a new visit",
    "status": "asks where they stand",
    "earlier": "wants something sooner",
    "auto_book": "book them without asking",
    "ask_first": "ask them before booking",
    "leave_list": "wants off the waitlist",
    "fewer_texts": "wants fewer texts",
    "undecided": "will say later",
    "no_offers": "wants no more offers",
    "was_there": "says they came",
    "arrived": "is here",
    "late": "is running late",
    "leaving": "left before being seen",
    "thanks": "thanks",
    "greeting": "says hello",
    "complaint": "a complaint",
    "choice": "a choice from the list",
    "human": "asks for a person",
    "wrong_number": "wrong number",
    "stop": "stop",
    "start": "start",
    "help": "help",
    "emergency": "an emergency",
    "unasked_yes": "a yes with nothing open",
    "unasked_no": "a no with nothing open",
    "ignore": "an automatic reply, left alone",
    "perhaps_stop": "may want no more texts, asked back",
    "unclear": "not understood",
}
"""What was decided, by `handlers.decide.DecisionKind`."""

MEANT = {
    **{word: words for word, words in DECIDED.items() if word != "check"},
    "confirm": "will come to their visit",
    "accept": "yes",
    "out_of_scope": "nothing of ours",
    "tapback_like": "a liked message",
    "tapback_other": "a reaction to a message",
    "auto_reply": "an automatic reply",
    "empty": "nothing to read",
}
"""What the text itself says, whatever it answers, by `nlu.understanding.Intent`."""

AGAINST = {
    "not_read_as_yes": "does not read as a plain yes",
    "no_word_for_yes": "has no word for yes",
    "negation": "has a word for no",
    "hedge": "sounds unsure",
    "change": "speaks of another time",
    "cancelling": "speaks of cancelling",
    "question": "asks something",
    "only_polite": "may be no more than thanks",
    "quoted": "quotes words that may be ours",
    "other_provider": "names somebody else than the one asked about",
    "other_time": "names another time than the one asked about",
    "too_much_unknown": "has words the bot does not know",
    "too_long": "is too long for a plain yes",
}
"""What kept a text from being a sure yes, by the guards of `handlers.guards`."""

RULES = {
    "every guard agrees": "a plain yes, with nothing against it",
    "every guard agrees, clause by clause": "a plain yes, with nothing against it in any part",
    "only a tapback": "only a reaction to a message",
    "a number": "a number from the list",
    "a number to an offer": "a number, where yes or no was asked",
    "a number, nothing to choose from": "a number, with no list to choose from",
    "yes, but no yes is awaited": "a yes, with nothing asked",
}
"""What settled it where no guard did. The sentences of the decision are plain; these are plainer."""

REASONS = {
    CancelReason.SCHEDULE_CONFLICT: "something else that day",
    CancelReason.ILLNESS: "illness",
    CancelReason.TRANSPORTATION: "no way to get here",
    CancelReason.FORGOT: "forgot",
    CancelReason.FINANCIAL: "the cost",
    CancelReason.WEATHER: "the weather",
    CancelReason.FAMILY_EMERGENCY: "a family emergency",
    CancelReason.CHANGED_PROVIDER: "goes somewhere else",
    CancelReason.PRACTICE_CLOSURE: "we were closed",
    CancelReason.PROVIDER_UNAVAILABLE: "the provider was away, or we moved it",
    CancelReason.OTHER: "another reason",
}

_INTENTS = list(Intent)[: list(Intent).index(Intent.CHOICE)]
_WHYS = [reason for reason in CancelReason if reason is not CancelReason.OTHER]

TEACHABLE: dict[str, str] = {
    **{str(intent): MEANT[intent] for intent in _INTENTS if intent is not Intent.REASON},
    **{f"{A_REASON}{reason}": f"says why: {REASONS[reason]}" for reason in _WHYS},
}
"""What staff can say that a text meant: the topics of the training data, in their order."""

TOPICS = {
    AnswerTopic.HOURS: "opening hours",
    AnswerTopic.ADDRESS: "where we are",
    AnswerTopic.PARKING: "parking",
    AnswerTopic.BRING: "what to bring",
    AnswerTopic.INSURANCE: "insurance",
    AnswerTopic.FEES: "what it costs",
}

TIMED = ("counter", "not_now", "cancel", "reschedule", "book", "undo")
"""Where the times that were said are part of what was meant; elsewhere they only name what was asked."""

REASONED = ("cancel", "reason", "decline", "not_now", "reschedule")

LEAST_RIVAL = 0.05
"""A reading the model gave less than this is not worth a word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was read. `line` is always shown; the rest, whatever is known of it, when somebody asks.

    `meant` is what the model or an exact rule made of it, `share` how sure it was (None: an exact rule),
    `rivals` what else it may have been. `against` is what kept it from being a sure yes, `why` what settled it;
    `parts` are the clauses that were read one by one; `model` is the language model that was asked, if any.
    """

    line: str
    meant: str = ""
    share: str | None = None
    rivals: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    model: str | None = None

    @property
    def more(self) -> bool:
        return bool(self.meant or self.against or self.why or self.parts)


def reading(message: Message) -> Reading | None:
    """How the bot read a text that came in; None where there is nothing to say."""
    if message.inbound_state in INBOUND:
        return Reading(INBOUND[message.inbound_state])
    read: dict[str, Any] = message.read_as or {}
    if not read.get("decision"):
        return None
    names = [str(each) for each in read.get("why") or ()]
    exact = float(read.get("confidence", 0)) == 1
    return Reading(
        line="Read as: " + " + ".join(_said(read)),
        meant=_words(MEANT, read.get("intent")),
        share=None if exact or "confidence" not in read else _percent(read["confidence"]),
        rivals=tuple(_rivals(read)),
        against=tuple(AGAINST[each] for each in names if each in AGAINST),
        why=tuple(_why(each) for each in names if each not in AGAINST),
        parts=tuple(_clauses(read)),
        model=message.model,
    )


def _said(read: dict[str, Any]) -> Iterable[str]:
    """The main thing, then what else the text says. Each once."""
    kinds = [str(read["decision"]), *map(str, read.get("also") or ())]
    wish = wishes.said(read.get("preferences") or {})
    if wish:
        parts = [*(_part(kind, read) for kind in kinds if kind != "preferences"), f"wishes: {wish}"]
    else:
        parts = [*(_part(kind, read) for kind in kinds), _times(read) if kinds[0] in TIMED else ""]
    return dict.fromkeys(part for part in parts if part)


def _part(kind: str, read: dict[str, Any]) -> str:
    """One of the things a text says, with what it is about where that was read."""
    topic, reason = read.get("topic"), read.get("reason")
    if kind == "question" and topic:
        return f"a question about {_words(TOPICS, topic)}"
    if kind in REASONED and reason:
        return f"{_words(DECIDED, kind)} ({_words(REASONS, reason)})"
    return _words(DECIDED, kind)


def _times(read: dict[str, Any]) -> str:
    """The times as they were said, where nothing more was made of them."""
    times = read.get("times") or ()
    return ", ".join(f"{'not ' if each.get('excluded') else ''}“{each['text']}”" for each in times)


def _rivals(read: dict[str, Any]) -> Iterable[str]:
    others = [
        (intent, share) for intent, share in (read.get("rivals") or {}).items() if intent != read["intent"]
    ]
    return [f"{_words(MEANT, intent)} {_percent(share)}" for intent, share in others if share >= LEAST_RIVAL]


def _clauses(read: dict[str, Any]) -> Iterable[str]:
    return [f"“{each['text']}”: {_words(MEANT, each['intent'])}" for each in read.get("clauses") or ()]


def _why(name: str) -> str:
    said, _, intent = name.partition("said ")
    if not said and intent:
        return f"an exact rule reads it as: {_words(MEANT, intent)}"
    return _words(RULES, name)


def _words(table: dict[Any, str], word: Any) -> str:
    """A word's meaning; the word itself where a newer version has written one we do not know yet."""
    return str(table.get(word, str(word or "").replace("_", " ")))


def _percent(share: Any) -> str:
    return f"{round(float(share) * 100)}%"
