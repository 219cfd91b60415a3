"""Wait, no: what was done last by text is taken back."""

from collections.abc import Callable
from dataclasses import replace

from clinic import restoring
from clinic import undo as undoing
from handlers import appointments, offers
from handlers.decide import Awaited
from handlers.turn import Reply, Turn
from rules.states import UPCOMING_APPOINTMENT, PromptKind, UndoKind
from storage.tables import Appointment, Undoable


def undo(turn: Turn) -> Reply | None:
    """The newest thing done here by text, within the clinic's undo time, is taken back.

    After that a booking can still be given up like any visit, asked back; of anything else the patient is told
    that it is too late.
    """
    newest = undoing.newest(turn.tx, turn.conversation.id)
    asked = _asked_since(turn, newest)
    if asked is not None:
        return INSTEAD[asked.kind](replace(turn, decision=replace(turn.decision, awaited=asked)))
    if newest is None:
        return Reply("undo_nothing")
    if newest.undone_at is not None:
        return Reply("undo_already")
    if undoing.in_time(turn.tx, newest) and restoring.put_back(turn.tx, turn.conversation, newest):
        return None
    booked = _still_booked(turn, newest)
    return appointments.check(turn, booked) if booked else Reply("undo_too_late")


def _asked_since(turn: Turn, newest: Undoable | None) -> Awaited | None:
    """What was asked after the newest deed: then "wait, no" is an answer to that."""
    since = [
        one
        for one in turn.awaited
        if one.kind in INSTEAD and (newest is None or one.asked_at > newest.made_at)
    ]
    return max(since, key=lambda one: one.asked_at, default=None)


def _still_booked(turn: Turn, newest: Undoable) -> Appointment | None:
    """The visit of a booking that is too old to be taken back, while it is still to come."""
    if newest.kind is not UndoKind.BOOKING:
        return None
    visit_id = undoing.visit_of(turn.tx, newest)
    visit = turn.tx.session.get(Appointment, visit_id) if visit_id else None
    coming = visit is not None and visit.state in UPCOMING_APPOINTMENT and visit.starts_at > turn.tx.now
    return visit if coming else None


INSTEAD: dict[PromptKind, Callable[[Turn], Reply | None]] = {
    PromptKind.CANCEL_CONFIRM: appointments.keep,
    PromptKind.OFFER: offers.decline,
    PromptKind.CONFIRM: offers.decline,
}
"""What "wait, no" means to a question of ours."""
