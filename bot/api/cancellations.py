"""Visits that came to nothing: given up, taken away, missed; why, and what is owed for them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import or_, select

from bot.api import lists, refs
from bot.api.endpoint import Call, Moment, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import conflict
from bot.api.refs import Named, PatientRef, Ref
from clinic import cancellations as operations
from clinic.cancellations import Why
from rules.cancellations import NOT_LOST
from rules.states import CancellationKind, CancelledBy, CancelReason, RecoveryState
from storage.tables import Appointment, AppointmentType, Cancellation, Patient, Provider
from storage.transaction import Tx

USUAL = timedelta(days=30)


class CancellationOut(Shape):
    """A visit that came to nothing, as it was then."""

    id: UUID
    appointment: UUID
    patient: PatientRef
    provider: Ref
    type: Ref
    start: datetime
    kind: CancellationKind
    by: CancelledBy
    at: datetime
    notice_hours: float | None = Field(description="Negative once it had begun; null where nobody knows.")
    reason: CancelReason | None
    details: str = Field(description="In the patient's words, or the staff's.")
    recovery: RecoveryState
    replaced_by: UUID | None = Field(description="The visit in its place.")


class Cancellations(Shape):
    items: list[CancellationOut]
    next: str | None


class FeeOut(Shape):
    """What is owed for a visit given up late or missed."""

    cancellation: UUID
    patient: PatientRef
    type: Ref
    start: datetime
    kind: CancellationKind
    at: datetime
    fee_cents: int
    waived_at: datetime | None
    waived_why: str | None


class Fees(Shape):
    items: list[FeeOut]
    next: str | None


class Span(Listed):
    from_: Moment | None = Field(default=None, alias="from", description="Left out: 30 days before.")
    until: Moment | None = Field(default=None, description="Left out: now.")


class Wanted(Span):
    kind: CancellationKind | None = None
    reason: CancelReason | None = None
    recovery: RecoveryState | None = None
    patient: Named | None = None


class ReasonIn(Shape):
    reason: CancelReason
    details: str = Field(default="", max_length=2000)


class Waive(Shape):
    why: str = Field(min_length=1, max_length=500, pattern=r"\S")


def list_(tx: Tx, call: Call[Wanted, Nothing]) -> Cancellations:
    """By when they were given up or missed. Visits that only made way for another are not among them."""
    asked = call.query
    found = _between(tx, asked).where(
        or_(Cancellation.reason.is_(None), Cancellation.reason.not_in(NOT_LOST))
    )
    if asked.patient is not None:
        patient = refs.find(tx, Patient, asked.patient, "query.patient")
        found = found.where(Cancellation.patient_id == patient.id)
    for column, value in (
        (Cancellation.kind, asked.kind),
        (Cancellation.reason, asked.reason),
        (Cancellation.recovery, asked.recovery),
    ):
        if value is not None:
            found = found.where(column == value)
    keys = [Cancellation.at, Cancellation.id]
    items, following = lists.page(tx, found, keys, asked, lambda row: _shaped(tx, call, row))
    return Cancellations(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Any]) -> CancellationOut:
    """One of them."""
    return _shaped(tx, call, tx.session.get_one(Cancellation, call.id))


def reason(tx: Tx, call: Call[Nothing, ReasonIn]) -> CancellationOut:
    """Say why, or say it better. Whether it was late, or ours, and what is owed follow from it."""
    why = Why(call.body.reason, call.body.details)
    return _shaped(tx, call, operations.give_reason(tx, call.id, why, call.by))


def fees(tx: Tx, call: Call[Span, Nothing]) -> Fees:
    """What is owed, waived ones too, by when it came up."""
    found = _between(tx, call.query).where(Cancellation.fee_cents > 0)
    keys = [Cancellation.at, Cancellation.id]
    items, following = lists.page(tx, found, keys, call.query, lambda row: _fee(tx, call, row))
    return Fees(items=items, next=following)


def waive_fee(tx: Tx, call: Call[Nothing, Waive]) -> FeeOut:
    """What is owed is not asked for. It stays on the list with the reason, and in the audit log."""
    if not operations.waive_fee(tx, call.id, call.body.why, call.by):
        raise conflict("Nothing is owed for it, or it was waived before.")
    return _fee(tx, call, tx.session.get_one(Cancellation, call.id))


def _between(tx: Tx, asked: Span) -> Any:
    until = asked.until or tx.now + timedelta(microseconds=1)
    start = asked.from_ or until - USUAL
    return select(Cancellation).where(Cancellation.at >= start, Cancellation.at < until)


def _shaped(tx: Tx, call: Call[Any, Any], row: Cancellation) -> CancellationOut:
    visit = tx.session.get_one(Appointment, row.appointment_id)
    known = row.reason in set(CancelReason)
    return CancellationOut(
        id=row.id,
        appointment=visit.id,
        patient=refs.patient(tx.session.get_one(Patient, row.patient_id)),
        provider=refs.ref(tx.session.get_one(Provider, UUID(row.visit["provider"]))),
        type=refs.ref(tx.session.get_one(AppointmentType, UUID(row.visit["type"]))),
        start=call.local(datetime.fromisoformat(row.visit["start"])),
        kind=row.kind,
        by=row.by,
        at=call.local(row.at),
        notice_hours=None if row.notice_minutes is None else row.notice_minutes / 60,
        reason=CancelReason(row.reason) if known and row.reason else None,
        details=row.details,
        recovery=row.recovery,
        replaced_by=row.replaced_by_id,
    )


def _fee(tx: Tx, call: Call[Any, Any], row: Cancellation) -> FeeOut:
    visit = tx.session.get_one(Appointment, row.appointment_id)
    return FeeOut(
        cancellation=row.id,
        patient=refs.patient(tx.session.get_one(Patient, row.patient_id)),
        type=refs.ref(tx.session.get_one(AppointmentType, visit.type_id)),
        start=call.local(visit.starts_at),
        kind=row.kind,
        at=call.local(row.at),
        fee_cents=row.fee_cents,
        waived_at=call.local(row.fee_waived_at) if row.fee_waived_at else None,
        waived_why=row.fee_waived_why,
    )
