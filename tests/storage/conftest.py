"""Two clinics in a database of their own, and a store over both that wakes nobody."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from storage.tables import Clinic
from storage.transaction import Links, Store, make_engine
from tests import factories

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)


@dataclass
class Woken:
    """A waker that only remembers."""

    asked: list[tuple[str, UUID]] = field(default_factory=list)

    def __call__(self, kind: str, subject_id: UUID) -> None:
        self.asked.append((kind, subject_id))


@dataclass(frozen=True)
class Town:
    store: Store
    woken: Woken
    lakeside: Clinic
    hilltop: Clinic


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    engine = make_engine(database_url)
    woken = Woken()
    store = Store(engine, clock=lambda: NOW, waker=woken, links=Links("http://localhost", "key"))
    with store.unscoped() as session:
        lakeside = factories.clinic(session, NOW)
        hilltop = factories.clinic(session, NOW, name="Hilltop")
    yield Town(store, woken, lakeside, hilltop)
    engine.dispose()
