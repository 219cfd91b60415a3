"""Which visit a text gives up: told by its words, by what is chosen, by the name; and none that was not meant."""

import pytest

from nlu.understanding import Intent
from storage.tables import Appointment
from storage.transaction import Tx
from tests import factories
from tests.handlers.talk import PHONE, Talk

ASKED = "Cancel Maria's visit with Dr Lee Wed Dec 2, 3:00pm?"


def test_another_day_than_the_only_visit_has_is_asked_back_with_the_day(maria: Talk) -> None:
    said = maria.says("I can't come tomorrow", Intent.CANCEL)
    assert said.startswith(
        "I don't see a visit on Tue Dec 1. Did you mean Maria's with Dr Lee Wed Dec 2, 3:00pm?"
    )


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("cancel my visit with Dr Patel", "Cancel Maria's visit with Dr Patel Mon Dec 7, 9:00am?"),
        ("cancel the appointment on monday", "Cancel Maria's visit with Dr Patel Mon Dec 7, 9:00am?"),
        ("I can't come on monday", "Cancel Maria's visit with Dr Patel Mon Dec 7, 9:00am?"),
        ("not the one on monday, cancel wednesday", "Cancel Maria's visit with Dr Lee Wed Dec 2, 3:00pm?"),
        ("cancel my 3pm", "Cancel Maria's visit with Dr Lee Wed Dec 2, 3:00pm?"),
        ("cancel wednesday, he was up all last night", "Cancel Maria's visit with Dr Lee Wed Dec 2, 3:00pm?"),
        ("no puedo ir el lunes", "¿Cancelo la cita de Maria con Dr Patel, lun 7 dic, 9:00am?"),
        ("cancelen la cita del miércoles", "¿Cancelo la cita de Maria con Dr Lee, mié 2 dic, 3:00pm?"),
    ],
)
def test_what_is_said_picks_the_visit(maria: Talk, text: str, question: str) -> None:
    maria.visit(maria.one(Appointment).patient_id, "Mon Dec 7 9:00am", "Dr Patel")
    assert maria.says(text, Intent.CANCEL).startswith(question)


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
    def another(tx: Tx) -> None:
        factories.patient(tx, "Eve Stone", phone=f"{PHONE[:-1]}9")

    maria.run(another)
    assert maria.says("cancel my appointment", Intent.CANCEL).startswith(ASKED)


@pytest.mark.parametrize("text", ["can't make it wednesday", "I can't make it on dec 2, car broke down"])
def test_a_time_they_cannot_make_gives_up_the_visit_then(maria: Talk, text: str) -> None:
    assert maria.says(text, Intent.COUNTER).startswith(ASKED)


def test_a_time_they_cannot_make_and_another_they_can_is_for_the_desk_to_move(maria: Talk) -> None:
    said = maria.says("can't make it wednesday, friday would work", Intent.COUNTER)
    assert said.startswith("I'll ask the desk to move Maria's visit Wed Dec 2, 3:00pm.")


@pytest.mark.parametrize("text", ["do you have friday", "friday"])
def test_another_time_that_is_wanted_goes_to_the_desk(maria: Talk, text: str) -> None:
    assert maria.says(text, Intent.COUNTER).startswith("Let me get someone to help.")


@pytest.mark.parametrize("text", ["the tuesday one", "tuesday", "la del martes"])
def test_a_weekday_picks_a_visit_of_a_later_week_out_of_the_list(maria: Talk, text: str) -> None:
    maria.visit(maria.one(Appointment).patient_id, "Tue Dec 15 9:00am", "Dr Patel")
    maria.says("cancel my appointment", Intent.CANCEL)
    assert "Dr Patel" in maria.says(text)
    assert maria.asked()[0] == "cancel_confirm"
