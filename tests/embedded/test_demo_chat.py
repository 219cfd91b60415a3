"""The demo's chat stands on the demo's site, whatever its port, unless somebody turned it off."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bot.demo.clinic import let_chat
from clinic import policies
from clinic.audit import SYSTEM
from storage.transaction import Links, Store, Tx, make_engine
from tests import factories

SITES = ("http://127.0.0.1:8001", "http://localhost:8001")
OTHER_PORT = ("http://127.0.0.1:9001", "http://localhost:9001")


def test_the_first_time_it_is_turned_on_for_the_site(store: Store, clinic_id: UUID) -> None:
    assert started(store, clinic_id, SITES) == (True, SITES)


def test_another_port_is_added(store: Store, clinic_id: UUID) -> None:
    started(store, clinic_id, SITES)
    assert started(store, clinic_id, OTHER_PORT) == (True, (*OTHER_PORT, *SITES))


def test_who_turned_it_off_finds_it_off(store: Store, clinic_id: UUID) -> None:
    started(store, clinic_id, SITES)

    def turn_off(tx: Tx) -> None:
        policies.change(tx, policies.current(tx).model_copy(update={"chat": False}), SYSTEM)

    store.run(clinic_id, turn_off)
    assert started(store, clinic_id, OTHER_PORT)[0] is False


def started(store: Store, clinic_id: UUID, sites: tuple[str, ...]) -> tuple[bool, tuple[str, ...]]:
    """Whether the chat is on, and where it may stand, after a start of the demo."""
    store.run(clinic_id, lambda tx: let_chat(tx, sites))
    policy = store.run(clinic_id, policies.current)
    return policy.chat, policy.chat_origins


@pytest.fixture
def store(module_database_url: str) -> Iterator[Store]:
    engine = make_engine(module_database_url)
    links = Links("http://127.0.0.1", "")
    yield Store(engine, clock=lambda: datetime.now(UTC), waker=lambda _kind, _id: None, links=links)
    engine.dispose()


@pytest.fixture
def clinic_id(store: Store) -> UUID:
    with store.unscoped() as session:
        return factories.clinic(session, store.clock()).id
