"""What changes while a reminder waits, and several visits in one text."""

from clinic import appointments
from clinic.audit import SYSTEM
from rules.states import AppointmentState, CancelledBy
from storage.tables import Prompt, Reminder
from tests.clinic.second_thoughts.conftest import Office
from tests.clinic.second_thoughts.reminding_office import (
    change,
    goes_on,
    held_back,
    move,
    reminded,
    sent,
    visit,
)


def test_a_visit_moved_meanwhile_withdraws_its_reminder(desk: Office) -> None:
    _, of_hers = held_back(desk)
    move(desk, of_hers, hours=200)
    assert goes_on(desk) == []


def test_and_is_reminded_of_at_the_times_of_its_new_start(desk: Office) -> None:
    _, of_hers = held_back(desk)
    move(desk, of_hers, hours=48)
    goes_on(desk)
    desk.later(hours=24)
    assert reminded(desk) == [24, 24]


def test_a_visit_cancelled_meanwhile_withdraws_its_reminder(desk: Office) -> None:
    _, of_hers = held_back(desk)
    desk.do(lambda tx: appointments.cancel(tx, of_hers, SYSTEM, who=CancelledBy.STAFF))
    assert goes_on(desk) == []


def test_who_confirms_meanwhile_is_not_reminded(desk: Office) -> None:
    _, of_hers = held_back(desk)
    change(desk, of_hers, state=AppointmentState.CONFIRMED)
    assert goes_on(desk) == []


def test_after_a_long_pause_only_the_newest_reminder_goes(desk: Office) -> None:
    held_back(desk, hours=72)
    desk.later(hours=48)
    assert reminded(desk) == [72, 24]
    assert len(goes_on(desk)) == 1


# Several visits


def test_two_visits_of_a_day_stand_in_one_text(desk: Office) -> None:
    maria = desk.patient()
    for hours in (24, 28):
        visit(desk, maria, hours=hours)
    desk.later(hours=5)
    [text] = desk.texts(maria)
    assert (
        "Maria, see you Tue Dec 1: 10:00am with Dr Lee and 2:00pm with Dr Lee. Reply 1 to confirm all" in text
    )


def test_an_answer_to_each_is_awaited(desk: Office) -> None:
    maria = desk.patient()
    both = {visit(desk, maria, hours=hours) for hours in (24, 28)}
    desk.later(hours=1)
    assert {each.subject_id for each in desk.all(Prompt)} == both


def test_where_one_is_cancelled_meanwhile_the_text_names_the_other(desk: Office) -> None:
    maria, first = held_back(desk)
    second = visit(desk, maria, hours=28)
    desk.later(hours=4)
    desk.do(lambda tx: appointments.cancel(tx, first, SYSTEM, who=CancelledBy.STAFF))
    assert second in [each.appointment_id for each in desk.all(Reminder)]
    [text] = goes_on(desk)
    assert "see you Tue Dec 1, 2:00pm with Dr Lee." in text


def test_visits_on_two_days_are_reminded_of_apart(desk: Office) -> None:
    maria = desk.patient()
    for hours in (24, 48):
        visit(desk, maria, hours=hours)
    for _ in range(25):
        desk.later(hours=1)
    assert sent(desk, maria) == 3  # of the first a day and two hours before, of the second a day before


def test_two_people_on_one_phone_are_reminded_apart(desk: Office) -> None:
    maria, ben = desk.patient(), desk.patient("Ben Lopez")
    for who, hours in ((maria, 24), (ben, 24.5)):
        visit(desk, who, hours=hours)
    desk.later(hours=1)
    assert [sent(desk, who) for who in (maria, ben)] == [1, 1]
