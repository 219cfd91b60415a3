"""The record of a visit that came to nothing: written with it, taken back with it, and told when another visit
stands in its place."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from clinic import policies, recovery_cases
from clinic.audit import By, record
from rules import cancellations as rules
from rules.states import (
    OPEN_RECOVERY,
    AppointmentState,
    CancellationKind,
    CancelledBy,
    RecoveryEnd,
    RecoveryState,
)
from storage.tables import Appointment, AppointmentType, Cancellation
from storage.transaction import Tx


def write(
    tx: Tx, visit: Appointment, by: By, *, who: CancelledBy, reason: str | None, was: dict[str, Any]
) -> Cancellation:
    """A visit has been given up, taken away or missed: keep how, what is owed for it, and what it `was`."""
    written = Cancellation(
        clinic_id=tx.clinic_id,
        appointment_id=visit.id,
        patient_id=visit.patient_id,
        by=who,
        staff_id=by.staff_id,
        at=tx.now,
        notice_minutes=int((visit.starts_at - tx.now) / timedelta(minutes=1)),
        reason=reason,
        visit=was,
        recovery=rules.recovery_of(reason),
        replaced_by_id=visit.replaced_by_id,
    )
    weigh(tx, written, visit)
    tx.session.add(written)
    recovery_cases.open_case(tx, written, visit.ends_at)
    return written


def weigh(tx: Tx, written: Cancellation, visit: Appointment) -> None:
    """Work out which kind it is, by the clinic's rules and the type's, and what is owed for it."""
    type_ = tx.session.get_one(AppointmentType, visit.type_id)
    late = rules.is_late(visit.starts_at, written.at, policies.current(tx), type_.late_hours)
    missed = visit.state is AppointmentState.NO_SHOW
    written.kind = rules.kind_of(written.by, written.reason, missed=missed, late=late)
    written.late = written.kind is CancellationKind.LATE_CANCEL
    if written.fee_waived_at is None:
        written.fee_cents = rules.fee_cents(
            written.kind, late_fee=type_.late_fee_cents, no_show_fee=type_.no_show_fee_cents
        )


def take_back(tx: Tx, visit: Appointment, by: By) -> Cancellation | None:
    """The visit stands again, and was not given up or missed after all. Gives what was on record."""
    written = tx.session.scalar(select(Cancellation).where(Cancellation.appointment_id == visit.id))
    if written is not None:
        recovery_cases.forget(tx, written, by)
        tx.session.delete(written)
        tx.session.flush()
    return written


def make_up_for(tx: Tx, visit: Appointment, by: By) -> None:
    """The patient is booked again, whichever way: what came to nothing before is made up for."""
    lost = select(Cancellation).join(Appointment, Appointment.id == Cancellation.appointment_id)
    for each in tx.session.scalars(
        lost.where(
            Cancellation.patient_id == visit.patient_id,
            Cancellation.recovery.in_(OPEN_RECOVERY),
            Appointment.type_id == visit.type_id,
        )
        .order_by(Cancellation.id)
        .with_for_update(key_share=True, of=Cancellation)
    ).all():
        before = each.recovery
        each.replaced_by_id = visit.id
        recovery_cases.end(tx, each, RecoveryEnd.REBOOKED, by)
        record(
            tx,
            by,
            "cancellation.recovered",
            each,
            before={"recovery": before},
            after={"recovery": each.recovery, "visit": str(visit.id)},
        )


def lose_again(tx: Tx, visit: Appointment, by: By) -> None:
    """A booking was taken back: what it had made up for is lost as before."""
    for each in tx.session.scalars(
        select(Cancellation)
        .where(Cancellation.replaced_by_id == visit.id, Cancellation.recovery == RecoveryState.RECOVERED)
        .with_for_update(key_share=True)
    ).all():
        each.replaced_by_id = None
        recovery_cases.lost_again(tx, each)
        record(tx, by, "cancellation.lost_again", each, after={"recovery": each.recovery})
