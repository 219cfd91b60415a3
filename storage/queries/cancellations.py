"""Visits that came to nothing, counted by the database in one pass over the period's slice of the calendar.

A visit counts once its time has come. One that made way for another, or was never to be, counts nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Subquery,
    and_,
    cast,
    extract,
    func,
    or_,
    select,
    text,
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
    """All visits of the period together, and told apart in every way."""
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
    grouped = func.grouping_sets(*(_together(one) for one in sets.values()), _together(()))
    rows = session.execute(
        select(func.grouping(*columns), *columns, *_counts(slice_)).group_by(grouped)
    ).all()
    marks = {_mark(columns, one): by for by, one in sets.items()}
    total, found = NOTHING, {by: dict[Key, Lost]() for by in By}
    for mark, *row in rows:
        lost = Lost(*row[len(columns) :])
        by = marks.get(mark)
        if by is None:
            total = lost
            continue
        key = [row[columns.index(column)] for column in sets[by]]
        found[by][key[0] if len(key) == 1 else (key[0], key[1])] = lost
    return total, found


def _slice(period: Period) -> Subquery:
    """The period's visits whose time has come, one row each, with what they are told apart by."""
    local = func.timezone(period.zone, Appointment.starts_at)
    lead = extract("epoch", Appointment.starts_at - Appointment.booked_at) / 86_400
    return (
        select(
            Appointment.patient_id.label("patient"),
            Appointment.provider_id.label("provider"),
            Appointment.type_id.label("type"),
            (cast(extract("isodow", local), Integer) - 1).label("weekday"),
            cast(extract("hour", local), Integer).label("hour"),
            func.width_bucket(cast(func.floor(lead), Integer), array(LEAD_DAYS)).label("lead"),
            cast(func.date_trunc("week", local), Date).label("week"),
            Cancellation.kind.label("kind"),
            Cancellation.reason.label("reason"),
            func.width_bucket(Cancellation.notice_minutes, array(NOTICE_MINUTES)).label("notice"),
            AppointmentType.price_cents.label("cents"),
            (extract("epoch", Appointment.ends_at - Appointment.starts_at) / 60).label("minutes"),
        )
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .outerjoin(Cancellation, Cancellation.appointment_id == Appointment.id)
        .where(*_of(period))
        .subquery()
    )


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


def _counts(slice_: Subquery) -> Sequence[ColumnElement[Any]]:
    kind, gone = slice_.c.kind, slice_.c.kind.is_not(None)
    return (
        func.count(),
        *(func.count().filter(kind == each) for each in _KINDS),
        func.coalesce(cast(func.sum(slice_.c.cents).filter(gone), BigInteger), 0),
        func.coalesce(cast(func.sum(slice_.c.minutes).filter(gone), BigInteger), 0),
    )


_KINDS = (
    CancellationKind.CANCELLED,
    CancellationKind.LATE_CANCEL,
    CancellationKind.NO_SHOW,
    CancellationKind.PRACTICE_CANCEL,
)


def _together(columns: Sequence[ColumnElement[Any]]) -> Any:
    """One grouping set, `()` where there are no columns."""
    return tuple_(*columns) if columns else text("()")


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
    minutes = extract("epoch", taker.ends_at - taker.starts_at) / 60
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
    """Who gave up or missed most, two at least; the first twenty."""
    slice_ = _slice(period)
    kind = slice_.c.kind
    theirs = func.count().filter(kind.is_not(None), kind != CancellationKind.PRACTICE_CANCEL)
    most = (
        select(
            slice_.c.patient,
            func.count().label("visits"),
            theirs.label("theirs"),
            func.count().filter(kind == CancellationKind.NO_SHOW).label("missed"),
        )
        .group_by(slice_.c.patient)
        .having(theirs >= 2)
        .order_by(theirs.desc(), slice_.c.patient)
        .limit(MOST_PATIENTS)
        .subquery()
    )
    rows = session.execute(
        select(Patient, most.c.visits, most.c.theirs, most.c.missed)
        .join(most, most.c.patient == Patient.id)
        .order_by(most.c.theirs.desc(), Patient.id)
    )
    return [OfPatient(*row) for row in rows]
