"""A visit that staff cancel waits two minutes behind an undo."""

from datetime import timedelta
from uuid import UUID

import pytest

from clinic import appointments, moving, staff_cancels
from rules.states import AppointmentState, CancelledBy
from storage.tables import Appointment, AuditEvent, Cancellation, Opening
from tests.clinic.second_thoughts.conftest import Office


@pytest.fixture
def tom(office: Office) -> UUID:
    return office.patient("Tom Reed")


def cancel(office: Office, visit: UUID, *, tell: bool = True) -> bool:
    done = office.do(lambda tx: staff_cancels.cancel(tx, visit, office.sam, tell=tell))
    office.settle()
    return done


def test_while_it_waits_the_visit_stays_and_nobody_is_told(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    assert cancel(office, visit)
    office.later(seconds=90)
    assert office.get(Appointment, visit).state is AppointmentState.BOOKED
    assert office.openings() == []
    assert office.texts(tom) == []


def test_after_two_minutes_it_happens_by_whoever_asked_for_it(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancel(office, visit)
    office.later(minutes=2, seconds=1)
    (ended,) = office.all(Cancellation)
    assert ended.by is CancelledBy.STAFF
    assert "had to be cancelled" in office.texts(tom)[0]
    assert [state for _, state in office.openings()] == ["open"]
    (line,) = [row for row in office.all(AuditEvent) if row.action == "appointment.cancelled"]
    assert line.staff_id == office.sam.staff_id


def test_a_patient_who_knows_is_not_texted_when_it_happens(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancel(office, visit, tell=False)
    office.later(minutes=3)
    assert office.get(Appointment, visit).state is AppointmentState.CANCELLED
    assert office.texts(tom) == []


def test_undone_in_time_it_never_happens(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancel(office, visit)
    assert office.do(lambda tx: staff_cancels.undo(tx, visit, office.sam))
    office.later(minutes=10)
    assert office.get(Appointment, visit).state is AppointmentState.BOOKED
    assert office.texts(tom) == []


def test_once_it_has_happened_it_cannot_be_undone(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancel(office, visit)
    office.later(minutes=3)
    assert not office.do(lambda tx: staff_cancels.undo(tx, visit, office.sam))


def test_a_patients_own_cancel_in_between_wins(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancel(office, visit)
    office.do(lambda tx: appointments.cancel(tx, visit, office.sam, who=CancelledBy.PATIENT))
    office.later(minutes=3)
    assert [row.by for row in office.all(Cancellation)] == [CancelledBy.PATIENT]
    assert len(office.all(Opening)) == 1
    assert office.texts(tom) == []


def test_an_arrival_in_between_wins(office: Office, tom: UUID) -> None:
    visit = office.visit(tom, hours=1)
    cancel(office, visit)
    office.do(lambda tx: setattr(tx.session.get_one(Appointment, visit), "state", AppointmentState.ARRIVED))
    office.later(minutes=3)
    assert office.get(Appointment, visit).state is AppointmentState.ARRIVED
    assert office.get(Appointment, visit).cancel_due_at is None
    assert office.all(AuditEvent)[-1].action == "appointment.cancel_dropped"


def test_whoever_moves_the_visit_in_between_wants_it_kept(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancel(office, visit)
    start = office.ahead(30)
    assert office.do(lambda tx: moving.move(tx, visit, start, None, office.sam, tell=False))
    office.later(minutes=3)
    assert office.get(Appointment, visit).state is AppointmentState.BOOKED


def test_a_visit_that_begins_before_is_cancelled_at_once(office: Office, tom: UUID) -> None:
    visit = office.visit(tom, hours=1 / 60)
    cancel(office, visit)
    assert office.get(Appointment, visit).state is AppointmentState.CANCELLED


def test_a_clinic_may_want_no_such_wait(office: Office, tom: UUID) -> None:
    office.decide(staff_undo_minutes=0)
    visit = office.visit(tom)
    cancel(office, visit)
    assert office.get(Appointment, visit).state is AppointmentState.CANCELLED


def test_asked_for_again_it_waits_anew(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancel(office, visit)
    office.later(minutes=1)
    cancel(office, visit)
    office.later(minutes=1, seconds=30)
    assert office.get(Appointment, visit).state is AppointmentState.BOOKED
    office.later(minutes=1)
    assert office.get(Appointment, visit).state is AppointmentState.CANCELLED


def test_a_visit_that_has_begun_is_not_cancelled(office: Office, tom: UUID) -> None:
    visit = office.visit(tom, hours=1)
    office.clock.forward(timedelta(hours=1))
    assert not cancel(office, visit)
