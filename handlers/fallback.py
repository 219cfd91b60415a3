"""What was not understood: asked once in the light of what is awaited, then a person takes over."""

from clinic import phrases
from handlers.decide import Awaited
from handlers.turn import Reply, Turn, hand_over
from rules.states import EscalationKind, PromptKind

MISSES = 2


def not_understood(turn: Turn) -> Reply | None:
    """Said once, with how to answer; the second time in a row a person takes over."""
    turn.conversation.misses += 1
    if turn.conversation.misses >= MISSES:
        return hand_over(turn, EscalationKind.NOT_UNDERSTOOD)
    phone = phrases.phone(turn.tx.clinic().phone)
    if turn.message.media_count and not turn.read.text:
        return Reply("picture", {"phone": phone})
    return _hint(turn) or Reply("not_understood", {"phone": phone})


def _hint(turn: Turn) -> Reply | None:
    """How to answer what was asked last."""
    newest = max(turn.awaited, key=lambda one: one.asked_at, default=None)
    if newest is None:
        return None
    if newest.kind is PromptKind.LIST:
        return Reply("not_understood_list")
    if newest.start is None:
        return None
    values = {"when": _when(turn, newest), "provider": newest.provider or ""}
    if newest.kind is PromptKind.REMINDER:
        return Reply("not_understood_reminder", values)
    cancelling = newest.kind is PromptKind.CANCEL_CONFIRM
    return Reply("not_understood_cancel" if cancelling else "not_understood_offer", values)


def _when(turn: Turn, awaited: Awaited) -> phrases.Words:
    return phrases.when(awaited.start, turn.tx.clinic().timezone) if awaited.start else ""


def greeting(turn: Turn) -> Reply | None:
    """Hello: said back, with what is still open."""
    newest = max(turn.awaited, key=lambda one: one.asked_at, default=None)
    if newest is not None and newest.kind is PromptKind.OFFER:
        return Reply("offer_still_open", {"when": _when(turn, newest)})
    return Reply("greeting")


def ignore(_turn: Turn) -> Reply | None:
    """A machine's answer, or a tapback on nothing: silence."""
    return None
