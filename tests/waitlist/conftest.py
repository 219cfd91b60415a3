"""A clinic of its own for each test, in one database for each file, with a clock the test moves."""

from collections.abc import Iterator

import pytest

from storage.transaction import Links, Store, make_engine
from tests import factories
from tests.waitlist.desk import NOW, Clock, Desk


@pytest.fixture
def desk(store_and_clock: tuple[Store, Clock]) -> Desk:
    store, clock = store_and_clock
    clock.now = NOW
    with store.unscoped() as session:
        return Desk(store, clock, factories.clinic(session, NOW).id)


@pytest.fixture(scope="module")
def store_and_clock(module_database_url: str) -> Iterator[tuple[Store, Clock]]:
    engine, clock = make_engine(module_database_url), Clock(NOW)
    links = Links("http://localhost", "key")
    yield Store(engine, clock=clock, waker=lambda _kind, _id: None, links=links), clock
    engine.dispose()
