"""The pump: who goes first, who waits for whom, and what it does not send."""

from dataclasses import replace
from datetime import timedelta
from threading import Event
from uuid import UUID

import pytest
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select

from bot import outbox
from bot.channels import Outgoing
from bot.outbox import Claimed, deliver
from clinic import consent, conversations, messages
from clinic.audit import PATIENT
from clinic.messages import About
from rules.states import Channel, MessageClass, OutboxState
from storage.queries.outbox import next_due
from storage.tables import Message, Sender
from storage.transaction import Tx
from tests.chaos.conftest import work_queue
from tests.chaos.house import House, fresh_house
from tests.chaos.recorded import Recorded
from tests.system import System

ANA, BEN = range(2)
BACKLOG = 300


@pytest.fixture
def house(system: System) -> House:
    return fresh_house(system, 8)


def say(house: House, patient: int, phrase: str = "nothing_pending") -> None:
    """Queue a reply to a patient."""
    house.store.run(house.clinic_id, lambda tx: _said(tx, house, patient, phrase))


def _said(tx: Tx, house: House, patient: int, phrase: str) -> None:
    sender = tx.session.get_one(Sender, house.sender_id)
    line = conversations.with_address(tx, sender, house.phones[patient])
    messages.say(tx, line, phrase)


def due(house: House) -> UUID:
    """The text whose turn it is."""
    with house.store.unscoped() as session:
        message_id = next_due(session, house.sender_id, house.store.clock())
    assert message_id is not None
    return message_id


def claim(house: House) -> Claimed:
    """The next text, claimed as the pump does it."""
    message_id = due(house)
    found = house.store.run(house.clinic_id, lambda tx: outbox.claim(tx, message_id))
    assert isinstance(found, Claimed)
    return found


def test_a_campaign_with_hundreds_of_texts_waiting_does_not_delay_a_reply(
    system: System, house: House
) -> None:
    house.store.run(house.clinic_id, lambda tx: _campaign(tx, house))
    system.carrier.text(house.phones[ANA], "yes")
    work_queue(system, "inbound")
    classes = [class_of(house, claim(house).outgoing.message_id), class_of(house, due(house))]
    assert classes == [MessageClass.REPLY, MessageClass.CAMPAIGN]


def _campaign(tx: Tx, house: House) -> None:
    sender = tx.session.get_one(Sender, house.sender_id)
    for number in range(BACKLOG):
        patient = number % len(house.patients)
        line = conversations.with_address(tx, sender, house.phones[patient])
        about = About(patient_id=house.patients[patient], expires_at=tx.now + timedelta(days=1))
        messages.say(tx, line, "nothing_pending", klass=MessageClass.CAMPAIGN, about=about)


def class_of(house: House, message_id: UUID) -> MessageClass | None:
    with house.store.unscoped() as session:
        return session.get_one(Message, message_id).klass


def test_a_call_that_takes_long_holds_up_nobody_else(system: System, house: House) -> None:
    """While Ana's call is under way Ben is to be answered; her call ends when his has been made."""
    ben_was_answered = Event()

    def meanwhile(outgoing: Outgoing) -> None:
        if outgoing.to == house.phones[ANA]:
            say(house, BEN)
            ben_was_answered.wait(10)
        else:
            ben_was_answered.set()

    channel = Recorded(meanwhile)
    say(house, ANA)
    outbox.pump(replace(system.services, channels={Channel.SMS: channel}), house.sender_id)
    assert channel.sent == [house.phones[BEN], house.phones[ANA]]


def test_a_pump_that_has_worked_for_a_minute_makes_way_and_has_itself_called_again(
    system: System, house: House
) -> None:
    for patient in range(8):
        say(house, patient)
    set_rate(house, 1)
    system.services.redis.flushdb()
    channel = Recorded(lambda _outgoing: system.clock.forward(timedelta(seconds=19)))
    outbox.pump(replace(system.services, channels={Channel.SMS: channel}), house.sender_id)
    assert 0 < len(channel.sent) < 8
    queue = Queue("outbound", connection=system.services.redis, serializer=JSONSerializer)
    assert queue.count == 1
    assert house.count("outbox_state IN ('claimed', 'unknown')") == 0


def set_rate(house: House, rate: float) -> None:
    with house.store.unscoped() as session:
        session.get_one(Sender, house.sender_id).rate_per_second = rate


def test_a_claim_that_has_lain_too_long_is_looked_up_instead_of_sent(system: System, house: House) -> None:
    say(house, ANA)
    claimed = claim(house)
    system.clock.forward(timedelta(seconds=31))
    channel = Recorded()
    deliver(replace(system.services, channels={Channel.SMS: channel}), claimed)
    assert channel.sent == []
    for _ in range(3):
        system.forward(timedelta(seconds=61))
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1
    assert house.at_rest()


def test_an_emergency_is_answered_though_the_same_text_said_stop(system: System, house: House) -> None:
    house.store.run(house.clinic_id, lambda tx: _stopped_in_an_emergency(tx, house))
    system.work()
    with house.store.unscoped() as session:
        states = session.scalars(select(Message.outbox_state)).all()
    assert states == [OutboxState.SENT]


def _stopped_in_an_emergency(tx: Tx, house: House) -> None:
    sender = tx.session.get_one(Sender, house.sender_id)
    line = conversations.with_address(tx, sender, house.phones[ANA])
    consent.opt_out(tx, conversations.lock(tx, line.id), PATIENT)
    messages.say(tx, line, "emergency", {"emergency": "911", "crisis": "988"})
    messages.say(tx, line, "stop_done", {"clinic": "Lakeside"})


def test_two_pumps_of_one_number_never_work_at_once(system: System, house: House) -> None:
    """The second goes away; what came meanwhile is sent by the first."""
    second = Recorded()

    def call_the_second(_outgoing: Outgoing) -> None:
        if not first.sent:
            say(house, BEN)
            outbox.pump(replace(system.services, channels={Channel.SMS: second}), house.sender_id)

    first = Recorded(call_the_second)
    say(house, ANA)
    outbox.pump(replace(system.services, channels={Channel.SMS: first}), house.sender_id)
    assert (sorted(first.sent), second.sent) == (sorted(house.phones[:2]), [])
