"""The best ten free times of thirty days and twenty providers, beside one query for every slot."""

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from benchmarks import Figure, Goal
from benchmarks.database import empty_store
from clinic import slots
from clinic.slots import Search
from rules.policy import Policy as PolicyRules
from rules.states import ACTIVE_APPOINTMENT
from storage.tables import (
    Appointment,
    AppointmentType,
    Availability,
    Clinic,
    Patient,
    Policy,
    Provider,
    new_id,
)
from storage.transaction import Store, Tx

TITLE = "Finding free times"
METHOD = (
    "The best ten free times for a patient, from the call to the list, with nothing kept between calls; providers "
    "are booked for two thirds of every working day. Beside it a query for every quarter of an hour, tried with "
    "one of the providers and taken times as many."
)

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
PROVIDERS, DAYS = 20, 30
GOAL = Goal("<", 50)
ROUNDS = 30
AT_ONCE = 100


def run(scale: float = 1.0) -> list[Figure]:
    """Milliseconds in the middle and at the 95th percentile, from call to list, nothing kept between calls."""
    providers = max(round(PROVIDERS * scale), 1)
    with empty_store("bench_slots", lambda: NOW) as store:
        clinic_id, search = _furnish(store, providers)
        ours = _timed(lambda: store.run(clinic_id, lambda tx: slots.find(tx, search, limit=10)))
        failed = _at_once(lambda: store.run(clinic_id, lambda tx: slots.find(tx, search, limit=10)))
        plain = _timed(lambda: store.run(clinic_id, lambda tx: _query_per_slot(tx, search.type_id)), rounds=1)
    beside = plain[0] * providers  # that way was tried with one of the providers, since it is slow
    at_once = Figure(what=f"{AT_ONCE} searches at once, failed", value=failed, unit="", goal=Goal("<", 1))
    measured = {"p50": statistics.median(ours), "p95": sorted(ours)[round(len(ours) * 0.95) - 1]}
    found = [
        Figure(
            what=f"best 10 times, {DAYS} days x {providers} providers, {name}",
            value=value,
            unit="ms",
            goal=GOAL,
            beside=beside,
            beside_what="a query for every slot",
        )
        for name, value in measured.items()
    ]
    return [*found, at_once]


def _timed(work: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    if rounds > 1:
        work()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return took


def _at_once(work: Callable[[], object]) -> int:
    """How many of a hundred searches at the same time fail."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(done.exception() is not None for done in [pool.submit(work) for _ in range(AT_ONCE)])


def _query_per_slot(tx: Tx, kind_id: UUID) -> list[datetime]:
    """The straightforward way, for one provider: each quarter of an hour is one question to the database."""
    kind = tx.session.get_one(AppointmentType, kind_id)
    found = []
    for provider_id in tx.session.scalars(select(Provider.id).limit(1)).all():
        for start in _quarters(tx, provider_id):
            end = start + timedelta(minutes=kind.minutes)
            clash = select(func.count(Appointment.id)).where(
                Appointment.provider_id == provider_id,
                Appointment.state.in_(ACTIVE_APPOINTMENT),
                Appointment.starts_at < end,
                Appointment.ends_at > start,
            )
            if not tx.session.scalar(clash):
                found.append(start)
    return sorted(found)[:10]


def _quarters(tx: Tx, provider_id: UUID) -> Iterator[datetime]:
    for ahead in range(DAYS):
        day = (tx.now + timedelta(days=ahead)).astimezone(NEW_YORK).date()
        hours = select(Availability).where(
            Availability.provider_id == provider_id, Availability.weekday == day.weekday()
        )
        for each in tx.session.scalars(hours):
            start = datetime.combine(day, each.from_time, NEW_YORK)
            while start < datetime.combine(day, each.until_time, NEW_YORK):
                yield start.astimezone(UTC)
                start += timedelta(minutes=15)


def _furnish(store: Store, providers: int) -> tuple[UUID, Search]:
    clinic_id, kind_id, patient_id = new_id(), new_id(), new_id()
    with store.unscoped() as session:
        session.add(
            Clinic(
                id=clinic_id,
                slug="bench",
                name="Bench",
                short_name="Bench",
                phone="+12125550199",
                timezone="America/New_York",
                created_at=NOW,
            )
        )
        session.flush()
        data = PolicyRules().model_dump(mode="json")
        session.add(Policy(clinic_id=clinic_id, version=1, data=data, made_at=NOW))
    store.run(clinic_id, lambda tx: _people(tx, providers, kind_id, patient_id))
    return clinic_id, Search(patient_id, kind_id)


def _people(tx: Tx, providers: int, kind_id: UUID, patient_id: UUID) -> None:
    tx.session.add(AppointmentType(id=kind_id, external_id="check-up", name="Check-up", minutes=30))
    tx.session.add(
        Patient(id=patient_id, external_id="maria", first_name="Maria", last_name="Lopez", created_at=NOW)
    )
    tx.session.flush()
    for number in range(providers):
        provider = Provider(external_id=f"{number}", name=f"Dr {number}")
        tx.session.add(provider)
        tx.session.flush()
        tx.session.add_all(
            Availability(provider_id=provider.id, weekday=weekday, from_time=wall(8), until_time=wall(17))
            for weekday in range(5)
        )
        tx.session.execute(insert(Appointment), list(_visits(tx, provider.id, number, kind_id)))


def _visits(tx: Tx, provider_id: UUID, number: int, kind_id: UUID) -> Iterator[dict[str, object]]:
    """Two thirds of each working day are booked, in visits of half an hour."""
    other = new_id()
    tx.session.add(Patient(id=other, external_id=f"p{number}", first_name="P", last_name="Q", created_at=NOW))
    tx.session.flush()
    for ahead in range(DAYS):
        day = (NOW + timedelta(days=ahead)).astimezone(NEW_YORK).date()
        taken = [half for half in range(18) if (half + ahead + number) % 3] if day.weekday() < 5 else []
        for half_hour in taken:
            start = datetime.combine(day, wall(8), NEW_YORK) + timedelta(minutes=30 * half_hour)
            yield {
                "id": new_id(), "clinic_id": tx.clinic_id, "patient_id": other, "provider_id": provider_id,
                "type_id": kind_id, "starts_at": start, "ends_at": start + timedelta(minutes=30),
                "state": "booked", "booked_at": NOW,
            }  # fmt: skip
