"""The tries to make up for a lost visit: texts of ours, answers that offered times, and what staff did."""

from datetime import datetime, timedelta
from uuid import UUID

from clinic import tasks
from clinic.audit import BOT, By, record
from clinic.recovery_cases import Case, end, find, of_visit, plan
from rules.channels import channel_of
from rules.states import (
    AttemptChannel,
    AttemptResult,
    Channel,
    Holder,
    RecoveryEnd,
    RecoveryState,
    TaskKind,
)
from storage.queries import recovery as queries
from storage.queries.inbound import heard_since
from storage.tables import Conversation, Message, RecoveryAttempt
from storage.transaction import Tx

A_DAY = timedelta(days=1)
"""A number is asked about one lost visit in this time, however many of a family lost one."""

WHILE_BUSY = timedelta(hours=1)
"""While a person has a conversation, a touch waits this long."""

JUST_NOW = timedelta(minutes=10)
"""Who has written so lately may be writing about something else."""

BY_STAFF, REPLY = "staff", "reply"
"""How an attempt is worded that a person made, and one that answered the patient's own text."""


def attempt(tx: Tx, case: Case, message: Message, wording: str, words: str | None = None) -> RecoveryAttempt:
    """A text of ours is the next try; what was tried before has come to nothing."""
    queries.settle(tx.session, case.row.id, AttemptResult.NO_RESPONSE)
    made = RecoveryAttempt(
        clinic_id=tx.clinic_id,
        case_id=case.row.id,
        touch=len(queries.attempts_of(tx.session, [case.row.id])[case.row.id]),
        channel=_by(message),
        wording=wording,
        words=words,
        made_at=tx.now,
        message_id=message.id,
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def goes_another_way(tx: Tx, made: RecoveryAttempt, message: Message) -> None:
    """Its text did not arrive: another one is the same try."""
    made.message_id, made.channel, made.sent_at = message.id, _by(message), None
    tx.session.flush()


def _by(message: Message) -> AttemptChannel:
    """A call is one by phone, whoever makes it."""
    channel = channel_of(message.address)
    return AttemptChannel.PHONE if channel is Channel.VOICE else AttemptChannel(channel)


def told(tx: Tx, appointment_id: UUID, message: Message, wording: str) -> None:
    """What they were told of a lost visit, or the answer to their own cancel, is the first try."""
    case = of_visit(tx, appointment_id)
    if case is not None:
        sent(tx, case, attempt(tx, case, message, wording))


def sent(tx: Tx, case: Case, made: RecoveryAttempt) -> None:
    """The text goes out now."""
    made.sent_at = tx.now
    _under_way(tx, case, BOT)
    record(tx, BOT, "recovery.touched", case.row, after={"attempt": str(made.id), "channel": made.channel})


def log_attempt(
    tx: Tx, case_id: UUID, channel: AttemptChannel, result: AttemptResult, note: str, by: By
) -> RecoveryAttempt | None:
    """Staff have tried, by phone say, which stands in place of the next text; a no ends the case. None where
    nobody tries any more."""
    case = find(tx, case_id)
    if case is None or not case.is_open:
        return None
    queries.settle(tx.session, case.row.id, AttemptResult.NO_RESPONSE)
    made = RecoveryAttempt(
        clinic_id=tx.clinic_id,
        case_id=case.row.id,
        channel=channel,
        wording=BY_STAFF,
        made_at=tx.now,
        sent_at=tx.now,
        result=result,
        note=note,
        staff_id=by.staff_id,
    )
    tx.session.add(made)
    tx.session.flush()
    record(tx, by, "recovery.attempted", case.row, after={"attempt": str(made.id), "result": result})
    tasks.settle(tx, TaskKind.RECOVERY, case.lost.appointment_id, by)
    if result is AttemptResult.DECLINED:
        end(tx, case.lost, RecoveryEnd.DECLINED, by)
    else:
        _under_way(tx, case, by)
    return made


def _under_way(tx: Tx, case: Case, by: By) -> None:
    if case.lost.recovery is RecoveryState.PENDING:
        case.lost.recovery = RecoveryState.IN_PROGRESS
        record(tx, by, "recovery.begun", case.row)
    tx.session.flush()
    plan(tx, case)


def quiet_until(tx: Tx, case_id: UUID, conversation: Conversation) -> datetime:
    """Until when a touch would talk into something there: a person's conversation, the patient's own, another lost
    visit of the family. Now, or before, where it would not."""
    if conversation.holder is Holder.PERSON:
        return tx.now + WHILE_BUSY
    if heard_since(tx.session, conversation.id, tx.now - JUST_NOW):
        return tx.now + JUST_NOW
    other = queries.last_touched(tx.session, conversation.address, of_others=case_id)
    return other + A_DAY if other is not None else tx.now
