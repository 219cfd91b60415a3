"""The scores kept with waitlist entries are written anew: every four hours, and when somebody asks.

They are worked out for everybody at once and written in batches, each a transaction of its own, so that nobody who
texts meanwhile waits for more than one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import numpy as np
from sqlalchemy import ARRAY, Float, Uuid, column, func, literal, select, update

from clinic import policies, runs
from rules.states import WAITING_ENTRY, DueKind, OpeningState, RunState
from rules.stored_scores import stored_scores
from storage.queries import matching as loading
from storage.queries.due import set_due
from storage.tables import Opening, WaitlistEntry
from storage.transaction import Store, Tx

EVERY = timedelta(hours=4)
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Scored:
    """An entry's scores. `matched` is None where there is no opening it would be asked about."""

    entry_id: UUID
    priority: float
    matched: float | None


def rescore(store: Store, clinic_id: UUID, subject_id: UUID) -> datetime | None:
    """Write the stored scores of a clinic anew; `subject_id` is the clinic's, or that of the run that asked for
    it. Gives when to do so again. It may run any number of times."""
    found = store.run(clinic_id, lambda tx: _worked_out(tx, subject_id))
    for first in range(0, len(found), BATCH):
        store.run(clinic_id, partial(_write, subject_id=subject_id, some=found[first : first + BATCH]))
    return store.run(clinic_id, lambda tx: _end(tx, subject_id, found))


def begin(tx: Tx) -> None:
    """A new clinic's lists are scored from its first afternoon on."""
    set_due(tx.session, tx.clinic_id, DueKind.SCORES, tx.clinic_id, tx.now + EVERY)


def _worked_out(tx: Tx, subject_id: UUID) -> list[Scored]:
    zone, policy = tx.clinic().timezone, policies.current(tx)
    free = tx.session.scalars(
        select(Opening).where(
            Opening.state.in_((OpeningState.OPEN, OpeningState.OFFERING)), Opening.give_up_at > tx.now
        )
    )
    facts = [loading.opening_facts(tx.session, each, zone) for each in free]
    waiting = loading.everybody(tx.session, facts, tx.now)
    asked = loading.asked_about(tx.session, facts)
    scores = stored_scores(waiting, facts, policy, tx.now, asked=asked)
    run = runs.under_way(tx, subject_id)
    if run is not None:
        run.state, run.started_at, run.total, run.done = RunState.RUNNING, tx.now, len(waiting), 0
    return [
        Scored(entry_id, priority, None if np.isnan(matched) else matched)
        for entry_id, priority, matched in zip(
            waiting.ids(), scores.priority.tolist(), scores.matched.tolist(), strict=True
        )
    ]


def _write(tx: Tx, *, subject_id: UUID, some: Sequence[Scored]) -> None:
    """An entry that somebody is changing this very moment is passed over: nobody waits for anybody."""
    new = (
        func.unnest(
            literal([each.entry_id for each in some], ARRAY(Uuid)),
            literal([each.priority for each in some], ARRAY(Float)),
            literal([each.matched for each in some], ARRAY(Float)),
        )
        .table_valued(column("id", Uuid), column("priority", Float), column("matched", Float), name="new")
        .render_derived()
    )
    at_rest = (
        select(WaitlistEntry.id)
        .where(WaitlistEntry.id.in_([each.entry_id for each in some]), WaitlistEntry.state.in_(WAITING_ENTRY))
        .with_for_update(skip_locked=True, key_share=True)
    )
    tx.session.execute(
        update(WaitlistEntry)
        .where(WaitlistEntry.id == new.c.id, WaitlistEntry.id.in_(at_rest))
        .values(priority_score=new.c.priority, matched_score=new.c.matched, scored_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    run = runs.under_way(tx, subject_id)
    if run is not None:
        run.done += len(some)


def _end(tx: Tx, subject_id: UUID, found: Sequence[Scored]) -> datetime | None:
    if subject_id == tx.clinic_id:
        return tx.now + EVERY
    run = runs.under_way(tx, subject_id)
    if run is not None:
        run.state, run.ended_at = RunState.DONE, tx.now
        matched = sum(each.matched is not None for each in found)
        run.result = {"entries": len(found), "with_an_opening": matched}
    return None
