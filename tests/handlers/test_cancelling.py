"""Giving a visit up by text: only after a yes, why, and what is asked afterwards."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic import handoff
from clinic.audit import BOT
from nlu.understanding import Intent
from rules.segments import segments
from storage.tables import Appointment, AuditEvent, Cancellation, Conversation, Patient, Task, WaitlistEntry
from storage.transaction import Tx
from tests.handlers.talk import Talk

ASKED = "Cancel Maria's visit with Dr Lee Wed Dec 2, 3:00pm? Reply YES to cancel it or NO to keep it."
WHY = "May I ask why? Your own words are fine, or skip it."
SOONER = "Want something sooner or later? Reply YES and I'll tell you when a time opens."


def cancelled(talk: Talk) -> Cancellation:
    return talk.one(Cancellation)


def test_nothing_is_cancelled_before_a_yes(maria: Talk) -> None:
    assert maria.says("cancel my appointment", Intent.CANCEL) == ASKED
    assert maria.one(Appointment).state == "booked"


def test_a_yes_cancels_and_asks_why_and_for_another_time_in_one_text(maria: Talk) -> None:
    maria.says("cancel my appointment", Intent.CANCEL)
    said = maria.says("yes")
    assert said == f"Done: Maria's visit with Dr Lee Wed Dec 2, 3:00pm is cancelled. {WHY} {SOONER}"
    assert segments(said) == 2


def test_a_reason_in_the_first_text_is_kept_until_the_yes(maria: Talk) -> None:
    maria.says("cancel my appointment, my kid is sick", Intent.CANCEL)
    assert WHY not in maria.says("yes")
    assert (cancelled(maria).reason, cancelled(maria).details) == (
        "illness",
        "cancel my appointment, my kid is sick",
    )


def test_a_reason_survives_the_question_which_visit_is_meant(maria: Talk) -> None:
    maria.visit(maria.patient("Ben Lopez"), "Thu Dec 3 3:00pm")
    maria.says("need to cancel an appointment, no ride", Intent.CANCEL)
    maria.says("2")
    maria.says("yes")
    assert cancelled(maria).reason == "transportation"


def test_a_reason_beside_the_yes_is_kept(maria: Talk) -> None:
    maria.says("cancel my appointment", Intent.CANCEL)
    maria.says("yes, we have the flu")
    maria.says("yes")
    assert cancelled(maria).reason == "illness"


def test_a_reason_of_an_earlier_cancel_is_not_taken_for_the_next(maria: Talk) -> None:
    ben = maria.visit(maria.patient("Ben Lopez"), "Thu Dec 3 3:00pm")
    maria.says("cancel Maria's appointment, she has the flu", Intent.CANCEL)
    maria.says("yes")
    maria.says("also cancel Ben's appointment", Intent.CANCEL)
    maria.says("yes")
    reasons = {each.appointment_id: each.reason for each in maria.all(Cancellation)}
    assert reasons[ben] is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("my kid is sick", "illness"),
        ("I can't afford it right now", "financial"),
        ("the dog ate the calendar", "other"),
    ],
)
def test_the_answer_to_why_is_kept_in_their_own_words(maria: Talk, text: str, reason: str) -> None:
    maria.says("cancel my appointment", Intent.CANCEL)
    maria.says("yes")
    assert maria.says(text) == "Thanks for telling us."
    assert (cancelled(maria).reason, cancelled(maria).details) == (reason, text)


REASON_WORDS = [
    "my",
    "the",
    "dog",
    "and",
    "his",
    "big",
    "blue",
    "house",
    "again",
    "very",
    "old",
    "garden",
    "ran",
]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.lists(st.sampled_from(REASON_WORDS), min_size=4, max_size=12).map(" ".join))
def test_their_reason_is_kept_and_never_said_back(talk: Talk, words: str) -> None:
    talk.house.later(minutes=11)
    who = talk.all(Patient)[0].id if talk.all(Patient) else talk.patient()
    visit = talk.visit(who, "Wed Dec 30 3:00pm")
    talk.says("cancel my appointment", Intent.CANCEL)
    talk.says("yes")
    assert talk.says(words) == "Thanks for telling us."
    kept = [each.details for each in talk.all(Cancellation) if each.appointment_id == visit]
    assert kept == [words]


@pytest.mark.parametrize("text", ["skip", "I'd rather not say", "none of your business", "no"])
def test_nobody_has_to_say_why(maria: Talk, text: str) -> None:
    maria.says("cancel my appointment", Intent.CANCEL)
    maria.says("yes")
    maria.says(text)
    assert cancelled(maria).reason is None


def test_after_an_hour_the_question_why_is_over(maria: Talk) -> None:
    maria.says("cancel my appointment", Intent.CANCEL)
    maria.says("yes")
    maria.house.later(hours=1)
    maria.says("the dog ate the calendar")
    assert cancelled(maria).reason is None


def test_a_text_about_something_else_ends_the_question_why(maria: Talk) -> None:
    maria.says("cancel my appointment", Intent.CANCEL)
    maria.says("yes")
    maria.says("what are your hours?", Intent.QUESTION)
    assert "reason" not in maria.asked()


def test_gone_to_another_dentist_they_are_not_asked_for_another_time(maria: Talk) -> None:
    maria.says("cancel my appointment, I found another dentist", Intent.CANCEL)
    assert SOONER not in maria.says("yes")


def test_who_waits_already_keeps_the_place_and_is_not_asked_to_join(talk: Talk) -> None:
    who = talk.patient()
    visit = talk.visit(who, "Wed Dec 2 3:00pm")
    kind = talk.get(Appointment, visit).type_id

    def wait(tx: Tx) -> None:
        tx.session.add(
            WaitlistEntry(
                patient_id=who, type_id=kind, added_at=tx.now, expires_at=talk.at("Wed Dec 30 9:00am")
            )
        )

    talk.run(wait)
    talk.says("cancel my appointment", Intent.CANCEL)
    assert talk.says("yes").endswith("You keep your place on the list for another time.")


def test_over_costs_staff_get_a_task_and_the_bot_keeps_the_conversation(maria: Talk) -> None:
    maria.says("cancel my appointment, I can't afford it", Intent.CANCEL)
    maria.says("yes")
    assert maria.one(Task).kind == "call_patient"
    assert maria.says("what are your hours?", Intent.QUESTION).startswith("The front desk is open")


def test_a_cancel_within_a_day_is_late(maria: Talk) -> None:
    maria.house.now = maria.at("Wed Dec 2 9:00am")
    maria.says("cancel my appointment", Intent.CANCEL)
    maria.says("yes")
    assert cancelled(maria).late


def test_a_no_keeps_the_visit(maria: Talk) -> None:
    maria.says("cancel my appointment", Intent.CANCEL)
    assert maria.says("no") == "Kept: Maria is still booked with Dr Lee Wed Dec 2, 3:00pm."


def test_a_reason_is_not_in_the_audit_logs_words(maria: Talk) -> None:
    maria.says("cancel my appointment, my kid is sick", Intent.CANCEL)
    maria.says("yes")
    assert "kid" not in str([(each.before, each.after) for each in maria.all(AuditEvent)])


SHORT_OF_A_YES = [
    ("cancel my appointment", Intent.CANCEL),
    ("can't make it", Intent.CANCEL),
    ("3", Intent.CHOICE),
    ("1", Intent.CHOICE),
    ("maybe", Intent.OUT_OF_SCOPE),
    ("yes i guess", Intent.ACCEPT),
    ("is there a fee?", Intent.QUESTION),
    ("my kid is sick", Intent.CANCEL),
    ("no", Intent.DECLINE),
    ("can we move it", Intent.RESCHEDULE),
    ("thursday", Intent.COUNTER),
]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(said=st.lists(st.sampled_from(SHORT_OF_A_YES), min_size=2, max_size=5))
def test_whatever_is_said_short_of_a_yes_the_visits_stand(talk: Talk, said: list[tuple[str, Intent]]) -> None:
    talk.house.later(days=1)
    if not talk.all(Patient):
        talk.house.now = talk.at("Mon Nov 30 10:00am")
        talk.visit(talk.patient(), "Wed Dec 30 3:00pm")
        talk.visit(talk.patient("Ben Lopez"), "Wed Dec 30 3:30pm")
    for conversation in talk.all(Conversation):
        talk.run(lambda tx, of=conversation.id: handoff.hand_back(tx, of, BOT))  # type: ignore[misc]
    for text, intent in said:
        talk.says(text, intent)
    assert not talk.all(Cancellation)
