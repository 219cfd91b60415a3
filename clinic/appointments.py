"""Visits: booked, cancelled, and given up for an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic import conversations, messages, openings, phrases, policies, practice_system, waitlist
from clinic.audit import By, record
from clinic.messages import about_visit
from rules.states import (
    UPCOMING_APPOINTMENT,
    AppointmentState,
    CancelledBy,
    FreedBy,
    MessageClass,
)
from storage.fault_points import reach
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    Opening,
    Patient,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Tx


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

    @classmethod
    def into(cls, opening: Opening, patient_id: UUID, type_id: UUID) -> "Booking":
        return cls(
            patient_id=patient_id,
            provider_id=opening.provider_id,
            type_id=type_id,
            start=opening.starts_at,
            room_id=opening.room_id,
            location_id=opening.location_id,
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
    _enter_in_system(tx, visit)
    record(tx, by, "appointment.booked", visit, after=_snapshot(visit))
    return visit


def cancel(tx: Tx, appointment_id: UUID, by: By, *, who: CancelledBy, reason: str | None = None) -> bool:
    """Cancel a coming visit and free its time. False where there is nothing to cancel any more."""
    visit = lock(tx, appointment_id)
    if visit.state not in UPCOMING_APPOINTMENT or visit.starts_at <= tx.now:
        return False
    freed_by = FreedBy.PATIENT_CANCEL if who is CancelledBy.PATIENT else FreedBy.STAFF_CANCEL
    _end(tx, visit, by, who=who, reason=reason)
    openings.open_slot(tx, openings.freed_visit(visit, freed_by), by)
    return True


def cancel_by_staff(tx: Tx, appointment_id: UUID, by: By, *, tell: bool) -> bool:
    """Staff cancel a visit; the patient is texted unless they know already."""
    if not cancel(tx, appointment_id, by, who=CancelledBy.STAFF):
        return False
    visit = tx.session.get_one(Appointment, appointment_id)
    conversation = conversations.for_patient(tx, visit.patient_id) if tell else None
    if conversation is not None:
        messages.say(
            tx,
            conversation,
            "visit_cancelled",
            {**words(tx, visit), "phone": phrases.phone(tx.clinic().phone)},
            klass=MessageClass.REMINDER,
            about=about_visit(visit),
        )
    return True


def give_up_for(tx: Tx, later: Appointment, earlier: Appointment, by: By) -> None:
    """The patient took an earlier visit: the later one is released, and offered on once no undo can come.

    Soon enough before it starts it is offered on at once: then there is no time to wait.
    """
    decided = policies.current(tx)
    later.replaced_by_id = earlier.id
    _end(tx, later, by, who=CancelledBy.SYSTEM, reason="replaced")
    soon = later.starts_at - tx.now <= timedelta(hours=decided.cascade_at_once_hours)
    offer_from = tx.now if soon else tx.now + timedelta(minutes=decided.undo_minutes)
    openings.open_slot(tx, openings.freed_visit(later, FreedBy.CASCADE, offer_from), by)


def _end(tx: Tx, visit: Appointment, by: By, *, who: CancelledBy, reason: str | None) -> None:
    before = _snapshot(visit)
    visit.state = AppointmentState.CANCELLED
    tx.session.add(
        Cancellation(
            clinic_id=tx.clinic_id,
            appointment_id=visit.id,
            patient_id=visit.patient_id,
            by=who,
            at=tx.now,
            notice_minutes=int((visit.starts_at - tx.now) / timedelta(minutes=1)),
            reason=reason,
            visit=before,
        )
    )
    tx.session.flush()
    waiting = tx.session.scalars(select(WaitlistEntry).where(WaitlistEntry.replaces_id == visit.id))
    for entry in waiting:
        entry.replaces_id = None
    _enter_in_system(tx, visit)
    record(tx, by, "appointment.cancelled", visit, before=before, after=_snapshot(visit))


def coming(tx: Tx, patient_ids: Sequence[UUID]) -> Sequence[Appointment]:
    """Visits of these patients that can still be cancelled, soonest first."""
    return tx.session.scalars(
        select(Appointment)
        .where(
            Appointment.patient_id.in_(patient_ids),
            Appointment.state.in_(UPCOMING_APPOINTMENT),
            Appointment.starts_at > tx.now,
        )
        .order_by(Appointment.starts_at)
    ).all()


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


def words(tx: Tx, visit: Appointment) -> dict[str, str]:
    """What a sentence about a visit may name: first name, provider, time."""
    return {
        "name": tx.session.get_one(Patient, visit.patient_id).first_name,
        "provider": tx.session.get_one(Provider, visit.provider_id).name,
        "when": phrases.when(visit.starts_at, tx.clinic().timezone),
    }


def _enter_in_system(tx: Tx, visit: Appointment) -> None:
    """What was done here has to be known elsewhere too."""
    practice_system.changed(tx, visit)


def _snapshot(visit: Appointment) -> dict[str, str]:
    return {
        "state": visit.state,
        "start": visit.starts_at.isoformat(),
        "end": visit.ends_at.isoformat(),
        "provider": str(visit.provider_id),
        "type": str(visit.type_id),
    }
