"""What is said with nothing asked: hello, that they will come, that they have gone again, or why they cannot."""

import pytest

from nlu.understanding import Intent
from storage.tables import Appointment, Cancellation, Escalation, Offer
from tests.handlers.talk import Talk


def test_hello_is_said_back(maria: Talk) -> None:
    assert maria.says("hello there", Intent.GREETING) == "Hi! How can we help?"


def test_hello_to_an_offer_says_that_it_is_open(maria: Talk) -> None:
    offer = maria.offer(maria.one(Appointment).patient_id, "Tue Dec 1 3:00pm")
    said = maria.says("hello there", Intent.GREETING)
    assert (said, maria.get(Offer, offer).state) == (
        "Your offer Tue Dec 1, 3:00pm is still open: YES or NO.",
        "open",
    )


def test_who_says_that_they_will_come_has_confirmed(maria: Talk) -> None:
    said = maria.says("I'll be at my appointment Wednesday", Intent.CONFIRM)
    assert (said, maria.one(Appointment).state) == (
        "Thanks, Maria! See you Wed Dec 2, 3:00pm with Dr Lee.",
        "confirmed",
    )


def test_of_several_visits_the_one_of_that_day_is_confirmed(maria: Talk) -> None:
    other = maria.visit(maria.one(Appointment).patient_id, "Thu Dec 3 3:00pm")
    maria.says("I'll be there Thursday", Intent.CONFIRM)
    assert maria.state(other) == "confirmed"


def test_of_several_visits_none_is_confirmed_before_they_say_which(maria: Talk) -> None:
    other = maria.visit(maria.one(Appointment).patient_id, "Thu Dec 3 3:00pm")
    maria.says("confirming my appointment", Intent.CONFIRM)
    assert maria.state(other) == "booked"
    maria.says("2")
    assert maria.state(other) == "confirmed"


def test_a_day_without_a_visit_confirms_nothing(maria: Talk) -> None:
    said = maria.says("I'll be there Friday", Intent.CONFIRM)
    assert (said.startswith("I don't see a visit on Fri Dec 4"), maria.one(Appointment).state) == (
        True,
        "booked",
    )


def test_where_there_is_no_visit_somebody_looks(talk: Talk) -> None:
    talk.patient()
    talk.says("confirming my appointment", Intent.CONFIRM)
    assert [str(each.kind) for each in talk.all(Escalation)] == ["asked"]


def test_saying_that_they_will_come_cancels_nothing(maria: Talk) -> None:
    maria.says("cancel my appointment", Intent.CANCEL)
    maria.says("I'll be at my appointment", Intent.CONFIRM)
    assert maria.one(Appointment).state == "booked"


def test_who_had_to_go_is_passed_to_the_desk(maria: Talk) -> None:
    said = maria.says("I couldn't wait any longer", Intent.LEAVING)
    assert [str(each.kind) for each in maria.all(Escalation)] == ["day_of_visit"]
    assert said.startswith("Sorry you had to go.")


def test_a_reason_shortly_before_a_visit_is_asked_back_as_a_cancel(maria: Talk) -> None:
    said = maria.says("my kid is sick", Intent.REASON)
    assert (
        said == "Cancel Maria's visit with Dr Lee Wed Dec 2, 3:00pm? Reply YES to cancel it or NO to keep it."
    )
    maria.says("yes")
    assert maria.one(Cancellation).reason == "illness"


def test_a_reason_long_before_a_visit_is_not_understood(talk: Talk) -> None:
    talk.visit(talk.patient(), "Wed Dec 16 3:00pm")
    assert talk.says("my kid is sick", Intent.REASON).startswith("Sorry, I didn't get that.")


def test_a_reason_to_an_offer_passes_it(maria: Talk) -> None:
    offer = maria.offer(maria.one(Appointment).patient_id, "Tue Dec 1 3:00pm")
    maria.says("my car broke down", Intent.REASON)
    assert maria.get(Offer, offer).state == "declined"


def test_a_reason_is_no_yes_to_a_cancel(maria: Talk) -> None:
    maria.says("cancel my appointment", Intent.CANCEL)
    said = maria.says("my car broke down", Intent.REASON)
    assert (said.startswith("Cancel Maria's visit"), maria.one(Appointment).state) == (True, "booked")


@pytest.mark.parametrize("text", ["my kid has the flu", "no money right now", "my mother died"])
def test_nothing_of_a_reason_is_said_back(maria: Talk, text: str) -> None:
    said = " ".join([maria.says(text, Intent.REASON), maria.says("yes"), maria.says("yes")]).lower()
    assert [word for word in ("flu", "kid", "money", "mother", "died", "ill") if word in said.split()] == []
