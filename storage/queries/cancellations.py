"""Visits that came to nothing, counted by the database in one pass over the period's slice of the calendar.

A visit counts once its time has come. One that made way for another, or was never to be, counts nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Float,
    Integer,
    Subquery,
    and_,
    cast,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, aliased

from rules.cancellations import NOT_LOST
from rules.states import AppointmentState, CancellationKind, OpeningState, RecoveryState
from storage.queries.reports import Period
from storage.tables import Appointment, AppointmentType, Cancellation, Opening, Patient

LEAD_DAYS = (1, 3, 7, 14, 28)
NOTICE_MINUTES = (0, 120, 1440, 2880, 10_080)
"""Where the steps of lead time (from booking to visit) and of notice (from cancel to visit) begin."""

MOST_PATIENTS = 20


class By(StrEnum):
    """What visits are told apart by; the names of the columns they are grouped by."""

    PROVIDER = "provider"
    TYPE = "type"
    CELL = "cell"  # weekday and hour together
    LEAD = "lead"
    WEEK = "week"
    REASON = "reason"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Lost:
    """How visits went. Cents are the types' prices, minutes the visits' lengths, of those that came to nothing."""

    visits: int
    cancelled: int
    late: int
    missed: int
    ours: int
    cents: int
    minutes: int

    @property
    def theirs(self) -> int:
        """Given up or missed by the patient."""
        return self.cancelled + self.late + self.missed

    @property
    def all_lost(self) -> int:
        return self.theirs + self.ours

    def __add__(self, other: "Lost") -> "Lost":
        return Lost(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Lost)))


NOTHING = Lost(0, 0, 0, 0, 0, 0, 0)

Key = UUID | int | str | date | tuple[int, int] | None
"""An id, a weekday (0 = Monday) with an hour, a step of lead time or notice, a reason, a week's Monday."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made up for: visits whose patients were booked again, and time that somebody else took."""

    rebooked: int
    rebooked_cents: int
    refilled: int
    refilled_cents: int
    refilled_minutes: int


@dataclass(frozen=True, slots=True)
class OfPatient:
    patient: Patient
    visits: int
    theirs: int
    missed: int


def counted(session: Session, period: Period) -> tuple[Lost, dict[By, dict[Key, Lost]]]:
    """All visits of the period together, and told apart in every way.

    The database counts by the kind besides, which is quicker than a count of each kind in every group.
    """
    slice_ = _slice(period)
    c = slice_.c
    sets = {
        By.PROVIDER: (c.provider,),
        By.TYPE: (c.type,),
        By.CELL: (c.weekday, c.hour),
        By.LEAD: (c.lead,),
        By.WEEK: (c.week,),
        By.REASON: (c.reason,),
        By.NOTICE: (c.notice,),
    }
    columns = [column for one in sets.values() for column in one]
    grouped = func.grouping_sets(*(tuple_(c.kind, *one) for one in sets.values()))
    rows = session.execute(
        select(
            func.grouping(*columns),
            c.kind,
            func.count(),
            func.coalesce(func.sum(c.cents), 0),
            func.sum(c.minutes),
            *columns,
        ).group_by(grouped)
    )
    marks = {_mark(columns, one): by for by, one in sets.items()}
    places = {by: [columns.index(column) for column in one] for by, one in sets.items()}
    found: dict[By, dict[Key, Lost]] = {by: {} for by in By}
    for mark, kind, visits, cents, minutes, *keys in rows:
        by = marks[mark]
        key = tuple(keys[place] for place in places[by])
        told = found[by]
        whole: Key = key[0] if len(key) == 1 else (key[0], key[1])
        told[whole] = told.get(whole, NOTHING) + _of_kind(kind, visits, cents, minutes)
    return sum(found[By.TYPE].values(), NOTHING), found


def _of_kind(kind: CancellationKind | None, visits: int, cents: int, minutes: int) -> Lost:
    """So many visits that went one way; `kind` is None for those that took place."""
    if kind is None:
        return replace(NOTHING, visits=visits)
    return replace(NOTHING, visits=visits, cents=cents, minutes=minutes, **{_FIELDS[kind]: visits})


_FIELDS = {
    CancellationKind.CANCELLED: "cancelled",
    CancellationKind.LATE_CANCEL: "late",
    CancellationKind.NO_SHOW: "missed",
    CancellationKind.PRACTICE_CANCEL: "ours",
}


def _slice(period: Period) -> Subquery:
    """The period's visits whose time has come, one row each, with what they are told apart by."""
    c = _visits(period).c
    return select(
        c.provider,
        c.type,
        (cast(func.date_part("isodow", c.local), Integer) - 1).label("weekday"),
        cast(func.date_part("hour", c.local), Integer).label("hour"),
        func.width_bucket(c.lead_days, array(LEAD_DAYS)).label("lead"),
        cast(func.date_trunc("week", c.local), Date).label("week"),
        c.kind,
        c.reason,
        func.width_bucket(c.notice_minutes, array(NOTICE_MINUTES)).label("notice"),
        c.cents,
        c.minutes,
    ).subquery()


def _visits(period: Period) -> Subquery:
    """Its OFFSET keeps PostgreSQL from working out the wall clock's time anew for each of its parts."""
    lead = _epoch(Appointment.starts_at - Appointment.booked_at) / 86_400
    return (
        select(
            Appointment.provider_id.label("provider"),
            Appointment.type_id.label("type"),
            func.timezone(period.zone, Appointment.starts_at).label("local"),
            cast(func.floor(lead), Integer).label("lead_days"),
            Cancellation.kind,
            Cancellation.reason,
            Cancellation.notice_minutes,
            AppointmentType.price_cents.label("cents"),
            cast(_epoch(Appointment.ends_at - Appointment.starts_at) / 60, Integer).label("minutes"),
        )
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .outerjoin(Cancellation, Cancellation.appointment_id == Appointment.id)
        .where(*_of(period))
        .offset(0)
        .subquery()
    )


def _epoch(length: ColumnElement[Any]) -> ColumnElement[float]:
    """Seconds, as a plain number: EXTRACT would make a decimal of it, which is slow in sums."""
    return func.date_part("epoch", length, type_=Float())


def _of(period: Period) -> Sequence[ColumnElement[bool]]:
    stands = and_(Cancellation.id.is_(None), Appointment.state != AppointmentState.CANCELLED)
    lost = and_(
        Cancellation.id.is_not(None),
        or_(Cancellation.reason.is_(None), Cancellation.reason.not_in(NOT_LOST)),
    )
    return (
        Appointment.starts_at >= period.start,
        Appointment.starts_at < min(period.end, period.now),
        or_(stands, lost),
    )


def _mark(columns: Sequence[ColumnElement[Any]], grouped: Sequence[ColumnElement[Any]]) -> int:
    """What GROUPING() says of a set: a bit for each column that is not in it, the first column's the highest."""
    return sum(
        1 << (len(columns) - 1 - place)
        for place, column in enumerate(columns)
        if not any(column is each for each in grouped)
    )


def made_up(session: Session, period: Period) -> Made:
    """What of the lost visits was made up for."""
    back = Cancellation.recovery == RecoveryState.RECOVERED
    rebooked = session.execute(
        select(func.count(), func.coalesce(cast(func.sum(AppointmentType.price_cents), BigInteger), 0))
        .select_from(Appointment)
        .join(Cancellation, Cancellation.appointment_id == Appointment.id)
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .where(*_of(period), back)
    ).one()
    taker = aliased(Appointment)
    minutes = _epoch(taker.ends_at - taker.starts_at) / 60
    refilled = session.execute(
        select(
            func.count(),
            func.coalesce(cast(func.sum(AppointmentType.price_cents), BigInteger), 0),
            func.coalesce(cast(func.sum(minutes), BigInteger), 0),
        )
        .select_from(Appointment)
        .join(Cancellation, Cancellation.appointment_id == Appointment.id)
        .join(Opening, Opening.from_appointment_id == Appointment.id)
        .join(taker, taker.id == Opening.appointment_id)
        .join(AppointmentType, AppointmentType.id == taker.type_id)
        .where(*_of(period), Opening.state == OpeningState.FILLED)
    ).one()
    return Made(*rebooked, *refilled)


def patients(session: Session, period: Period) -> list[OfPatient]:
    """Who gave up or missed most, two at least; the first twenty. Their other visits are looked up one by one."""
    most = (
        select(
            Cancellation.patient_id.label("patient"),
            func.count().label("theirs"),
            func.count().filter(Cancellation.kind == CancellationKind.NO_SHOW).label("missed"),
        )
        .join(Appointment, Appointment.id == Cancellation.appointment_id)
        .where(*_of(period), Cancellation.kind != CancellationKind.PRACTICE_CANCEL)
        .group_by(Cancellation.patient_id)
        .having(func.count() >= 2)
        .order_by(func.count().desc(), Cancellation.patient_id)
        .limit(MOST_PATIENTS)
        .subquery()
    )
    visits = (
        select(func.count())
        .select_from(Appointment)
        .outerjoin(Cancellation, Cancellation.appointment_id == Appointment.id)
        .where(Appointment.patient_id == Patient.id, *_of(period))
        .correlate(Patient)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Patient, visits, most.c.theirs, most.c.missed)
        .join(most, most.c.patient == Patient.id)
        .order_by(most.c.theirs.desc(), Patient.id)
    )
    return [OfPatient(*row) for row in rows]
