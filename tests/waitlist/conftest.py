"""A clinic of its own for each test, in one database for each file, with a clock the test moves."""

import pytest
from sqlalchemy import Engine

from storage.tables import AppointmentType, Provider
from storage.transaction import Links, Store
from tests import factories
from tests.waitlist.desk import NOW, Clock, Desk


@pytest.fixture
def desk(store_and_clock: tuple[Store, Clock]) -> Desk:
    store, clock = store_and_clock
    clock.now = NOW
    with store.unscoped() as session:
        return Desk(store, clock, factories.clinic(session, NOW).id)


@pytest.fixture
def kind(desk: Desk) -> AppointmentType:
    return desk.kind()


@pytest.fixture
def lee(desk: Desk) -> Provider:
    return desk.provider()


@pytest.fixture(scope="module")
def store_and_clock(engine: Engine) -> tuple[Store, Clock]:
    clock = Clock(NOW)
    links = Links("http://localhost", "key")
    return Store(engine, clock=clock, waker=lambda _kind, _id: None, links=links), clock
