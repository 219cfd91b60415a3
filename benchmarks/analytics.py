"""The Cancellations page's numbers out of a million visits; beside them, the same rows counted in Python."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from benchmarks import Figure, Goal
from benchmarks.measure import milliseconds
from benchmarks.system import prepared
from clinic import cancellation_numbers
from storage.tables import Appointment, Cancellation
from storage.transaction import Tx

TITLE = "Cancellations in numbers"
METHOD = (
    "A clinic with a million visits in a little over four years, 40 providers and 20,000 patients; one visit in "
    "five came to nothing. Everything the page shows of the last 90 days and of the last year: rates by provider, "
    "type, weekday, hour, lead time, notice, reason, patient and week, what was made up for, and patterns with "
    "their tests. Nothing is kept between calls. Beside it the same rows, counted by provider in Python."
)
VISITS, PROVIDERS, PATIENTS, A_DAY = 1_000_000, 40, 20_000, 16
DAYS = {90: None, 365: Goal("<", 1000)}


def run(scale: float = 1.0) -> list[Figure]:
    visits, now = max(int(VISITS * scale), 1000), datetime.now(UTC)
    figures: list[Figure] = []
    with prepared(waiting=max(int(PATIENTS * scale), 20)) as system:
        store, clinic_id = system.services.store, system.house.clinic_id
        store.run(clinic_id, lambda tx: _fill(tx, visits, now))
        for days, goal in DAYS.items():
            start = now - timedelta(days=days)

            def page(start: datetime = start) -> object:
                return store.run(clinic_id, lambda tx: cancellation_numbers.numbers(tx, start, now))

            def counted(start: datetime = start) -> object:
                return store.run(clinic_id, lambda tx: _in_python(tx, start, now))

            figures.append(
                Figure(
                    what=f"the last {days} days of {visits:,} visits",
                    value=milliseconds(page),
                    unit="ms",
                    goal=goal,
                    beside=milliseconds(counted, runs=1),
                    beside_what="rows counted in Python",
                )
            )
    return figures


VISITS_MADE = """
INSERT INTO appointment
    (id, clinic_id, patient_id, provider_id, type_id, starts_at, ends_at, state, booked_at, cancel_tell)
SELECT gen_random_uuid(), :clinic, patients[1 + (CAST(n AS bigint) * 7919) % cardinality(patients)],
    providers[1 + n % :providers], :type, starts_at, starts_at + interval '30 minutes',
    CASE WHEN n / 7 % 10 = 3 THEN 'no_show' WHEN n / 7 % 10 = 7 THEN 'cancelled' ELSE 'completed' END,
    starts_at - (n % 40) * interval '1 day' - interval '1 hour', false
FROM (
    SELECT n, :now - interval '1 hour' - ((n / :providers) / :a_day) * interval '1 day'
        - ((n / :providers) % :a_day) * interval '30 minutes' AS starts_at
    FROM generate_series(0, :visits - 1) n
) one,
(SELECT array_agg(id) AS patients FROM patient WHERE clinic_id = :clinic) who,
(SELECT array_agg(id) AS providers FROM provider WHERE clinic_id = :clinic AND external_id LIKE 'a%') whom
ORDER BY starts_at
"""
CANCELLATIONS_MADE = """
INSERT INTO cancellation
    (id, clinic_id, appointment_id, patient_id, kind, by, at, notice_minutes, late, reason, details, visit,
     fee_cents, recovery)
SELECT gen_random_uuid(), :clinic, id, patient_id,
    CASE WHEN state = 'no_show' THEN 'no_show' WHEN late THEN 'late_cancel' ELSE 'cancelled' END, 'patient',
    at, extract(epoch FROM starts_at - at) / 60, late, CASE WHEN late THEN 'illness' END, '', '{}', 0, 'lost'
FROM (
    SELECT *, state = 'cancelled' AND extract(hour FROM booked_at) > 12 AS late,
        CASE WHEN state = 'no_show' THEN starts_at ELSE starts_at - interval '20 hours' END AS at
    FROM appointment WHERE clinic_id = :clinic AND state IN ('no_show', 'cancelled')
) gone
"""


def _fill(tx: Tx, visits: int, now: datetime) -> None:
    """Visits back to back from an hour ago into the past, sixteen a day for each provider."""
    type_id = tx.session.execute(text("SELECT id FROM appointment_type")).scalar_one()
    clinic = {"clinic": tx.clinic_id}
    tx.session.execute(
        text(
            "INSERT INTO provider (id, clinic_id, external_id, name, insurance_accepted) "
            "SELECT gen_random_uuid(), :clinic, 'a' || n, 'Dr A' || n, '[]' FROM generate_series(1, :providers) n"
        ),
        clinic | {"providers": PROVIDERS},
    )
    shape = {"type": type_id, "providers": PROVIDERS, "a_day": A_DAY, "visits": visits, "now": now}
    tx.session.execute(text(VISITS_MADE), clinic | shape)
    tx.session.execute(text(CANCELLATIONS_MADE), clinic)
    tx.session.execute(text("ANALYZE appointment, cancellation"))


def _in_python(tx: Tx, start: datetime, end: datetime) -> Counter[object]:
    rows = tx.session.execute(
        select(Appointment.provider_id, Cancellation.kind)
        .outerjoin(Cancellation, Cancellation.appointment_id == Appointment.id)
        .where(Appointment.starts_at >= start, Appointment.starts_at < end)
    )
    return Counter((provider, kind) for provider, kind in rows)
