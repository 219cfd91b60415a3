"""A clinic of its own for each test, and a clock that stands until the test moves it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Engine

from storage.transaction import Links, Store, Tx
from tests import factories

T = TypeVar("T")

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)  # a Monday, 10:00 in New York


@dataclass
class House:
    """A clinic and its store. Each `run` is a transaction of its own; `woken` is what they asked to be woken."""

    engine: Engine
    clinic_id: UUID
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.woken: list[tuple[str, UUID]] = []
        self.store = Store(
            self.engine,
            clock=lambda: self.now,
            waker=lambda kind, subject: self.woken.append((kind, subject)),
            links=Links("http://localhost", "key"),
        )

    def run(self, work: Callable[[Tx], T]) -> T:
        return self.store.run(self.clinic_id, work)

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def house(engine: Engine) -> House:
    """Lakeside Clinic in New York, with nobody in it."""
    store = Store(engine, clock=lambda: NOW, waker=lambda _kind, _id: None, links=Links("", ""))
    with store.unscoped() as session:
        made = factories.clinic(session, NOW)
    return House(engine, made.id)
