"""What the Today page shows: free slots with who is asked, the day's visits, and open tasks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from rules.states import AppointmentState, DeliveryState, OutboxState, TaskKind, TaskState
from storage.queries.offers import TOLD_IN
from storage.queries.reminders import first_number
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    Message,
    Offer,
    Opening,
    Patient,
    Provider,
    RecoveryCase,
    Reminder,
    Room,
    Task,
    VisitRisk,
    WaitlistEntry,
)

PATIENTS_FOUND = 12


@dataclass(frozen=True, slots=True)
class Place:
    """An opening with the names of its provider, room and freed type."""

    opening: Opening
    provider: Provider
    kind: AppointmentType | None
    room: Room | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An offer and whom it asks. `goes_out_at`: its text waits for this time (the night is over)."""

    offer: Offer
    entry: WaitlistEntry
    patient: Patient
    goes_out_at: datetime | None


class Reminded(StrEnum):
    """What became of the last reminder of a visit."""

    GONE = "gone"
    LOST = "lost"  # refused by the carrier, or it said that it did not arrive


@dataclass(frozen=True, slots=True)
class Visit:
    """`risk` is how likely it is to be missed, where that was worked out already; `reminded`: None where no
    reminder went, or one is on its way; `number`: where its patient can be called."""

    appointment: Appointment
    patient: Patient
    kind: AppointmentType
    provider: Provider
    risk: VisitRisk | None
    reminded: Reminded | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Todo:
    """An open task with what it is about; `case_id`: of the lost visit that somebody is to call about."""

    task: Task
    patient: Patient | None
    appointment: Appointment | None
    provider: Provider | None
    case_id: UUID | None


def places(session: Session, openings: Sequence[Opening]) -> list[Place]:
    """The openings in the order given."""
    rows = session.execute(
        select(Opening, Provider, AppointmentType, Room)
        .join(Provider, Provider.id == Opening.provider_id)
        .outerjoin(AppointmentType, AppointmentType.id == Opening.type_id)
        .outerjoin(Room, Room.id == Opening.room_id)
        .where(Opening.id.in_([opening.id for opening in openings]))
    )
    found = {opening.id: Place(opening, provider, kind, room) for opening, provider, kind, room in rows}
    return [found[opening.id] for opening in openings]


def asked(session: Session, openings: Sequence[UUID]) -> dict[UUID, list[Asked]]:
    """The offers of each opening, newest first."""
    found: dict[UUID, list[Asked]] = defaultdict(list)
    goes_out_at = (
        select(func.max(Message.not_before))
        .where(TOLD_IN, Message.outbox_state == OutboxState.QUEUED)
        .correlate(Offer)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Offer, WaitlistEntry, Patient, goes_out_at)
        .join(WaitlistEntry, WaitlistEntry.id == Offer.entry_id)
        .join(Patient, Patient.id == Offer.patient_id)
        .where(Offer.opening_id.in_(openings))
        .order_by(Offer.id.desc())
    )
    for row in rows:
        found[row[0].opening_id].append(Asked(*row))
    return found


def visits_between(session: Session, start: datetime, end: datetime) -> list[Visit]:
    """Visits that begin in this stretch, cancelled ones left out, by provider's name and time."""
    rows = session.execute(
        select(
            Appointment,
            Patient,
            AppointmentType,
            Provider,
            VisitRisk,
            _reminded().scalar_subquery(),
            first_number().scalar_subquery(),
        )
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .join(Provider, Provider.id == Appointment.provider_id)
        .outerjoin(VisitRisk, VisitRisk.appointment_id == Appointment.id)
        .where(
            Appointment.starts_at >= start,
            Appointment.starts_at < end,
            Appointment.state != AppointmentState.CANCELLED,
        )
        .order_by(Provider.name, Provider.id, Appointment.starts_at)
    )
    return [Visit(*row) for row in rows]


def _reminded() -> Select[Any]:
    """Of the newest text that reminds of a visit, at one of the clinic's times or because staff asked for it."""
    planned = select(Reminder.message_id).where(
        Reminder.appointment_id == Appointment.id, Reminder.starts_at == Appointment.starts_at
    )
    about = aliased(Message)
    by_hand = select(about.id).where(about.about_appointment_id == Appointment.id)
    written = planned.correlate(Appointment).union(by_hand.correlate(Appointment))
    lost = or_(
        Message.outbox_state == OutboxState.FAILED,
        Message.delivery_state.in_((DeliveryState.UNDELIVERED, DeliveryState.FAILED)),
    )
    return (
        select(case((lost, Reminded.LOST), (Message.outbox_state == OutboxState.SENT, Reminded.GONE)))
        .where(
            Message.id.in_(written),
            Message.phrase.contains("reminder"),
            Message.outbox_state != OutboxState.DROPPED,
        )
        .order_by(Message.id.desc())
        .limit(1)
        .correlate(Appointment)
    )


def visit_starts(session: Session, start: datetime, end: datetime) -> Sequence[datetime]:
    """When the visits of this stretch begin: what the days' counts are made of."""
    return session.scalars(
        select(Appointment.starts_at).where(
            Appointment.starts_at >= start,
            Appointment.starts_at < end,
            Appointment.state != AppointmentState.CANCELLED,
        )
    ).all()


def open_tasks(session: Session) -> list[Todo]:
    """Oldest first."""
    rows = session.execute(
        select(Task, Patient, Appointment, Provider, RecoveryCase.id)
        .outerjoin(Patient, Patient.id == Task.patient_id)
        .outerjoin(Appointment, Appointment.id == Task.appointment_id)
        .outerjoin(Provider, Provider.id == Appointment.provider_id)
        .outerjoin(
            Cancellation,
            and_(Cancellation.appointment_id == Task.appointment_id, Task.kind == TaskKind.RECOVERY),
        )
        .outerjoin(RecoveryCase, RecoveryCase.cancellation_id == Cancellation.id)
        .where(Task.state == TaskState.OPEN)
        .order_by(Task.id)
    )
    return [Todo(*row) for row in rows]


def entries(
    session: Session, ids: Sequence[UUID]
) -> dict[UUID, tuple[WaitlistEntry, Patient, AppointmentType]]:
    rows = session.execute(
        select(WaitlistEntry, Patient, AppointmentType)
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .join(AppointmentType, AppointmentType.id == WaitlistEntry.type_id)
        .where(WaitlistEntry.id.in_(ids))
    )
    return {entry.id: (entry, patient, kind) for entry, patient, kind in rows}


def patients_named(session: Session, words: str) -> Sequence[Patient]:
    """Patients whose name holds every word, by name; the first few."""
    holds = named(words)
    if not holds:
        return []
    return session.scalars(
        select(Patient).where(*holds).order_by(Patient.first_name, Patient.last_name).limit(PATIENTS_FOUND)
    ).all()


def named(words: str) -> list[ColumnElement[bool]]:
    """That a patient's name holds every word."""
    name = func.lower(Patient.first_name + " " + Patient.last_name)
    return [name.contains(word, autoescape=True) for word in words.lower().split()]


def types(session: Session) -> Sequence[AppointmentType]:
    """The types a clinic offers now, by name."""
    return session.scalars(
        select(AppointmentType).where(AppointmentType.withdrawn_at.is_(None)).order_by(AppointmentType.name)
    ).all()
