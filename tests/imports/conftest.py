"""A clinic of its own for each test, in one database for each file: clinics do not see each other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Engine

from clinic import clinics, imports
from clinic.clinics import NewClinic
from clinic.imports import Kind, Result, RowsRefused
from storage.transaction import Links, Store, Tx

T = TypeVar("T")

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # a Friday, 10:00 in New York

PROVIDERS = "external_id,name,room\nlee,Dr Lee,Room 1\nkim,Dr Kim,\n"
TYPES = "external_id,name,minutes\ncheck,Check-up,30\nlong,Physical,60\n"
PATIENTS = """external_id,first_name,last_name,phone,sms_consent
p1,Maria,Lopez,(716) 555-0101,yes
p2,Sam,Reed,716 555 0102,yes
p3,Ann,Reed,716 555 0102,no
"""

numbers = count(5_550_200)


@dataclass
class Desk:
    """A clinic, and what a person who imports into it does."""

    store: Store
    clinic_id: UUID
    number: str
    """The clinic's own."""

    def load(self, kind: str, text: str | bytes, **options: Any) -> Result:
        data = text if isinstance(text, bytes) else text.encode()
        return self.run(lambda tx: imports.load(tx, Kind(kind), data, **options))

    def refused(self, kind: str, text: str) -> list[str]:
        """What is said of the rows at fault."""
        with pytest.raises(RowsRefused) as refusal:
            self.load(kind, text)
        return [str(problem) for problem in refusal.value.problems]

    def run(self, work: Callable[[Tx], T]) -> T:
        return self.store.run(self.clinic_id, work)

    def set_up(self) -> "Desk":
        """Two providers, two types, three patients of whom two share a number."""
        self.load("providers", PROVIDERS)
        self.load("types", TYPES)
        self.load("patients", PATIENTS)
        return self


@pytest.fixture(scope="module")
def store(engine: Engine) -> Store:
    links = Links("http://localhost", "k")
    return Store(engine, clock=lambda: NOW, waker=lambda _kind, _id: None, links=links)


@pytest.fixture
def empty(store: Store) -> Desk:
    """A clinic in New York with nothing in it."""
    number = f"+1716{next(numbers)}"
    clinic = clinics.create(store, NewClinic(f"clinic-{number[1:]}", "Lakeside", number, "America/New_York"))
    return Desk(store, clinic.id, number)


@pytest.fixture
def desk(empty: Desk) -> Desk:
    return empty.set_up()
