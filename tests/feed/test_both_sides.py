"""What is told late, and what changed here meanwhile: the later counts, and where nobody can tell, it is asked."""

from datetime import timedelta

from sqlalchemy import select

from clinic import appointments, practice_system
from clinic.audit import PATIENT
from rules.states import AppointmentState, CancelledBy, TaskState
from storage.tables import Appointment, Cancellation, Task
from tests.feed.conftest import NOW, Practice
from tests.feed.here import book, cancel, give_up_for_three_o_clock, kept_elsewhere, set_state


def test_events_that_come_in_the_wrong_order_come_to_the_same(practice: Practice) -> None:
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00", at=NOW - timedelta(minutes=1))
    assert practice.tasks() == ['Practice system: its visit "v1" is not on file here.']
    practice.books(at=NOW - timedelta(minutes=2))
    assert practice.visits() == [("v1", "Tue 16:00", "booked")]
    assert practice.tasks() == []
    assert practice.openings() == []


def test_an_older_event_undoes_no_newer_one(practice: Practice) -> None:
    practice.books(at=NOW - timedelta(minutes=9))
    practice.cancels(at=NOW - timedelta(minutes=1))
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00", at=NOW - timedelta(minutes=5))
    assert practice.visits() == []


def test_a_visit_cancelled_here_is_not_brought_back_by_what_was_told_before(practice: Practice) -> None:
    practice.books()
    practice.run(lambda tx: cancel(tx, "v1"))
    practice.books()  # told anew, as some systems do each night
    assert practice.visits() == []
    assert practice.tasks() == []


def test_a_visit_cancelled_here_and_moved_there_is_for_a_person(practice: Practice) -> None:
    practice.books()
    practice.run(lambda tx: cancel(tx, "v1"))
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00")
    assert practice.visits() == []
    assert practice.tasks() == [
        "Practice system: its visit with Dr Lee Tue Dec 1, 4:00pm was cancelled here and changed there since. "
        "Which counts?"
    ]
    practice.cancels()
    assert practice.tasks() == []


def test_a_visit_cancelled_there_may_be_booked_there_again(practice: Practice) -> None:
    practice.books()
    practice.cancels()
    practice.books()
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]
    assert practice.openings() == []


def test_a_visit_given_up_for_an_earlier_one_may_be_moved_there_instead(practice: Practice) -> None:
    """Here an earlier visit took its place; over there the desk moves the old one to that time."""
    practice.run(kept_elsewhere)
    practice.books(start="2026-12-09T09:00")
    practice.run(give_up_for_three_o_clock)
    assert len(practice.tasks()) == 2
    practice.say("visit.moved", external_id="v1", start="2026-12-01T15:00")
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]
    assert practice.tasks() == []


def test_a_visit_cancelled_here_just_after_it_was_entered_there_is_for_a_person(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    visit_id = practice.run(lambda tx: book(tx, "maria"))
    practice.clock.forward(timedelta(minutes=2))
    practice.run(lambda tx: appointments.cancel(tx, visit_id, PATIENT, who=CancelledBy.PATIENT))
    practice.books(at=NOW + timedelta(minutes=1))
    assert practice.visits() == []
    assert len(practice.tasks()) == 1
    practice.cancels()
    assert practice.tasks() == []


def test_a_visit_cancelled_here_may_be_booked_there_afterwards(practice: Practice) -> None:
    visit_id = practice.run(lambda tx: book(tx, "maria"))
    practice.run(lambda tx: appointments.cancel(tx, visit_id, PATIENT, who=CancelledBy.PATIENT))
    practice.clock.forward(timedelta(minutes=2))
    practice.books(at=NOW + timedelta(minutes=1))
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]


def test_what_is_taken_back_before_anybody_entered_it_needs_no_entering(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    visit_id = practice.run(lambda tx: book(tx, "maria"))
    practice.run(lambda tx: appointments.cancel(tx, visit_id, PATIENT, who=CancelledBy.PATIENT))
    assert practice.tasks() == []
    assert [each.state for each in practice.all_of(Task)] == [TaskState.DONE]


def test_a_visit_that_staff_have_yet_to_approve_needs_no_entering(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    practice.books()
    practice.run(lambda tx: set_state(tx, AppointmentState.REQUESTED))
    practice.run(lambda tx: practice_system.changed(tx, tx.session.scalars(select(Appointment)).one()))
    assert practice.tasks() == []


def test_a_request_that_is_withdrawn_needs_no_entering_either(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    practice.books()
    practice.run(lambda tx: set_state(tx, AppointmentState.REQUESTED))
    practice.run(lambda tx: cancel(tx, "v1"))
    assert practice.tasks() == []


def test_a_visit_booked_there_again_may_be_cancelled_here_again(practice: Practice) -> None:
    practice.books()
    practice.cancels()
    practice.books()
    practice.run(lambda tx: cancel(tx, "v1"))
    assert practice.visits() == []
    assert [each.by for each in practice.all_of(Cancellation)] == [CancelledBy.PATIENT]
