"""What staff do with a visit on the Today page."""

from collections.abc import Callable
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin.frame import blueprint, by_me, going_out, in_clinic
from bot.admin.today import back
from clinic import approvals, no_shows, reminders, staff_cancels
from clinic.audit import By
from rules.permissions import Permission
from rules.states import CancelReason
from storage.tables import Appointment
from storage.transaction import Tx

pages = blueprint("visits")


@pages.post("/visits/<uuid:visit_id>/cancel")
@needs(Permission.CANCEL_APPOINTMENT)
def cancel(visit_id: UUID) -> Response:
    """It happens after some minutes, in which it can be undone; at once where the clinic wants no such wait."""
    tell, said = "tell" in request.form, request.form.get("reason", "")
    reason = CancelReason(said) if said in set(CancelReason) else None

    def work(tx: Tx) -> str:
        if not staff_cancels.cancel(tx, visit_id, by_me(), tell=tell, reason=reason):
            return "not-cancelled"
        if tx.session.get_one(Appointment, visit_id).cancel_due_at is not None:
            return "cancelling"
        return "cancelled-told" if tell else "cancelled"

    return back(in_clinic(work), f"visit-{visit_id}")


@pages.post("/visits/<uuid:visit_id>/undo-cancel")
@needs(Permission.CANCEL_APPOINTMENT)
def undo_cancel(visit_id: UUID) -> Response:
    return _tried(staff_cancels.undo, visit_id, "kept", "not-kept")


@pages.post("/visits/<uuid:visit_id>/arrived")
@needs(Permission.MODIFY_APPOINTMENT)
def arrived(visit_id: UUID) -> Response:
    return _tried(no_shows.arrive, visit_id, "arrived", "not-arrived")


@pages.post("/visits/<uuid:visit_id>/missed")
@needs(Permission.MODIFY_APPOINTMENT)
def missed(visit_id: UUID) -> Response:
    """Nobody came; what is left of a long visit is offered on or stays on the board."""
    return _tried(no_shows.mark, visit_id, "missed", "not-missed")


@pages.post("/visits/<uuid:visit_id>/came")
@needs(Permission.MODIFY_APPOINTMENT)
def came(visit_id: UUID) -> Response:
    """They came after all, whoever wrote down that they did not."""
    return _tried(no_shows.undo, visit_id, "came", "not-came")


@pages.post("/visits/<uuid:visit_id>/remind")
@needs(Permission.MODIFY_APPOINTMENT)
def remind(visit_id: UUID) -> Response:
    def work(tx: Tx) -> str:
        return going_out(tx, "reminded") if reminders.remind(tx, visit_id, by_me()) else "not-reminded"

    return back(in_clinic(work), f"visit-{visit_id}")


@pages.post("/visits/<uuid:visit_id>/approve")
@needs(Permission.MODIFY_APPOINTMENT)
def approve(visit_id: UUID) -> Response:
    """The last word on a booking made by text: its patient is told."""
    return _tried(approvals.approve, visit_id, "approved", "not-waiting")


@pages.post("/visits/<uuid:visit_id>/refuse")
@needs(Permission.MODIFY_APPOINTMENT)
def refuse(visit_id: UUID) -> Response:
    """Whoever may say yes to a booking may say no: it was never one of the clinic's visits."""
    done = in_clinic(lambda tx: approvals.refuse(tx, visit_id, by_me()))
    return back("refused" if done else "not-waiting")


def _tried(act: Callable[[Tx, UUID, By], bool], visit_id: UUID, done: str, not_done: str) -> Response:
    """Do it, and say at the visit whether it was done."""
    said = done if in_clinic(lambda tx: act(tx, visit_id, by_me())) else not_done
    return back(said, f"visit-{visit_id}")
