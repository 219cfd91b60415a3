"""Giving a visit up by text: which one, why, and what is asked afterwards."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic import handoff
from clinic.audit import BOT
from nlu.understanding import Intent
from rules.segments import segments
from storage.tables import Appointment, AuditEvent, Cancellation, Conversation, Patient, Task, WaitlistEntry
from tests import factories
from tests.handlers.talk import PHONE, Talk

ASKED = "Cancel Maria's visit with Dr Lee Wed Dec 2, 3:00pm? Reply YES to cancel it or NO to keep it."
WHY = "May I ask why? Your own words are fine, or skip it."
SOONER = "Want something sooner or later? Reply YES and I'll text you when a time opens."


@pytest.fixture
def maria(talk: Talk) -> Talk:
    """Maria, who has a visit on Wednesday."""
    talk.visit(talk.patient(), "Wed Dec 2 3:00pm")
    return talk


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


REASON_WORDS = (
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
    "was",
)


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

    def wait(tx):  # type: ignore[no-untyped-def]
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


# Which visit


def test_another_day_than_the_only_visit_has_is_asked_back_with_the_day(maria: Talk) -> None:
    said = maria.says("I can't come tomorrow", Intent.CANCEL)
    assert said.startswith(
        "I don't see a visit on Tue Dec 1. Did you mean Maria's with Dr Lee Wed Dec 2, 3:00pm?"
    )


@pytest.mark.parametrize(
    ("text", "visit"),
    [
        ("cancel my visit with Dr Patel", "Dr Patel Mon Dec 7, 9:00am"),
        ("cancel the appointment on monday", "Dr Patel Mon Dec 7, 9:00am"),
        ("I can't come on monday", "Dr Patel Mon Dec 7, 9:00am"),
        ("not the one on monday, cancel wednesday", "Dr Lee Wed Dec 2, 3:00pm"),
        ("cancel my 3pm", "Dr Lee Wed Dec 2, 3:00pm"),
        ("cancel wednesday, he was up all last night", "Dr Lee Wed Dec 2, 3:00pm"),
    ],
)
def test_what_is_said_picks_the_visit(maria: Talk, text: str, visit: str) -> None:
    maria.visit(maria.one(Appointment).patient_id, "Mon Dec 7 9:00am", "Dr Patel")
    assert maria.says(text, Intent.CANCEL).startswith(f"Cancel Maria's visit with {visit}?")


@pytest.mark.parametrize(
    ("text", "visit"),
    [
        ("no puedo ir el lunes", "Dr Patel, lun 7 dic, 9:00am"),
        ("cancelen la cita del miércoles", "Dr Lee, mié 2 dic, 3:00pm"),
    ],
)
def test_what_is_said_in_spanish_picks_the_visit(maria: Talk, text: str, visit: str) -> None:
    maria.visit(maria.one(Appointment).patient_id, "Mon Dec 7 9:00am", "Dr Patel")
    assert maria.says(text, Intent.CANCEL).startswith(f"¿Cancelo la cita de Maria con {visit}?")


def test_nothing_that_fits_is_listed_with_what_was_missing(maria: Talk) -> None:
    maria.visit(maria.one(Appointment).patient_id, "Mon Dec 7 9:00am", "Dr Patel")
    maria.run(lambda tx: factories.provider(tx, "Dr Kim"))
    assert maria.says("cancel my visit with Dr Kim", Intent.CANCEL) == (
        "I don't see a visit with Dr Kim. Which one do you mean? 1) Wed Dec 2, 3:00pm Dr Lee, "
        "2) Mon Dec 7, 9:00am Dr Patel. Reply with the number."
    )


def test_asked_twice_in_vain_a_person_looks(maria: Talk) -> None:
    maria.visit(maria.one(Appointment).patient_id, "Mon Dec 7 9:00am")
    maria.says("cancel the one on friday", Intent.CANCEL)
    assert "front desk" in maria.says("cancel the one on thursday", Intent.CANCEL)


@pytest.mark.parametrize("text", ["the one with Dr Patel", "monday", "the 9am one"])
def test_words_pick_a_visit_out_of_the_list(maria: Talk, text: str) -> None:
    maria.visit(maria.one(Appointment).patient_id, "Mon Dec 7 9:00am", "Dr Patel")
    maria.says("cancel my appointment", Intent.CANCEL)
    assert maria.says(text).startswith("Cancel Maria's visit with Dr Patel Mon Dec 7, 9:00am?")


def test_words_that_pick_nothing_are_not_understood(maria: Talk) -> None:
    maria.visit(maria.one(Appointment).patient_id, "Mon Dec 7 9:00am", "Dr Patel")
    maria.says("cancel my appointment", Intent.CANCEL)
    assert maria.says("blue").startswith("Sorry, I didn't get that.")


def test_on_a_familys_phone_the_name_picks_the_visit(maria: Talk) -> None:
    maria.visit(maria.patient("Ben Lopez"), "Wed Dec 2 3:30pm")
    assert maria.says("my son Ben can't come", Intent.CANCEL).startswith("Cancel Ben's visit")


def test_on_a_familys_phone_every_line_says_whose_it_is(maria: Talk) -> None:
    maria.visit(maria.patient("Ben Lopez"), "Wed Dec 2 3:30pm")
    assert "1) Wed Dec 2, 3:00pm Dr Lee for Maria, 2) Wed Dec 2, 3:30pm Dr Lee for Ben" in maria.says(
        "cancel an appointment", Intent.CANCEL
    )


def test_somebody_named_who_has_no_visit_is_said_to_have_none(maria: Talk) -> None:
    maria.patient("Ben Lopez")
    assert maria.says("cancel Ben's appointment", Intent.CANCEL).startswith("I don't see a visit for Ben.")


def test_another_phones_visits_are_never_listed(maria: Talk) -> None:
    def another(tx):  # type: ignore[no-untyped-def]
        factories.patient(tx, "Eve Stone", phone=f"{PHONE[:-1]}9")

    maria.run(another)
    assert maria.says("cancel my appointment", Intent.CANCEL) == ASKED


# Read as a wish for another time


@pytest.mark.parametrize("text", ["can't make it wednesday", "I can't make it on dec 2, car broke down"])
def test_a_time_they_cannot_make_gives_up_the_visit_then(maria: Talk, text: str) -> None:
    assert maria.says(text, Intent.COUNTER) == ASKED


def test_a_time_they_cannot_make_and_another_they_can_is_for_the_desk_to_move(maria: Talk) -> None:
    said = maria.says("can't make it wednesday, friday would work", Intent.COUNTER)
    assert said.startswith("I'll ask the desk to move Maria's visit Wed Dec 2, 3:00pm.")


@pytest.mark.parametrize("text", ["do you have friday", "friday"])
def test_another_time_that_is_wanted_goes_to_the_desk(maria: Talk, text: str) -> None:
    assert maria.says(text, Intent.COUNTER).startswith("Let me get someone to help.")


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
