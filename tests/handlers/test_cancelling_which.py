"""Which visit a text gives up: told by its words, by what is chosen, by the name; and none that was not meant."""

import pytest

from nlu.understanding import Intent
from storage.tables import Appointment, Cancellation
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


ALL = "Cancel all of these? Wed Dec 2, 3:00pm Dr Lee and Mon Dec 7, 9:00am Dr Patel. Reply YES"
BOTH_OF_THEM = [
    "both",
    "both please",
    "cancel them both",
    "all of them",
    "1 and 2",
    "las dos",
    "todas las citas",
]


def states(talk: Talk) -> list[str]:
    return [str(visit.state) for visit in talk.all(Appointment)]


@pytest.fixture
def twice(maria: Talk) -> Talk:
    """Maria, who has a second visit, with Dr Patel on Monday at nine."""
    maria.visit(maria.one(Appointment).patient_id, "Mon Dec 7 9:00am", "Dr Patel")
    return maria


@pytest.mark.parametrize(
    "text",
    [
        "Cancel both my visits",
        "please cancel all of my appointments",
        "cancel both",
        "cancelen mis dos citas",
    ],
)
def test_all_of_their_visits_are_asked_back_in_one_question_that_names_each(twice: Talk, text: str) -> None:
    said = twice.says(text, Intent.CANCEL)
    assert "Dr Lee" in said
    assert "Dr Patel" in said
    assert (twice.asked(), states(twice)) == (["cancel_confirm"], ["booked", "booked"])


@pytest.mark.parametrize("text", BOTH_OF_THEM)
def test_both_out_of_the_list_are_asked_back_together(twice: Talk, text: str) -> None:
    twice.says("cancel my appointment", Intent.CANCEL)
    twice.says(text)
    assert (twice.asked(), states(twice)) == (["cancel_confirm"], ["booked", "booked"])


def test_a_yes_cancels_all_that_the_question_named_and_asks_why_once(twice: Talk) -> None:
    assert twice.says("Cancel both my visits", Intent.CANCEL).startswith(ALL)
    assert twice.says("yes") == (
        "Done: Maria's visit with Dr Lee Wed Dec 2, 3:00pm is cancelled. "
        "Done: Maria's visit with Dr Patel Mon Dec 7, 9:00am is cancelled. "
        "May I ask why? Your own words are fine, or skip it. For a new time, just write to us here."
    )
    assert states(twice) == ["cancelled", "cancelled"]


@pytest.mark.parametrize("text", ["both", "yes both", "cancel them both", "sí, las dos"])
def test_both_said_again_is_a_yes_to_the_question_about_both(twice: Talk, text: str) -> None:
    twice.says("Cancel both my visits", Intent.CANCEL)
    twice.says(text, Intent.CANCEL)
    assert states(twice) == ["cancelled", "cancelled"]


@pytest.mark.parametrize("text", ["both?", "keep both", "i want both", "not both"])
def test_what_is_no_plain_both_cancels_nothing(twice: Talk, text: str) -> None:
    twice.says("Cancel both my visits", Intent.CANCEL)
    twice.says(text)
    assert states(twice) == ["booked", "booked"]


@pytest.mark.parametrize("text", ["yes the monday one", "yes, monday", "no, just the monday one"])
def test_an_answer_that_names_one_of_them_is_asked_back_about_that_one(twice: Talk, text: str) -> None:
    twice.says("Cancel both my visits", Intent.CANCEL)
    said = twice.says(text, Intent.ACCEPT)
    assert (said[:40], states(twice)) == ("Cancel Maria's visit with Dr Patel Mon D", ["booked", "booked"])


def test_how_to_answer_the_question_about_both_is_said_of_both(twice: Talk) -> None:
    twice.says("Cancel both my visits", Intent.CANCEL)
    assert "all the visits I named" in twice.says("blue")


def test_a_no_keeps_all_of_them(twice: Talk) -> None:
    twice.says("Cancel both my visits", Intent.CANCEL)
    assert twice.says("no") == (
        "Kept, nothing is cancelled: Wed Dec 2, 3:00pm Dr Lee and Mon Dec 7, 9:00am Dr Patel."
    )
    assert (states(twice), twice.asked()) == (["booked", "booked"], [])


@pytest.mark.parametrize(
    "text", ["cancel my appointment, both kids are sick", "I can't make both appointments", "cancel a visit"]
)
def test_who_may_mean_one_of_several_is_still_asked_which(twice: Talk, text: str) -> None:
    assert "1) Wed Dec 2, 3:00pm Dr Lee" in twice.says(text, Intent.CANCEL)


def test_both_on_a_day_named_are_those_of_that_day(twice: Talk) -> None:
    twice.visit(twice.all(Appointment)[0].patient_id, "Mon Dec 7 2:00pm")
    said = twice.says("cancel both my appointments on monday", Intent.CANCEL)
    assert "Dr Lee" in said
    assert "Dec 2" not in said


def test_why_is_kept_for_all_that_were_given_up(twice: Talk) -> None:
    twice.says("Cancel both my visits", Intent.CANCEL)
    twice.says("yes")
    assert twice.says("we are moving away", Intent.REASON) == "Thanks for telling us."
    assert len({each.reason for each in twice.all(Cancellation) if each.reason}) == 1
    assert all(each.details == "we are moving away" for each in twice.all(Cancellation))


def test_undo_takes_back_all_that_the_yes_gave_up(twice: Talk) -> None:
    twice.says("Cancel both my visits", Intent.CANCEL)
    twice.says("yes")
    twice.says("undo")
    assert states(twice) == ["booked", "booked"]
