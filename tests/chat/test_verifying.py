"""Whatever is personal is told to nobody but whoever has the phone that is on file."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic import consent, conversations
from clinic.audit import PATIENT
from nlu.understanding import Intent
from rules.chat_codes import MOST_AN_HOUR, MOST_TRIES
from rules.states import AppointmentState
from storage.tables import Appointment, ChatCode, ContactPoint, Message
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.chat.browser import told
from tests.chat.visitor import JAMES, MARIA, NOBODY, Visitor, has_visit, texts_to, wrong
from tests.system import MovingClock

WHO = "I can help with that once I know it's you. What's the mobile number we have on file for you?"
SENT = (
    "If the number ending in {} is on file here, we've just texted it a 6-digit code. "
    "Please type it here within 10 minutes."
)
WRONG = "That's not the code. Please type the 6 digits from our newest text."
OVER = "That code no longer counts. For a new one, write your number again, or call (212) 555-0199."
SPENT = "That's as many codes as we send in an hour. Please try again later, or call (212) 555-0199."
RIGHT = "Thanks, that's right."
MARIAS = "Maria, you're booked with Dr Lee Fri Nov 27, 3:00pm."


@pytest.fixture
def maria(desk: Desk) -> None:
    has_visit(desk, "Maria Lopez", MARIA)


@pytest.mark.usefixtures("maria")
def test_a_personal_question_is_answered_once_the_code_was_right(desk: Desk, visitor: Visitor) -> None:
    assert visitor.asks("When is my visit?", Intent.STATUS) == [WHO]
    assert visitor.asks("it's (212) 555-0101, thanks") == [SENT.format("0101")]
    [text] = texts_to(desk, MARIA)
    assert text.startswith(f"Lakeside: {visitor.code()} is your code for our web chat.")
    first, answer = visitor.asks(visitor.code())
    assert first == RIGHT
    assert "Fri Nov 27, 3:00pm" in answer
    assert told(visitor.reads())["verified"] is True


@pytest.mark.usefixtures("maria")
def test_before_the_code_nothing_of_the_visit_is_said(visitor: Visitor) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    visitor.asks("When is my visit?", Intent.STATUS)
    assert not any("Nov 27" in each or "Maria" in each for each in visitor.answers())


@pytest.mark.usefixtures("maria")
def test_a_number_that_is_on_file_and_one_that_is_not_are_answered_alike(desk: Desk) -> None:
    def everything(number: str) -> list[str]:
        visitor = Visitor(desk, came_from=number).opens()
        visitor.asks("When is my visit?", Intent.STATUS)
        visitor.asks(number)
        for _ in range(MOST_TRIES + 1):
            visitor.asks(wrong(visitor.code()))
        for _ in range(MOST_AN_HOUR):
            visitor.asks(number)
        return [each.replace(number[-4:], "") for each in visitor.answers()]

    assert everything(MARIA) == everything(NOBODY)
    assert len(texts_to(desk, MARIA)) == MOST_AN_HOUR
    assert texts_to(desk, NOBODY) == []


def test_even_the_right_code_opens_nothing_for_a_number_that_is_not_on_file(visitor: Visitor) -> None:
    assert visitor.shows_who(NOBODY) == [WRONG]


@pytest.mark.usefixtures("maria")
def test_after_five_wrong_tries_the_right_code_is_one_too_many(visitor: Visitor) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    said = [visitor.asks(wrong(visitor.code())) for _ in range(MOST_TRIES)]
    assert said == [[WRONG]] * (MOST_TRIES - 1) + [[OVER]]
    assert visitor.asks(visitor.code()) == [OVER]
    assert visitor.session().verified_at is None


@pytest.mark.usefixtures("maria")
def test_the_fifth_try_still_counts(visitor: Visitor) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    for _ in range(MOST_TRIES - 1):
        visitor.asks(wrong(visitor.code()))
    assert visitor.asks(visitor.code())[0] == RIGHT


@pytest.mark.usefixtures("maria")
def test_after_ten_minutes_a_code_counts_no_more(visitor: Visitor, clock: MovingClock) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    clock.forward(timedelta(minutes=10))
    assert visitor.asks(visitor.code()) == [OVER]


@pytest.mark.usefixtures("maria")
def test_only_the_newest_code_counts(visitor: Visitor) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    first = visitor.code()
    visitor.asks(MARIA)
    assert visitor.asks(first) == [WRONG]
    assert visitor.asks(visitor.code())[0] == RIGHT


@pytest.mark.usefixtures("maria")
def test_a_fourth_code_in_an_hour_is_not_sent_to_a_number(desk: Desk, clock: MovingClock) -> None:
    visitors = [Visitor(desk, came_from=f"192.0.2.{place}").opens() for place in range(1, 6)]
    said = []
    for visitor in visitors[:4]:
        visitor.asks("When is my visit?", Intent.STATUS)
        said += visitor.asks(MARIA)
    assert said == [SENT.format("0101")] * 3 + [SPENT]
    assert len(texts_to(desk, MARIA)) == 3
    clock.forward(timedelta(hours=1))
    visitors[4].asks("When is my visit?", Intent.STATUS)
    assert visitors[4].asks(MARIA) == [SENT.format("0101")]


def test_a_fourth_code_in_an_hour_is_not_asked_for_from_an_address(desk: Desk) -> None:
    said = []
    for last in (71, 72, 73, 74):
        visitor = Visitor(desk).opens()
        visitor.asks("When is my visit?", Intent.STATUS)
        said += visitor.asks(f"+121255501{last}")
    assert said[-2:] == [SENT.format("0173"), SPENT]


@pytest.mark.parametrize(
    "mark", ["opted_out_at", "carrier_blocked_at", "wrong_number_at", "undeliverable_at"]
)
@pytest.mark.usefixtures("maria")
def test_no_code_is_texted_where_no_text_may_or_can_go(desk: Desk, visitor: Visitor, mark: str) -> None:
    desk.do(lambda tx: setattr(tx.session.scalars(select(ContactPoint)).one(), mark, NOW))
    visitor.asks("When is my visit?", Intent.STATUS)
    assert visitor.asks(MARIA) == [SENT.format("0101")]
    assert texts_to(desk, MARIA) == []
    assert visitor.asks(visitor.code()) == [WRONG]


@pytest.mark.usefixtures("maria")
def test_a_code_stands_nowhere_but_in_the_text_as_it_leaves_us(desk: Desk, visitor: Visitor) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    kept = desk.do(lambda tx: [*tx.session.scalars(select(Message)), *tx.session.scalars(select(ChatCode))])
    assert not any(visitor.code() in str(vars(each)) for each in kept)


@pytest.mark.usefixtures("maria")
def test_the_code_is_texted_at_night_too_and_worth_nothing_later(
    desk: Desk, visitor: Visitor, clock: MovingClock
) -> None:
    clock.set(NOW.replace(hour=8))  # three in the morning
    visitor.asks("When is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    text = desk.do(lambda tx: tx.session.scalars(select(Message).where(Message.address == MARIA)).one())
    assert (text.klass, text.not_before) == ("reply", None)
    assert text.expires_at is not None
    assert timedelta(minutes=9) < text.expires_at - clock() < timedelta(minutes=10)


def test_another_clinic_knows_nobody_of_this_one(desk: Desk, visitor: Visitor) -> None:
    with desk.store.unscoped() as session:
        hillside = factories.clinic(session, NOW, name="Hillside")
    desk.do(lambda tx: factories.patient(tx, phone=MARIA), at=hillside)
    assert visitor.shows_who(MARIA) == [WRONG]


@pytest.mark.usefixtures("maria")
def test_a_chat_is_verified_by_itself_and_no_other(desk: Desk, visitor: Visitor) -> None:
    visitor.shows_who()
    other = Visitor(desk).opens()
    assert other.asks("When is my visit?", Intent.STATUS) == [WHO]
    assert told(other.reads())["verified"] is False


@pytest.mark.usefixtures("maria")
def test_a_family_is_asked_who_is_meant(desk: Desk, visitor: Visitor) -> None:
    has_visit(desk, "Leo Lopez", MARIA, at=NOW.replace(day=30, hour=16))
    visitor.shows_who()
    [asked] = visitor.asks("I need to cancel", Intent.CANCEL)
    assert "Maria" in asked
    assert "Leo" in asked


def test_a_visit_is_cancelled_once_it_is_known_whose(desk: Desk, visitor: Visitor) -> None:
    visit_id = has_visit(desk, "Maria Lopez", MARIA)
    visitor.asks("Please cancel my visit", Intent.CANCEL)
    visitor.asks(MARIA)
    right, asked = visitor.asks(visitor.code())
    assert right == RIGHT
    assert asked.startswith("Cancel ")
    visitor.asks("yes")
    assert desk.get(Appointment, visit_id).state is AppointmentState.CANCELLED


@pytest.mark.usefixtures("maria")
def test_a_number_in_the_first_message_is_not_asked_for_again(visitor: Visitor) -> None:
    said = "When is my visit? My number is 212-555-0101"
    assert visitor.asks(said, Intent.STATUS) == [SENT.format("0101")]


def test_who_would_rather_not_say_is_not_asked_again(visitor: Visitor) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    [said] = visitor.asks("no")
    assert said.startswith("That's fine. You can still ask about the clinic here")
    assert "Sorry, I didn't get that." in visitor.asks("hmm")[0]


def test_what_is_no_number_is_asked_for_again_and_then_goes_to_a_person(visitor: Visitor) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    assert visitor.asks("the usual one")[0].startswith("Please write the mobile number")
    assert visitor.asks("you know it")[0].startswith("Let me get someone to help.")


@pytest.mark.usefixtures("maria")
def test_stop_in_a_chat_that_is_verified_ends_texts_and_not_the_chat(desk: Desk, visitor: Visitor) -> None:
    visitor.shows_who()
    assert visitor.asks("stop") == ["You won't get any more messages from Lakeside. Reply START to undo."]
    assert desk.do(lambda tx: consent.opted_out(tx, MARIA)) is True
    assert "Fri Nov 27, 3:00pm" in visitor.asks("When is my visit?", Intent.STATUS)[0]


@pytest.mark.usefixtures("maria")
def test_a_number_that_changed_hands_opens_nothing_more(desk: Desk, visitor: Visitor) -> None:
    visitor.shows_who()

    def changes_hands(tx: Tx) -> None:
        consent.wrong_number(tx, conversations.with_address(tx, *_line(tx)), PATIENT)

    desk.do(changes_hands)
    assert visitor.asks("When is my visit?", Intent.STATUS) == [WHO]


def _line(tx: Tx) -> tuple[object, str]:
    return conversations.texting(tx), MARIA


@pytest.mark.usefixtures("maria")
def test_somebody_else_s_chat_is_not_found_by_their_number(desk: Desk, visitor: Visitor) -> None:
    has_visit(desk, "James Okafor", JAMES, at=NOW.replace(day=30, hour=16))
    visitor.shows_who(JAMES)
    assert "Maria" not in str(visitor.answers())


@pytest.mark.usefixtures("maria")
def test_who_asks_on_before_typing_the_code_is_reminded_of_it(visitor: Visitor) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    assert visitor.asks("and can I come sooner?", Intent.EARLIER)[0].startswith("Please type the 6 digits")
    assert visitor.asks(visitor.code())[0] == RIGHT


def test_who_leaves_a_number_to_be_called_on_gets_a_person(desk: Desk, visitor: Visitor) -> None:
    visitor.asks("When is my visit?", Intent.STATUS)
    assert visitor.asks("just have someone call me on 212 555 0101", Intent.HUMAN)[0].startswith("Of course.")
    assert desk.do(lambda tx: tx.session.scalars(select(ChatCode)).all()) == []
