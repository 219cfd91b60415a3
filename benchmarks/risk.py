"""A night of the At-risk page: 50,000 patients' risk is worked out anew; beside it, one after the other."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter
from uuid import UUID

from sqlalchemy import select

from benchmarks import Figure, Goal
from benchmarks.database import empty_store
from benchmarks.measure import resident
from benchmarks.patients import furnished
from clinic import risk, risk_runs
from storage.tables import Patient
from storage.transaction import Store

TITLE = "Patients at risk"
METHOD = (
    "A clinic's patients with ten visits each over three years, kept and missed, one in five with a treatment "
    "plan and one in three with texts left unanswered, in a real PostgreSQL. Their risk was worked out the night "
    "before and is now worked out anew, as a worker does it, batch by batch, each a transaction: read, scored by "
    "all seven factors, compared, written. Beside it the same, a patient a transaction. Memory is what the "
    "process grew by at its largest, looked at after every batch, beside a tenth of the patients."
)

NIGHT = datetime(2026, 11, 30, 9, tzinfo=UTC)
PATIENTS = 50_000
ONE_BY_ONE = 300

PEOPLE = """
INSERT INTO patient (id, clinic_id, external_id, first_name, last_name, language, tags, new_patient, no_text,
                     payment_status, created_at)
SELECT gen_random_uuid(), :clinic, 'b' || n, 'P' || n, 'Test', 'en', '[]', false, false,
    CASE WHEN n % 10 = 1 THEN 'late' ELSE 'ok' END, :now
FROM generate_series(1, :patients) AS n
"""
VISITS = """
INSERT INTO appointment (id, clinic_id, patient_id, provider_id, type_id, starts_at, ends_at, state, booked_at,
                         cancel_tell)
SELECT gen_random_uuid(), :clinic, id, :provider, :type, at, at + interval '1 second',
    CASE WHEN (n + turn) % 6 = 0 THEN 'no_show' ELSE 'completed' END, at - interval '10 days', false
FROM (
    SELECT id, n, turn, :now - (turn * 100 + n % 90) * interval '1 day' - n * interval '1 second' AS at
    FROM (SELECT id, CAST(substr(external_id, 2) AS int) AS n FROM patient) AS who, generate_series(0, 9) AS turn
) AS past
"""
PLANS = """
INSERT INTO treatment_plan (id, clinic_id, external_id, patient_id, type_id, stage, visits_planned, interval_days,
                            started_on, milestones)
SELECT gen_random_uuid(), :clinic, external_id, id, :type, 'active', 12, 30, CAST(:now AS date) - 300, '[]'
FROM patient WHERE CAST(substr(external_id, 2) AS int) % 5 = 0
"""
TEXTS = """
WITH who AS (
    SELECT id, '+1' || (2120000000 + CAST(substr(external_id, 2) AS bigint)) AS address
    FROM patient WHERE CAST(substr(external_id, 2) AS int) % 3 = 0
), point AS (
    INSERT INTO contact_point (id, clinic_id, address) SELECT gen_random_uuid(), :clinic, address FROM who
    RETURNING id, address
), link AS (
    INSERT INTO patient_contact (id, clinic_id, patient_id, contact_point_id, position)
    SELECT gen_random_uuid(), :clinic, who.id, point.id, 0 FROM who JOIN point USING (address)
), line AS (
    INSERT INTO conversation (id, clinic_id, sender_id, address, created_at, holder, misses)
    SELECT gen_random_uuid(), :clinic, :sender, address, :now, 'bot', 0 FROM who RETURNING id, address
)
INSERT INTO message (id, clinic_id, conversation_id, sender_id, address, direction, body, created_at, klass,
                     outbox_state, delivery_state, patient_id, media_count, attempts, segments, not_found)
SELECT gen_random_uuid(), :clinic, line.id, :sender, address, 'out', 'Hello', :now - turn * interval '5 days',
    'reminder', 'sent', 'delivered', who.id, 0, 1, 1, 0
FROM line JOIN who USING (address), generate_series(1, 4) AS turn
"""


@dataclass(frozen=True, slots=True)
class Took:
    """Patients a second: a night, and one by one; and bytes the process grew by in the night."""

    night: float
    one_by_one: float
    grown: int


def run(scale: float = 1.0) -> list[Figure]:
    patients = max(round(PATIENTS * scale), 100)
    some = max(round(ONE_BY_ONE * scale), 20)
    few, many = _measured(patients // 10, some), _measured(patients, some)
    return [
        Figure(
            what=f"{patients:,} patients worked out anew",
            value=many.night,
            unit="/s",
            goal=Goal("≥", 1000),
            beside=many.one_by_one,
            beside_what="one by one",
        ),
        Figure(
            what="memory grown by at most",
            value=many.grown / 1e6,
            unit="MB",
            beside=few.grown / 1e6,
            beside_what=f"for {patients // 10:,}",
        ),
    ]


def _measured(patients: int, some: int) -> Took:
    clock = _Clock(NIGHT - timedelta(days=1))
    with empty_store("bench_risk", clock) as store:
        day_before = NIGHT - timedelta(days=2)
        clinic_id = furnished(store, (PEOPLE, VISITS, PLANS, TEXTS), patients=patients, now=day_before)
        _a_night(store, clinic_id)
        clock.now = NIGHT
        before, began = resident(), perf_counter()
        most = _a_night(store, clinic_id)
        night = patients / (perf_counter() - began)
        one_by_one = _one_by_one(store, clinic_id, some)
    return Took(night, one_by_one, most - before)


@dataclass(slots=True)
class _Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


def _a_night(store: Store, clinic_id: UUID) -> int:
    """Until nobody is left; gives the most memory after any batch."""
    most = resident()
    while risk_runs.work(store, clinic_id, clinic_id) == store.clock():
        most = max(most, resident())
    return most


def _one_by_one(store: Store, clinic_id: UUID, most: int) -> float:
    some = store.run(clinic_id, lambda tx: tx.session.scalars(select(Patient.id).limit(most)).all())
    began = perf_counter()
    for patient_id in some:
        store.run(clinic_id, partial(risk.work_out, patient_id=patient_id))
    return len(some) / (perf_counter() - began)
