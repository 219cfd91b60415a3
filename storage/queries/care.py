"""How patients' care stands, for `rules.dropout`: a fixed number of queries, however many patients."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Date, Table, Uuid, and_, case, column, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session, aliased

from rules.dropout import LOOKED_BACK, Care, Plan
from rules.states import (
    PROACTIVE,
    UPCOMING_APPOINTMENT,
    AppointmentState,
    Direction,
    OutboxState,
    RiskLevel,
    RiskState,
)
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


class _Visits(NamedTuple):
    """Days come oldest first."""

    kept: Sequence[date] = ()
    missed: Sequence[date] = ()
    next_visit: date | None = None
    provider_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A patient's care, and whom they see: the provider of their last visit, or of their next."""

    care: Care
    provider_id: UUID | None


class Standing(NamedTuple):
    """What was worked out of a patient before."""

    level: RiskLevel
    score: float | None
    state: RiskState


def standings(session: Session, patients: Collection[UUID]) -> dict[UUID, Standing]:
    """Of those patients for whom anything was."""
    rows = session.execute(
        select(RiskScore.patient_id, RiskScore.level, RiskScore.score, RiskScore.state).where(
            RiskScore.patient_id.in_(patients)
        )
    )
    return {patient_id: Standing(level, score, state) for patient_id, level, score, state in rows}


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
    visits = _visits(session, patients, now, zone)
    plans, moved = plans_of(session, patients), _moved(session, patients, now - LOOKED_BACK)
    unanswered = _unanswered(session, patients, now - TEXTS_LOOKED_BACK)
    paid = session.execute(select(Patient.id, Patient.payment_status).where(Patient.id.in_(patients)))
    found, today = {}, now.astimezone(ZoneInfo(zone)).date()
    for patient_id, payment in paid:
        own = visits.get(patient_id, _Visits())
        care = Care(
            today=today,
            completed=own.kept,
            missed=own.missed,
            next_visit=own.next_visit,
            reschedules=moved.get(patient_id, 0),
            unanswered=unanswered.get(patient_id, 0),
            payment=payment,
            plan=plans[patient_id][-1] if patient_id in plans else None,
        )
        found[patient_id] = Known(care, own.provider_id)
    return found


def _visits(session: Session, patients: Collection[UUID], now: datetime, zone: str) -> dict[UUID, _Visits]:
    """Put together by the database: a row a patient is a tenth of the rows, and of the time."""
    at, state = Appointment.starts_at, Appointment.state
    kept, missed = state.in_(KEPT), state == AppointmentState.NO_SHOW
    coming = and_(state.in_(UPCOMING_APPOINTMENT), at >= now)
    day = func.timezone(zone, at).cast(Date)
    days = func.array_agg(aggregate_order_by(day, at), type_=ARRAY(Date))
    last_kept_first = case((kept, at)).desc().nulls_last()
    with_whom = aggregate_order_by(Appointment.provider_id, last_kept_first, at)
    rows = session.execute(
        select(
            Appointment.patient_id,
            days.filter(kept),
            days.filter(missed),
            func.min(day).filter(coming),
            func.array_agg(with_whom, type_=ARRAY(Uuid))[1],
        )
        .where(Appointment.patient_id.in_(patients), or_(kept, missed, coming))
        .group_by(Appointment.patient_id)
    )
    return {
        patient_id: _Visits(kept or (), missed or (), next_visit, provider_id)
        for patient_id, kept, missed, next_visit, provider_id in rows
    }


def plans_of(session: Session, patients: Collection[UUID]) -> dict[UUID, list[Plan]]:
    """Their plans, the one that began last at the end."""
    rows = session.scalars(
        select(TreatmentPlan)
        .where(TreatmentPlan.patient_id.in_(patients))
        .order_by(TreatmentPlan.started_on, TreatmentPlan.id)
    )
    found: dict[UUID, list[Plan]] = defaultdict(list)
    for each in rows:
        plan = Plan(each.visits_planned, each.interval_days, each.started_on, len(each.milestones))
        found[each.patient_id].append(plan)
    return found


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
    """Write scores, a row each (columns of `RiskScore`), over those of before; reviews stay as they are. One
    statement with a parameter a column, however many rows."""
    table, names = cast(Table, RiskScore.__table__), list(rows[0])
    arrays = [literal([row[name] for row in rows], ARRAY(table.c[name].type, dimensions=1)) for name in names]
    columns = [column(name, table.c[name].type) for name in names]
    fresh = func.unnest(*arrays).table_valued(*columns, name="fresh").render_derived()
    new = insert(table).from_select(names, select(*fresh.c))
    worked_out = ("provider_id", "score", "level", "flagged", "parts", "state", "computed_at")
    changed = {name: new.excluded[name] for name in worked_out}
    session.execute(new.on_conflict_do_update(index_elements=["patient_id"], set_=changed))
