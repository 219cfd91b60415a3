"""Visits that count as missed: what patients text on the day prevents it, "I was there" takes it back, and why
they did not come is kept."""

from datetime import timedelta

from clinic import appointments, cancellations, no_shows
from clinic.cancellations import Why
from handlers.decision import DecisionKind
from handlers.turn import Reply, Turn
from handlers.visits import among
from rules.states import CancelReason, InboundState, PromptKind
from storage.tables import Appointment

ON_THE_DAY = (DecisionKind.ARRIVED, DecisionKind.LATE, DecisionKind.LEAVING)

SHORTLY_BEFORE = timedelta(days=3)
"""A reason that comes so long before a visit is most likely why they will not come to it."""

ABOUT_ANOTHER = (PromptKind.REASON, PromptKind.CANCEL_CONFIRM, PromptKind.REMINDER, PromptKind.OFFER)
"""Questions of ours that a reason answers: it is not why something was missed then."""


def heard(turn: Turn) -> None:
    """They are late, here, or gone again: nothing of today is marked missed by itself, whoever answers them. And
    whatever else a text says, why a visit was missed is kept."""
    if turn.message.inbound_state is not InboundState.UNREAD:
        return
    decided = (turn.decision, *turn.decision.also)
    if any(each.kind in ON_THE_DAY for each in decided):
        no_shows.coming(turn.tx, turn.patient_ids)
    visit = _explained(turn)
    if visit is not None:
        why = Why(CancelReason(turn.whole.reason or CancelReason.OTHER), turn.message.body)
        cancellations.learn_why(turn.tx, turn.conversation, visit.id, why)


def was_there(turn: Turn) -> Reply | None:
    """They came to a visit that counts as missed: of several the one they name, else the newest."""
    missed = no_shows.lately_missed(turn.tx, turn.patient_ids)
    no_shows.was_there(turn.tx, turn.conversation, among(turn, missed)[0])
    return None


def sorry(turn: Turn) -> Reply | None:
    """They only say why they did not come: thanked, and told how to find another time. None where it is not said
    of a visit that was missed."""
    visit = _explained(turn)
    return Reply("missed_thanks", appointments.words(turn.tx, visit)) if visit else None


def _explained(turn: Turn) -> Appointment | None:
    """The missed visit that a text says the reason of: of several the one it names, else the newest. None where
    it gives no reason, puts another time off (which names a day, and is easily taken for a reason), or may give
    the reason for something else: a visit to come, or a question of ours."""
    gives = turn.glance.missed and turn.whole.reason and turn.decision.kind is not DecisionKind.NOT_NOW
    missed = no_shows.lately_missed(turn.tx, turn.patient_ids) if gives else ()
    asked = any(one.kind in ABOUT_ANOTHER for one in turn.awaited)
    return None if not missed or asked or _of_one_to_come(turn) else among(turn, missed)[0]


def _of_one_to_come(turn: Turn) -> bool:
    coming = appointments.coming(turn.tx, turn.patient_ids)
    gives_up = turn.decision.kind is DecisionKind.CANCEL
    return any(gives_up or visit.starts_at <= turn.tx.now + SHORTLY_BEFORE for visit in coming)
