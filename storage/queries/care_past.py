"""Patients' visits and plans as `rules.dropout_learning` looks back at them, and the chances it gives."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Float, Text, Uuid, column, func, literal, select, update
from sqlalchemy.orm import Session

from rules.dropout_learning import Booked, History
from rules.states import AppointmentState
from storage.queries.care import KEPT, plans_of
from storage.tables import Appointment, Cancellation, RiskScore

ENDED = {**dict.fromkeys(KEPT, True), AppointmentState.NO_SHOW: False}


def histories(session: Session, zone: str, at_most: int) -> list[History]:
    """Of so many patients who ever had a visit, always the same of the same. A visit that was moved stands where
    it is now; one that was cancelled nobody knows when is left out."""
    ever = select(Appointment.patient_id.label("id")).distinct().subquery()
    chosen = select(ever.c.id).order_by(func.hashtextextended(ever.c.id.cast(Text), 0), ever.c.id)
    patients = session.scalars(chosen.limit(at_most)).all()
    visits, plans = _visits(session, patients, ZoneInfo(zone)), plans_of(session, patients)
    return [History(visits.get(each, ()), plans.get(each, ())) for each in patients]


def _visits(session: Session, patients: Collection[UUID], zone: ZoneInfo) -> dict[UUID, list[Booked]]:
    rows = session.execute(
        select(
            Appointment.patient_id,
            Appointment.starts_at,
            Appointment.booked_at,
            Appointment.state,
            Cancellation.at,
        )
        .outerjoin(Cancellation, Cancellation.appointment_id == Appointment.id)
        .where(Appointment.patient_id.in_(patients))
    )
    found: dict[UUID, list[Booked]] = defaultdict(list)
    for patient_id, starts_at, booked_at, state, cancelled_at in rows:
        cancelled = state is AppointmentState.CANCELLED
        if not cancelled or cancelled_at is not None:
            given_up_on = _day(cancelled_at, zone) if cancelled else None
            found[patient_id].append(
                Booked(_day(starts_at, zone), _day(booked_at, zone), ENDED.get(state), given_up_on)
            )
    return found


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def write_chances(session: Session, chances: Mapping[UUID, float | None], model_id: UUID) -> None:
    """What is believed of these patients, by whom it is; None of who is not asked about."""
    new = (
        func.unnest(literal(list(chances), ARRAY(Uuid)), literal(list(chances.values()), ARRAY(Float)))
        .table_valued(column("patient_id", Uuid), column("chance", Float), name="new")
        .render_derived()
    )
    session.execute(
        update(RiskScore)
        .where(RiskScore.patient_id == new.c.patient_id)
        .values(chance=new.c.chance, model_id=model_id)
        .execution_options(synchronize_session=False)
    )


def forget_chances(session: Session) -> None:
    """Nothing is believed of anybody any more."""
    session.execute(
        update(RiskScore).where(RiskScore.model_id.is_not(None)).values(chance=None, model_id=None)
    )
