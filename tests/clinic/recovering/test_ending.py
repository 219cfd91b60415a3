"""What ends the texts about a lost visit, and what staff do beside them."""

from datetime import date, timedelta

from clinic import (
    appointments,
    choosing,
    consent,
    no_shows,
    recovery_attempts,
    recovery_cases,
    recovery_texts,
)
from clinic.appointments import Booking
from clinic.audit import PATIENT
from rules.states import (
    AttemptChannel,
    AttemptResult,
    CancelledBy,
    RecoveryEnd,
    RecoveryState,
)
from storage.tables import (
    RecoveryCase,
    TreatmentPlan,
)
from storage.transaction import Tx
from tests.clinic.recovering.conftest import Missed
from tests.clinic.recovering.seen import awaited, conversation, holds, open_tasks, silent_from_now_on
from tests.clinic.second_thoughts.conftest import NOW


def test_any_answer_does_and_what_it_leaves_open_is_for_staff(asked: Missed) -> None:
    asked.office.do(lambda tx: recovery_cases.heard_from(tx, conversation(tx)))
    silent_from_now_on(asked)
    assert open_tasks(asked) == [
        "Missed Mon Nov 30, 10:00am with Dr Lee: Tom Reed. Texted Nov 30: "
        "has written since, and nothing is booked."
    ]


def test_one_of_the_times_chosen_does(asked: Missed) -> None:
    second = sorted(holds(asked), key=lambda held: held.starts_at)[1].id
    asked.office.do(lambda tx: choosing.choose(tx, conversation(tx), second))
    assert asked.lost.recovery is RecoveryState.RECOVERED
    assert asked.results == ["rescheduled"]
    assert awaited(asked) == set()
    silent_from_now_on(asked)


def test_a_booking_by_any_other_path_does(asked: Missed) -> None:
    booking = Booking(asked.tom, asked.office.lee, asked.office.kind, NOW + timedelta(days=9))
    asked.office.do(lambda tx: appointments.book(tx, booking, asked.office.sam))
    assert (asked.lost.recovery, asked.case.ended_because) == (RecoveryState.RECOVERED, RecoveryEnd.REBOOKED)
    silent_from_now_on(asked)


def test_stop_does(asked: Missed) -> None:
    asked.office.do(lambda tx: consent.opt_out(tx, conversation(tx), PATIENT))
    assert (asked.lost.recovery, asked.case.ended_because) == (RecoveryState.LOST, RecoveryEnd.OPTED_OUT)
    silent_from_now_on(asked)
    assert open_tasks(asked) == []


def test_a_no_does(asked: Missed) -> None:
    asked.office.do(lambda tx: recovery_texts.decline(tx, conversation(tx), asked.case.id))
    assert (asked.lost.recovery, asked.results) == (RecoveryState.LOST, ["declined"])
    assert holds(asked) == []
    silent_from_now_on(asked)


def test_that_they_came_after_all_does(asked: Missed) -> None:
    asked.office.do(lambda tx: no_shows.undo(tx, asked.visit_id, PATIENT))
    assert (asked.office.all(RecoveryCase), awaited(asked)) == ([], set())
    silent_from_now_on(asked)


def test_a_pause_puts_the_next_off_to_its_day(asked: Missed) -> None:
    def pause(tx: Tx) -> None:
        recovery_texts.not_now(tx, conversation(tx), asked.case.id, date(2026, 12, 15))
        recovery_cases.heard_from(tx, conversation(tx))

    asked.office.do(pause)
    silent_from_now_on(asked)
    assert open_tasks(asked) == []
    asked.office.clock.set(NOW + timedelta(days=15))
    asked.office.settle()
    assert asked.texts[-1].startswith("Lakeside: Tom, shall we find a new time for your visit? How about")


def test_a_booking_given_back_is_for_staff(asked: Missed) -> None:
    def back(tx: Tx) -> None:
        booking = Booking(asked.tom, asked.office.lee, asked.office.kind, NOW + timedelta(days=9))
        visit = appointments.book(tx, booking, PATIENT)
        assert visit is not None
        appointments.end(tx, visit, PATIENT, who=CancelledBy.SYSTEM, reason="undone")

    asked.office.do(back)
    assert asked.lost.recovery is RecoveryState.IN_PROGRESS
    silent_from_now_on(asked)
    assert len(open_tasks(asked)) == 1


# Staff


def test_what_staff_try_is_logged_and_stands_in_place_of_the_next_text(asked: Missed) -> None:
    asked.office.later(days=1)
    asked.office.do(
        lambda tx: recovery_attempts.log_attempt(
            tx, asked.case.id, AttemptChannel.PHONE, AttemptResult.NO_RESPONSE, "No answer.", asked.office.sam
        )
    )
    asked.office.later(days=4)
    assert len(asked.texts) == 2
    assert asked.results == ["no_response"] * 3
    assert "No answer." in open_tasks(asked)[0]


def test_a_no_on_the_phone_ends_it(asked: Missed) -> None:
    asked.office.do(
        lambda tx: recovery_attempts.log_attempt(
            tx, asked.case.id, AttemptChannel.PHONE, AttemptResult.DECLINED, "", asked.office.sam
        )
    )
    assert asked.lost.recovery is RecoveryState.LOST


def test_staff_can_say_that_it_is_not_needed(asked: Missed) -> None:
    because = RecoveryEnd.DECEASED
    assert asked.office.do(lambda tx: recovery_cases.end_case(tx, asked.case.id, because, asked.office.sam))
    assert asked.lost.recovery is RecoveryState.NOT_NEEDED
    silent_from_now_on(asked)


def test_what_it_does_to_a_treatment_stands_in_the_task(asked: Missed) -> None:
    def plan(tx: Tx) -> None:
        tx.session.add(
            TreatmentPlan(
                external_id="plan",
                patient_id=asked.tom,
                type_id=asked.office.kind,
                stage="active",
                visits_planned=12,
                interval_days=7,
                started_on=date(2026, 11, 10),
            )
        )

    asked.office.do(plan)
    for days in (1, 3, 1):
        asked.office.later(days=days)
    assert open_tasks(asked)[0].endswith("Visit 1 of 12, plan now 3 weeks behind.")
