"""The net under matching by events: every hour, and when somebody asks, all openings nobody is asked about are
looked at. What a run does is what the openings' own due work does; a run only starts it and watches.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, distinct, func, or_, select

from clinic import openings
from clinic.audit import By, record
from rules.states import LIVE_OPENING, DueKind, OpeningState, RunState
from storage.queries.due import set_due
from storage.tables import DueWork, Offer, Opening, Run
from storage.transaction import Tx

EVERY = timedelta(hours=1)
LOOK_AGAIN = timedelta(seconds=2)
GIVES_UP_AFTER = timedelta(minutes=10)
"""An opening on which work fails is tried again as all due work is; the run waits for it no longer than this."""


def work(tx: Tx, subject_id: UUID) -> datetime | None:
    """The hourly look of a clinic, or a step of the run of that id. What due rows call."""
    if subject_id == tx.clinic_id:
        _look_at_all(tx, _unasked(tx))
        return tx.now + EVERY
    return _step(tx, tx.session.get_one(Run, subject_id, with_for_update={"key_share": True}))


def process_now(tx: Tx, by: By) -> int:
    """Have every opening that is free looked at, and whatever else is due done; gives how much that is."""
    _look_at_all(tx, tx.session.scalars(_free(tx)).all())
    tx.session.flush()
    due = select(DueWork.id).where(DueWork.done_at.is_(None), DueWork.due_at <= tx.now)
    waiting = tx.session.scalars(due.order_by(DueWork.due_at)).all()
    for due_id in waiting:
        tx.wake("due", due_id)
    record(tx, by, "clinic.processed", tx.clinic(), after={"woken": len(waiting)})
    return len(waiting)


def _step(tx: Tx, run: Run) -> datetime | None:
    if run.state is RunState.WAITING:
        unasked = _unasked(tx)
        _look_at_all(tx, unasked)
        run.state, run.started_at, run.total = RunState.RUNNING, tx.now, len(unasked)
        if unasked:
            return tx.now + LOOK_AGAIN
    left = _not_looked_at(tx, run) if run.total else 0
    run.done = max((run.total or 0) - left, run.done)
    if left and tx.now < run.asked_at + GIVES_UP_AFTER:
        return tx.now + LOOK_AGAIN
    _end(tx, run, left)
    return None


def _end(tx: Tx, run: Run, left: int) -> None:
    """Done; failed where work on some opening fails again and again: it stays on the board and is retried."""
    made = select(func.count(), func.count(distinct(Offer.opening_id))).where(
        Offer.made_at >= run.started_at, Offer.in_reply.is_(False)
    )
    offers, asked_about = tx.session.execute(made).one()
    run.state, run.ended_at = RunState.FAILED if left else RunState.DONE, tx.now
    run.result = {
        "openings": run.total or 0,
        "openings_offered": asked_about,
        "offers": offers,
        "not_looked_at": left,
    }
    tx.wake("live", tx.clinic_id)


def _not_looked_at(tx: Tx, run: Run) -> int:
    """How many openings of then are still to be looked at, those on which a worker is or has failed included."""
    statement = (
        select(func.count())
        .select_from(Opening)
        .join(DueWork, DueWork.subject_id == Opening.id)
        .where(
            Opening.opened_at <= run.started_at,
            Opening.state.in_(LIVE_OPENING),
            DueWork.kind == DueKind.OPENING,
            DueWork.done_at.is_(None),
            or_(DueWork.attempts > 0, DueWork.due_at <= tx.now),
        )
    )
    return tx.session.scalar(statement) or 0


def _look_at_all(tx: Tx, found: Sequence[Opening]) -> None:
    for opening in found:
        openings.look_at(tx, opening.id, tx.now)


def _unasked(tx: Tx) -> Sequence[Opening]:
    """The openings that wait for somebody to be asked."""
    return tx.session.scalars(_free(tx).where(Opening.state == OpeningState.OPEN, Opening.automatic)).all()


def _free(tx: Tx) -> Select[Opening]:
    """Those about which the bot may ask, in one order."""
    return (
        select(Opening)
        .where(
            Opening.state.in_((OpeningState.OPEN, OpeningState.OFFERING)),
            Opening.offer_from <= tx.now,
            Opening.give_up_at > tx.now,
        )
        .order_by(Opening.id)
    )


def begin(tx: Tx) -> None:
    """A new clinic is looked at from its first hour on."""
    set_due(tx.session, tx.clinic_id, DueKind.MATCHING, tx.clinic_id, tx.now + EVERY)
