"""The reply of a turn goes with the turn, where its line is free; else the outbox sends it when its turn comes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import event, select

from bot import conversation, outbox
from bot.lanes import Lanes
from bot.services import Services
from clinic import conversations, messages
from rules.states import Channel
from storage.queries import inbound
from storage.queries import outbox as queries
from storage.queries.inbound import Inbound
from storage.tables import Sender, new_id
from storage.transaction import Tx
from tests.chaos.house import LINE, House, fresh_house
from tests.chaos.recorded import Recorded
from tests.system import System

ANA, BEN = range(2)


@pytest.fixture
def house(system: System) -> House:
    return fresh_house(system, 3)


def texts(services: Services, house: House, patient: int) -> None:
    """A patient texts, and a worker of `services` takes the turn."""
    came = Inbound(f"SM{new_id().hex}", house.phones[patient], LINE, "yes")
    with services.store.one_statement() as cursor:
        stored = inbound.store_once(cursor, came, services.clock())
    assert stored.conversation_id is not None
    conversation.drain(services, stored.conversation_id)


def set_line(house: House, **fields: object) -> None:
    with house.store.unscoped() as session:
        sender = session.scalars(select(Sender)).one()
        for name, value in fields.items():
            setattr(sender, name, value)


def asked_of_the_outbox(system: System) -> int:
    return Queue("outbound", connection=system.services.redis, serializer=JSONSerializer).count


def test_a_reply_goes_with_its_turn_and_the_outbox_is_not_asked(system: System, house: House) -> None:
    texts(system.services, house, ANA)
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1
    assert asked_of_the_outbox(system) == 0


def test_a_reply_that_goes_with_its_turn_is_written_once_as_claimed(system: System, house: House) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(system.services.store.engine, "before_cursor_execute", note)
    try:
        texts(system.services, house, ANA)
    finally:
        event.remove(system.services.store.engine, "before_cursor_execute", note)
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1
    assert [each for each in asked if "claimed_at=" in each] == []


def something_else_is_due(house: House, *, rate: float = 1) -> None:
    set_line(house, rate_per_second=rate)
    house.store.run(house.clinic_id, lambda tx: _said(tx, house))


def _said(tx: Tx, house: House) -> None:
    sender = tx.session.get_one(Sender, house.sender_id)
    messages.say(tx, conversations.with_address(tx, sender, house.phones[BEN]), "nothing_pending")


def the_number_has_just_sent(house: House) -> None:
    set_line(house, next_send_at=house.store.clock() + timedelta(seconds=1))


@pytest.mark.parametrize("busy", [something_else_is_due, the_number_has_just_sent])
def test_where_its_line_is_not_free_a_reply_is_left_to_the_outbox(
    busy: Callable[[House], None], system: System, house: House
) -> None:
    busy(house)
    system.services.redis.flushdb()
    texts(system.services, house, ANA)
    assert system.carrier.sent_to(house.phones[ANA]) == []
    assert asked_of_the_outbox(system) == 1


def test_what_goes_within_the_second_by_the_rate_of_its_number_holds_up_no_reply(
    system: System, house: House
) -> None:
    something_else_is_due(house, rate=10)
    texts(system.services, house, ANA)
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1


def test_replies_that_go_with_their_turns_keep_the_pace_of_their_number(system: System, house: House) -> None:
    set_line(house, rate_per_second=0.1)
    texts(system.services, house, ANA)
    texts(system.services, house, BEN)
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1
    assert system.carrier.sent_to(house.phones[BEN]) == []


def test_a_number_rests_for_two_where_a_turn_and_the_outbox_send_at_the_same_moment(
    system: System, house: House
) -> None:
    something_else_is_due(house, rate=0.1)
    with house.store.unscoped() as session:
        message_id = queries.next_due(session, house.sender_id, house.store.clock())
    assert message_id is not None
    waiting = message_id

    def claim(tx: Tx) -> datetime:
        place = queries.place_of(tx.session, waiting)
        set_line(house, next_send_at=tx.now + timedelta(seconds=10))  # a turn has sent since
        outbox._claim(tx, waiting, place)
        return tx.now

    claimed_at = house.store.run(house.clinic_id, claim)
    with house.store.unscoped() as session:
        rests_until = session.scalars(select(Sender.next_send_at)).one()
    assert rests_until == claimed_at + timedelta(seconds=20)


def test_while_a_worker_has_calls_enough_under_way_its_turns_go_on_and_the_outbox_has_their_replies(
    system: System, house: House
) -> None:
    answered = Event()
    channel = Recorded(lambda _outgoing: answered.wait(10))
    services = replace(system.services, channels={Channel.SMS: channel}, lanes=Lanes(1))
    texts(services, house, ANA)
    texts(services, house, BEN)
    assert channel.sent == []
    assert house.count("outbox_state = 'queued'") == asked_of_the_outbox(system) == 1
    answered.set()
    assert services.lanes is not None
    services.lanes.close()
    assert channel.sent == [house.phones[ANA]]


def test_a_reply_that_waited_for_another_to_the_same_number_is_asked_for_when_that_has_gone(
    system: System, house: House
) -> None:
    answered = Event()
    channel = Recorded(lambda _outgoing: answered.wait(10))
    services = replace(system.services, channels={Channel.SMS: channel}, lanes=Lanes(2))
    texts(services, house, ANA)
    texts(services, house, ANA)
    outbox.pump(services, house.sender_id)  # the number is busy: it finds nothing
    system.services.redis.flushdb()
    answered.set()
    assert services.lanes is not None
    services.lanes.close()
    assert asked_of_the_outbox(system) == 1
    outbox.pump(services, house.sender_id)
    assert channel.sent == [house.phones[ANA]] * 2


def test_a_call_that_fails_leaves_the_worker_at_its_work(system: System, house: House) -> None:
    def fail(_outgoing: object) -> None:
        raise RuntimeError

    services = replace(system.services, channels={Channel.SMS: Recorded(fail)}, lanes=Lanes())
    texts(services, house, ANA)
    assert services.lanes is not None
    services.lanes.close()
    for _ in range(4):
        system.forward(timedelta(seconds=61))
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1
    assert house.at_rest()
