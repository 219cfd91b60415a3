"""Whole conversations while any part of Standby is killed at any moment, and started again: web, workers, cron,
the language model, Redis, PostgreSQL.

No text from a patient is lost, none of ours is sent twice, nobody is booked over another, and no time is kept for
somebody for ever. Twenty conversations, or STANDBY_CONVERSATIONS; STANDBY_SEED is another storm.

    STANDBY_CONVERSATIONS=5000 .venv/bin/pytest -n 0 -s tests/chaos/test_storm.py
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from itertools import count
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.demo.checks import free_port
from nlu.server import PROJECT, is_ready, prepare
from rules.states import Direction, InboundState
from storage.tables import AppointmentType, Availability, Message, Patient, Provider
from storage.transaction import Tx
from tests import factories
from tests.chaos.ageing import age
from tests.chaos.cluster import ROLES, wait_for
from tests.chaos.deployment import Deployment, running_deployment
from tests.chaos.house import HALF_AN_HOUR, House, hours_ahead
from tests.stateful import promises_of_slots, promises_of_texts
from tests.stateful.invariants import statement

CONVERSATIONS = int(os.environ.get("STANDBY_CONVERSATIONS", "20"))
SEED = int(os.environ.get("STANDBY_SEED", "1"))
AT_ONCE = 200
"""Conversations that begin at the same instant."""
STRAGGLERS = 0.05
"""Which share of them may still wait for an answer when it goes on: a text that lost its worker waits a while."""
TURNS = 3
"""Texts of a patient at most."""
KILLED_EVERY = 8.0
"""Seconds, on average; in proportion less where few conversations are held."""
VICTIMS = (
    "web",
    "inbound",
    "outbound",
    "due",
    "worker",
    "cron",
    "nlu",
    "valkey",
    "postgres",
    "redis emptied",
)
PATIENCE = 600.0
"""Seconds that one turn of all of them may take: the model alone needs half a minute to come back."""
A_WHILE = timedelta(seconds=90)
PROVIDERS = 1 + CONVERSATIONS // 60

OPENERS = (
    "could you tell me how far down the waiting list I am",
    "I have to cancel my visit",
    "mornings would be a lot easier for me from now on",
    "I need an appointment this week",
    "can I come in thursday",
    "I can't come after all",
    "anything sooner?",
    "yes",
    "where are you",
)
"""Read by the exact rules, by the model, or by both."""

PROMISES = (
    promises_of_slots.nobody_is_booked_over_another,
    promises_of_slots.no_patient_is_in_two_places,
    promises_of_slots.free_time_is_free,
    promises_of_slots.a_filled_slot_names_its_visit,
    promises_of_slots.one_yes_a_slot,
    promises_of_texts.no_text_is_lost,
    promises_of_texts.one_text_at_a_time,
    promises_of_texts.no_turn_fails,
)
"""Those that do not speak of hours passing, which pass here at their own pace."""

STILL_KEPT = """
    SELECT count(*) FROM hold WHERE state = 'live' AND until < now() - interval '1 minute'
    UNION ALL SELECT count(*) FROM offer
    WHERE state = 'open' AND held_until < now() - interval '1 minute'
    UNION ALL SELECT count(*) FROM due_work WHERE done_at IS NULL AND due_at < now() - interval '1 minute'
"""


def test_conversations_come_through_whatever_is_killed(deployment: Deployment) -> None:
    storm = Storm(deployment, Random(SEED))
    with ThreadPoolExecutor(1) as pool:
        storm.rage(pool.submit(storm.hold_conversations))
    storm.calm()
    age(deployment.house.store, timedelta(hours=3))
    wait_for(lambda: still_kept(deployment.house) == 0, "what is kept for somebody to be let go", PATIENCE)
    wait_for(deployment.house.at_rest, "the last texts", PATIENCE)
    storm.tell()
    assert every_text_in_was_taken_once(deployment, storm.brought)
    assert sent_twice(deployment) == {}
    assert broken(deployment.house) == []


@dataclass
class Storm:
    deployment: Deployment
    chance: Random
    killed: Counter[str] = field(default_factory=Counter)
    brought: set[str] = field(default_factory=set)
    """The carrier's ids of all that patients have texted."""

    def rage(self, conversations: Future[None]) -> None:
        """Kill something now and then until all is said. Processes are started by the main thread only."""
        every = KILLED_EVERY * min(1.0, CONVERSATIONS / 500)
        while not conversations.done():
            time.sleep(self.chance.expovariate(1 / every))
            victim = self.chance.choice(VICTIMS)
            self.deployment.kill(victim)
            self.killed[victim] += 1
            self.deployment.cluster.revive()
        conversations.result()

    def calm(self) -> None:
        self.deployment.cluster.revive()
        self._until(self.deployment.house.at_rest)

    def hold_conversations(self) -> None:
        phones = self.deployment.house.phones
        for first in range(0, len(phones), AT_ONCE):
            self._hold(phones[first : first + AT_ONCE], Random(f"{SEED} {first}"))
            self.tell()

    def _hold(self, phones: Sequence[str], chance: Random) -> None:
        """Of one wave: all say something at the same instant, and answer what they are told."""
        said = {phone: chance.choice(OPENERS) for phone in phones}
        for _ in range(TURNS):
            heard = len(self.deployment.carrier.messages())
            self._bring([{"from": phone, "body": body} for phone, body in said.items()])
            self._until(lambda: self.deployment.house.waiting() <= STRAGGLERS * len(phones))
            told = latest(self.deployment, heard)
            said = {phone: body for phone in said if (body := next_words(told.get(phone, ""), chance))}
            if not said:
                return

    def _bring(self, texts: list[dict[str, Any]]) -> None:
        """The carrier brings again what was not taken, until it is."""
        until = time.monotonic() + PATIENCE
        while texts:
            assert time.monotonic() < until, f"{len(texts)} texts find nobody"
            deliveries = self.deployment.carrier.text_many(texts)
            self.brought |= {each["sid"] for each in deliveries}
            together = zip(texts, deliveries, strict=True)
            texts = [text | {"sid": each["sid"]} for text, each in together if each["statuses"] != [200]]
            time.sleep(0.5 if texts else 0)

    def _until(self, condition: Callable[[], bool]) -> None:
        """Wait for it; a minute and a half passes every fifteen seconds, so that what has no answer is settled."""
        began = time.monotonic()
        for rounds in count(1):
            if holds(condition):
                return
            assert time.monotonic() < began + PATIENCE, "the conversations stand still"
            time.sleep(0.2)
            if rounds % 75 == 0:
                holds(self._a_while_passes)

    def _a_while_passes(self) -> bool:
        age(self.deployment.house.store, A_WHILE)
        return True

    def tell(self) -> None:
        """How far it is: seen with `pytest -s`."""
        with self.deployment.house.store.unscoped() as session:
            found = session.execute(text(TOLD)).mappings().one()
        killed = ", ".join(f"{name} {times}" for name, times in sorted(self.killed.items()))
        print(f"{datetime.now(UTC):%H:%M:%S}  {dict(found)}  killed: {killed}", flush=True)  # noqa: T201


TOLD = """
    SELECT (SELECT count(*) FROM conversation) AS conversations,
    (SELECT count(*) FROM message WHERE direction = 'in') AS texts_in,
    (SELECT count(*) FROM message WHERE outbox_state = 'sent') AS texts_out,
    (SELECT count(*) FROM message WHERE inbound_state = 'handed') AS to_staff_unread,
    (SELECT count(*) FROM message WHERE phrase = 'one_moment') AS one_moment,
    (SELECT count(*) FROM appointment WHERE state = 'booked') AS visits,
    (SELECT count(*) FROM appointment WHERE state = 'cancelled') AS cancelled,
    (SELECT count(*) FROM hold) AS holds, (SELECT count(*) FROM offer) AS offers
"""


def next_words(told: str, chance: Random) -> str | None:
    """What a patient says to what the clinic said last; None where there is nothing to say."""
    if "1)" in told:
        return chance.choice(("1", "2", "the second one", "no thanks"))
    if "YES" in told:
        return chance.choice(("yes", "yes please", "no", "mornings only"))
    return "yes" if told.endswith("?") else None


def latest(deployment: Deployment, since: int) -> dict[str, str]:
    """What the clinic has said last to each phone, after so many messages."""
    said = deployment.carrier.messages(since=since)
    return {each["phone"]: each["body"] for each in said if each["direction"] == "outbound-api"}


def holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except DBAPIError:  # our own connection was to a server that has been killed
        return False


def still_kept(house: House) -> int:
    with house.store.unscoped() as session:
        return sum(session.scalars(text(STILL_KEPT)))


def every_text_in_was_taken_once(deployment: Deployment, brought: set[str]) -> bool:
    with deployment.house.store.unscoped() as session:
        of_patients = select(Message.provider_sid, Message.inbound_state).where(
            Message.direction == Direction.IN
        )
        taken = session.execute(of_patients).all()
    ended = {InboundState.DONE, InboundState.HANDED}
    return Counter(sid for sid, _ in taken) == Counter(brought) and {state for _, state in taken} <= ended


def sent_twice(deployment: Deployment) -> Counter[tuple[str, str]]:
    """What the carrier was handed oftener than it was written: phone and words."""
    with deployment.house.store.unscoped() as session:
        written = session.execute(
            select(Message.address, Message.body).where(Message.outbox_state == "sent")
        ).all()
    sent = [
        (each["phone"], each["body"])
        for each in deployment.carrier.messages()
        if each["direction"] == "outbound-api"
    ]
    return Counter(sent) - Counter((address, body) for address, body in written)


def broken(house: House) -> list[str]:
    """A line for everything that goes against a promise."""
    with house.store.unscoped() as session:
        found = session.connection().exec_driver_sql(statement(PROMISES), {"now": datetime.now(UTC)})
        return [f"{name}: {detail}" for name, detail in found]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    prepare(print, PROJECT)
    nlu_url = f"http://127.0.0.1:{(port := free_port())}"
    roles = [*ROLES, f"nlu run --port {port}"]
    folder = tmp_path_factory.mktemp("storm")
    with running_deployment(folder, CONVERSATIONS, roles=roles, nlu_url=nlu_url) as running:
        running.house.store.run(running.house.clinic_id, lambda tx: furnish(tx, running.house))
        count_rows(running.house)
        wait_for(lambda: is_ready(nlu_url), "the language model")
        yield running


def count_rows(house: House) -> None:
    """The database forgets with each kill -9 that tables have grown, and would take them for empty: its plans made
    some statements take minutes."""
    with house.store.unscoped() as session:
        session.execute(text("ANALYZE"))


def furnish(tx: Tx, house: House) -> None:
    """Providers with long days, and a visit for every second patient."""
    providers = [tx.session.get_one(Provider, house.provider_id)]
    providers += [factories.provider(tx, f"Dr N{number}") for number in range(1, PROVIDERS)]
    for each in providers:
        for weekday in range(7):
            tx.session.add(
                Availability(provider_id=each.id, weekday=weekday, from_time=hour(8), until_time=hour(20))
            )
    tomorrow = hours_ahead(24)
    kind = tx.session.get_one(AppointmentType, house.type_id)
    for number, who in enumerate(house.patients[::2]):
        day, slot = divmod(number // PROVIDERS, 12)
        start = tomorrow + timedelta(days=day) + slot * HALF_AN_HOUR
        patient = tx.session.get_one(Patient, who)
        factories.visit(tx, patient, providers[number % PROVIDERS], kind, start=start)
