"""Which visits are to come, and what their patients have heard of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, aliased

from rules.states import AppointmentState, Direction, OutboxState
from storage.tables import Appointment, ContactPoint, Message, Patient, PatientContact, Reminder, VisitRisk


@dataclass(frozen=True, slots=True)
class Coming:
    """A visit to come.

    `zone` and `number` tell when its patient may be texted; `heard_at`: when they last heard of it, or it was
    booked; `reminded`: the clinic's times, in hours, at which they were reminded; `chance`: of missing it, where
    that was worked out.
    """

    visit: Appointment
    zone: str | None
    number: str | None
    heard_at: datetime
    reminded: frozenset[int]
    chance: float | None


def coming(
    session: Session, now: datetime, until: datetime, states: Sequence[AppointmentState]
) -> list[Coming]:
    """Visits in these states that begin between two moments, soonest first; not those that staff are cancelling,
    nor of patients we do not write about."""
    rows = session.execute(
        select(
            Appointment,
            Patient.zone,
            first_number().scalar_subquery(),
            func.greatest(
                Appointment.booked_at, _told().scalar_subquery(), _reminded_last().scalar_subquery()
            ),
            _reminded().scalar_subquery(),
            VisitRisk.chance,
        )
        .join(Patient, Patient.id == Appointment.patient_id)
        .outerjoin(VisitRisk, VisitRisk.appointment_id == Appointment.id)
        .where(
            Appointment.starts_at > now,
            Appointment.starts_at < until,
            Appointment.state.in_(states),
            Appointment.cancel_due_at.is_(None),
            Patient.no_text.is_(False),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [
        Coming(visit, zone, number, heard_at, frozenset(reminded or ()), chance)
        for visit, zone, number, heard_at, reminded, chance in rows
    ]


def first_number() -> Select[Any]:
    """The number at which the patient of a visit is reached first."""
    return (
        select(ContactPoint.address)
        .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
        .where(PatientContact.patient_id == Appointment.patient_id, ContactPoint.address.startswith("+"))
        .order_by(PatientContact.position, ContactPoint.id)
        .limit(1)
        .correlate(Appointment)
    )


_SAID_AT = func.max(func.coalesce(Message.claimed_at, Message.created_at))
_SAID = (Message.direction == Direction.OUT, Message.outbox_state != OutboxState.DROPPED)


def _told() -> Select[Any]:
    """When a text about a visit last went, or was written."""
    about = Message.about_appointment_id == Appointment.id
    return select(_SAID_AT).where(about, *_SAID).correlate(Appointment)


def _reminded_last() -> Select[Any]:
    """The same of texts that remind of several visits."""
    return (
        select(_SAID_AT)
        .join(Reminder, Reminder.message_id == Message.id)
        .where(Reminder.appointment_id == Appointment.id, *_SAID)
        .correlate(Appointment)
    )


def _reminded() -> Select[Any]:
    return (
        select(func.array_agg(Reminder.hours))
        .where(Reminder.appointment_id == Appointment.id, Reminder.starts_at == Appointment.starts_at)
        .correlate(Appointment)
    )


def of_text(session: Session, message_id: UUID) -> list[Appointment]:
    """The visits that a text reminds of, soonest first: those that stand where they stood when it was written, and
    of which no later text has reminded since."""
    later = aliased(Reminder)
    superseded = (
        select(later.id)
        .where(
            later.appointment_id == Reminder.appointment_id,
            later.starts_at == Reminder.starts_at,
            later.hours < Reminder.hours,
        )
        .exists()
    )
    return list(session.scalars(_named_in(message_id).where(~superseded)))


def named_in(session: Session, message_id: UUID) -> list[Appointment]:
    """The same, whatever has been said of them since."""
    return list(session.scalars(_named_in(message_id)))


def _named_in(message_id: UUID) -> Select[Appointment]:
    return (
        select(Appointment)
        .join(Reminder, Reminder.appointment_id == Appointment.id)
        .where(Reminder.message_id == message_id, Reminder.starts_at == Appointment.starts_at)
        .order_by(Appointment.starts_at, Appointment.id)
    )


def since(session: Session, visit_id: UUID, phrases: Sequence[str], moment: datetime) -> list[Message]:
    """The reminders of a visit written since then, newest first."""
    return list(
        session.scalars(
            select(Message)
            .where(
                Message.about_appointment_id == visit_id,
                Message.phrase.in_(phrases),
                Message.created_at >= moment,
            )
            .order_by(Message.id.desc())
        )
    )


def hand_on(session: Session, before: UUID, after: UUID) -> None:
    """What one text was to remind of, another reminds of instead."""
    session.execute(update(Reminder).where(Reminder.message_id == before).values(message_id=after))


def is_planned(session: Session, message_id: UUID) -> bool:
    """Whether a text was written at one of the clinic's times, and not because staff asked for it."""
    found = select(Reminder.id).where(Reminder.message_id == message_id)
    return session.scalar(found.limit(1)) is not None
