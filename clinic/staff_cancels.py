"""Cancels by staff: each waits some minutes behind an undo, and the visit stays as it is until then."""

from datetime import datetime, timedelta
from uuid import UUID

from clinic import (
    appointments,
    closing,
    conversations,
    messages,
    phrases,
    policies,
    recovery_attempts,
)
from clinic.audit import BOT, SYSTEM, By, by_staff, record
from clinic.messages import about_visit
from rules.cancellations import OURS
from rules.states import (
    UPCOMING_APPOINTMENT,
    CancellationKind,
    CancelledBy,
    CancelReason,
    DueKind,
    MessageClass,
)
from storage.queries.due import set_due
from storage.tables import Appointment
from storage.transaction import Tx


def cancel(tx: Tx, appointment_id: UUID, by: By, *, tell: bool, reason: CancelReason | None = None) -> bool:
    """Staff cancel a visit: it happens after some minutes in which they can undo it, or now where the clinic
    wants no such wait or the visit begins before. False where there is nothing to cancel any more.

    While it waits the visit stays as it is. The patient is texted when it happens, unless they know already.
    `reason`: why, where staff say it; without one of the patient's own nobody is held to have been late.
    """
    visit = appointments.lock(tx, appointment_id)
    if visit.state not in UPCOMING_APPOINTMENT or visit.starts_at <= tx.now:
        return False
    due_at = tx.now + timedelta(minutes=policies.current(tx).staff_undo_minutes)
    if due_at == tx.now or due_at >= visit.starts_at:
        return _cancelled(tx, visit, by, tell=tell, reason=reason)
    visit.cancel_due_at, visit.cancel_asked_by = due_at, by.staff_id
    visit.cancel_tell, visit.cancel_reason = tell, reason
    set_due(tx.session, tx.clinic_id, DueKind.STAFF_CANCEL, visit.id, due_at)
    record(tx, by, "appointment.cancel_asked", visit, after={"due": due_at.isoformat(), "tell": tell})
    return True


def undo(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """Staff take a cancel back while it waits. False where it has happened, or something else has."""
    visit = appointments.lock(tx, appointment_id)
    if visit.cancel_due_at is None or visit.state not in UPCOMING_APPOINTMENT:
        return False
    appointments.no_longer_waits(tx, visit)
    record(tx, by, "appointment.cancel_undone", visit)
    return True


def carry_out(tx: Tx, appointment_id: UUID) -> datetime | None:
    """A staff cancel has waited out its undo. What has happened to the visit meanwhile comes before it."""
    visit = appointments.lock(tx, appointment_id)
    if visit.cancel_due_at is None or visit.cancel_due_at > tx.now:
        return visit.cancel_due_at
    by, tell = (by_staff(visit.cancel_asked_by) if visit.cancel_asked_by else SYSTEM), visit.cancel_tell
    reason = visit.cancel_reason
    if visit.state not in UPCOMING_APPOINTMENT or visit.starts_at <= tx.now:
        appointments.no_longer_waits(tx, visit)
        record(tx, BOT, "appointment.cancel_dropped", visit)
        return None
    _cancelled(tx, visit, by, tell=tell, reason=reason)
    return None


def _cancelled(tx: Tx, visit: Appointment, by: By, *, tell: bool, reason: str | None) -> bool:
    """Who loses it for a reason of ours is shown other times, and comes first; others hear that it is off."""
    if not appointments.cancel(tx, visit.id, by, who=CancelledBy.STAFF, reason=reason):
        return False
    if tell and reason in OURS:
        closing.look_after(tx, visit, by, set())
    elif tell:
        _tell(tx, visit)
    return True


def _tell(tx: Tx, visit: Appointment) -> None:
    conversation = conversations.for_patient(tx, visit.patient_id)
    if conversation is not None:
        said = messages.say(
            tx,
            conversation,
            "visit_cancelled",
            {**appointments.words(tx, visit), "phone": phrases.phone(tx.clinic().phone)},
            klass=MessageClass.REMINDER,
            about=about_visit(visit),
        )
        recovery_attempts.told(tx, visit.id, said, CancellationKind.CANCELLED)
