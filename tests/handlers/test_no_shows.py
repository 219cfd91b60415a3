"""Texts about a visit that counts as missed, or would soon."""

from zoneinfo import ZoneInfo

import pytest

from clinic import no_shows, recovery_cases
from clinic.audit import SYSTEM
from handlers.decide import DecisionKind, decide
from nlu.reading import read
from nlu.understanding import Intent
from rules.states import AppointmentState, RecoveryEnd, TaskKind
from storage.tables import Appointment, Cancellation, RecoveryCase, Task
from tests.handlers.talk import Talk
from tests.handlers.test_table import NOW, Always

ZONE = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "text",
    [
        "I was there!",
        "but i was there",
        "what do you mean, I did come",
        "I actually was at my appointment",
        "we were in the waiting room",
        "i showed up",
        "I didn't miss my visit",
        "Dr Lee saw me",
        "my son was there on time",
        "pero sí fui",
        "estuve ahí",
        "yo fui a mi cita",
        "no falté a mi cita",
    ],
)
def test_i_was_there_is_heard_where_a_visit_counts_as_missed(text: str) -> None:
    understood = read(text, Always(Intent.COMPLAINT), now=NOW, zone=ZONE)
    assert decide(understood, (), zone=ZONE, missed=True).kind is DecisionKind.WAS_THERE
    assert decide(understood, (), zone=ZONE).kind is not DecisionKind.WAS_THERE


@pytest.mark.parametrize(
    "text",
    [
        "I was sick",
        "sorry I missed it",
        "I wasn't there, my car broke down",
        "I will be there",
        "can I come tomorrow?",
        "STOP",
        "no pude ir",
        "is the doctor there?",
        "I never got this text",
    ],
)
def test_other_words_about_it_are_not(text: str) -> None:
    understood = read(text, Always(Intent.REASON), now=NOW, zone=ZONE)
    assert decide(understood, (), zone=ZONE, missed=True).kind is not DecisionKind.WAS_THERE


def missed_visit(talk: Talk, at: str = "Mon Nov 30 9:00am") -> None:
    who = talk.patient()
    visit = talk.visit(who, at)
    talk.run(lambda tx: no_shows.mark(tx, visit, SYSTEM))


def test_their_word_takes_the_mark_back_and_somebody_has_a_look(talk: Talk) -> None:
    missed_visit(talk)
    said = talk.says("I was there", Intent.COMPLAINT)
    assert said.startswith("I'm sorry, Maria: I've taken that back")
    assert talk.one(Appointment).state is AppointmentState.ARRIVED
    assert talk.all(Cancellation) == []
    assert talk.one(Task).kind is TaskKind.LOOK_AT


def test_running_late_keeps_it_from_being_marked(talk: Talk) -> None:
    who = talk.patient()
    talk.visit(who, "Mon Nov 30 10:00am")
    talk.says("running 20 minutes late", Intent.LATE)
    assert talk.one(Appointment).said_coming_at is not None


def test_it_counts_while_a_person_has_the_conversation_too(talk: Talk) -> None:
    who = talk.patient()
    talk.visit(who, "Mon Nov 30 10:00am")
    talk.says("can I talk to someone", Intent.HUMAN)
    talk.says("I'm on my way", Intent.LATE)
    assert talk.one(Appointment).said_coming_at is not None


def test_only_todays_visit_is_meant(talk: Talk) -> None:
    who = talk.patient()
    talk.visit(who, "Tue Dec 1 9:00am")
    talk.says("running late", Intent.LATE)
    assert talk.one(Appointment).said_coming_at is None


# Why they did not come


def reasons(talk: Talk) -> list[str | None]:
    return [each.reason for each in talk.all(Cancellation)]


def test_why_they_missed_it_is_kept_and_they_are_thanked(talk: Talk) -> None:
    missed_visit(talk)
    said = talk.says("sorry my car broke down", Intent.REASON)
    assert said.startswith("No worries, Maria, and thanks for telling us.")
    assert reasons(talk) == ["transportation"]


def test_it_is_kept_in_their_own_words(talk: Talk) -> None:
    missed_visit(talk)
    talk.says("sorry my car broke down", Intent.REASON)
    assert talk.one(Cancellation).details == "sorry my car broke down"


def test_words_that_the_model_makes_nothing_of_are_enough_where_they_hold_a_reason(talk: Talk) -> None:
    missed_visit(talk)
    assert talk.says("my kid was sick", Intent.OUT_OF_SCOPE).startswith("No worries, Maria, and thanks")


def test_it_is_kept_whatever_else_is_said(talk: Talk) -> None:
    missed_visit(talk)
    assert "thanks" not in talk.says("my car broke down, can a nurse call me?", Intent.HUMAN)
    assert reasons(talk) == ["transportation"]


def test_where_nobody_asks_them_about_it_any_more_they_are_thanked(talk: Talk) -> None:
    missed_visit(talk)
    talk.house.run(
        lambda tx: recovery_cases.end_case(tx, talk.one(RecoveryCase).id, RecoveryEnd.REPLACED, SYSTEM)
    )
    said = talk.says("sorry my car broke down", Intent.REASON)
    assert said == "Thanks for telling us, Maria. If you'd like another time, tell me days that suit."


def test_it_is_kept_once(talk: Talk) -> None:
    missed_visit(talk)
    talk.says("sorry my car broke down", Intent.REASON)
    talk.says("and my kid is sick too", Intent.REASON)
    assert reasons(talk) == ["transportation"]


def test_before_a_visit_in_the_next_days_a_reason_is_about_that(talk: Talk) -> None:
    missed_visit(talk)
    who = talk.one(Appointment).patient_id
    talk.visit(who, "Tue Dec 1 3:00pm")
    assert talk.says("my kid is sick", Intent.REASON).startswith("Cancel Maria's visit with Dr Lee Tue Dec 1")
    assert reasons(talk) == [None]


def test_a_reason_given_for_a_later_visit_is_not_why_one_was_missed(talk: Talk) -> None:
    missed_visit(talk)
    talk.visit(talk.one(Appointment).patient_id, "Mon Dec 14 3:00pm")
    talk.says("I'm sick, cancel my appointment on Dec 14", Intent.CANCEL)
    assert reasons(talk) == [None]


def test_with_a_later_visit_only_it_is_why_they_missed_the_one_before(talk: Talk) -> None:
    missed_visit(talk)
    talk.visit(talk.one(Appointment).patient_id, "Mon Dec 14 3:00pm")
    talk.says("sorry my car broke down", Intent.REASON)
    assert reasons(talk) == ["transportation"]


def test_what_it_costs_is_a_reason_to_call_them(talk: Talk) -> None:
    missed_visit(talk)
    talk.says("I can't afford it right now", Intent.REASON)
    assert (reasons(talk), talk.one(Task).kind) == (["financial"], TaskKind.CALL_PATIENT)


def test_a_week_later_it_is_no_longer_about_that(talk: Talk) -> None:
    missed_visit(talk)
    talk.house.later(days=8)
    talk.says("my car broke down", Intent.REASON)
    assert reasons(talk) == [None]
