"""Due work: a row is leased, its work done, and the row finished or set to its next time.

The lease is a commit of its own, so no row of `due_work` is locked while the work holds other locks. A worker
that dies leaves a lease that runs out; work that was moved to another time meanwhile is left at that time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bot import deliveries, settling
from bot.services import Services
from clinic import (
    approvals,
    campaign_sending,
    chat_retention,
    displacing,
    dropouts,
    enrolment,
    expiry,
    feed,
    filling,
    foreseeing,
    handoff,
    holds,
    learning,
    matching_runs,
    missing,
    recovery,
    reminding,
    rescoring,
    risk_runs,
    staff_cancels,
    waitlist,
)
from rules.states import DueKind
from storage.fault_points import reach
from storage.queries import due as queries
from storage.tables import DueWork
from storage.transaction import Tx

LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Leased:
    clinic_id: UUID
    kind: DueKind
    subject_id: UUID
    until: datetime


IN_ONE_TRANSACTION: dict[DueKind, Callable[[Tx, UUID], datetime | None]] = {
    DueKind.OPENING: filling.work,
    DueKind.HAND_BACK: handoff.hand_back_if_quiet,
    DueKind.ALERT: handoff.alert,
    DueKind.APPROVAL: approvals.press,
    DueKind.RESUME: waitlist.resume,
    DueKind.ENTRY_EXPIRY: expiry.work,
    DueKind.ENROLMENT: enrolment.work,
    DueKind.STAFF_CANCEL: staff_cancels.carry_out,
    DueKind.FEED_EVENT: feed.take_in,
    DueKind.HOLD: holds.release_due,
    DueKind.LEARNING: learning.work,
    DueKind.NO_SHOWS: missing.work,
    DueKind.REMINDERS: reminding.work,
    DueKind.REMINDER_AGAIN: reminding.another_way,
    DueKind.MATCHING: matching_runs.work,
    DueKind.DISPLACED: displacing.work,
    DueKind.RECOVERY: recovery.work,
    DueKind.CHATS: chat_retention.work,
}
"""Work that is one operation of the clinic: it gives when to look again, or None when it is done."""

STEP_BY_STEP: dict[DueKind, Callable[[Services, UUID, UUID], datetime | None]] = {
    DueKind.SETTLE: settling.settle,
    DueKind.WEBHOOK: deliveries.deliver,
    DueKind.CAMPAIGN: lambda services, clinic_id, subject_id: campaign_sending.run(
        services.store, clinic_id, subject_id
    ),
    DueKind.SCORES: lambda services, clinic_id, subject_id: rescoring.rescore(
        services.store, clinic_id, subject_id
    ),
    DueKind.FORESEEING: lambda services, clinic_id, subject_id: foreseeing.work(
        services.store, clinic_id, subject_id
    ),
    DueKind.DROPOUTS: lambda services, clinic_id, subject_id: dropouts.work(
        services.store, clinic_id, subject_id
    ),
    DueKind.RISK: lambda services, clinic_id, subject_id: risk_runs.work(
        services.store, clinic_id, subject_id
    ),
}
"""Work that is no single transaction: it calls another system, or would keep others waiting for too long."""


def do(services: Services, due_id: UUID) -> None:
    """Do one row of due work, if it is due and nobody else has it."""
    leased = _lease(services, due_id)
    if leased is None:
        return
    reach("due.leased")
    if leased.kind in STEP_BY_STEP:
        again_at = STEP_BY_STEP[leased.kind](services, leased.clinic_id, leased.subject_id)
        services.store.run(leased.clinic_id, lambda tx: _finish(tx, due_id, leased, again_at))
        return
    work = IN_ONE_TRANSACTION[leased.kind]
    services.store.run(leased.clinic_id, lambda tx: _finish(tx, due_id, leased, work(tx, leased.subject_id)))


def _lease(services: Services, due_id: UUID) -> Leased | None:
    now = services.clock()
    with services.store.unscoped() as session:
        row = queries.claim(session, due_id, now)
        if row is None:
            return None
        row.attempts += 1
        row.due_at = now + LEASE
        return Leased(row.clinic_id, row.kind, row.subject_id, row.due_at)


def _finish(tx: Tx, due_id: UUID, leased: Leased, again_at: datetime | None) -> None:
    """Done, or due again. A row moved by somebody else since the lease keeps the time it was given."""
    row = tx.session.get_one(DueWork, due_id, with_for_update={"key_share": True}, populate_existing=True)
    if row.due_at != leased.until:
        return
    row.attempts = 0
    row.woken_at = None
    if again_at is None:
        row.done_at = tx.now
    else:
        row.due_at = again_at
