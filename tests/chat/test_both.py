"""A patient who is offered something by text, and chats: whatever they say counts once, and is answered where they
said it."""

from uuid import UUID

import pytest
from sqlalchemy import select

from bot import acting
from clinic import consent, conversations, offering, reaching
from nlu.reading import read
from nlu.understanding import Intent
from rules.facts import Ranked
from rules.states import (
    AppointmentState,
    Direction,
    Holder,
    InboundState,
    OfferState,
    OpeningState,
    OutboxState,
)
from storage.tables import Appointment, AppointmentType, Conversation, Message, Offer, Patient, Provider
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.chat.visitor import MARIA, Visitor, has_visit
from tests.handlers.talk import ZONE, _send
from tests.handlers.texts import Certain


def is_offered(desk: Desk) -> UUID:
    """Maria, who waits, is offered Wednesday at noon by text."""

    def make(tx: Tx) -> UUID:
        who, kind = (
            tx.session.scalars(select(Patient)).one(),
            tx.session.scalars(select(AppointmentType)).one(),
        )
        slot = factories.opening(
            tx,
            tx.session.scalars(select(Provider)).one(),
            start=NOW.replace(day=25, hour=17),
            state=OpeningState.OFFERING,
        )
        made = offering.make(tx, slot, Ranked(factories.entry(tx, who, kind).id, 0.9))
        assert made is not None
        return made.id

    def goes(tx: Tx) -> None:
        for message in tx.session.scalars(select(Message).where(Message.outbox_state == OutboxState.QUEUED)):
            _send(tx, message.id)

    offer_id = desk.do(make)
    desk.do(goes)
    return offer_id


def texts(desk: Desk, words: str) -> str:
    """She answers by text."""

    def act(tx: Tx) -> str:
        talk = tx.session.scalars(select(Conversation).where(Conversation.address == MARIA)).one()
        talk = conversations.lock(tx, talk.id)
        message = Message(
            conversation_id=talk.id,
            sender_id=talk.sender_id,
            address=MARIA,
            direction=Direction.IN,
            body=words,
            created_at=tx.now,
            inbound_state=InboundState.UNREAD,
        )
        tx.session.add(message)
        tx.session.flush()
        acting.act(tx, talk, message.id, read(words, Certain(Intent.ACCEPT), now=tx.now, zone=ZONE))
        answer = tx.session.scalar(select(Message).where(Message.answers_id == message.id))
        return answer.body if answer else ""

    return desk.do(act)


@pytest.fixture
def maria(desk: Desk, visitor: Visitor) -> Visitor:
    """Maria, who has shown who she is."""
    has_visit(desk, "Maria Lopez", MARIA)
    visitor.shows_who()
    return visitor


def test_an_offer_by_text_is_taken_in_the_chat_and_confirmed_there(desk: Desk, maria: Visitor) -> None:
    offer = is_offered(desk)
    assert maria.asks("yes", Intent.ACCEPT) == ["Booked, Maria: Dr Lee, Wed Nov 25, 12:00pm. See you then!"]
    assert desk.get(Offer, offer).state is OfferState.ACCEPTED


def test_a_yes_in_the_chat_and_one_by_text_book_once(desk: Desk, maria: Visitor) -> None:
    is_offered(desk)
    maria.asks("yes", Intent.ACCEPT)
    assert "Wed Nov 25, 12:00pm" in texts(desk, "yes")
    booked = select(Appointment).where(
        Appointment.starts_at == NOW.replace(day=25, hour=17), Appointment.state == AppointmentState.BOOKED
    )
    assert len(desk.do(lambda tx: tx.session.scalars(booked).all())) == 1


def test_an_offer_to_somebody_else_is_not_taken_in_a_chat_of_nobody(desk: Desk, visitor: Visitor) -> None:
    has_visit(desk, "Maria Lopez", MARIA)
    offer = is_offered(desk)
    assert visitor.asks("yes", Intent.ACCEPT)[0].startswith("I can help with that once I know it's you.")
    assert desk.get(Offer, offer).state is OfferState.OPEN


def test_while_a_person_has_the_chat_nothing_new_is_offered(desk: Desk, maria: Visitor) -> None:
    maria.asks("can I talk to someone?", Intent.HUMAN)

    def ways(tx: Tx) -> int:
        return len(reaching.ways_to(tx, tx.session.scalars(select(Patient.id)).one()))

    assert desk.get(Conversation, maria.session().conversation_id).holder is Holder.PERSON
    assert desk.do(ways) == 0


def test_stop_in_the_chat_ends_the_offers_made_by_text(desk: Desk, maria: Visitor) -> None:
    offer = is_offered(desk)
    maria.asks("please stop texting me", Intent.STOP)
    assert desk.get(Offer, offer).state is OfferState.WITHDRAWN
    assert desk.do(lambda tx: consent.opted_out(tx, MARIA)) is True


def test_a_doubtful_stop_in_the_chat_holds_back_what_goes_by_text(desk: Desk, maria: Visitor) -> None:
    maria.asks("last text please")
    assert desk.do(lambda tx: consent.in_doubt(tx, MARIA)) is True
    maria.asks("thanks", Intent.THANKS)
    assert desk.do(lambda tx: consent.in_doubt(tx, MARIA)) is False
