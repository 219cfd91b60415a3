"""What anybody is answered in the chat, and what of theirs reaches the desk."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic import answers, handoff
from clinic.audit import SYSTEM, by_staff
from nlu.understanding import Intent
from rules.permissions import Role
from rules.states import AnswerTopic, EscalationKind, Holder
from storage.tables import ContactPoint, Conversation, Escalation, Message
from storage.transaction import Tx
from tests.admin.desk import Desk
from tests.chat.visitor import MARIA, Visitor, has_visit
from tests.system import MovingClock

WHO = "I can help with that once I know it's you. What's the mobile number we have on file for you?"
NO_TEXTS = "Nothing goes out from this web chat. To end our texts, reply STOP to one of them."


def talk_of(desk: Desk, visitor: Visitor) -> Conversation:
    return desk.get(Conversation, visitor.session().conversation_id)


def test_a_question_about_the_clinic_is_answered_to_anybody(desk: Desk, visitor: Visitor) -> None:
    desk.do(lambda tx: answers.put(tx, AnswerTopic.PARKING, "Free parking behind the building.", SYSTEM))
    assert visitor.asks("where can I park?", Intent.QUESTION) == ["Free parking behind the building."]


def test_what_the_clinic_has_no_answer_to_goes_to_the_desk(desk: Desk, visitor: Visitor) -> None:
    assert visitor.asks("do you have an elevator?", Intent.QUESTION)[0].startswith("Thanks, the front desk")
    assert talk_of(desk, visitor).holder is Holder.PERSON


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("when is my visit?", Intent.STATUS),
        ("I need to cancel tomorrow", Intent.CANCEL),
        ("I'd like an appointment", Intent.BOOK),
        ("anything sooner?", Intent.EARLIER),
        ("I'm here", Intent.ARRIVED),
        ("running late", Intent.LATE),
        ("yes", Intent.ACCEPT),
        ("how much do I owe you for the visit I missed?", Intent.QUESTION),
    ],
)
def test_for_anything_personal_the_number_is_asked_for_first(
    desk: Desk, visitor: Visitor, said: str, intent: Intent
) -> None:
    assert visitor.asks(said, intent) == [WHO]
    assert talk_of(desk, visitor).holder is Holder.BOT


def test_an_emergency_is_answered_and_staff_hear_of_it(desk: Desk, visitor: Visitor) -> None:
    assert visitor.asks("I have chest pain")[0].startswith("If this is an emergency, call 911 now.")
    raised = desk.do(lambda tx: tx.session.scalars(select(Escalation)).one())
    assert raised.kind is EscalationKind.EMERGENCY


def test_an_emergency_is_one_while_a_code_is_awaited_too(visitor: Visitor) -> None:
    visitor.asks("when is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    assert visitor.asks("I can't breathe")[0].startswith("If this is an emergency")


@pytest.mark.parametrize("said", ["stop", "STOP", "unsubscribe", "please stop texting me", "start"])
def test_words_about_texts_mean_nothing_bad_to_somebody_we_do_not_know(
    desk: Desk, visitor: Visitor, said: str
) -> None:
    assert visitor.asks(said) == [NO_TEXTS]
    assert desk.do(lambda tx: tx.session.scalars(select(ContactPoint)).all()) == []
    assert visitor.asks("hello", Intent.GREETING) == ["Hi! How can we help?"]


def test_help_says_what_can_be_asked(visitor: Visitor) -> None:
    assert visitor.asks("help")[0].startswith("This is Lakeside Clinic's web chat.")


def test_who_is_this_makes_no_wrong_number_of_a_chat(desk: Desk, visitor: Visitor) -> None:
    assert visitor.asks("who is this?", Intent.WRONG_NUMBER) == ["Hi! How can we help?"]
    assert desk.do(lambda tx: tx.session.scalars(select(ContactPoint)).all()) == []


def test_a_person_who_is_asked_for_has_the_chat_and_answers_in_it(desk: Desk, visitor: Visitor) -> None:
    assert visitor.asks("can I talk to someone?", Intent.HUMAN)[0].startswith("Of course.")
    sam = desk.staff()
    talk_id = visitor.session().conversation_id
    desk.do(lambda tx: handoff.reply_as_staff(tx, talk_id, "Good morning, Sam here.", by_staff(sam.id)))
    assert visitor.answers()[-1] == "Good morning, Sam here."
    assert visitor.asks("are you open on Saturdays?", Intent.QUESTION) == []


def test_while_a_person_has_the_chat_a_code_still_shows_who_it_is(desk: Desk, visitor: Visitor) -> None:
    has_visit(desk, "Maria Lopez", MARIA)
    visitor.asks("when is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    talk_id, sam = visitor.session().conversation_id, desk.staff()
    desk.do(lambda tx: handoff.take_over(tx, talk_id, by_staff(sam.id)))
    assert visitor.asks(visitor.code()) == ["Thanks, that's right."]
    assert visitor.session().number == MARIA


def test_the_inbox_shows_a_chat_as_one(desk: Desk, visitor: Visitor) -> None:
    visitor.asks("can I talk to someone?", Intent.HUMAN)
    page = desk.browser(Role.FRONT_DESK).get(f"/inbox/{visitor.session().conversation_id}").text
    assert "Visitor of the site" in page
    assert "web chat" in page
    assert "chat:" not in page


def test_the_inbox_shows_who_has_shown_their_number(desk: Desk, visitor: Visitor) -> None:
    has_visit(desk, "Maria Lopez", MARIA)
    visitor.shows_who()
    page = desk.browser(Role.FRONT_DESK).get(f"/inbox/{visitor.session().conversation_id}").text
    assert "Maria Lopez" in page
    assert "web chat with (212) 555-0101" in page


def test_a_chat_is_answered_more_often_than_a_phone_before_somebody_looks(
    desk: Desk, visitor: Visitor
) -> None:
    has_visit(desk, "Maria Lopez", MARIA)
    for _ in range(7):
        visitor.asks("hello", Intent.GREETING)
    assert talk_of(desk, visitor).holder is Holder.BOT


def test_two_messages_in_quick_succession_are_answered_in_their_order(desk: Desk, visitor: Visitor) -> None:
    desk.do(lambda tx: answers.put(tx, AnswerTopic.PARKING, "Behind the building.", SYSTEM))
    visitor.model.reads |= {"hello": Intent.GREETING, "where can i park?": Intent.QUESTION}
    visitor.says("hello")
    visitor.says("where can I park?")
    visitor.is_read()
    assert visitor.answers() == ["Hi! How can we help?", "Behind the building."]


def test_what_was_said_is_in_the_order_in_which_it_can_be_seen(
    desk: Desk, visitor: Visitor, clock: MovingClock
) -> None:
    visitor.asks("hello", Intent.GREETING)
    clock.forward(timedelta(minutes=1))
    visitor.asks("hello", Intent.GREETING)

    def ids(tx: Tx) -> list[Message]:
        return list(tx.session.scalars(select(Message).order_by(Message.id)))

    assert [each.direction for each in desk.do(ids)] == ["in", "out", "in", "out"]
