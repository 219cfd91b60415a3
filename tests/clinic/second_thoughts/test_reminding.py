"""Reminders go by themselves: at the clinic's times, once, one text for a day, and never of what has changed."""

from datetime import timedelta
from uuid import UUID

import pytest

from clinic import appointments, policies, reminders, reminding
from clinic.audit import SYSTEM
from rules.states import AppointmentState, CancelledBy, OutboxState
from storage.tables import Appointment, AuditEvent, Message, Patient, Prompt, Reminder, VisitRisk
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office

HOW = "Reply 1 to confirm, 2 to change it, 3 if you can't come."
AGES_AGO = timedelta(days=30)


@pytest.fixture
def desk(office: Office) -> Office:
    """A clinic that reminds, from Monday 10:00am on."""
    office.do(reminding.begin)
    office.settle()
    return office


def visit(desk: Office, who: UUID, *, hours: float) -> UUID:
    return desk.visit(who, hours=hours, booked_at=desk.clock() - AGES_AGO)


def change(desk: Office, visit_id: UUID, **fields: object) -> None:
    def work(tx: Tx) -> None:
        row = tx.session.get_one(Appointment, visit_id)
        for name, value in fields.items():
            setattr(row, name, value)

    desk.do(work)


def move(desk: Office, visit_id: UUID, *, hours: float) -> None:
    start = desk.ahead(hours)
    change(desk, visit_id, starts_at=start, ends_at=start + timedelta(minutes=30))


def reminded(desk: Office) -> list[int]:
    return [each.hours for each in desk.all(Reminder)]


def sent(desk: Office, who: UUID) -> int:
    return len(desk.texts(who))


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


# What changes meanwhile


def held_back(desk: Office, *, hours: float = 24) -> tuple[UUID, UUID]:
    """Maria, and her visit whose reminder waits while the clinic's texts are paused."""
    pause(desk, paused=True)
    maria = desk.patient()
    of_hers = visit(desk, maria, hours=hours)
    desk.later(minutes=31)
    assert [each.outbox_state for each in desk.all(Message)] == [OutboxState.QUEUED]
    return maria, of_hers


def pause(desk: Office, *, paused: bool) -> None:
    def work(tx: Tx) -> None:
        tx.clinic().paused_at = tx.now if paused else None

    desk.do(work)


def goes_on(desk: Office) -> list[str]:
    """The texts that go once the pause is over."""
    pause(desk, paused=False)
    desk.later(minutes=2)
    return [each.body for each in desk.all(Message) if each.outbox_state is OutboxState.SENT]


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
