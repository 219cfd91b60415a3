"""Visits that count as missed: what patients text on the day prevents it, and "I was there" takes it back."""

from clinic import no_shows
from handlers.decision import DecisionKind
from handlers.turn import Reply, Turn
from handlers.visits import among
from rules.states import InboundState

ON_THE_DAY = (DecisionKind.ARRIVED, DecisionKind.LATE, DecisionKind.LEAVING)


def heard(turn: Turn) -> None:
    """They are late, here, or gone again: nothing of today is marked missed by itself, whoever answers them."""
    decided = (turn.decision, *turn.decision.also)
    if turn.message.inbound_state is InboundState.UNREAD and any(each.kind in ON_THE_DAY for each in decided):
        no_shows.coming(turn.tx, turn.patient_ids)


def was_there(turn: Turn) -> Reply | None:
    """They came to a visit that counts as missed: of several the one they name, else the newest."""
    missed = no_shows.lately_missed(turn.tx, turn.patient_ids)
    no_shows.was_there(turn.tx, turn.conversation, among(turn, missed)[0])
    return None
