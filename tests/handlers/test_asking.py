"""Questions, complaints and the day itself: answered where the clinic has an answer, else passed to the desk."""

from datetime import timedelta

import pytest

from clinic import answers, policies
from clinic.audit import SYSTEM
from clinic.phrases import answer_by
from nlu.understanding import Intent
from rules.offer_policy import Dispatch
from rules.policy import Policy
from rules.segments import segments
from rules.states import AnswerTopic, Holder
from storage.tables import Appointment, Conversation, Escalation, Offer
from tests.handlers.talk import Talk

PARKING = "Free parking behind the building."
NEVER_OPEN = Policy(desk_hours={})


@pytest.fixture
def maria(talk: Talk) -> Talk:
    """Maria, who has a visit on Wednesday, of a clinic that has said where to park."""
    talk.visit(talk.patient(), "Wed Dec 2 3:00pm")
    talk.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, PARKING, SYSTEM))
    return talk


def holder(talk: Talk) -> Holder:
    return talk.one(Conversation).holder


def escalated(talk: Talk) -> list[str]:
    return [str(each.kind) for each in talk.all(Escalation)]


def test_what_the_clinic_has_answered_is_the_reply(maria: Talk) -> None:
    assert maria.says("where do I park?", Intent.QUESTION) == PARKING


def test_an_answered_question_leaves_the_conversation_with_the_bot(maria: Talk) -> None:
    maria.says("where do I park?", Intent.QUESTION)
    assert (holder(maria), escalated(maria)) == (Holder.BOT, [])


def test_a_question_without_an_answer_goes_to_a_person(maria: Talk) -> None:
    assert (
        maria.says("do you take aetna?", Intent.QUESTION) == "Thanks, the front desk will answer that here."
    )
    assert (holder(maria), escalated(maria)) == (Holder.PERSON, ["question"])


def test_a_question_about_nothing_we_know_goes_to_a_person(maria: Talk) -> None:
    maria.says("is it normal that my tooth wiggles?", Intent.QUESTION)
    assert escalated(maria) == ["question"]


def test_an_open_offer_is_mentioned_and_stays_open(maria: Talk) -> None:
    offer = maria.offer(maria.one(Appointment).patient_id, "Tue Dec 1 3:00pm")
    said = maria.says("where do I park?", Intent.QUESTION)
    assert said == f"{PARKING} Your offer Tue Dec 1, 3:00pm is still open: YES or NO."
    assert maria.get(Offer, offer).state == "open"


def test_who_will_answer_later_hears_until_when(maria: Talk) -> None:
    offer = maria.offer(maria.one(Appointment).patient_id, "Tue Dec 1 3:00pm")
    by = maria.get(Offer, offer).held_until
    assert by is not None
    until = str(answer_by(by, "America/New_York", maria.house.now))
    said = maria.says("Can I tell you in an hour?")
    assert said == f"Of course. You have until {until} to answer YES or NO. The first YES gets it."


def test_who_has_an_offer_alone_hears_that_it_is_held(maria: Talk) -> None:
    alone = Policy(dispatch=Dispatch.SEQUENTIAL, hard_holds=True)
    maria.run(lambda tx: policies.change(tx, alone, SYSTEM))
    maria.offer(maria.one(Appointment).patient_id, "Tue Dec 1 3:00pm")
    assert maria.says("let me ask my husband").startswith("Of course. It's held for you until ")


def test_who_answers_later_than_they_could_hears_that_it_is_still_open(maria: Talk) -> None:
    offer = maria.offer(maria.one(Appointment).patient_id, "Tue Dec 1 3:00pm")
    by = maria.get(Offer, offer).held_until
    assert by is not None
    maria.house.now = by + timedelta(minutes=1)
    assert maria.says("let me ask my husband") == "Your offer Tue Dec 1, 3:00pm is still open: YES or NO."


def test_an_offer_taken_in_the_same_text_is_not_called_open(maria: Talk) -> None:
    maria.offer(maria.one(Appointment).patient_id, "Tue Dec 1 3:00pm")
    assert "still open" not in maria.says("yes. where do I park?", Intent.ACCEPT)


def test_an_answer_that_fills_two_segments_goes_without_the_mention(maria: Talk) -> None:
    maria.offer(maria.one(Appointment).patient_id, "Tue Dec 1 3:00pm")
    long = "Park behind the house. " * 13
    maria.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, long[:300], SYSTEM))
    said = maria.says("where do I park?", Intent.QUESTION)
    assert (segments(said), "still open" in said) == (2, False)


def test_a_fee_is_told_in_the_clinics_words_and_not_argued(maria: Talk) -> None:
    maria.run(lambda tx: answers.put(tx, AnswerTopic.FEES, "A missed visit costs $50.", SYSTEM))
    assert maria.says("how much is a missed visit?", Intent.QUESTION) == "A missed visit costs $50."
    assert maria.says("you charged me twice and nobody cares", Intent.COMPLAINT).startswith("I'm sorry")


@pytest.mark.parametrize(
    ("text", "intent", "kind"),
    [
        ("you never call back", Intent.COMPLAINT, "complaint"),
        ("I'm here", Intent.ARRIVED, "day_of_visit"),
        ("running late", Intent.LATE, "day_of_visit"),
        ("I'd like a new appointment", Intent.BOOK, "book"),
        ("can I move my appointment", Intent.RESCHEDULE, "reschedule"),
    ],
)
def test_what_a_person_must_know_reaches_one(maria: Talk, text: str, intent: Intent, kind: str) -> None:
    said = maria.says(text, intent)
    assert (escalated(maria), "front desk" in said or "the desk" in said) == ([kind], True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("you never call back", Intent.COMPLAINT),
        ("I'm here", Intent.ARRIVED),
        ("running late", Intent.LATE),
        ("I'd like a new appointment", Intent.BOOK),
        ("can I move my appointment", Intent.RESCHEDULE),
    ],
)
def test_out_of_hours_they_are_told_when_the_desk_opens(maria: Talk, text: str, intent: Intent) -> None:
    maria.house.now = maria.at("Mon Nov 30 7:00pm")
    assert "Tue Dec 1, 8:00am" in maria.says(text, intent)


def test_where_the_desk_never_opens_nothing_is_promised_by_the_hour(maria: Talk) -> None:
    maria.run(lambda tx: policies.change(tx, NEVER_OPEN, SYSTEM))
    assert maria.says("running late", Intent.LATE).endswith("if the time no longer works.")


def test_the_visit_to_be_moved_is_named_and_stands(maria: Talk) -> None:
    said = maria.says("can I move my appointment", Intent.RESCHEDULE)
    assert said.startswith("I'll ask the desk to move Maria's visit Wed Dec 2, 3:00pm.")
    assert maria.one(Appointment).state == "booked"


def test_with_several_visits_the_name_says_which_is_to_be_moved(maria: Talk) -> None:
    maria.visit(maria.patient("Ben Lopez"), "Thu Dec 3 3:00pm")
    assert maria.says("can we move Ben's appointment", Intent.RESCHEDULE).startswith(
        "I'll ask the desk to move Ben's visit"
    )


def test_with_several_visits_and_none_named_the_desk_asks(maria: Talk) -> None:
    maria.visit(maria.patient("Ben Lopez"), "Thu Dec 3 3:00pm")
    assert maria.says("we need to reschedule", Intent.RESCHEDULE).startswith(
        "I'll ask the desk to move your visit."
    )


def test_who_has_no_visit_to_move_gets_a_time_from_the_desk(talk: Talk) -> None:
    talk.patient()
    assert talk.says("I need to reschedule", Intent.RESCHEDULE).startswith("Gladly. The front desk will find")


# An offer and a reminder, two offers


@pytest.fixture
def family(talk: Talk) -> Talk:
    """Maria and Ben on one phone, each offered a slot."""
    talk.offer(talk.patient(), "Tue Dec 1 3:00pm")
    talk.offer(talk.patient("Ben Lopez"), "Tue Dec 1 4:00pm")
    return talk


def test_a_yes_to_two_offers_is_asked_which(family: Talk) -> None:
    assert family.says("yes", Intent.ACCEPT) == (
        "Which one would you like? 1) Tue Dec 1, 3:00pm Dr Lee for Maria, 2) Tue Dec 1, 4:00pm Dr Lee for Ben. "
        "Reply with the number."
    )


def test_a_no_to_two_offers_is_asked_which_and_the_line_passes_on_it(family: Talk) -> None:
    assert family.says("no", Intent.DECLINE).startswith("Which one do you mean? 1) pass on Tue Dec 1, 3:00pm")
    assert family.says("2") == "No problem, Ben. You keep your place on the list."
    assert not family.all(Appointment)


def test_a_line_out_of_two_offers_books_that_one(family: Talk) -> None:
    family.says("yes", Intent.ACCEPT)
    assert family.says("2").startswith("Booked, Ben: Dr Lee, Tue Dec 1, 4:00pm.")


def test_a_liked_farewell_puts_nobody_on_the_list_and_gives_no_reason(maria: Talk) -> None:
    maria.says("cancel my visit", Intent.CANCEL)
    farewell = maria.says("yes")
    assert maria.says(f"Liked \u201c{farewell}\u201d") == ""
    assert set(maria.asked()) == {"reason", "join"}


def test_a_liked_question_why_is_no_answer(maria: Talk) -> None:
    maria.says("cancel my visit", Intent.CANCEL)
    maria.says("yes")
    maria.says("no")
    assert maria.says("Liked \u201cMay I ask why?\u201d") == ""
