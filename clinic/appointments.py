"""Visits: booked, cancelled, and given up for an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from clinic import (
    cancellation_record,
    enrolment,
    openings,
    phrases,
    policies,
    practice_system,
    recipients,
    tasks,
    undo,
    waitlist,
)
from clinic.audit import BOT, PATIENT, By, record
from rules.cancellations import NEVER_TO_BE
from rules.facts import Span
from rules.states import (
    UPCOMING_APPOINTMENT,
    AppointmentState,
    CancelledBy,
    DueKind,
    FreedBy,
    TaskKind,
    UndoKind,
)
from storage.fault_points import reach
from storage.queries.due import set_done, set_due
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    Conversation,
    Opening,
    Patient,
    Provider,
    Task,
    WaitlistEntry,
)
from storage.transaction import Tx, made_once

_COMING = made_once(
    select(Appointment)
    .where(
        Appointment.patient_id.in_(bindparam("patient_ids", expanding=True)),
        Appointment.state.in_(UPCOMING_APPOINTMENT),
        Appointment.starts_at > bindparam("now"),
    )
    .order_by(Appointment.starts_at)
)


def lock(tx: Tx, appointment_id: UUID) -> Appointment:
    return tx.session.scalars(
        select(Appointment)
        .where(Appointment.id == appointment_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit to be: who, with whom, of which type, from when."""

    patient_id: UUID
    provider_id: UUID
    type_id: UUID
    start: datetime
    room_id: UUID | None = None
    location_id: UUID | None = None
    state: AppointmentState = AppointmentState.BOOKED

    @classmethod
    def into(
        cls,
        opening: Opening,
        patient_id: UUID,
        type_id: UUID,
        state: AppointmentState = AppointmentState.BOOKED,
    ) -> "Booking":
        return cls(
            patient_id=patient_id,
            provider_id=opening.provider_id,
            type_id=type_id,
            start=opening.starts_at,
            room_id=opening.room_id,
            location_id=opening.location_id,
            state=state,
        )


def book(tx: Tx, booking: Booking, by: By) -> Appointment | None:
    """Book a visit. None where the database says that somebody has that time already.

    Entries of the patient for that type leave the waitlist.
    """
    kind = tx.session.get_one(AppointmentType, booking.type_id)
    visit = Appointment(
        clinic_id=tx.clinic_id,
        patient_id=booking.patient_id,
        provider_id=booking.provider_id,
        type_id=booking.type_id,
        room_id=booking.room_id,
        location_id=booking.location_id,
        starts_at=booking.start,
        ends_at=booking.start + timedelta(minutes=kind.minutes),
        state=booking.state,
        booked_at=tx.now,
    )
    reach("booking.locked")
    try:
        with tx.session.begin_nested():
            tx.session.add(visit)
            tx.session.flush()
    except IntegrityError:
        return None
    reach("booking.inserted")
    waitlist.leave_as_booked(tx, booking.patient_id, booking.type_id, by)
    enrolment.made(tx, visit)
    cancellation_record.make_up_for(tx, visit, by)
    recipients.rebooked(tx, [visit])
    practice_system.changed(tx, visit)
    record(tx, by, "appointment.booked", visit, after=snapshot(visit))
    return visit


def cancel(tx: Tx, appointment_id: UUID, by: By, *, who: CancelledBy, reason: str | None = None) -> bool:
    """Cancel a coming visit and free its time. False where there is nothing to cancel any more."""
    visit = lock(tx, appointment_id)
    if not is_coming(tx, visit):
        return False
    freed_by = FreedBy.PATIENT_CANCEL if who is CancelledBy.PATIENT else FreedBy.STAFF_CANCEL
    end(tx, visit, by, who=who, reason=reason)
    openings.open_slot(tx, openings.freed_visit(visit, freed_by), by)
    return True


def cancel_by_text(
    tx: Tx, conversation: Conversation, appointment_id: UUID, *, reason: str | None = None
) -> bool:
    """The patient gives a visit up, and may take that back for some minutes."""
    if not cancel(tx, appointment_id, PATIENT, who=CancelledBy.PATIENT, reason=reason):
        return False
    visit = tx.session.get_one(Appointment, appointment_id)
    undo.remember(tx, conversation, UndoKind.CANCEL, visit.id, patient_id=visit.patient_id)
    return True


def no_longer_waits(tx: Tx, visit: Appointment) -> None:
    """A cancel by staff that waited behind its undo waits no more."""
    visit.cancel_due_at = visit.cancel_asked_by = None
    visit.cancel_tell, visit.cancel_reason = False, None
    set_done(tx.session, DueKind.STAFF_CANCEL, visit.id, tx.now)


def give_up_for(
    tx: Tx, later: Appointment, earlier: Appointment, by: By, *, undo_minutes: int | None = None
) -> None:
    """The patient took an earlier visit (or chose a later one): this one is released, and offered on once no undo
    can come.

    Soon enough before it starts it is offered on at once: then there is no time to wait. `undo_minutes`: how long
    an undo can come, where that is not the clinic's usual time.
    """
    decided = policies.current(tx)
    later.replaced_by_id = earlier.id
    end(tx, later, by, who=CancelledBy.SYSTEM, reason="replaced")
    soon = later.starts_at - tx.now <= timedelta(hours=decided.cascade_at_once_hours)
    minutes = decided.undo_minutes if undo_minutes is None else undo_minutes
    offer_from = tx.now if soon else tx.now + timedelta(minutes=minutes)
    freed_by = FreedBy.CASCADE if earlier.starts_at < later.starts_at else FreedBy.RESCHEDULE
    openings.open_slot(tx, openings.freed_visit(later, freed_by, offer_from), by)


def end(tx: Tx, visit: Appointment, by: By, *, who: CancelledBy, reason: str | None) -> None:
    """Cancel a locked visit, and leave its time to the caller. Whatever was to replace it replaces nothing now."""
    before = snapshot(visit)
    if visit.state is AppointmentState.REQUESTED:
        settle_request(tx, visit, by)
    visit.state = AppointmentState.CANCELLED
    if visit.cancel_due_at is not None:
        no_longer_waits(tx, visit)
    waiting = tx.session.scalars(select(WaitlistEntry).where(WaitlistEntry.replaces_id == visit.id)).all()
    was = {**before, "entries": [str(entry.id) for entry in waiting]}
    cancellation_record.write(tx, visit, by, who=who, reason=reason, was=was)
    if reason in NEVER_TO_BE:
        cancellation_record.lose_again(tx, visit, by)
    tx.session.flush()
    enrolment.gone(tx, visit)
    for entry in waiting:
        entry.replaces_id = None
    practice_system.changed(tx, visit, was=AppointmentState(before["state"]))
    record(tx, by, "appointment.cancelled", visit, before=before, after=snapshot(visit))


def ask_approval(tx: Tx, conversation: Conversation, visit: Appointment) -> None:
    """Ask staff to approve a booking, within the clinic's time. A later visit is given up only once they have."""
    visit.approve_by = tx.now + timedelta(minutes=policies.current(tx).approve_minutes)
    tx.session.add(
        Task(
            clinic_id=tx.clinic_id,
            kind=TaskKind.APPROVE,
            patient_id=visit.patient_id,
            conversation_id=conversation.id,
            appointment_id=visit.id,
            made_at=tx.now,
        )
    )
    set_due(tx.session, tx.clinic_id, DueKind.APPROVAL, visit.id, visit.approve_by)
    record(tx, BOT, "appointment.requested", visit, after={"approve_by": visit.approve_by.isoformat()})


def settle_request(tx: Tx, visit: Appointment, by: By) -> None:
    """A booking waits for no approval any more."""
    visit.approve_by = None
    tasks.settle(tx, TaskKind.APPROVE, visit.id, by)
    set_done(tx.session, DueKind.APPROVAL, visit.id, tx.now)


def bring_back(tx: Tx, visit: Appointment, by: By) -> bool:
    """A locked visit that was cancelled stands again as it was. False where somebody has its time or its room."""
    ended = tx.session.scalars(select(Cancellation).where(Cancellation.appointment_id == visit.id)).one()
    before = snapshot(visit)
    try:
        with tx.session.begin_nested():
            visit.state, visit.replaced_by_id = AppointmentState(ended.visit["state"]), None
            tx.session.flush()
    except IntegrityError:
        return False
    for entry_id in ended.visit.get("entries", ()):
        entry = waitlist.lock(tx, UUID(entry_id))
        entry.replaces_id = entry.replaces_id or visit.id
    cancellation_record.take_back(tx, visit, by)
    enrolment.made(tx, visit)
    practice_system.changed(tx, visit)
    record(tx, by, "appointment.restored", visit, before=before, after=snapshot(visit))
    return True


def coming(tx: Tx, patient_ids: Sequence[UUID]) -> Sequence[Appointment]:
    """Visits of these patients that can still be cancelled, soonest first."""
    return tx.session.scalars(_COMING, {"patient_ids": patient_ids, "now": tx.now}).all()


def is_coming(tx: Tx, visit: Appointment) -> bool:
    """Whether it can still be cancelled: neither ended nor begun."""
    return visit.state in UPCOMING_APPOINTMENT and visit.starts_at > tx.now


def busy(tx: Tx, patient_id: UUID, span: Span, *, but: Appointment | None = None) -> bool:
    """Whether the patient has another visit at that time; `but` is one that does not count."""
    others = [visit for visit in coming(tx, [patient_id]) if but is None or visit.id != but.id]
    return any(span.overlaps(Span(visit.starts_at, visit.ends_at)) for visit in others)


def under_way(tx: Tx, patient_ids: Sequence[UUID]) -> bool:
    """Whether a visit of these patients has begun and not ended."""
    return (
        tx.session.scalar(
            select(Appointment.id)
            .where(
                Appointment.patient_id.in_(patient_ids),
                Appointment.state.in_(UPCOMING_APPOINTMENT),
                Appointment.starts_at <= tx.now,
                Appointment.ends_at > tx.now,
            )
            .limit(1)
        )
        is not None
    )


def words(tx: Tx, visit: Appointment) -> dict[str, phrases.Words]:
    """What a sentence about a visit may name: first name, provider, time."""
    return {
        "name": tx.session.get_one(Patient, visit.patient_id).first_name,
        "provider": tx.session.get_one(Provider, visit.provider_id).name,
        "when": phrases.when(visit.starts_at, tx.clinic().timezone),
    }


def snapshot(visit: Appointment) -> dict[str, str]:
    """The visit as the audit log keeps it."""
    return {
        "state": visit.state,
        "start": visit.starts_at.isoformat(),
        "end": visit.ends_at.isoformat(),
        "provider": str(visit.provider_id),
        "type": str(visit.type_id),
    }
