"""Turns: each text once, in order, by one worker; what cannot be read or handled does not stop what can."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bot import conversation
from rules.states import Direction, EscalationKind, Holder, InboundState, OutboxState
from storage import fault_points
from storage.queries import inbound
from storage.queries.inbound import Inbound
from storage.tables import ContactPoint, Conversation, Escalation, Message
from tests.chaos.conftest import work_queue
from tests.chaos.house import LINE, House, fresh_house
from tests.system import System

ANA = 0
FOR_THE_MODEL = "would the week after perhaps be possible"
"""No exact rule reads it, and the model is away in these tests."""

AtPoint = Callable[[str, Callable[[], object]], None]


@pytest.fixture
def house(system: System) -> House:
    return fresh_house(system, 1)


@pytest.fixture
def at_point() -> Iterator[AtPoint]:
    """Have something happen wherever the code reaches a fault point."""

    def arm(point: str, act: Callable[[], object]) -> None:
        def hook(reached: str) -> None:
            if reached == point:
                act()

        fault_points.arm(hook)

    yield arm
    fault_points.arm(lambda _reached: None)


def texts_in(house: House) -> list[Message]:
    with house.store.unscoped() as session:
        came = select(Message).where(Message.direction == Direction.IN).order_by(Message.id)
        return list(session.scalars(came))


def states(house: House) -> list[InboundState | None]:
    return [message.inbound_state for message in texts_in(house)]


def only_conversation(house: House) -> Conversation:
    with house.store.unscoped() as session:
        return session.scalars(select(Conversation)).one()


def escalated(house: House) -> list[EscalationKind]:
    with house.store.unscoped() as session:
        return list(session.scalars(select(Escalation.kind)))


def test_the_same_webhook_delivered_five_times_at_once_is_one_text_and_one_reply(
    system: System, house: House
) -> None:
    answered = system.carrier.text(house.phones[ANA], "yes", copies=5)
    system.work()
    assert answered["statuses"] == [200] * 5
    assert states(house) == [InboundState.DONE]
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1


def test_a_webhook_delivered_again_after_its_reply_changes_nothing(system: System, house: House) -> None:
    sid = system.carrier.text(house.phones[ANA], "yes")["sid"]
    system.work()
    system.carrier.text(house.phones[ANA], "yes", sid=sid)
    system.work()
    assert states(house) == [InboundState.DONE]
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1


def test_a_text_that_comes_while_another_is_worked_is_worked_next_by_the_same_worker(
    system: System, house: House, at_point: AtPoint
) -> None:
    def one_more_comes() -> None:
        if len(texts_in(house)) == 1:
            with house.store.one_statement() as cursor:
                inbound.store_once(cursor, Inbound("SM2", house.phones[ANA], LINE, "yes"), system.clock())
            conversation.drain(system.services, only_conversation(house).id)  # another worker: it goes away
            assert states(house)[1] is InboundState.UNREAD

    system.carrier.text(house.phones[ANA], "yes")
    at_point("turn.committed", one_more_comes)
    work_queue(system, "inbound")
    assert states(house) == [InboundState.DONE, InboundState.DONE]


def test_a_text_whose_handling_fails_three_times_is_parked_for_a_person_and_later_ones_go_on(
    system: System, house: House, at_point: AtPoint
) -> None:
    def fail_on_the_first() -> None:
        if states(house)[0] is InboundState.UNREAD:
            raise RuntimeError

    at_point("turn.decided", fail_on_the_first)
    system.carrier.text(house.phones[ANA], "yes")
    system.carrier.text(house.phones[ANA], "STOP please")
    for _ in range(4):
        system.forward(timedelta(seconds=31))
    assert states(house) == [InboundState.PARKED, InboundState.DONE]
    assert only_conversation(house).holder is Holder.PERSON
    assert EscalationKind.FAILED in escalated(house)


def test_a_text_that_kills_its_worker_again_and_again_is_parked(system: System, house: House) -> None:
    system.carrier.text(house.phones[ANA], "yes")
    with house.store.unscoped() as session:
        session.scalars(select(Message)).one().attempts = 3
    system.work()
    assert states(house) == [InboundState.PARKED]
    assert escalated(house) == [EscalationKind.FAILED]


def test_stop_does_not_wait_behind_a_text_that_cannot_be_read(system: System, house: House) -> None:
    system.text(house.phones[ANA], FOR_THE_MODEL)
    system.text(house.phones[ANA], "please stop texting me")
    assert states(house) == [InboundState.UNREAD, InboundState.DONE]
    with house.store.unscoped() as session:
        assert session.scalars(select(ContactPoint)).one().opted_out_at


def test_a_yes_waits_behind_a_text_that_cannot_be_read(system: System, house: House) -> None:
    system.text(house.phones[ANA], FOR_THE_MODEL)
    system.text(house.phones[ANA], "yes")
    assert states(house) == [InboundState.UNREAD, InboundState.UNREAD]


def test_while_the_model_is_away_a_patient_hears_one_moment_once(system: System, house: House) -> None:
    system.text(house.phones[ANA], FOR_THE_MODEL)
    for _ in range(5):
        system.forward(timedelta(seconds=31))
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1


def test_a_text_that_nobody_could_read_for_ten_minutes_goes_to_a_person(system: System, house: House) -> None:
    system.text(house.phones[ANA], FOR_THE_MODEL)
    for _ in range(11):
        system.forward(timedelta(minutes=1))
    assert states(house) == [InboundState.HANDED]
    assert only_conversation(house).holder is Holder.PERSON
    assert house.count(f"outbox_state = '{OutboxState.QUEUED}'") == 0


def test_one_who_said_yes_before_hearing_that_the_slot_is_taken_hears_it_once(system: System) -> None:
    house = both_asked(system)
    system.carrier.text_many([{"from": phone, "body": "yes"} for phone in house.phones])
    first, second = conversations_in_order(house)
    conversation.drain(system.services, first)
    work_queue(system, "outbound")  # the news goes out before the other's yes is read
    conversation.drain(system.services, second)
    system.work()
    assert [len(system.carrier.sent_to(phone)) for phone in house.phones] == [1, 1]


def test_one_who_says_yes_after_hearing_that_the_slot_is_taken_is_answered(system: System) -> None:
    house = both_asked(system)
    winner, loser = house.phones
    system.text(winner, "yes")
    assert len(system.carrier.sent_to(loser)) == 1
    system.text(loser, "yes")
    assert len(system.carrier.sent_to(loser)) == 2


def both_asked(system: System) -> House:
    """Two patients have been asked about one slot; those texts do not count."""
    house = fresh_house(system, 2, dispatch="batch")
    house.free_slot()
    system.work()
    assert [len(system.carrier.sent_to(phone)) for phone in house.phones] == [1, 1]
    system.carrier.reset()
    return house


def conversations_in_order(house: House) -> list[UUID]:
    """In the order in which their texts came."""
    return [message.conversation_id for message in texts_in(house)]
