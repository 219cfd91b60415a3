"""A type whose bookings staff have the last word on."""

from uuid import UUID

import pytest

from clinic import appointments, approvals
from clinic.acceptance import Outcome
from clinic.audit import PATIENT
from rules.states import (
    AppointmentState,
    CancelledBy,
    ConfirmMode,
    EntryState,
    OfferState,
    TaskKind,
    TaskState,
)
from storage.tables import Appointment, AppointmentType, Message, Offer, Task, WaitlistEntry
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office

LATER = 24 * 40


@pytest.fixture
def maria(office: Office) -> UUID:
    """She has a later visit and waits for an earlier one of a type that staff approve."""
    who = office.patient("Maria Lopez")
    office.waits(who, replaces_id=office.visit(who, hours=LATER))

    def by_staff(tx: Tx) -> None:
        tx.session.get_one(AppointmentType, office.kind).confirm_mode = ConfirmMode.STAFF

    office.do(by_staff)
    return who


def takes_a_slot(office: Office, who: UUID) -> UUID:
    visit = office.visit(office.patient("Tom Reed"))
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))
    office.settle()
    assert office.accepts(who) is Outcome.BOOKED
    booked = office.offer_to(who).appointment_id
    assert booked is not None
    return booked


def open_tasks(office: Office) -> list[TaskKind]:
    return [task.kind for task in office.all(Task) if task.state is TaskState.OPEN]


def alerts(office: Office) -> int:
    return len([message for message in office.all(Message) if message.phrase == "alert"])


def approve(office: Office, visit: UUID) -> bool:
    done = office.do(lambda tx: approvals.approve(tx, visit, office.sam))
    office.settle()
    return done


def refuse(office: Office, visit: UUID) -> bool:
    done = office.do(lambda tx: approvals.refuse(tx, visit, office.sam))
    office.settle()
    return done


def test_the_slot_is_theirs_and_staff_are_asked(office: Office, maria: UUID) -> None:
    visit = takes_a_slot(office, maria)
    assert office.get(Appointment, visit).state is AppointmentState.REQUESTED
    assert open_tasks(office) == [TaskKind.APPROVE]
    assert office.texts(maria)[-1] == (
        "Thanks Maria: Dr Lee, Tue Dec 1, 10:00am is held for you. We'll confirm shortly."
    )


def test_the_later_visit_stays_until_staff_approve(office: Office, maria: UUID) -> None:
    visit = takes_a_slot(office, maria)
    assert (office.ahead(LATER), "booked") in office.visits_of(maria)
    assert approve(office, visit)
    assert (office.ahead(LATER), "cancelled") in office.visits_of(maria)
    assert "Your visit on Sat Jan 9 is released." in office.texts(maria)[-1]


def test_approved_it_is_booked_and_the_task_is_done(office: Office, maria: UUID) -> None:
    visit = takes_a_slot(office, maria)
    approve(office, visit)
    now = office.get(Appointment, visit)
    assert (now.state, now.approve_by) == (AppointmentState.BOOKED, None)
    assert open_tasks(office) == []
    office.later(hours=2)
    assert alerts(office) == 0


def test_approved_twice_is_approved_once(office: Office, maria: UUID) -> None:
    visit = takes_a_slot(office, maria)
    assert approve(office, visit)
    assert not approve(office, visit)
    assert not refuse(office, visit)


def test_refused_they_wait_again_and_the_slot_is_offered_on(office: Office, maria: UUID) -> None:
    ana = office.patient("Ana Ruiz")
    office.waits(ana, added_at=office.ahead(-1))
    visit = takes_a_slot(office, maria)
    assert refuse(office, visit)
    assert office.visits_of(maria) == [(office.ahead(24), "cancelled"), (office.ahead(LATER), "booked")]
    assert office.get(WaitlistEntry, office.offer_to(maria).entry_id).state is EntryState.ACTIVE
    assert office.offer_to(ana).state is OfferState.OPEN
    assert "could not confirm" in office.texts(maria)[-1]


def test_who_was_refused_is_not_asked_about_that_slot_again(office: Office, maria: UUID) -> None:
    office.decide(gap_hours=0)
    visit = takes_a_slot(office, maria)
    refuse(office, visit)
    assert len(office.all(Offer)) == 1


def test_not_approved_in_time_the_on_call_list_is_alerted_again_and_again_and_the_hold_stays(
    office: Office, maria: UUID
) -> None:
    office.on_call()
    visit = takes_a_slot(office, maria)
    office.later(minutes=29)
    assert alerts(office) == 0
    office.later(minutes=2)
    assert alerts(office) == 1
    office.later(minutes=6)
    assert alerts(office) == 2
    assert office.get(Appointment, visit).state is AppointmentState.REQUESTED
    approve(office, visit)
    office.later(minutes=6)
    assert alerts(office) == 2


def test_out_of_hours_nobody_is_pressed_before_the_desk_opens(office: Office, maria: UUID) -> None:
    office.on_call()
    office.clock.set(office.ahead(6.9))  # 4:54pm; the desk closes at 5
    takes_a_slot(office, maria)
    office.later(hours=10)
    assert alerts(office) == 0
    office.clock.set(office.ahead(22.1))  # 8:06am
    office.settle()
    assert alerts(office) == 1


def test_the_patients_own_cancel_ends_the_asking(office: Office, maria: UUID) -> None:
    visit = takes_a_slot(office, maria)
    office.do(lambda tx: appointments.cancel_by_text(tx, office.conversation(tx, maria), visit))
    assert open_tasks(office) == []
    assert not approve(office, visit)


def test_a_cancel_taken_back_asks_staff_anew(office: Office, maria: UUID) -> None:
    visit = takes_a_slot(office, maria)
    office.do(lambda tx: appointments.cancel_by_text(tx, office.conversation(tx, maria), visit))
    assert office.takes_back(maria)
    assert office.get(Appointment, visit).state is AppointmentState.REQUESTED
    assert open_tasks(office) == [TaskKind.APPROVE]


def test_the_booking_taken_back_leaves_the_later_visit_as_it_is(office: Office, maria: UUID) -> None:
    takes_a_slot(office, maria)
    assert office.takes_back(maria)
    assert office.visits_of(maria) == [(office.ahead(24), "cancelled"), (office.ahead(LATER), "booked")]
    assert office.texts(maria)[-1] == (
        "Undone, Maria: Tue Dec 1, 10:00am with Dr Lee is not booked. Your visit on Sat Jan 9 stands."
    )


def test_a_second_yes_hears_that_it_is_still_to_be_confirmed(office: Office, maria: UUID) -> None:
    takes_a_slot(office, maria)
    assert office.accepts(maria) is Outcome.ALREADY
    assert "We'll confirm shortly." in office.texts(maria)[-1]


def test_where_the_schedule_lives_elsewhere_it_is_entered_only_once_approved(
    office: Office, maria: UUID
) -> None:
    office.do(lambda tx: setattr(tx.clinic(), "schedule_elsewhere", True))
    visit = takes_a_slot(office, maria)
    about_it = [task.kind for task in office.all(Task) if task.appointment_id == visit]
    assert about_it == [TaskKind.APPROVE]
    approve(office, visit)
    about_it = [task.kind for task in office.all(Task) if task.appointment_id == visit]
    assert about_it == [TaskKind.APPROVE, TaskKind.ENTER_IN_SYSTEM]
