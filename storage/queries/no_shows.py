"""Visits as `rules.no_show` wants them, and what it says of them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rules.no_show.visits import Visit
from rules.states import UPCOMING_APPOINTMENT, AppointmentState
from storage.tables import Appointment, AuditEvent, Patient, VisitRisk

ENDED = {
    AppointmentState.ARRIVED: False,
    AppointmentState.COMPLETED: False,
    AppointmentState.NO_SHOW: True,
}


def past_visits(session: Session, now: datetime, zone: str, *, at_most: int | None = None) -> list[Visit]:
    """The latest visits that are over (all, where no number is given), on the clinic's clock. Whether the patient
    could be texted is left out: only how that is today is known, not how it was then."""
    wanted = _visits(Appointment.state.in_(ENDED), Appointment.starts_at < now)
    rows = session.execute(wanted.order_by(Appointment.starts_at.desc()).limit(at_most))
    return [_visit(row, ZoneInfo(zone)) for row in rows]


def coming_visits(session: Session, now: datetime, zone: str) -> dict[UUID, Visit]:
    """Those that are ahead, by their id."""
    rows = session.execute(_visits(Appointment.state.in_(UPCOMING_APPOINTMENT), Appointment.starts_at >= now))
    return {row.id: _visit(row, ZoneInfo(zone)) for row in rows}


def _visits(*wanted: ColumnElement[bool]) -> Select[Any]:
    confirmed = (
        select(AuditEvent.id)
        .where(
            AuditEvent.subject_kind == Appointment.__tablename__,
            AuditEvent.subject_id == Appointment.id,
            AuditEvent.action == "appointment.confirmed",
        )
        .exists()
    )
    columns: list[Any] = [
        Appointment.id,
        Appointment.patient_id,
        Appointment.starts_at,
        Appointment.booked_at,
        Appointment.state,
        Patient.birth_date,
        Patient.travel_minutes,
        Patient.sex,
        Patient.language,
        confirmed.label("confirmed"),
    ]
    return select(*columns).join(Patient, Patient.id == Appointment.patient_id).where(*wanted)


def _visit(row: Any, zone: ZoneInfo) -> Visit:
    starts, booked = row.starts_at.astimezone(zone), row.booked_at.astimezone(zone)
    return Visit(
        patient=str(row.patient_id),
        day=starts.date(),
        hour=_hour(starts),
        booked_on=booked.date(),
        booked_hour=_hour(booked),
        missed=ENDED.get(row.state),
        confirmed=row.confirmed,
        age=_age(row.birth_date, starts.date()),
        travel_minutes=row.travel_minutes,
        sex=row.sex,
        language=row.language,
    )


def _hour(moment: datetime) -> float:
    return moment.hour + moment.minute / 60


def _age(born: date | None, on: date) -> float | None:
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def write_risks(session: Session, risks: Sequence[dict[str, Any]]) -> None:
    """Write what is believed of visits, a row each (columns of `VisitRisk`), over what was believed before."""
    new = insert(cast(Table, VisitRisk.__table__))  # of the table: compiled once for all rows
    changed = {name: new.excluded[name] for name in ("chance", "model_id", "reasons", "foreseen_at")}
    session.execute(new.on_conflict_do_update(index_elements=["appointment_id"], set_=changed), risks)
