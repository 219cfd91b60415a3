"""Reminders go by themselves: at the clinic's times, once, one text for a day, and never of what has changed."""

from datetime import timedelta
from uuid import UUID

import pytest

from clinic import policies, reminders, reminding
from clinic.audit import SYSTEM
from rules.states import AppointmentState
from storage.tables import AuditEvent, Patient, VisitRisk
from tests.clinic.second_thoughts.conftest import Office
from tests.clinic.second_thoughts.reminding_office import (
    HOW,
    change,
    reminded,
    sent,
    visit,
)


def test_a_visit_is_reminded_of_three_days_a_day_and_two_hours_before(desk: Office) -> None:
    maria = desk.patient()
    visit(desk, maria, hours=100)
    for count, hours in enumerate((28, 48, 22), start=1):
        desk.later(hours=hours - 0.1)
        before = sent(desk, maria)
        desk.later(hours=0.1)
        assert (before, sent(desk, maria)) == (count - 1, count)


def test_it_says_when_with_whom_and_how_to_answer(desk: Office) -> None:
    maria = desk.patient()
    visit(desk, maria, hours=24)
    desk.later(hours=1)
    [text] = desk.texts(maria)
    assert text == f"Lakeside: Maria, see you Tue Dec 1, 10:00am with Dr Lee. {HOW} STOP to opt out"


def test_looked_at_again_nobody_is_reminded_twice(desk: Office) -> None:
    maria = desk.patient()
    visit(desk, maria, hours=24)
    for _ in range(3):
        desk.do(lambda tx: reminding.work(tx, tx.clinic_id))
        desk.later(minutes=1)
    assert sent(desk, maria) == 1


def test_the_clinic_s_own_times_count(desk: Office) -> None:
    desk.decide(reminder_hours=[48])
    maria = desk.patient()
    visit(desk, maria, hours=49)
    desk.later(hours=1)
    desk.later(hours=46)
    assert reminded(desk) == [48]


def test_a_clinic_may_remind_nobody_by_itself(desk: Office) -> None:
    desk.decide(reminder_hours=[])
    maria = desk.patient()
    visit(desk, maria, hours=24)
    desk.later(hours=23)
    assert desk.texts(maria) == []


def test_who_has_confirmed_is_left_alone(desk: Office) -> None:
    maria = desk.patient()
    change(desk, visit(desk, maria, hours=24), state=AppointmentState.CONFIRMED)
    desk.later(hours=23)
    assert desk.texts(maria) == []


def test_unless_the_clinic_wants_it_otherwise(desk: Office) -> None:
    desk.decide(remind_confirmed=True)
    maria = desk.patient()
    change(desk, visit(desk, maria, hours=24), state=AppointmentState.CONFIRMED)
    desk.later(hours=1)
    assert "see you Tue Dec 1, 10:00am with Dr Lee. Reply 2 to change it" in desk.texts(maria)[0]


def test_who_has_just_booked_is_not_reminded(desk: Office) -> None:
    maria = desk.patient()
    desk.visit(maria, hours=25, booked_at=desk.clock())
    desk.later(hours=5)
    assert desk.texts(maria) == []


def test_who_was_just_reminded_by_staff_is_not_reminded_again(desk: Office) -> None:
    maria = desk.patient()
    tomorrow = visit(desk, maria, hours=26)
    desk.do(lambda tx: reminders.remind(tx, tomorrow, desk.sam))
    desk.later(hours=10)
    assert sent(desk, maria) == 1


@pytest.mark.parametrize("state", [AppointmentState.REQUESTED, AppointmentState.CANCELLED])
def test_what_is_not_booked_is_not_reminded_of(desk: Office, state: AppointmentState) -> None:
    maria = desk.patient()
    change(desk, visit(desk, maria, hours=24), state=state)
    desk.later(hours=1)
    assert desk.texts(maria) == []


def test_a_visit_that_staff_are_cancelling_is_not_reminded_of(desk: Office) -> None:
    maria = desk.patient()
    change(desk, visit(desk, maria, hours=24), cancel_due_at=desk.ahead(2))
    desk.later(hours=1)
    assert desk.texts(maria) == []


def test_one_in_quiet_hours_goes_the_evening_before(desk: Office) -> None:
    desk.decide(reminder_hours=[2])
    maria = desk.patient()
    visit(desk, maria, hours=24)  # 8:00am is no time to text
    desk.later(hours=9, minutes=58)
    assert desk.texts(maria) == []
    desk.later(minutes=1)
    assert sent(desk, maria) == 1


def test_after_the_visit_began_nobody_is_reminded(desk: Office) -> None:
    maria = desk.patient()
    visit(desk, maria, hours=24)
    desk.clock.forward(timedelta(hours=25))
    desk.settle()
    assert desk.texts(maria) == []


def test_a_clinic_that_moves_to_another_zone_reminds_by_its_new_clock(desk: Office) -> None:
    maria = desk.patient()
    visit(desk, maria, hours=47)  # Wednesday 9:00am in New York, 7:00am in Denver
    desk.do(lambda tx: setattr(tx.clinic(), "timezone", "America/Denver"))
    desk.decide(reminder_hours=[24])
    desk.later(hours=9, minutes=58)
    assert desk.texts(maria) == []
    desk.later(hours=2, minutes=2)
    assert "Wed Dec 2, 7:00am" in desk.texts(maria)[0]


# Likely no-shows


def likely(desk: Office, visit_id: UUID, chance: float) -> None:
    desk.do(lambda tx: tx.session.add(VisitRisk(appointment_id=visit_id, chance=chance, foreseen_at=tx.now)))


def days_pass(desk: Office) -> None:
    """The times of the first and the second reminder come."""
    desk.later(hours=1)
    desk.later(hours=48)


def test_a_likely_no_show_who_has_not_answered_is_asked_in_other_words(desk: Office) -> None:
    maria = desk.patient()
    likely(desk, visit(desk, maria, hours=73), 0.5)
    days_pass(desk)
    assert "we haven't heard from you yet" in desk.texts(maria)[-1]


def test_also_where_the_clinic_has_no_reminder_of_its_own_a_day_before(desk: Office) -> None:
    desk.decide(reminder_hours=[72])
    maria = desk.patient()
    likely(desk, visit(desk, maria, hours=73), 0.5)
    days_pass(desk)
    assert reminded(desk) == [72, 24]


def test_whoever_is_likely_to_come_is_reminded_as_usual(desk: Office) -> None:
    maria = desk.patient()
    likely(desk, visit(desk, maria, hours=73), 0.1)
    days_pass(desk)
    assert desk.texts(maria)[-1].endswith(f"see you Thu Dec 3, 11:00am with Dr Lee. {HOW}")


# Who is not reached


def test_who_is_never_written_about_is_not_reminded(desk: Office) -> None:
    maria = desk.patient()
    visit(desk, maria, hours=24)
    desk.do(lambda tx: setattr(tx.session.get_one(Patient, maria), "no_text", True))
    desk.later(hours=1)
    assert reminded(desk) == []


def test_who_has_no_number_is_not_reminded(desk: Office) -> None:
    visit(desk, desk.patient(reachable=False), hours=24)
    desk.later(hours=1)
    assert reminded(desk) == []


def test_each_is_in_the_audit_log(desk: Office) -> None:
    visit(desk, desk.patient(), hours=24)
    desk.later(hours=1)
    [line] = [each for each in desk.all(AuditEvent) if each.action == "reminder.due"]
    assert line.after == {"hours": 24}


def test_what_is_decided_now_holds_from_the_next_look_on(desk: Office) -> None:
    maria = desk.patient()
    visit(desk, maria, hours=48)
    desk.do(
        lambda tx: policies.change(
            tx, policies.current(tx).model_copy(update={"reminder_hours": (48,)}), SYSTEM
        )
    )
    desk.later(minutes=31)
    assert reminded(desk) == [48]
