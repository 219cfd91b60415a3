"""A made-up clinic in a database, with as many people on its waitlist as a benchmark wants, written in bulk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from clinic import clinics, openings
from clinic.audit import SYSTEM
from clinic.clinics import NewClinic
from clinic.openings import Freed
from rules.facts import Span
from rules.policy import Policy
from rules.states import ConsentKind, ConsentSource, EntryPriority, FreedBy
from storage.tables import (
    AppointmentType,
    Consent,
    ContactPoint,
    Patient,
    PatientContact,
    Provider,
    Sender,
    WaitlistEntry,
    new_id,
)
from storage.transaction import Store, Tx

LINE = "+17165550100"
ALL_DAY = Policy(allowed_from=time(0), allowed_until=time(23, 59, 59), replies_per_ten_minutes=60)
"""A benchmark runs at any hour."""
HALF_AN_HOUR = timedelta(minutes=30)
MORNINGS = [["08:00:00", "12:00:00"]]


@dataclass(frozen=True, slots=True)
class House:
    """The clinic. Everybody waits for the one type of visit, of half an hour."""

    store: Store
    clinic_id: UUID
    sender_id: UUID
    providers: list[UUID]
    phones: list[str]

    def free_slot(self, number: int) -> UUID:
        """A slot comes free, another one for every number: the hours from two days on, provider by provider."""
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        start = now + timedelta(hours=48 + number // len(self.providers))
        provider = self.providers[number % len(self.providers)]
        freed = Freed(provider, Span(start, start + HALF_AN_HOUR), FreedBy.STAFF_CANCEL)
        return self.store.run(self.clinic_id, lambda tx: _opened(tx, freed))


def _opened(tx: Tx, freed: Freed) -> UUID:
    opening = openings.open_slot(tx, freed, SYSTEM)
    if opening is None:
        raise RuntimeError("the slot was not opened: it is taken, or too soon")
    return opening.id


def build(store: Store, waiting: int) -> House:
    """One clinic, six providers, `waiting` patients with a number who agreed to texts; every third has wishes."""
    new = NewClinic("bench", "Bench Clinic", "+17165550199", "America/New_York", sender=LINE, policy=ALL_DAY)
    clinic_id = clinics.create(store, new).id
    return store.run(clinic_id, lambda tx: _furnished(tx, store, waiting))


def _furnished(tx: Tx, store: Store, waiting: int) -> House:
    sender = tx.session.scalars(select(Sender)).one()
    sender.rate_per_second = 1000  # the carrier's limit is not what is measured
    kind = AppointmentType(external_id="check-up", name="Check-up", minutes=30)
    providers = [Provider(external_id=f"{number}", name=f"Dr {number}") for number in range(6)]
    tx.session.add_all([kind, *providers])
    tx.session.flush()
    patients, points = ([new_id() for _ in range(waiting)] for _ in range(2))
    phones = [f"+1212{2_000_000 + number}" for number in range(waiting)]
    _write(tx, Patient, _patients(tx, patients))
    _write(
        tx, ContactPoint, ({"id": id_, "address": phone} for id_, phone in zip(points, phones, strict=True))
    )
    links = [{"patient_id": who, "contact_point_id": at} for who, at in zip(patients, points, strict=True)]
    agreed = {"kind": ConsentKind.CARE_TEXT, "granted": True, "source": ConsentSource.INTAKE, "at": tx.now}
    _write(tx, PatientContact, links)
    _write(tx, Consent, (link | agreed for link in links))
    _write(tx, WaitlistEntry, _entries(tx, patients, kind.id, [each.id for each in providers]))
    return House(store, tx.clinic_id, sender.id, [each.id for each in providers], phones)


def _patients(tx: Tx, ids: list[UUID]) -> Iterator[dict[str, Any]]:
    for number, id_ in enumerate(ids):
        name = {"first_name": f"P{number}", "last_name": "Test"}
        yield {"id": id_, "external_id": f"p{number}", **name, "created_at": tx.now}


def _entries(tx: Tx, patients: list[UUID], kind: UUID, providers: list[UUID]) -> Iterator[dict[str, Any]]:
    for number, who in enumerate(patients):
        picky = number % 3 == 0
        yield {
            "id": new_id(),
            "patient_id": who,
            "type_id": kind,
            "added_at": tx.now - timedelta(hours=1 + number % 2000),
            "expires_at": tx.now + timedelta(days=90),
            "priority": EntryPriority.URGENT if number % 20 == 7 else EntryPriority.STANDARD,
            "weekdays": [0, 1, 2] if picky else [],
            "times": MORNINGS if number % 6 == 0 else [],
            "preferred_provider_id": providers[number % len(providers)] if picky else None,
        }


def _write(tx: Tx, table: type[Any], rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
    """Many rows at once; all of them name the same columns."""
    if values := [row | {"clinic_id": tx.clinic_id} for row in rows]:
        tx.session.execute(insert(table), values)
