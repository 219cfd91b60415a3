"""What was not understood: asked once in the light of what is awaited, then a person takes over."""

from clinic import phrases
from handlers.decide import Awaited
from handlers.turn import Reply, Turn, hand_over
from rules.states import EscalationKind, PromptKind

MISSES = 2


def not_understood(turn: Turn) -> Reply | None:
    """Said once, with how to answer; the second time in a row a person takes over."""
    phone = phrases.phone(turn.tx.clinic().phone)
    if turn.message.media_count and not turn.read.text:
        return once(turn, Reply("picture", {"phone": phone}))
    return once(turn, _hint(turn) or Reply("not_understood", {"phone": phone}))


def perhaps_stop(turn: Turn) -> Reply | None:
    """May want no more texts. How to end them is said without a yes or no to it: a YES would take the offer."""
    newest = _newest(turn)
    if newest is not None and newest.kind in (PromptKind.CANCEL_CONFIRM, PromptKind.REMINDER):
        return not_understood(turn)
    if newest is not None and newest.start is not None:
        values = {"when": _when(turn, newest), "provider": newest.provider or ""}
        return once(turn, Reply("perhaps_stop_offer", values))
    return once(turn, Reply("perhaps_stop", {"phone": phrases.phone(turn.tx.clinic().phone)}))


def once(turn: Turn, reply: Reply) -> Reply:
    """Say this, unless the text before was not understood either: then a person takes over."""
    turn.conversation.misses += 1
    if turn.conversation.misses >= MISSES:
        return hand_over(turn, EscalationKind.NOT_UNDERSTOOD)
    return reply


def _newest(turn: Turn) -> Awaited | None:
    return max(turn.awaited, key=lambda one: one.asked_at, default=None)


def _hint(turn: Turn) -> Reply | None:
    """How to answer what was asked last."""
    newest = _newest(turn)
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
    if cancelling and newest.options > 1:
        return Reply("not_understood_cancel_all")
    return Reply("not_understood_cancel" if cancelling else "not_understood_offer", values)


def _when(turn: Turn, awaited: Awaited) -> phrases.Words:
    return phrases.when(awaited.start, turn.tx.clinic().timezone) if awaited.start else ""


def greeting(turn: Turn) -> Reply | None:
    """Hello: said back, with what is still open."""
    newest = _newest(turn)
    if newest is not None and newest.kind is PromptKind.OFFER:
        return Reply("offer_still_open", {"when": _when(turn, newest)})
    return Reply("greeting")


def ignore(_turn: Turn) -> Reply | None:
    """A machine's answer, or a tapback on nothing: silence."""
    return None
