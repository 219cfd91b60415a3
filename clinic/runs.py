"""Long pieces of work that somebody asks for and watches. A run only starts what is done anyway, and counts."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from clinic.audit import By, record
from rules.states import DueKind, RunState
from storage.queries.due import set_due
from storage.tables import Run
from storage.transaction import Tx

MATCH_ALL, SCORES, RISK = "match_all", "scores", "risk"
"""What a run can be: everybody matched, everybody's place on the waitlist scored, everybody's risk worked out."""

DUE = {MATCH_ALL: DueKind.MATCHING, SCORES: DueKind.SCORES, RISK: DueKind.RISK}
UNDER_WAY = (RunState.WAITING, RunState.RUNNING)


def ask(tx: Tx, kind: str, by: By) -> Run:
    """Have a run done after commit. One that is under way is not begun a second time."""
    waiting = select(Run).where(Run.kind == kind, Run.state.in_(UNDER_WAY)).order_by(Run.asked_at)
    known = tx.session.scalars(waiting.limit(1)).first()
    if known is not None:
        return known
    run = Run(clinic_id=tx.clinic_id, kind=kind, asked_at=tx.now, asked_by=by.staff_id)
    tx.session.add(run)
    tx.session.flush()
    record(tx, by, "run.asked", run, after={"kind": kind})
    tx.wake("due", set_due(tx.session, tx.clinic_id, DUE[kind], run.id, tx.now))
    return run


def find(tx: Tx, kinds: Collection[str], run_id: UUID | None) -> Run | None:
    """The run of that id; without one the run of these kinds that was asked for last."""
    found = select(Run).where(Run.kind.in_(kinds)).order_by(Run.asked_at.desc(), Run.id.desc())
    if run_id is not None:
        found = found.where(Run.id == run_id)
    return tx.session.scalars(found.limit(1)).first()


def under_way(tx: Tx, run_id: UUID) -> Run | None:
    """The run of that id, while it is."""
    run = tx.session.get(Run, run_id)
    return run if run is not None and run.state in UNDER_WAY else None
