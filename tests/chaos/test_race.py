"""A hundred patients say yes to one slot at the same instant: one has it, everybody else is told, and the
database never had to break a deadlock. A few times over, on one running system, or STANDBY_ROUNDS times.

    STANDBY_ROUNDS=20 .venv/bin/pytest -n 0 tests/chaos/test_race.py
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import select, text

from bot.demo.carrier.client import Carrier
from bot.demo.checks import free_port
from bot.services import build
from clinic import gate, offering
from rules.facts import Ranked
from rules.states import OfferState, OpeningState, OutboxState
from storage.tables import Appointment, Conversation, Message, Offer, Opening, Provider, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.chaos.cluster import Cluster, environment, running_cluster, wait_for
from tests.chaos.house import LINE, House, answers, build_house, hours_ahead, wait_again
from tests.system import NO_MODEL, settings_for

RACERS = 100
ROUNDS = int(os.environ.get("STANDBY_ROUNDS", "2"))
ROLES = ("web", "inbound:3 outbound")


@dataclass(frozen=True)
class Course:
    cluster: Cluster
    carrier: Carrier
    house: House


def test_of_a_hundred_simultaneous_yeses_one_is_booked_and_the_others_are_told_once(course: Course) -> None:
    for number in range(ROUNDS):
        race(course, number)
    assert deadlocks(course.house) == 0
    assert course.cluster.complaints() == []


def race(course: Course, number: int) -> None:
    house = course.house
    opening_id = house.store.run(house.clinic_id, lambda tx: ask_everybody(tx, house, number))
    before = len(course.carrier.messages())
    answered = course.carrier.text_many([{"from": phone, "body": "yes"} for phone in house.phones])
    assert {status for each in answered for status in each["statuses"]} == {200}
    wait_for(house.at_rest, "every text to be answered")
    winner = assert_one_booked(house, opening_id)
    told = answers(course.carrier, before)
    assert {phone: len(texts) for phone, texts in told.items()} == dict.fromkeys(house.phones, 1)
    for patient, phone in enumerate(house.phones):
        assert told[phone][0].startswith("Booked") == (patient == winner)
    wait_again(house, winner)


def deadlocks(house: House) -> int:
    with house.store.unscoped() as session:
        found = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(session.execute(found).scalar_one())


def ask_everybody(tx: Tx, house: House, number: int) -> UUID:
    """Offer a fresh slot to everybody who waits, by the clinic's own operations; the texts count as sent."""
    lee = tx.session.get_one(Provider, house.provider_id)
    opening = factories.opening(tx, lee, start=hours_ahead(48 + number), state=OpeningState.OFFERING)
    waiting = select(WaitlistEntry.id).where(WaitlistEntry.state == "active").order_by(WaitlistEntry.id)
    for entry_id in tx.session.scalars(waiting).all():
        offering.make(tx, opening, Ranked(entry_id, 1.0))
    for message in tx.session.scalars(select(Message).where(Message.outbox_state == OutboxState.QUEUED)):
        gate.claim(tx, message, tx.session.get_one(Conversation, message.conversation_id))
        message.outbox_state, message.sent_at = OutboxState.SENT, tx.now
    tx.wakes.clear()
    return opening.id


def assert_one_booked(house: House, opening_id: UUID) -> int:
    """Gives the number of the patient who has the slot."""
    with house.store.unscoped() as session:
        opening = session.get_one(Opening, opening_id)
        visits = session.scalars(select(Appointment).where(Appointment.starts_at == opening.starts_at)).all()
        states = session.scalars(select(Offer.state).where(Offer.opening_id == opening_id)).all()
    assert opening.state is OpeningState.FILLED
    assert len(visits) == 1
    assert sorted(states) == sorted([OfferState.ACCEPTED] + [OfferState.LOST] * (RACERS - 1))
    return list(house.patients).index(visits[0].patient_id)


@pytest.fixture(scope="module")
def course(
    module_database_url: str, redis_server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Course]:
    public = f"http://127.0.0.1:{free_port()}"
    with Redis.from_url(redis_server_url) as client:
        client.flushdb()
    with Carrier.start(f"{public}/webhooks/twilio/message", [LINE]) as carrier:
        carrier.fault(
            "callback", variant="never", count=1_000_000
        )  # tested elsewhere; here they only take time
        settings = settings_for(
            module_database_url,
            redis_server_url,
            public_url=public,
            carrier_url=carrier.url,
            nlu_url=NO_MODEL,
        )
        services = build(settings)
        house = build_house(services.store, RACERS, replies_per_ten_minutes=60)  # the rounds take minutes
        services.redis.flushdb()
        given = environment(module_database_url, redis_server_url, public_url=public, carrier_url=carrier.url)
        with running_cluster(given, tmp_path_factory.mktemp("race"), ROLES) as cluster:
            yield Course(cluster, carrier, house)
        services.store.engine.dispose()
        services.redis.close()
