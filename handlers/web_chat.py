"""A visitor of the clinic's site: what anybody may ask is answered; else they show which number is theirs."""

from collections.abc import Callable

from clinic import chat_codes, conversations, phrases
from clinic.chat_codes import Outcome
from handlers import consent, fallback, handoff, questions
from handlers.decide import DecisionKind as Kind
from handlers.turn import Asking, Reply, Turn
from rules import chat_codes as rules
from rules.channels import channel_of
from rules.phones import find_number
from rules.states import Channel, PromptKind
from storage.tables import Conversation, Prompt

MOST_REPLIES = 5
"""So many times as often as a phone may a chat be answered by itself: there is no other machine at its end."""

ASKED = (PromptKind.NUMBER, PromptKind.CODE)


def is_chat(conversation: Conversation) -> bool:
    return channel_of(conversation.address) is Channel.CHAT


def beforehand(turn: Turn) -> Callable[[Turn], Reply | None] | None:
    """What comes before anything else in a chat: the number or the code that we have asked for. None: there is no
    such thing in the text, or they would rather have a person."""
    if not _asked(turn) or turn.decision.kind is Kind.HUMAN:
        return None
    if _awaits_code(turn) and rules.code_in(turn.whole.text):
        return code
    return number if _number(turn) else None


def visitor(turn: Turn) -> Reply | None:
    """From somebody we do not know. One text that asks for several things is personal where one of them is."""
    kinds = {turn.decision.kind, *(one.kind for one in turn.decision.also)}
    if kinds <= GENERAL.keys() and not questions.about_own_fee(turn):
        return GENERAL[turn.decision.kind](turn)
    if turn.decision.kind is Kind.UNASKED_NO and _asked(turn):
        return _rather_not(turn)
    if _number(turn):
        return number(turn)
    if _awaits_code(turn):
        return Reply("chat_code_again", {"phone": _desk(turn)})
    return Reply("chat_number", asks=Asking(PromptKind.NUMBER, turn.message.id))


def number(turn: Turn) -> Reply | None:
    """They say which number is theirs. The answer is the same whether or not it is on file."""
    written, asked = _number(turn) or "", _asked(turn)
    asked_in = asked.subject_id if asked else turn.message.id
    if not chat_codes.ask_for(turn.tx, turn.conversation, written, asked_in):
        return Reply("chat_codes_spent", {"phone": _desk(turn)})
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.NUMBER)
    return Reply("chat_code_sent", {"last": written[-4:]}, asks=Asking(PromptKind.CODE, asked_in))


def code(turn: Turn) -> Reply | None:
    """They type the code. What they had asked first is answered in a turn of its own."""
    asked = _asked(turn)
    outcome = chat_codes.check(turn.tx, turn.conversation, rules.code_in(turn.whole.text) or "")
    if outcome is Outcome.WRONG:
        return Reply("chat_code_wrong")
    if outcome is Outcome.OVER:
        return Reply("chat_code_over", {"phone": _desk(turn)})
    return Reply("chat_verified" if asked and asked.subject_id else "chat_verified_help")


def stop(_turn: Turn) -> Reply | None:
    """No texts go to somebody we do not know."""
    return Reply("chat_no_texts")


def _unclear(turn: Turn) -> Reply | None:
    """Not understood; where a number or a code is awaited, that is asked for again."""
    if not _asked(turn):
        return fallback.not_understood(turn)
    phone = {"phone": _desk(turn)}
    again = Reply("chat_code_again", phone) if _awaits_code(turn) else Reply("chat_number_again", phone)
    return fallback.once(turn, again)


def _rather_not(turn: Turn) -> Reply | None:
    conversations.close_prompts(turn.tx, turn.conversation.id)
    chat_codes.end_all(turn.tx, turn.conversation)
    return Reply("chat_rather_not", {"phone": _desk(turn)})


GENERAL: dict[Kind, Callable[[Turn], Reply | None]] = {
    Kind.QUESTION: questions.answer,
    Kind.HUMAN: handoff.human,
    Kind.COMPLAINT: handoff.complaint,
    Kind.GREETING: fallback.greeting,
    Kind.WRONG_NUMBER: fallback.greeting,
    Kind.THANKS: fallback.ignore,
    Kind.IGNORE: fallback.ignore,
    Kind.PERHAPS_STOP: stop,
    Kind.NO_OFFERS: stop,
    Kind.FEWER_TEXTS: stop,
    Kind.UNCLEAR: _unclear,
}
"""What anybody may ask, and what is said to it."""

BY_NOBODY = {Kind.STOP: stop, Kind.START: stop, Kind.HELP: consent.help_}
"""What has to do with texts, said by somebody we do not know."""


def _asked(turn: Turn) -> Prompt | None:
    """Our newest question for a number or a code that still waits for its answer."""
    found = conversations.open_prompts(turn.tx, turn.conversation.id)
    return next((each for each in found if each.kind in ASKED), None)


def _awaits_code(turn: Turn) -> bool:
    asked = _asked(turn)
    return asked is not None and asked.kind is PromptKind.CODE


def _number(turn: Turn) -> str | None:
    return find_number(turn.whole.text, turn.tx.clinic().region)


def _desk(turn: Turn) -> str:
    return phrases.phone(turn.tx.clinic().phone)
