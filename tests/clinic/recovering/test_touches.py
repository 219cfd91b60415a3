"""Texts about a lost visit: when they go, what they offer, and what ends them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic import (
    appointments,
    choosing,
    consent,
    gate,
    no_shows,
    recovery,
    recovery_attempts,
    recovery_cases,
    recovery_texts,
)
from clinic.appointments import Booking
from clinic.audit import PATIENT, SYSTEM
from rules.states import (
    AttemptChannel,
    AttemptResult,
    CancelledBy,
    Holder,
    HoldState,
    PromptKind,
    RecoveryEnd,
    RecoveryState,
    TaskState,
)
from storage.tables import (
    ContactPoint,
    Conversation,
    Hold,
    Message,
    Prompt,
    RecoveryAttempt,
    RecoveryCase,
    Task,
    TreatmentPlan,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.recovering.conftest import Missed
from tests.clinic.second_thoughts.conftest import NOW

FIRST = (
    "Lakeside: Tom, we missed you Mon Nov 30, 10:00am. How about 1) Tue Dec 1, 10:00am Dr Lee, "
    "2) Wed Dec 2, 10:00am Dr Lee, 3) Thu Dec 3, 10:00am Dr Lee? The number books it until 1:00pm, or tell me "
    "what suits. STOP to opt out"
)


def holds(missed: Missed, state: HoldState = HoldState.LIVE) -> list[Hold]:
    return [each for each in missed.office.all(Hold) if each.state is state]


def open_tasks(missed: Missed) -> list[str]:
    return [each.note for each in missed.office.all(Task) if each.state is TaskState.OPEN]


def awaited(missed: Missed) -> set[PromptKind]:
    return {each.kind for each in missed.office.all(Prompt) if each.answered_at is None}


def conversation(tx: Tx) -> Conversation:
    return tx.session.scalars(select(Conversation)).one()


# When


def test_who_missed_a_visit_hears_half_an_hour_after_its_planned_end_with_three_times_held(
    missed: Missed,
) -> None:
    missed.office.later(minutes=44)
    assert missed.texts == []
    missed.office.later(minutes=1)
    assert missed.texts == [FIRST]
    assert len(holds(missed)) == 3
    assert awaited(missed) == {PromptKind.RECOVERY, PromptKind.LIST}
    assert missed.lost.recovery is RecoveryState.IN_PROGRESS


def test_silence_brings_two_more_and_then_somebody_is_to_call(missed: Missed) -> None:
    missed.office.later(minutes=45)
    missed.office.later(days=1)
    missed.office.later(days=3)
    assert [text.split(". How")[0].split("? How")[0] for text in missed.texts[1:]] == [
        "Lakeside: Tom, shall we find a new time for your visit",
        "Lakeside: Tom, one last note from us about your visit",
    ]
    missed.office.later(days=1)
    assert missed.results == ["no_response"] * 3
    assert open_tasks(missed) == [
        "Missed Mon Nov 30, 10:00am with Dr Lee: Tom Reed. Texted Nov 30, Dec 1 and Dec 4: no answer."
    ]


def test_after_thirty_days_it_is_lost(missed: Missed) -> None:
    missed.office.later(minutes=45)
    missed.office.later(days=1)
    missed.office.later(days=3)
    missed.office.later(days=1)
    missed.office.later(days=26)
    assert (missed.lost.recovery, missed.case.ended_because) == (RecoveryState.LOST, RecoveryEnd.TIME_UP)
    assert len(missed.texts) == 3
    assert open_tasks(missed) == []


def test_nothing_is_held_over_a_night(missed: Missed) -> None:
    missed.office.clock.set(NOW + timedelta(hours=11))
    missed.office.settle()
    assert (missed.texts, holds(missed)) == ([], [])
    missed.office.clock.set(NOW + timedelta(hours=23, minutes=1))
    missed.office.settle()
    assert min(held.starts_at for held in holds(missed)) > NOW + timedelta(hours=25)
    assert "until 11:01am" in missed.texts[0]


def test_without_a_time_that_suits_they_are_asked_what_would(nothing_free: Missed) -> None:
    nothing_free.office.later(minutes=45)
    assert nothing_free.texts == [
        "Lakeside: Tom, we missed you Mon Nov 30, 10:00am. Tell me which days suit, or call (212) 555-0199. "
        "STOP to opt out"
    ]


def test_times_that_suit_badly_are_not_offered(missed: Missed) -> None:
    missed.office.decide(recovery={"least_score": 1.0})
    missed.office.later(minutes=45)
    assert "Tell me which days suit" in missed.texts[0]


def test_work_done_twice_texts_once(missed: Missed) -> None:
    missed.office.clock.set(NOW + timedelta(hours=1))
    for _ in range(2):
        missed.office.do(lambda tx: recovery.work(tx, missed.case.id))
    assert len(missed.attempts) == 1
    missed.office.settle()
    missed.office.do(lambda tx: recovery.work(tx, missed.case.id))
    assert len(missed.texts) == 1


def test_a_text_that_did_not_go_after_all_holds_nothing_and_goes_again(missed: Missed) -> None:
    missed.office.later(minutes=45)

    def back(tx: Tx) -> None:
        message = tx.session.scalars(select(Message)).one()
        gate.put_back(tx, message, tx.now + timedelta(minutes=5))

    missed.office.do(back)
    assert (holds(missed), awaited(missed), missed.attempts[0].sent_at) == ([], set(), None)
    missed.office.later(minutes=5)
    assert (len(holds(missed)), len(missed.attempts)) == (3, 1)


def test_while_a_person_has_the_conversation_nothing_is_texted(missed: Missed) -> None:
    missed.office.later(minutes=45)

    def take(tx: Tx) -> None:
        conversation(tx).holder = Holder.PERSON

    missed.office.do(take)
    missed.office.later(days=1)
    assert len(missed.texts) == 1


def test_who_cannot_be_texted_is_called(missed: Missed) -> None:
    def dead(tx: Tx) -> None:
        tx.session.scalars(select(ContactPoint)).one().undeliverable_at = tx.now

    missed.office.do(dead)
    missed.office.later(minutes=45)
    assert open_tasks(missed) == ["Missed Mon Nov 30, 10:00am with Dr Lee: Tom Reed. No text could be sent."]


def test_of_a_family_one_is_asked_a_day(missed: Missed) -> None:
    office, phone = missed.office, missed.office.phones[missed.tom]
    ben = office.do(lambda tx: factories.patient(tx, "Ben Reed", phone=phone).id)
    visit_id = office.visit(ben, hours=0.5)
    office.later(minutes=20)
    office.do(lambda tx: no_shows.mark(tx, visit_id, SYSTEM))
    office.later(hours=3)
    assert len(office.all(RecoveryAttempt)) == 1
    office.later(days=1)
    assert [each.sent_at is not None for each in office.all(RecoveryAttempt)] == [True, True]


# What ends them


@pytest.fixture
def asked(missed: Missed) -> Missed:
    missed.office.later(minutes=45)
    missed.office.clock.forward(timedelta(minutes=1))
    return missed


def silent_from_now_on(asked: Missed) -> None:
    asked.office.settle()
    before = len(asked.texts)
    for days in (1, 3, 1):
        asked.office.later(days=days)
    assert len(asked.texts) == before


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
