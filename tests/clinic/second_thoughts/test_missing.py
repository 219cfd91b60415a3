"""Whoever does not come is written down by itself, where the desk's marks can be relied on."""

from uuid import UUID

import pytest

from clinic import conversations, missing, no_shows, policies
from clinic.audit import SYSTEM
from rules.states import (
    AppointmentState,
    CancellationKind,
    CancelledBy,
    TaskKind,
    TaskState,
)
from storage.tables import Appointment, AppointmentType, AuditEvent, Cancellation, Task
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office


@pytest.fixture
def day(office: Office) -> Office:
    """A clinic that is watched from 10:00 on."""
    office.do(missing.begin)
    office.settle()
    return office


def visit(day: Office, name: str, *, hours: float) -> UUID:
    return day.visit(day.patient(name), hours=hours)


def arrives(day: Office, visit_id: UUID) -> None:
    assert day.do(lambda tx: no_shows.arrive(tx, visit_id, day.sam))


def state(day: Office, visit_id: UUID) -> AppointmentState:
    return day.get(Appointment, visit_id).state


def list_for_desk(day: Office) -> list[tuple[TaskState, str]]:
    return [(task.state, task.note) for task in day.all(Task) if task.kind is TaskKind.WHO_CAME]


def test_it_happens_once_the_grace_is_over_and_not_before(day: Office) -> None:
    arrives(day, visit(day, "Ana Ruiz", hours=0.5))
    tom = visit(day, "Tom Reed", hours=1)
    day.later(hours=1, minutes=14)
    assert state(day, tom) is AppointmentState.BOOKED
    day.later(minutes=1)
    assert state(day, tom) is AppointmentState.NO_SHOW
    (record,) = day.all(Cancellation)
    assert (record.kind, record.by) == (CancellationKind.NO_SHOW, CancelledBy.SYSTEM)
    assert record.notice_minutes == -15
    (line,) = [each for each in day.all(AuditEvent) if each.action == "appointment.no_show"]
    assert line.actor == "bot"


def test_a_visit_booked_meanwhile_is_not_overlooked(day: Office) -> None:
    arrives(day, visit(day, "Ana Ruiz", hours=0.1))
    day.later(minutes=10)
    tom = visit(day, "Tom Reed", hours=0.75)
    day.later(minutes=55)
    assert state(day, tom) is AppointmentState.NO_SHOW


def test_whoever_says_that_they_are_on_their_way_is_not_marked(day: Office) -> None:
    arrives(day, visit(day, "Ana Ruiz", hours=0.5))
    who = day.patient("Tom Reed")
    tom = day.visit(who, hours=1)
    day.do(lambda tx: no_shows.coming(tx, [who]))
    day.later(hours=3)
    assert state(day, tom) is AppointmentState.BOOKED
    assert list_for_desk(day) == []


def test_where_too_few_are_marked_the_desk_gets_one_list(day: Office) -> None:
    tom = visit(day, "Tom Reed", hours=1)
    day.later(hours=1, minutes=16)
    eve = visit(day, "Eve Stone", hours=2)
    day.later(hours=1)
    assert state(day, tom) is state(day, eve) is AppointmentState.BOOKED
    assert list_for_desk(day) == [
        (TaskState.OPEN, "11:00am Tom Reed, Dr Lee; 12:00pm Eve Stone, Dr Lee"),
    ]


def test_once_enough_are_marked_the_rest_is_and_the_list_is_done(day: Office) -> None:
    tom, eve = visit(day, "Tom Reed", hours=1), visit(day, "Eve Stone", hours=2)
    day.later(hours=2, minutes=20)
    arrives(day, eve)
    day.later(minutes=16)
    assert (state(day, tom), state(day, eve)) == (AppointmentState.NO_SHOW, AppointmentState.ARRIVED)
    assert [each for each, _ in list_for_desk(day)] == [TaskState.DONE]


def test_a_list_that_was_looked_at_does_not_come_back_the_same_day(day: Office) -> None:
    visit(day, "Tom Reed", hours=1)
    day.later(hours=1, minutes=16)

    def done(tx: Tx) -> None:
        task = tx.session.query(Task).one()
        task.state = TaskState.DONE

    day.do(done)
    visit(day, "Eve Stone", hours=2)
    day.later(hours=2)
    assert len(list_for_desk(day)) == 1


def test_what_was_yesterday_is_left_alone(day: Office) -> None:
    arrives(day, visit(day, "Ana Ruiz", hours=0.5))
    yesterday = visit(day, "Tom Reed", hours=-20)
    day.later(hours=1)
    assert state(day, yesterday) is AppointmentState.BOOKED


def test_a_clinic_may_switch_it_off_or_wait_longer(day: Office) -> None:
    day.decide(no_show_minutes=30)
    arrives(day, visit(day, "Ana Ruiz", hours=0.5))
    tom = visit(day, "Tom Reed", hours=1)
    day.later(hours=1, minutes=20)
    assert state(day, tom) is AppointmentState.BOOKED
    day.decide(no_show_minutes=30, mark_no_shows=False)
    day.later(hours=1)
    assert state(day, tom) is AppointmentState.BOOKED
    assert not day.do(policies.current).mark_no_shows


def test_the_rest_of_a_long_slot_is_for_the_board_unless_the_type_asks_until_later(day: Office) -> None:
    def long(tx: Tx) -> None:
        kind = tx.session.query(Appointment).filter_by(id=tom).one()
        kind.ends_at = kind.starts_at.replace(hour=kind.starts_at.hour + 2)

    arrives(day, visit(day, "Ana Ruiz", hours=0.5))
    tom = visit(day, "Tom Reed", hours=1)
    day.waits(day.patient("Maria Lopez"))
    day.do(long)
    day.later(hours=1, minutes=16)
    ((_, stands),) = day.openings()
    assert stands == "expired"


def test_where_the_type_asks_until_the_last_minute_the_waitlist_is_asked(day: Office) -> None:
    def short_notice(tx: Tx) -> None:
        tx.session.get_one(AppointmentType, day.kind).give_up_minutes = 0
        late = tx.session.get_one(Appointment, tom)
        late.ends_at = late.starts_at.replace(hour=late.starts_at.hour + 2)

    arrives(day, visit(day, "Ana Ruiz", hours=0.5))
    tom = visit(day, "Tom Reed", hours=1)
    maria = day.patient("Maria Lopez")
    day.waits(maria)
    day.do(short_notice)
    day.later(hours=1, minutes=16)
    assert "Dr Lee has Mon Nov 30, 11:20am" in day.texts(maria)[0]


def test_i_was_there_where_another_has_the_time_by_now_is_for_a_person(day: Office) -> None:
    who = day.patient("Tom Reed")
    tom = day.visit(who, hours=-0.2)
    day.do(lambda tx: no_shows.mark(tx, tom, SYSTEM))
    day.visit(day.patient("Walk In"), hours=-0.1)

    def says(tx: Tx) -> None:
        conversation = conversations.for_patient(tx, who)
        assert conversation is not None
        no_shows.was_there(tx, conversation, tx.session.get_one(Appointment, tom))

    day.do(says)
    assert state(day, tom) is AppointmentState.NO_SHOW
    assert "they will set it right" in day.texts(who)[0]
    assert [task.note for task in day.all(Task)] == [no_shows.CAME_TAKEN]
