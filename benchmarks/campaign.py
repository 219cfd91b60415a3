"""A campaign of 100,000: its recipients are gathered, and a text for each is written into the outbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from uuid import UUID

from sqlalchemy import text

from benchmarks import Figure, Goal
from benchmarks.database import empty_store
from benchmarks.measure import resident
from benchmarks.patients import furnished
from clinic import campaign_plans, campaign_sending, campaign_writing, campaigns, conversations
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, StepPlan
from rules.campaigns import Window
from storage.queries import campaigns as queries
from storage.transaction import Tx

TITLE = "Campaign"
METHOD = (
    "Patients who agreed to news and have not been here for 200 days, in a real PostgreSQL. Gathered is who fits, "
    "is not left out, and became a recipient with a wording; queued is a text of their own in the outbox, merged "
    "and counted in segments. Both are done as a worker does them, batch by batch, each a transaction. Memory is "
    "what the process grew by at its largest, looked at after every batch, beside a tenth of the patients."
)

NOW = datetime(2026, 11, 30, 17, tzinfo=UTC)
"""A Monday, noon in New York."""

PATIENTS = 100_000
PLAN = Plan(
    "Come back",
    [
        StepPlan(
            [
                {"en": "Hi {first_name}, time to see {provider} again? Reply YES for times."},
                {"en": "Hi {first_name}, would you like to come in? Reply YES for times."},
            ]
        )
    ],
    window=Window(),
)

PEOPLE = """
WITH made AS (
    INSERT INTO patient (id, clinic_id, external_id, first_name, last_name, language, tags, new_patient, no_text,
                         zone, state, created_at)
    SELECT gen_random_uuid(), :clinic, 'b' || n, 'P' || n, 'Test', 'en', '[]', false, false, :zone, 'NY', :now
    FROM generate_series(1, :patients) AS n RETURNING id, external_id
), point AS (
    INSERT INTO contact_point (id, clinic_id, address)
    SELECT gen_random_uuid(), :clinic, '+1' || (2120000000 + n) FROM generate_series(1, :patients) AS n
    RETURNING id, address
), pairs AS (
    SELECT made.id AS patient_id, point.id AS point_id
    FROM made JOIN point ON point.address = '+1' || (2120000000 + substr(made.external_id, 2)::bigint)
), link AS (
    INSERT INTO patient_contact (id, clinic_id, patient_id, contact_point_id, position)
    SELECT gen_random_uuid(), :clinic, patient_id, point_id, 0 FROM pairs
), agreed AS (
    INSERT INTO consent (id, clinic_id, patient_id, contact_point_id, kind, granted, source, wording, at)
    SELECT gen_random_uuid(), :clinic, patient_id, point_id, 'marketing_text', true, 'intake', '', :now FROM pairs
)
INSERT INTO appointment (id, clinic_id, patient_id, provider_id, type_id, starts_at, ends_at, state, booked_at,
                         cancel_tell)
SELECT gen_random_uuid(), :clinic, patient_id, :provider, :type, at, at + interval '30 minutes', 'completed', at,
       false
FROM (
    SELECT patient_id, :now - interval '200 days' - row_number() OVER () * interval '30 minutes' AS at FROM pairs
) AS past
"""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds, and bytes the process grew by."""

    gathering: float
    queueing: float
    grown: int


def run(scale: float = 1.0) -> list[Figure]:
    """Recipients and texts a second, and what the process grew by."""
    patients = max(round(PATIENTS * scale), 100)
    few, many = _campaign(patients // 10), _campaign(patients)
    return [
        Figure(what=f"{patients:,} recipients gathered", value=patients / many.gathering, unit="/s"),
        Figure(what=f"{patients:,} texts queued", value=patients / many.queueing, unit="/s"),
        Figure(
            what="gathered and queued, one after the other",
            value=patients / (many.gathering + many.queueing),
            unit="/s",
            goal=Goal("≥", 3000),
        ),
        Figure(
            what="memory grown by at most",
            value=many.grown / 1e6,
            unit="MB",
            beside=few.grown / 1e6,
            beside_what=f"for {patients // 10:,}",
        ),
    ]


def _campaign(patients: int) -> Took:
    with empty_store("bench_campaign", lambda: NOW) as store:
        clinic_id = furnished(store, (PEOPLE,), patients=patients, now=NOW, zone="America/New_York")
        campaign_id = store.run(clinic_id, lambda tx: _launched(tx, patients))
        before = resident()
        gathering, after_gathering = _all(lambda: store.run(clinic_id, lambda tx: _gather(tx, campaign_id)))
        queueing, after_queueing = _all(lambda: store.run(clinic_id, lambda tx: _write(tx, campaign_id)))
        written = store.run(clinic_id, lambda tx: tx.session.execute(text(COUNT)).scalar_one())
    if written != patients:
        raise RuntimeError(f"{written} of {patients} texts were written")
    return Took(gathering, queueing, max(after_gathering, after_queueing) - before)


COUNT = "SELECT count(*) FROM message WHERE about_recipient_id IS NOT NULL"


def _launched(tx: Tx, patients: int) -> UUID:
    made = campaign_plans.create(tx, PLAN, SYSTEM)
    campaigns.launch(tx, made.id, SYSTEM, confirmed=patients)
    return made.id


def _gather(tx: Tx, campaign_id: UUID) -> bool:
    campaign = campaign_plans.lock(tx, campaign_id)
    return campaign.prepared_at is None and campaign_sending.gather(tx, campaign) > 0


def _write(tx: Tx, campaign_id: UUID) -> bool:
    sender = conversations.texting(tx)
    if sender is None:
        raise RuntimeError("the clinic has no number to text from")
    campaign, (step,) = campaign_plans.lock(tx, campaign_id), queries.steps(tx.session, campaign_id)
    return campaign_writing.write(tx, campaign, step, sender, campaign_sending.WRITTEN_AT_ONCE) > 0


def _all(batch: Callable[[], bool]) -> tuple[float, int]:
    """Batch by batch until nothing is left: seconds, and the most memory after any of them."""
    began, most = perf_counter(), resident()
    while batch():
        most = max(most, resident())
    return perf_counter() - began, most
