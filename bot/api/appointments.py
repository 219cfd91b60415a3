"""Visits: booked, confirmed, moved, cancelled, missed, and some of it taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from bot.api import lists, refs
from bot.api.endpoint import Call, Moment, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import conflict, wrong
from bot.api.refs import Named, PatientRef, Ref
from clinic import appointments as operations
from clinic import approvals, desk_booking, moving, no_shows, staff_cancels
from clinic.appointments import Booking
from rules.states import UPCOMING_APPOINTMENT, AppointmentState, CancelReason
from storage.tables import Appointment, AppointmentType, Patient, Provider
from storage.transaction import Tx


class AppointmentOut(Shape):
    """A visit."""

    id: UUID
    external_id: str | None = Field(description="The practice system's own id.")
    patient: PatientRef
    provider: Ref
    type: Ref
    start: datetime
    end: datetime
    state: AppointmentState
    booked_at: datetime
    cancels_at: datetime | None = Field(description="Staff cancelled it; until then it can be undone.")
    replaced_by: UUID | None = Field(description="The earlier visit it was given up for.")


class Appointments(Shape):
    items: list[AppointmentOut]
    next: str | None


class Wanted(Listed):
    from_: Moment | None = Field(default=None, alias="from", description="Left out: now.")
    until: Moment | None = None
    state: AppointmentState | None = Field(default=None, description="Left out: those to come.")
    patient: Named | None = None
    provider: Named | None = None


class NewAppointment(Shape):
    patient: Named
    provider: Named
    type: Named
    start: Moment
    tell: bool = Field(default=False, description="Text the patient that they are booked.")


class Cancel(Shape):
    tell: bool = Field(default=True, description="Text the patient when it happens.")
    reason: CancelReason | None = Field(
        default=None, description="Why. A reason of the patient's makes it theirs, and late by the rules."
    )


class Move(Shape):
    start: Moment
    provider: Named | None = Field(default=None, description="Left out: the same.")
    tell: bool = Field(default=True, description="Text the patient the new time.")


def list_(tx: Tx, call: Call[Wanted, Nothing]) -> Appointments:
    """Visits by time."""
    asked = call.query
    states = UPCOMING_APPOINTMENT if asked.state is None else (asked.state,)
    found = select(Appointment).where(
        Appointment.state.in_(states), Appointment.starts_at >= (asked.from_ or tx.now)
    )
    if asked.until is not None:
        found = found.where(Appointment.starts_at < asked.until)
    if asked.patient is not None:
        patient = refs.find(tx, Patient, asked.patient, "query.patient")
        found = found.where(Appointment.patient_id == patient.id)
    if asked.provider is not None:
        provider = refs.find(tx, Provider, asked.provider, "query.provider")
        found = found.where(Appointment.provider_id == provider.id)
    keys = [Appointment.starts_at, Appointment.id]
    items, following = lists.page(tx, found, keys, asked, lambda row: shaped(tx, call, row))
    return Appointments(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Any]) -> AppointmentOut:
    """One visit."""
    return shaped(tx, call, tx.session.get_one(Appointment, call.id))


def book(tx: Tx, call: Call[Nothing, NewAppointment]) -> AppointmentOut:
    """Book a visit. The database refuses two in one place at one time."""
    said = call.body
    patient = refs.find(tx, Patient, said.patient, "body.patient")
    provider = refs.find(tx, Provider, said.provider, "body.provider")
    kind = refs.find_offered(tx, said.type, "body.type")
    if said.start <= tx.now:
        raise wrong("body.start", "It has to start in the future.")
    booking = Booking(
        patient.id,
        provider.id,
        kind.id,
        said.start,
        room_id=provider.room_id,
        location_id=provider.location_id,
    )
    visit = desk_booking.book(tx, booking, call.by, tell=said.tell)
    if visit is None:
        raise conflict("The provider or the room has another visit at that time.")
    return shaped(tx, call, visit)


def confirm(tx: Tx, call: Call[Nothing, Nothing]) -> AppointmentOut:
    """The patient will come; a booking that waits for staff to approve it is approved."""
    visit = operations.lock(tx, call.id)
    if visit.state is AppointmentState.REQUESTED:
        done = approvals.approve(tx, call.id, call.by)
    else:
        done = desk_booking.confirm(tx, call.id, call.by)
    if not done:
        raise conflict(f"There is nothing to confirm: the visit is {visit.state}, or has begun.")
    return get(tx, call)


def cancel(tx: Tx, call: Call[Nothing, Cancel]) -> AppointmentOut:
    """Cancel a visit. It happens after some minutes in which `/undo` takes it back, and its time is offered on."""
    if not staff_cancels.cancel(tx, call.id, call.by, tell=call.body.tell, reason=call.body.reason):
        raise conflict("The visit is no longer to come.")
    return get(tx, call)


def reschedule(tx: Tx, call: Call[Nothing, Move]) -> AppointmentOut:
    """Move a visit to another time; its old time is offered on."""
    said = call.body
    provider = refs.find(tx, Provider, said.provider, "body.provider") if said.provider else None
    if said.start <= tx.now:
        raise wrong("body.start", "It has to start in the future.")
    moved = moving.move(tx, call.id, said.start, provider.id if provider else None, call.by, tell=said.tell)
    if moved is None:
        raise conflict("The visit is no longer to come, or somebody has that time.")
    return shaped(tx, call, moved)


def no_show(tx: Tx, call: Call[Nothing, Nothing]) -> AppointmentOut:
    """Nobody came. What is left of a long visit becomes an opening."""
    if not no_shows.mark(tx, call.id, call.by):
        raise conflict("The visit has not begun yet, or is over in another way.")
    return get(tx, call)


def undo(tx: Tx, call: Call[Nothing, Nothing]) -> AppointmentOut:
    """Take back a cancel that still waits, or a no-show."""
    if not (staff_cancels.undo(tx, call.id, call.by) or no_shows.undo(tx, call.id, call.by)):
        raise conflict("There is nothing to take back any more.")
    return get(tx, call)


def shaped(tx: Tx, call: Call[Any, Any], visit: Appointment) -> AppointmentOut:
    return AppointmentOut(
        id=visit.id,
        external_id=visit.external_id,
        patient=refs.patient(tx.session.get_one(Patient, visit.patient_id)),
        provider=refs.ref(tx.session.get_one(Provider, visit.provider_id)),
        type=refs.ref(tx.session.get_one(AppointmentType, visit.type_id)),
        start=call.local(visit.starts_at),
        end=call.local(visit.ends_at),
        state=visit.state,
        booked_at=call.local(visit.booked_at),
        cancels_at=call.local(visit.cancel_due_at) if visit.cancel_due_at else None,
        replaced_by=visit.replaced_by_id,
    )
