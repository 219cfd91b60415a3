"""Every patient's risk worked out anew: at night, and when somebody asks. Batch by batch, each a transaction."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from clinic import risk, runs
from clinic.nights import next_night
from rules.states import DueKind, RunState
from storage.queries import at_risk
from storage.queries.care import not_looked_at_since
from storage.queries.due import set_due
from storage.tables import Patient, Run
from storage.transaction import Store, Tx

AT_NIGHT = time(4)
BATCH = 1000
BATCHES_AT_ONCE = 5
"""So many fit well within the lease of a piece of due work; the rest are done the next moment."""


def work(store: Store, clinic_id: UUID, subject_id: UUID) -> datetime | None:
    """Work out the scores that are older than last night, or than the run of that id; gives when to go on. It
    may run any number of times."""
    for _ in range(BATCHES_AT_ONCE):
        if not store.run(clinic_id, partial(_a_batch, subject_id=subject_id)):
            return store.run(clinic_id, partial(_end, subject_id=subject_id))
    return store.run(clinic_id, lambda tx: tx.now)


def begin(tx: Tx) -> None:
    """A new clinic's patients are looked at from its first night on."""
    set_due(tx.session, tx.clinic_id, DueKind.RISK, tx.clinic_id, next_night(tx, AT_NIGHT))


def _a_batch(tx: Tx, *, subject_id: UUID) -> bool:
    """False where nobody was left."""
    run = runs.under_way(tx, subject_id)
    if run is None and subject_id != tx.clinic_id:
        return False  # over since
    patients = not_looked_at_since(tx.session, run.asked_at if run else _last_night(tx), BATCH)
    risk.work_out_all(tx, patients, first_alarms=False)
    if run is not None:
        _count(tx, run, patients)
    return bool(patients)


def _last_night(tx: Tx) -> datetime:
    """The hour is for a night in which the clock changes."""
    return next_night(tx, AT_NIGHT) - timedelta(days=1, hours=1)


def _count(tx: Tx, run: Run, patients: Sequence[UUID]) -> None:
    if run.state is RunState.WAITING:
        everybody = tx.session.scalars(select(func.count(Patient.id))).one()
        run.state, run.started_at, run.total = RunState.RUNNING, tx.now, everybody
    run.done += len(patients)


def _end(tx: Tx, *, subject_id: UUID) -> datetime | None:
    if subject_id == tx.clinic_id:
        return next_night(tx, AT_NIGHT)
    run = runs.under_way(tx, subject_id)
    if run is not None:
        run.state, run.ended_at = RunState.DONE, tx.now
        levels = {level.value: tally.all for level, tally in at_risk.tallies(tx.session, None).items()}
        tx.wake("live", tx.clinic_id)
        run.result = {"patients": run.done, **levels}
    return None
