"""The case of each lost visit that should happen after all: opened, answered, put off, and ended.

What is said to the patient stands in clinic/recovery.py. A case changes only while its cancellation is locked,
which comes after everything else in the order of locks.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import conversations, policies, tasks
from clinic.audit import BOT, PATIENT, By, record
from rules import recovery as rules
from rules.recovery import Course
from rules.recovery_terms import RecoveryTerms
from rules.states import (
    OPEN_RECOVERY,
    STATE_AFTER,
    AttemptResult,
    DueKind,
    RecoveryEnd,
    RecoveryState,
    TaskKind,
)
from storage.queries import recovery as queries
from storage.queries.due import set_done, set_due
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    Conversation,
    RecoveryAttempt,
    RecoveryCase,
)
from storage.transaction import Tx

COMES_TO = {
    RecoveryEnd.REBOOKED: AttemptResult.RESCHEDULED,
    RecoveryEnd.DECLINED: AttemptResult.DECLINED,
    RecoveryEnd.OPTED_OUT: AttemptResult.DECLINED,
}
"""What the end of a case makes of its newest attempt; any other: nothing has come of it."""


class Case(NamedTuple):
    """A case and its cancellation, which says how it stands; both locked."""

    row: RecoveryCase
    lost: Cancellation

    @property
    def is_open(self) -> bool:
        return self.lost.recovery in OPEN_RECOVERY


def lock(tx: Tx, cancellation_id: UUID) -> Case | None:
    """None where there is none: the visit stands again, or was lost before there were cases."""
    lost = tx.session.scalar(
        select(Cancellation)
        .where(Cancellation.id == cancellation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    row = tx.session.scalar(
        select(RecoveryCase)
        .where(RecoveryCase.cancellation_id == cancellation_id)
        .execution_options(populate_existing=True)
    )
    return Case(row, lost) if row is not None and lost is not None else None


def find(tx: Tx, case_id: UUID) -> Case | None:
    """The same by the case's own id."""
    cancellation_id = tx.session.scalar(
        select(RecoveryCase.cancellation_id).where(RecoveryCase.id == case_id)
    )
    return lock(tx, cancellation_id) if cancellation_id is not None else None


def of_visit(tx: Tx, appointment_id: UUID) -> Case | None:
    """The open case of a lost visit."""
    lost = select(Cancellation.id).where(Cancellation.appointment_id == appointment_id)
    cancellation_id = tx.session.scalar(lost)
    case = lock(tx, cancellation_id) if cancellation_id is not None else None
    return case if case is not None and case.is_open else None


# Opened


def open_case(tx: Tx, lost: Cancellation, planned_end: datetime) -> None:
    """A visit has come to nothing: where it should happen after all, its patient is asked about another time."""
    if lost.recovery is not RecoveryState.PENDING:
        return
    if _no_longer_offered(tx, lost):
        lost.recovery = RecoveryState.NOT_NEEDED
        return
    tx.session.flush()
    not_before = rules.not_before(lost.kind, planned_end, tx.now, policies.current(tx).recovery)
    row = RecoveryCase(
        clinic_id=tx.clinic_id,
        cancellation_id=lost.id,
        patient_id=lost.patient_id,
        opened_at=tx.now,
        not_before=not_before,
    )
    tx.session.add(row)
    tx.session.flush()
    record(tx, BOT, "recovery.opened", row, after={"kind": lost.kind})
    plan(tx, Case(row, lost))


def _no_longer_offered(tx: Tx, lost: Cancellation) -> bool:
    visit = tx.session.get_one(Appointment, lost.appointment_id)
    return tx.session.get_one(AppointmentType, visit.type_id).withdrawn_at is not None


def plan(tx: Tx, case: Case) -> None:
    """Have it looked at again when the next thing is due."""
    at = rules.next_step(course(tx, case), policies.current(tx).recovery).at
    set_due(tx.session, tx.clinic_id, DueKind.RECOVERY, case.row.id, at)


def course(tx: Tx, case: Case) -> Course:
    """How it has gone so far."""
    attempts = queries.attempts_of(tx.session, [case.row.id])[case.row.id]
    return course_of(case, attempts, policies.current(tx).recovery)


def course_of(case: Case, attempts: Sequence[RecoveryAttempt], terms: RecoveryTerms) -> Course:
    """The same of a case whose attempts are known."""
    row = case.row
    return Course(
        opened_at=row.opened_at,
        not_before=row.not_before,
        paused=row.paused,
        attempts=len(attempts),
        last_at=max((each.sent_at or each.made_at for each in attempts), default=None),
        answered_at=row.answered_at,
        asked_staff=row.asked_staff_at is not None,
        by_text=case.lost.kind in terms.texted_after,
    )


# Answered


def heard_from(tx: Tx, conversation: Conversation) -> None:
    """Whatever they wrote, it is an answer to what they were asked before: no more texts by itself. Who has asked
    for a pause is asked again all the same."""
    for cancellation_id in queries.open_on(tx.session, conversation.address):
        case = lock(tx, cancellation_id)
        if case is None or not case.is_open or (case.row.paused and case.row.not_before > tx.now):
            continue
        asked = queries.attempts_of(tx.session, [case.row.id])[case.row.id]
        if any(each.sent_at is not None and each.sent_at < tx.now for each in asked):
            _answered(tx, case)


def spoken_of(tx: Tx, appointment_id: UUID) -> None:
    """They wrote about it before they were asked, and were answered: no texts by itself."""
    case = of_visit(tx, appointment_id)
    if case is not None:
        _answered(tx, case)


def in_hand(tx: Tx, lost: Cancellation) -> None:
    """Staff have seen to it: nothing more is texted by itself."""
    case = lock(tx, lost.id)
    if case is not None and case.is_open:
        _answered(tx, case)


def _answered(tx: Tx, case: Case) -> None:
    case.row.answered_at = case.row.answered_at or tx.now
    plan(tx, case)


def pause(tx: Tx, case: Case, until: date, by: By) -> None:
    """Not now: they are asked again on that day."""
    morning = datetime.combine(until, time(), ZoneInfo(tx.clinic().timezone))
    case.row.not_before, case.row.paused, case.row.answered_at = morning, True, None
    conversations.close_prompts_about(tx, case.row.id)
    record(tx, by, "recovery.paused", case.row, after={"until": until.isoformat()})
    plan(tx, case)


# Ended


def end(tx: Tx, lost: Cancellation, because: RecoveryEnd, by: By) -> None:
    """Nobody tries any more, for this reason. The cancellation is locked."""
    before, lost.recovery = lost.recovery, STATE_AFTER[because]
    row = queries.of_cancellation(tx.session, lost.id)
    if row is None:
        return
    row.ended_at, row.ended_because = tx.now, because
    queries.settle(tx.session, row.id, COMES_TO.get(because, AttemptResult.NO_RESPONSE))
    _let_go(tx, row, lost, by)
    after = {"recovery": lost.recovery, "because": because}
    record(tx, by, "recovery.ended", row, before={"recovery": before}, after=after)


def _let_go(tx: Tx, row: RecoveryCase, lost: Cancellation, by: By) -> None:
    """Nothing is awaited or to be done about it: a number that comes late chooses none of the times shown."""
    set_done(tx.session, DueKind.RECOVERY, row.id, tx.now)
    conversations.close_prompts_about(tx, row.id)
    for each in queries.attempts_of(tx.session, [row.id])[row.id]:
        if each.message_id is not None:
            conversations.close_prompts_of(tx, each.message_id)
    tasks.settle(tx, TaskKind.RECOVERY, lost.appointment_id, by)


def end_case(tx: Tx, case_id: UUID, because: RecoveryEnd, by: By) -> bool:
    """Staff end it. False where nobody tries any more."""
    case = find(tx, case_id)
    if case is None or not case.is_open:
        return False
    end(tx, case.lost, because, by)
    return True


def declined(tx: Tx, appointment_id: UUID) -> None:
    """They want no other time for this visit."""
    case = of_visit(tx, appointment_id)
    if case is not None:
        end(tx, case.lost, RecoveryEnd.DECLINED, PATIENT)


def opted_out(tx: Tx, conversation: Conversation, by: By) -> None:
    """The number said STOP: nobody on it is asked any more."""
    for case in _open_on(tx, conversation.address):
        end(tx, case.lost, RecoveryEnd.OPTED_OUT, by)


def not_offered(tx: Tx, type_id: UUID, by: By) -> int:
    """The clinic offers no such visits any more: nobody is asked back for one. Gives how many were to be."""
    cases = [lock(tx, each) for each in queries.open_of_type(tx.session, type_id)]
    still = [case for case in cases if case is not None and case.is_open]
    for case in still:
        end(tx, case.lost, RecoveryEnd.NO_LONGER_WANTED, by)
    return len(still)


def _open_on(tx: Tx, address: str) -> Sequence[Case]:
    locked = (lock(tx, each) for each in queries.open_on(tx.session, address))
    return [case for case in locked if case is not None and case.is_open]


def lost_again(tx: Tx, lost: Cancellation) -> None:
    """The visit that had made up for it was given back, and they know: they are not texted by itself again."""
    lost.recovery = RecoveryState.PENDING
    case = lock(tx, lost.id)
    if case is not None:
        if queries.attempts_of(tx.session, [case.row.id]):
            case.lost.recovery = RecoveryState.IN_PROGRESS
        case.row.ended_at = case.row.ended_because = None
        case.row.answered_at = tx.now
        plan(tx, case)


def forget(tx: Tx, lost: Cancellation, by: By) -> None:
    """The visit stands again: its case goes with the cancellation, and so does what it asked."""
    row = queries.of_cancellation(tx.session, lost.id)
    if row is not None:
        _let_go(tx, row, lost, by)
