"""The record of a visit that came to nothing: what it says, what is owed, and what makes up for it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from clinic import appointments, cancellations, no_shows, staff_cancels
from clinic.appointments import Booking
from clinic.audit import PATIENT, By, by_staff
from clinic.cancellations import Why
from rules.states import (
    AppointmentState,
    CancellationKind,
    CancelledBy,
    CancelReason,
    RecoveryState,
)
from storage.tables import Appointment, AppointmentType, Cancellation, Patient, Provider
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk


@dataclass
class Office:
    """Dr Lee, Tom, and a type of visit that takes 25 dollars for a late cancel and 50 for a missed visit."""

    desk: Desk
    lee: Provider
    kind: AppointmentType
    tom: Patient
    sam: By

    def visit(self, *, hours: float) -> Appointment:
        start = NOW + timedelta(hours=hours)
        return self.desk.do(lambda tx: factories.visit(tx, self.tom, self.lee, self.kind, start=start))

    def cancelled(
        self, *, hours: float, who: CancelledBy = CancelledBy.PATIENT, by: By = PATIENT
    ) -> Cancellation:
        visit = self.visit(hours=hours)
        self.desk.do(lambda tx: appointments.cancel(tx, visit.id, by, who=who))
        return self.record(visit)

    def missed(self) -> Cancellation:
        visit = self.visit(hours=-1)
        self.desk.do(lambda tx: no_shows.mark(tx, visit.id, self.sam))
        return self.record(visit)

    def record(self, visit: Appointment) -> Cancellation:
        return self.desk.do(
            lambda tx: tx.session.scalars(
                select(Cancellation).where(Cancellation.appointment_id == visit.id)
            ).one()
        )

    def book(self, start: datetime) -> Appointment:
        booking = Booking(self.tom.id, self.lee.id, self.kind.id, start)
        made = self.desk.do(lambda tx: appointments.book(tx, booking, self.sam))
        assert made is not None
        return made

    def again(self, record: Cancellation) -> Cancellation:
        return self.desk.get(Cancellation, record.id)


@pytest.fixture
def office(first_desk: Desk) -> Office:
    with first_desk.store.unscoped() as session:
        desk = replace(first_desk, clinic=factories.clinic(session, NOW))

    def furnish(tx: Tx) -> Office:
        return Office(
            desk,
            factories.provider(tx),
            factories.visit_type(tx, late_fee_cents=2500, no_show_fee_cents=5000),
            factories.patient(tx, "Tom Reed"),
            by_staff(factories.staff(tx).id),
        )

    return desk.do(furnish)


def test_a_late_cancel_owes_the_types_fee(office: Office) -> None:
    record = office.cancelled(hours=5)
    assert (record.kind, record.late, record.fee_cents) == (CancellationKind.LATE_CANCEL, True, 2500)
    assert record.notice_minutes == 300
    assert record.visit["provider"] == str(office.lee.id)


def test_one_in_time_owes_nothing(office: Office) -> None:
    record = office.cancelled(hours=48)
    assert (record.kind, record.fee_cents) == (CancellationKind.CANCELLED, 0)


def test_a_missed_visit_is_on_record_with_who_wrote_it_down(office: Office) -> None:
    record = office.missed()
    assert (record.kind, record.by, record.fee_cents) == (CancellationKind.NO_SHOW, CancelledBy.STAFF, 5000)
    assert record.staff_id == office.sam.staff_id
    assert record.visit["state"] == AppointmentState.BOOKED


def test_a_no_show_taken_back_leaves_no_record(office: Office) -> None:
    record = office.missed()
    assert office.desk.do(lambda tx: no_shows.undo(tx, record.appointment_id, office.sam))
    left = office.desk.do(lambda tx: tx.session.get(Cancellation, record.id))
    assert left is None


def test_staff_who_say_that_the_patient_was_ill_make_it_the_patients(office: Office) -> None:
    visit = office.visit(hours=5)
    cancel = staff_cancels.cancel
    office.desk.do(lambda tx: cancel(tx, visit.id, office.sam, tell=False, reason=CancelReason.ILLNESS))
    waiting = office.desk.get(Appointment, visit.id)
    assert waiting.cancel_reason == "illness"

    def due(tx: Tx) -> None:
        tx.now += timedelta(minutes=3)
        staff_cancels.carry_out(tx, visit.id)

    office.desk.do(due)
    record = office.record(visit)
    assert (record.kind, record.by, record.reason) == (
        CancellationKind.LATE_CANCEL,
        CancelledBy.STAFF,
        "illness",
    )


def test_a_reason_given_later_changes_what_it_was_and_owes(office: Office) -> None:
    record = office.cancelled(hours=5, who=CancelledBy.STAFF, by=office.sam)
    assert record.fee_cents == 0
    why = Why(CancelReason.FORGOT, "called at noon")
    office.desk.do(lambda tx: cancellations.give_reason(tx, record.id, why, office.sam))
    told = office.again(record)
    assert (told.kind, told.fee_cents, told.details) == (
        CancellationKind.LATE_CANCEL,
        2500,
        "called at noon",
    )


def test_a_fee_is_waived_once_and_the_log_knows(office: Office) -> None:
    record = office.cancelled(hours=5)
    waived = [
        office.desk.do(lambda tx: cancellations.waive_fee(tx, record.id, "first time", office.sam))
        for _ in range(2)
    ]
    kept = office.again(record)
    assert waived == [True, False]
    assert (kept.fee_cents, kept.fee_waived_why, kept.fee_waived_by) == (
        2500,
        "first time",
        office.sam.staff_id,
    )
    assert office.desk.audited().count("cancellation.fee_waived") == 1


def test_a_waived_fee_does_not_come_back_with_another_reason(office: Office) -> None:
    record = office.cancelled(hours=5)
    office.desk.do(lambda tx: cancellations.waive_fee(tx, record.id, "first time", office.sam))
    why = Why(CancelReason.FORGOT, "")
    office.desk.do(lambda tx: cancellations.give_reason(tx, record.id, why, office.sam))
    assert office.again(record).fee_waived_at == NOW
    assert not office.desk.do(lambda tx: cancellations.owes(tx, [office.tom.id]))


def test_nothing_owed_is_nothing_to_waive(office: Office) -> None:
    record = office.cancelled(hours=48)
    assert not office.desk.do(lambda tx: cancellations.waive_fee(tx, record.id, "kind", office.sam))


def test_another_visit_of_the_type_makes_up_for_it(office: Office) -> None:
    record = office.missed()
    assert record.recovery is RecoveryState.PENDING
    visit = office.book(NOW + timedelta(days=3))
    kept = office.again(record)
    assert (kept.recovery, kept.replaced_by_id) == (RecoveryState.RECOVERED, visit.id)


def test_a_booking_taken_back_makes_up_for_nothing(office: Office) -> None:
    record = office.missed()
    visit = office.book(NOW + timedelta(days=3))

    def undone(tx: Tx) -> None:
        locked = appointments.lock(tx, visit.id)
        appointments.end(tx, locked, PATIENT, who=CancelledBy.SYSTEM, reason="undone")

    office.desk.do(undone)
    kept = office.again(record)
    assert (kept.recovery, kept.replaced_by_id) == (RecoveryState.PENDING, None)
    assert office.record(visit).recovery is RecoveryState.NOT_NEEDED


def test_a_visit_of_another_type_makes_up_for_nothing(office: Office) -> None:
    record = office.missed()
    other = office.desk.do(lambda tx: factories.visit_type(tx, "Cleaning"))
    booking = Booking(office.tom.id, office.lee.id, other.id, NOW + timedelta(days=3))
    office.desk.do(lambda tx: appointments.book(tx, booking, office.sam))
    assert office.again(record).recovery is RecoveryState.PENDING
