"""Why a visit was given up: asked once, gently, and read into the eleven reasons.

A reason said before that ("can't make it, my kid is sick") is kept on the questions asked on the way to the
cancel, as the message it stands in; it is never said back.
"""

from uuid import UUID

from clinic import cancellations, conversations
from clinic.cancellations import Why
from handlers.decide import DecisionKind
from handlers.turn import Reply, Turn
from nlu.words import pattern, plain
from rules.states import CancelReason, PromptKind
from storage.tables import Message, Prompt

BECAUSE = " because "
"""Parts what an option of a question points at from the reason kept with it: `visit:<id> because illness <id>`."""

ON_THE_WAY = (PromptKind.LIST, PromptKind.CANCEL_CONFIRM)
"""Questions that may keep a reason: "Which visit do you mean?", "Cancel your visit?"."""

UNREAD = (DecisionKind.REASON, DecisionKind.IGNORE)


def because(turn: Turn) -> str:
    """The reason known so far, as it is kept on the next question; empty where none was said."""
    if turn.read.reason is not None:
        return f"{BECAUSE}{turn.read.reason} {turn.message.id}"
    return next((f"{BECAUSE}{kept}" for kept in _kept(turn)), "")


def why(turn: Turn) -> Why | None:
    """The reason said in this text or on the way to it, with the words it was said in."""
    _, _, known = because(turn).partition(BECAUSE)
    if not known:
        return None
    reason, message_id = known.split()
    return Why(CancelReason(reason), turn.tx.session.get_one(Message, UUID(message_id)).body)


def _kept(turn: Turn) -> list[str]:
    prompts = [turn.tx.session.get_one(Prompt, one.id) for one in turn.awaited if one.kind in ON_THE_WAY]
    parts = [option.partition(BECAUSE) for prompt in prompts for option in prompt.options]
    return [reason for _, _, reason in parts if reason]


def reason(turn: Turn) -> Reply | None:
    """The answer to "May I ask why?": kept with the cancellation, as "other" where it is none we know."""
    asked = turn.decision.awaited
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.REASON)
    said = Why(CancelReason(turn.read.reason or CancelReason.OTHER), turn.read.text)
    if asked is None or asked.subject_id is None or _would_rather_not_say(turn):
        return Reply("reason_skipped")
    kept = cancellations.explain(turn.tx, turn.conversation, asked.subject_id, said)
    return None if kept else Reply("reason_skipped")


def _would_rather_not_say(turn: Turn) -> bool:
    if turn.read.reason is not None:
        return False
    return turn.read.exact or pattern("unsaid", "skip").fullmatch(plain(turn.read.text)) is not None


def let_go(turn: Turn) -> None:
    """The question why is asked once: a text that answers something else ends it.

    Only the answer to "Want something sooner or later?", asked in the same text, leaves it open; a reason given
    along with that answer is kept.
    """
    asked = next((one for one in turn.awaited if one.kind is PromptKind.REASON), None)
    if asked is None or asked.subject_id is None or turn.decision.kind in UNREAD:
        return
    beside = turn.decision.awaited is not None and turn.decision.awaited.kind is PromptKind.JOIN
    if beside and turn.read.reason is None:
        return
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.REASON)
    if beside:
        said = Why(CancelReason(turn.read.reason or CancelReason.OTHER), turn.read.text)
        cancellations.explain(turn.tx, turn.conversation, asked.subject_id, said)
