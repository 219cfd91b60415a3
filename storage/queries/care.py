"""How patients' care stands, for `rules.dropout`: a fixed number of queries, however many patients."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from rules.dropout import LOOKED_BACK, Care, Plan
from rules.states import PROACTIVE, UPCOMING_APPOINTMENT, AppointmentState, Direction, OutboxState
from storage.tables import (
    Appointment,
    AuditEvent,
    Cancellation,
    ContactPoint,
    Conversation,
    Message,
    Patient,
    PatientContact,
    RiskScore,
    Sender,
    TreatmentPlan,
)

KEPT = (AppointmentState.ARRIVED, AppointmentState.COMPLETED)
TEXTS_LOOKED_BACK = timedelta(days=90)


@dataclass
class _Visits:
    kept: list[date] = field(default_factory=list)
    missed: list[date] = field(default_factory=list)
    next_visit: date | None = None
    provider_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A patient's care, and whom they see: the provider of their last visit, or of their next."""

    care: Care
    provider_id: UUID | None


def not_looked_at_since(session: Session, moment: datetime, limit: int) -> list[UUID]:
    """Patients whose risk was not worked out since then, or never."""
    return list(
        session.scalars(
            select(Patient.id)
            .outerjoin(RiskScore, RiskScore.patient_id == Patient.id)
            .where(or_(RiskScore.computed_at.is_(None), RiskScore.computed_at < moment))
            .order_by(Patient.id)
            .limit(limit)
        )
    )


def care_of(session: Session, patients: Collection[UUID], now: datetime, zone: str) -> dict[UUID, Known]:
    """How the care of these patients stands."""
    at = ZoneInfo(zone)
    visits = _visits(session, patients, now, at)
    plans, moved = _plans(session, patients), _moved(session, patients, now - LOOKED_BACK)
    unanswered = _unanswered(session, patients, now - TEXTS_LOOKED_BACK)
    paid = session.execute(select(Patient.id, Patient.payment_status).where(Patient.id.in_(patients)))
    found = {}
    for patient_id, payment in paid:
        own = visits.get(patient_id, _Visits())
        care = Care(
            today=now.astimezone(at).date(),
            completed=own.kept,
            missed=own.missed,
            next_visit=own.next_visit,
            reschedules=moved.get(patient_id, 0),
            unanswered=unanswered.get(patient_id, 0),
            payment=payment,
            plan=plans.get(patient_id),
        )
        found[patient_id] = Known(care, own.provider_id)
    return found


def _visits(
    session: Session, patients: Collection[UUID], now: datetime, zone: ZoneInfo
) -> dict[UUID, _Visits]:
    rows = session.execute(
        select(Appointment.patient_id, Appointment.starts_at, Appointment.state, Appointment.provider_id)
        .where(Appointment.patient_id.in_(patients), Appointment.state != AppointmentState.CANCELLED)
        .order_by(Appointment.starts_at)
    )
    found: dict[UUID, _Visits] = defaultdict(_Visits)
    for patient_id, starts_at, state, provider_id in rows:
        own, day = found[patient_id], starts_at.astimezone(zone).date()
        if state in KEPT:
            own.kept.append(day)
            own.provider_id = provider_id
        elif state is AppointmentState.NO_SHOW:
            own.missed.append(day)
            own.provider_id = own.provider_id or provider_id
        elif state in UPCOMING_APPOINTMENT and starts_at >= now:
            own.next_visit = own.next_visit or day
            own.provider_id = own.provider_id or provider_id
    return found


def _plans(session: Session, patients: Collection[UUID]) -> dict[UUID, Plan]:
    """The plan that began last."""
    rows = session.scalars(
        select(TreatmentPlan)
        .where(TreatmentPlan.patient_id.in_(patients))
        .order_by(TreatmentPlan.started_on, TreatmentPlan.id)
    )
    return {
        each.patient_id: Plan(each.visits_planned, each.interval_days, each.started_on, len(each.milestones))
        for each in rows
    }


def _moved(session: Session, patients: Collection[UUID], since: datetime) -> dict[UUID, int]:
    """How many visits were put off: moved to a later time, or given up for one. An earlier time does not count:
    that is what the waitlist is for."""
    later = aliased(Appointment)
    replaced = (
        select(Appointment.patient_id)
        .join(later, later.id == Appointment.replaced_by_id)
        .join(Cancellation, Cancellation.appointment_id == Appointment.id)
        .where(
            Appointment.patient_id.in_(patients),
            later.starts_at > Appointment.starts_at,
            Cancellation.at > since,
        )
    )
    put_off = (
        select(Appointment.patient_id)
        .join(
            AuditEvent,
            (AuditEvent.subject_id == Appointment.id)
            & (AuditEvent.subject_kind == Appointment.__tablename__),
        )
        .where(
            Appointment.patient_id.in_(patients),
            AuditEvent.action == "appointment.moved",
            AuditEvent.at > since,
            AuditEvent.after["start"].astext > AuditEvent.before["start"].astext,
        )
    )
    return _counted([*session.scalars(replaced), *session.scalars(put_off)])


def _unanswered(session: Session, patients: Collection[UUID], since: datetime) -> dict[UUID, int]:
    """How many texts that we began have gone out since anybody on their number last wrote. From patient to
    number to conversation: every step has its index, which texts by patient have not."""
    heard = aliased(Message)
    answered = (
        select(heard.id)
        .where(
            heard.conversation_id == Message.conversation_id,
            heard.id > Message.id,
            heard.direction == Direction.IN,
        )
        .exists()
    )
    rows = session.scalars(
        select(PatientContact.patient_id)
        .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
        .join(Conversation, Conversation.address == ContactPoint.address)
        .join(Sender, Sender.id == Conversation.sender_id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(
            PatientContact.patient_id.in_(patients),
            Message.patient_id == PatientContact.patient_id,
            Message.created_at > since,
            Message.klass.in_(PROACTIVE),
            Message.outbox_state == OutboxState.SENT,
            ~answered,
        )
    )
    return _counted(rows)


def _counted(ids: Iterable[UUID]) -> dict[UUID, int]:
    found: dict[UUID, int] = defaultdict(int)
    for each in ids:
        found[each] += 1
    return found


def write_scores(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write scores, a row each (columns of `RiskScore`), over those of before; reviews stay as they are."""
    new = insert(cast(Table, RiskScore.__table__))  # of the table: compiled once for all rows
    worked_out = ("provider_id", "score", "level", "flagged", "parts", "state", "computed_at")
    changed = {name: new.excluded[name] for name in worked_out}
    session.execute(new.on_conflict_do_update(index_elements=["patient_id"], set_=changed), rows)
