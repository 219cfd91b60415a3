"""A reason said on the way to a cancel ("can't make it, my kid is sick"): kept on the questions asked until then.

It is kept as the message it stands in, and never said back.
"""

from uuid import UUID

from clinic.cancellations import Why
from handlers.turn import Turn
from rules.states import CancelReason, PromptKind
from storage.tables import Message, Prompt

BECAUSE = " because "
"""Parts what an option of a question points at from the reason kept with it: `visit:<id> because illness <id>`."""

ON_THE_WAY = (PromptKind.LIST, PromptKind.CANCEL_CONFIRM)
"""Questions that may keep a reason: "Which visit do you mean?", "Cancel your visit?"."""


def because(turn: Turn) -> str:
    """The reason known so far, as it is kept on the next question; empty where none was said."""
    if turn.whole.reason is not None:
        return f"{BECAUSE}{turn.whole.reason} {turn.message.id}"
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
