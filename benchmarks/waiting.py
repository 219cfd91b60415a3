"""Made-up people who wait, the same every time: as plain values for the rules, and as rows of a database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from rules.facts import EntryFacts, OpeningFacts, Span, TimeWindow, TypeFacts
from rules.policy import Policy as PolicyRules
from rules.states import ConsentKind, ConsentSource, EntryPriority, Referral
from storage.tables import (
    Appointment,
    AppointmentType,
    Clinic,
    Consent,
    ContactPoint,
    Patient,
    PatientContact,
    Policy,
    Provider,
    Sender,
    WaitlistEntry,
)
from storage.transaction import Store

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
PROVIDERS = [UUID(int=number) for number in range(1, 7)]
KINDS = [TypeFacts(UUID(int=10 + number), minutes) for number, minutes in enumerate((20, 30, 45))]
_START = datetime(2026, 11, 27, 20, tzinfo=UTC)
_LATER = datetime(2026, 12, 10, tzinfo=UTC)
_PRIORITIES = [EntryPriority.STANDARD] * 14 + [EntryPriority.HIGH] * 3 + [EntryPriority.FLEXIBLE] * 2
_PRIORITIES += [EntryPriority.URGENT]
_PARTS = [TimeWindow(time(0), time(12)), TimeWindow(time(12), time(17)), TimeWindow(time(17), time.max)]


def opening(number: int = 0, minutes: int = 45) -> OpeningFacts:
    """A slot on the Friday afternoon of that week; the next numbers are the following hours and providers."""
    start = _START + timedelta(days=number // 48, minutes=30 * (number // 6 % 8))
    return OpeningFacts(
        id=UUID(int=1000 + number),
        provider_id=PROVIDERS[number % 6],
        start=start,
        end=start + timedelta(minutes=minutes),
        give_up_at=start - timedelta(hours=2),
        zone="America/New_York",
    )


def entries(count: int, seed: int = 1) -> list[EntryFacts]:
    """Two in five with wishes, one in twenty urgent; most may be offered any slot."""
    chance = Random(seed)  # noqa: S311  made-up people, no secrets
    return [_entry(chance, number) for number in range(count)]


def _entry(chance: Random, number: int) -> EntryFacts:
    wishes = chance.random() < 0.4
    another = NOW + timedelta(days=chance.randrange(1, 60), hours=chance.randrange(4))
    return EntryFacts(
        id=UUID(int=(7 << 76) + chance.getrandbits(70)),
        patient_id=UUID(int=(8 << 76) + number),
        type=chance.choice(KINDS),
        added_at=NOW - timedelta(minutes=chance.randrange(90 * 24 * 60)),
        priority=chance.choice(_PRIORITIES),
        referral=chance.choice([None, None, None, Referral.STANDARD, Referral.URGENT]),
        latest=date(2026, 12, 1) + timedelta(days=chance.randrange(40)) if wishes else None,
        weekdays=frozenset(chance.sample(range(5), 3)) if wishes else frozenset(),
        times=(chance.choice(_PARTS),) if wishes else (),
        excluded_times=(_PARTS[2],) if chance.random() < 0.1 else (),
        preferred_provider_id=chance.choice(PROVIDERS) if wishes else None,
        alternate_provider_ids=frozenset(chance.sample(PROVIDERS, 2)) if wishes else frozenset(),
        declines=chance.choice([0, 0, 0, 1, 2]),
        busy=(Span(another, another + timedelta(minutes=30)),) if chance.random() < 0.5 else (),
        offered_at=(NOW - timedelta(days=3),) if chance.random() < 0.1 else (),
    )


@dataclass(frozen=True)
class House:
    """A clinic in a database with `count` people on its waitlist."""

    store: Store
    clinic_id: UUID


def fill(store: Store, count: int) -> House:
    """Write the clinic and everybody who waits. Each has a number, and agreed to texts on it."""
    clinic_id = UUID(int=999)
    with store.unscoped() as session:
        for table, rows in _rows(clinic_id, entries(count)).items():
            if rows:
                session.execute(insert(table), rows)
    return House(store, clinic_id)


def _rows(clinic_id: UUID, waiting: list[EntryFacts]) -> dict[Any, list[dict[str, Any]]]:
    own = {"clinic_id": clinic_id}
    patients = [each.patient_id for each in waiting]
    points = [UUID(int=(9 << 76) + number) for number in range(len(waiting))]
    data = PolicyRules().model_dump(mode="json")
    consent = {"kind": ConsentKind.CARE_TEXT, "granted": True, "source": ConsentSource.INTAKE, "at": NOW}
    return {
        Clinic: [
            {
                "id": clinic_id,
                "slug": "bench",
                "name": "Bench",
                "short_name": "Bench",
                "phone": "+12125550100",
                "timezone": "America/New_York",
                "created_at": NOW,
            }
        ],
        Policy: [own | {"version": 1, "data": data, "made_at": NOW}],
        Sender: [own | {"address": "+12125550100"}],
        Provider: [own | {"id": each, "external_id": str(each), "name": "Dr Lee"} for each in PROVIDERS],
        AppointmentType: [
            own | {"id": each.id, "external_id": str(each.id), "name": "Visit", "minutes": each.minutes}
            for each in KINDS
        ],
        Patient: [
            own
            | {"id": each, "external_id": str(each), "first_name": "A", "last_name": "B", "created_at": NOW}
            for each in patients
        ],
        ContactPoint: [
            own | {"id": each, "address": f"+1212{number:07}"} for number, each in enumerate(points)
        ],
        PatientContact: [
            own | {"patient_id": who, "contact_point_id": where}
            for who, where in zip(patients, points, strict=True)
        ],
        Consent: [
            own | consent | {"patient_id": who, "contact_point_id": where}
            for who, where in zip(patients, points, strict=True)
        ],
        Appointment: [own | row for row in _visit_rows(waiting)],
        WaitlistEntry: [
            own | _entry_row(each) | {"replaces_id": None if number % 4 else _visit_id(each)}
            for number, each in enumerate(waiting)
        ],
    }


def _visit_rows(waiting: list[EntryFacts]) -> list[dict[str, Any]]:
    """A later visit of every second of them, one after the other at each provider."""
    rows = []
    for number, entry in enumerate(waiting[::2]):
        start = _LATER + timedelta(minutes=30 * (number // len(PROVIDERS)))
        rows.append(
            {
                "id": _visit_id(entry),
                "patient_id": entry.patient_id,
                "provider_id": PROVIDERS[number % len(PROVIDERS)],
                "type_id": entry.type.id,
                "starts_at": start,
                "ends_at": start + timedelta(minutes=30),
                "booked_at": NOW,
            }
        )
    return rows


def _visit_id(entry: EntryFacts) -> UUID:
    return UUID(int=entry.patient_id.int + (1 << 77))


def _entry_row(entry: EntryFacts) -> dict[str, Any]:
    return {
        "id": entry.id,
        "patient_id": entry.patient_id,
        "type_id": entry.type.id,
        "added_at": entry.added_at,
        "expires_at": entry.added_at + timedelta(days=180),
        "priority": entry.priority,
        "referral": entry.referral,
        "latest": entry.latest,
        "weekdays": sorted(entry.weekdays),
        "times": [[str(window.start), str(window.end)] for window in entry.times],
        "excluded_times": [[str(window.start), str(window.end)] for window in entry.excluded_times],
        "preferred_provider_id": entry.preferred_provider_id,
        "alternate_provider_ids": [str(each) for each in entry.alternate_provider_ids],
        "offers_declined": entry.declines,
    }
