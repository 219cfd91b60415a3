"""kill -9 of each part in the middle of a chain of offers, and Redis emptied: the chain goes on to its end.

The processes are those of a deployment, on a PostgreSQL and a Valkey of their own that are started again on the
folders they left. What must hold: every text that came in is answered once, every text written is sent once,
one patient a slot, and holds lapse.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.demo.carrier.client import Carrier
from clinic import by_hand
from clinic.audit import SYSTEM
from rules.states import Direction, InboundState, OfferState, OutboxState
from storage.tables import Appointment, Conversation, Message, Opening
from tests.chaos.ageing import age
from tests.chaos.cluster import LONGEST_WAIT, ROLES
from tests.chaos.deployment import Deployment, running_deployment
from tests.chaos.house import HOLD, House

PATIENTS = 100
BYSTANDERS = 6
A_WHILE = timedelta(minutes=2)


def until(deployment: Deployment, condition: Callable[[], bool]) -> None:
    """Wait for it; what has ended is started again, and now and then a while passes."""
    deadline, rounds = time.monotonic() + LONGEST_WAIT, 0
    while not holds(condition):
        assert time.monotonic() < deadline, "the chain stands still"
        time.sleep(0.1)
        rounds += 1
        if rounds % 15 == 0:
            deployment.cluster.revive()
            age(deployment.house.store, A_WHILE)


def holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except OperationalError:  # our own connection was to a server that has been killed
        return False


@pytest.mark.parametrize(
    "victim", ["web", "inbound", "outbound", "due", "worker", "cron", "valkey", "postgres", "redis emptied"]
)
def test_the_chain_goes_on_when_this_is_killed(victim: str, deployment: Deployment) -> None:
    house = deployment.house
    first, second = house.free_slot(hours()), house.free_slot(hours())
    until(deployment, lambda: len(asked(house, first)) == len(asked(house, second)) == 1)
    decliner = asked(house, first)[0]

    texts = [{"from": phone_of(house, decliner), "body": "no"}]
    texts += [{"from": phone, "body": "yes"} for phone in never_asked(house)[:BYSTANDERS]]
    kill_while_they_text(deployment, victim, texts)
    until(deployment, lambda: len(asked(house, first)) == 2 and house.at_rest())

    taker = asked(house, first)[1]
    deployment.carrier.text(phone_of(house, taker), "yes")
    until(deployment, lambda: visits(house, first) == [taker] and house.at_rest())

    age(house.store, HOLD)
    until(deployment, lambda: len(asked(house, second)) == 2 and house.at_rest())
    assert house.offers(second)[asked(house, second)[0]].state is OfferState.LAPSED
    assert_all_answered_once_and_all_sent_once(deployment)
    withdraw(house, second)
    until(deployment, house.at_rest)


def test_texts_in_quick_succession_are_answered_in_order_and_then_a_person_has_them(
    deployment: Deployment,
) -> None:
    house, phone = deployment.house, never_asked(deployment.house)[-1]
    for _ in range(20):
        deployment.carrier.text(phone, "yes")
    until(deployment, house.at_rest)
    with house.store.unscoped() as session:
        line = session.scalars(select(Conversation).where(Conversation.address == phone)).one()
        said = session.scalars(
            select(Message).where(Message.conversation_id == line.id).order_by(Message.id)
        ).all()
    came = [message for message in said if message.direction is Direction.IN]
    answered = [message.answers_id for message in said if message.direction is Direction.OUT]
    assert [message.inbound_state for message in came] == [InboundState.DONE] * 20
    assert [message.done_at for message in came] == sorted(
        message.done_at for message in came if message.done_at
    )
    assert answered == [message.id for message in came[:6]]
    assert line.holder == "person"
    assert len(deployment.carrier.sent_to(phone)) == 6


def test_no_log_of_all_this_holds_a_name_or_a_number(deployment: Deployment) -> None:
    logs = [log.read_text() for log in deployment.folder.rglob("*.log")]
    assert len(logs) > len(ROLES)
    private = [*deployment.house.phones, " Test"]
    assert [word for word in private for log in logs if word.lstrip("+") in log] == []


def kill_while_they_text(deployment: Deployment, victim: str, texts: list[dict[str, Any]]) -> None:
    """All text at once; when the first has been stored something is killed. The carrier brings again what was
    not taken."""
    before = deployment.house.count("direction = 'in'")
    with ThreadPoolExecutor(1) as pool:
        brought = pool.submit(deployment.carrier.text_many, texts)
        while deployment.house.count("direction = 'in'") == before and not brought.done():
            time.sleep(0.002)
        deployment.kill(victim)
        deliveries = brought.result()
    deployment.cluster.revive()
    for given, delivery in zip(texts, deliveries, strict=True):
        if delivery["statuses"] != [200]:
            until(deployment, partial(brings_again, deployment.carrier, given, delivery))


def brings_again(carrier: Carrier, given: dict[str, Any], delivery: dict[str, Any]) -> bool:
    answer = carrier.text(given["from"], given["body"], sid=delivery["sid"])
    return bool(answer["statuses"] == [200])


def asked(house: House, opening_id: UUID) -> list[UUID]:
    """Who has been texted about a slot, in order."""
    offers = [offer for offer in house.offers(opening_id).values() if offer.state is not OfferState.QUEUED]
    return [offer.patient_id for offer in sorted(offers, key=lambda offer: offer.id)]


def never_asked(house: House) -> list[str]:
    """Numbers to which no text has gone and from which none has come."""
    with house.store.unscoped() as session:
        known = set(session.scalars(select(Message.address)))
    return [phone for phone in house.phones if phone not in known]


def phone_of(house: House, patient_id: UUID) -> str:
    return house.phones[list(house.patients).index(patient_id)]


def visits(house: House, opening_id: UUID) -> list[UUID]:
    with house.store.unscoped() as session:
        opening = session.get_one(Opening, opening_id)
        return list(
            session.scalars(select(Appointment.patient_id).where(Appointment.starts_at == opening.starts_at))
        )


def withdraw(house: House, opening_id: UUID) -> None:
    house.store.run(house.clinic_id, lambda tx: by_hand.withdraw(tx, opening_id, SYSTEM))


def assert_all_answered_once_and_all_sent_once(deployment: Deployment) -> None:
    with deployment.house.store.unscoped() as session:
        written = session.execute(
            select(Message.address, Message.body).where(Message.outbox_state == OutboxState.SENT)
        ).all()
        came = session.scalars(select(Message.id).where(Message.direction == Direction.IN)).all()
        answered = session.scalars(select(Message.answers_id).where(Message.answers_id.is_not(None))).all()
    sent = [
        (message["phone"], message["body"])
        for message in deployment.carrier.messages()
        if message["direction"] == "outbound-api"
    ]
    assert Counter(sent) == Counter((address, body) for address, body in written)
    assert Counter(answered) == Counter(came)


_hours = iter(range(48, 200))


def hours() -> int:
    """An hour that no other slot has."""
    return next(_hours)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with running_deployment(tmp_path_factory.mktemp("deployment"), PATIENTS) as running:
        yield running
