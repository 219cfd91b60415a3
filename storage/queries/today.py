"""What the Today page shows: free slots with who is asked, the day's visits, and open tasks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from rules.states import AppointmentState, OutboxState, TaskKind, TaskState
from storage.queries.offers import TOLD_IN
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


@dataclass(frozen=True, slots=True)
class Visit:
    """`risk` is how likely it is to be missed, where that was worked out already; `reminded`: a reminder of it has
    gone out."""

    appointment: Appointment
    patient: Patient
    kind: AppointmentType
    provider: Provider
    risk: VisitRisk | None
    reminded: bool


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
        select(Appointment, Patient, AppointmentType, Provider, VisitRisk, _reminded())
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


def _reminded() -> ColumnElement[bool]:
    """Whether a text has reminded of a visit, at one of the clinic's times or because staff asked for it."""
    gone = (Message.outbox_state == OutboxState.SENT, Message.phrase.contains("reminder"))
    planned = exists().where(
        Reminder.appointment_id == Appointment.id,
        Reminder.starts_at == Appointment.starts_at,
        Reminder.message_id == Message.id,
        *gone,
    )
    return or_(planned, exists().where(Message.about_appointment_id == Appointment.id, *gone))


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
