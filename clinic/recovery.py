"""Making up for lost visits by text: the next touch is written when it is due, then staff are asked to call, and
in the end it is given up. What a touch offers: clinic/recovery_texts.py; how its case stands:
clinic/recovery_cases.py.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import (
    messages,
    phrases,
    policies,
    reaching,
    recovery_attempts,
    recovery_cases,
    recovery_texts,
    recovery_words,
    waitlist,
)
from clinic.audit import BOT, record
from clinic.messages import About
from clinic.reaching import Way
from clinic.recovery_cases import Case
from rules.hours import NeverAllowed, next_allowed
from rules.recovery import Step, next_step
from rules.states import (
    AttemptResult,
    Channel,
    MessageClass,
    OutboxState,
    RecoveryEnd,
    TaskKind,
    TaskState,
)
from storage.fault_points import reach
from storage.queries import recovery as queries
from storage.queries.status import UNREACHED
from storage.tables import (
    Appointment,
    Message,
    RecoveryAttempt,
    Task,
)
from storage.transaction import Tx

LIVES = timedelta(days=2)
"""A touch that could not go for so long is none."""

WRITTEN = (Channel.SMS, Channel.WHATSAPP, Channel.EMAIL)
"""Where they are reached otherwise, in this order; called by a machine is only who is to be by the sequence."""


def work(tx: Tx, case_id: UUID) -> datetime | None:
    """Do what is due about a lost visit; gives when to look again. What due rows call."""
    case = recovery_cases.find(tx, case_id)
    if case is None or not case.is_open:
        return None
    later = _on_its_way(tx, case) or _another_way(tx, case)
    if later is not None:
        return later
    following = next_step(recovery_cases.course(tx, case), policies.current(tx).recovery)
    return STEPS[following.step](tx, case) if following.at <= tx.now else following.at


def _on_its_way(tx: Tx, case: Case) -> datetime | None:
    """When to look again, while a touch has been written and not gone out yet."""
    for made in queries.attempts_of(tx.session, [case.row.id])[case.row.id]:
        if made.sent_at is not None or made.result is not AttemptResult.PENDING:
            continue
        message = tx.session.get_one(Message, made.message_id)
        if message.outbox_state is OutboxState.QUEUED:
            return max(tx.now + recovery_attempts.WHILE_BUSY, message.expires_at or tx.now)
    return None


def _touch(tx: Tx, case: Case) -> datetime | None:
    """Write the next touch, where and when it may go."""
    if reaching.with_a_person(tx, case.row.patient_id):
        return tx.now + recovery_attempts.WHILE_BUSY
    touch = policies.current(tx).recovery.touches[recovery_cases.course(tx, case).attempts]
    ways = _ways(tx, case, touch.channel)
    if not ways:
        return _call(tx, case)
    conversation = ways[0].conversation
    try:
        allowed = next_allowed(tx.now, policies.allowed_hours(tx, conversation.address, case.row.patient_id))
    except NeverAllowed:
        return _call(tx, case)
    soonest = max(allowed, recovery_attempts.quiet_until(tx, case.row.id, conversation))
    if soonest > tx.now:
        return soonest
    visit = tx.session.get_one(Appointment, case.lost.appointment_id)
    wording = recovery_words.wording_of(case, touch.wording)
    words = touch.own(wording, messages.language_of(tx, conversation, visit.patient_id))
    message = _write(tx, ways[0], visit, wording, words)
    recovery_attempts.attempt(tx, case, message, wording, words)
    reach("recovery.written")
    return message.expires_at


def _ways(tx: Tx, case: Case, channel: Channel) -> list[Way]:
    return reaching.ways_to(tx, case.row.patient_id, [channel, *WRITTEN])


def _write(tx: Tx, way: Way, visit: Appointment, wording: str, words: str | None) -> Message:
    """Its times are looked for, and its words are final, as it is handed to the carrier."""
    spoken = way.channel is Channel.VOICE
    opening = recovery_words.opening(tx, visit, wording, words, spoken=spoken)
    return messages.say(
        tx,
        way.conversation,
        messages.CALL_RECOVERY if spoken else "recovery_ask",
        {"opening": opening, "phone": phrases.phone(tx.clinic().phone)},
        klass=MessageClass.REMINDER,
        about=About(visit.patient_id, appointment_id=visit.id, expires_at=tx.now + LIVES),
    )


def _another_way(tx: Tx, case: Case) -> datetime | None:
    """The newest touch did not arrive: the same goes by the patient's next channel, where one is left that it was
    not tried on. Gives when to look again; None where there is nothing to do."""
    made = next(reversed(queries.attempts_of(tx.session, [case.row.id])[case.row.id]), None)
    if made is None or made.result is not AttemptResult.PENDING or not _did_not_arrive(tx, made):
        return None
    if case.row.answered_at is not None or case.row.not_before > tx.now:
        return None
    visit = tx.session.get_one(Appointment, case.lost.appointment_id)
    way = _untried(tx, case, visit, made)
    if way is None:
        return None
    quiet = recovery_attempts.quiet_until(tx, case.row.id, way.conversation)
    if quiet > tx.now:
        return quiet
    message = _write(tx, way, visit, made.wording, made.words)
    recovery_attempts.goes_another_way(tx, made, message)
    record(tx, BOT, "recovery.another_way", case.row, after={"channel": way.channel})
    return message.expires_at


def _did_not_arrive(tx: Tx, made: RecoveryAttempt) -> bool:
    message = tx.session.get(Message, made.message_id) if made.message_id else None
    return message is not None and message.phrase in recovery_texts.PHRASES and _has_failed(message)


def _untried(tx: Tx, case: Case, visit: Appointment, made: RecoveryAttempt) -> Way | None:
    """What WhatsApp would not take goes by text, so that is no other way."""
    texts = queries.texts_about(tx.session, visit.id, recovery_texts.PHRASES, made.made_at)
    tried = {each.conversation_id for each in texts}
    for way in _ways(tx, case, Channel.SMS):
        language = messages.language_of(tx, way.conversation, visit.patient_id)
        if way.conversation.id not in tried and reaching.carries(
            tx, way.conversation, "recovery_ask", language
        ):
            return way
    return None


def _has_failed(message: Message) -> bool:
    return message.outbox_state is OutboxState.FAILED or message.delivery_state in UNREACHED


def _call(tx: Tx, case: Case) -> datetime | None:
    """Texts have come to nothing: somebody calls, unless the waitlist is at it or somebody is already."""
    queries.settle(tx.session, case.row.id, AttemptResult.NO_RESPONSE)
    case.row.asked_staff_at = tx.now
    visit = tx.session.get_one(Appointment, case.lost.appointment_id)
    if not _is_seen_to(tx, visit):
        task = Task(
            clinic_id=tx.clinic_id,
            kind=TaskKind.RECOVERY,
            patient_id=visit.patient_id,
            appointment_id=visit.id,
            note=recovery_words.summary(tx, case),
            made_at=tx.now,
        )
        tx.session.add(task)
    tx.session.flush()
    record(tx, BOT, "recovery.staff_asked", case.row)
    return next_step(recovery_cases.course(tx, case), policies.current(tx).recovery).at


def _is_seen_to(tx: Tx, visit: Appointment) -> bool:
    asked = select(Task.id).where(
        Task.appointment_id == visit.id,
        Task.kind.in_((TaskKind.NEW_TIME, TaskKind.RECOVERY)),
        Task.state == TaskState.OPEN,
    )
    waits = waitlist.waiting_for(tx, visit.patient_id, visit.type_id)
    return bool(waits) or tx.session.scalar(asked.limit(1)) is not None


def _give_up(tx: Tx, case: Case) -> None:
    recovery_cases.end(tx, case.lost, RecoveryEnd.TIME_UP, BOT)


STEPS: dict[Step, Callable[[Tx, Case], datetime | None]] = {
    Step.TOUCH: _touch,
    Step.CALL: _call,
    Step.GIVE_UP: _give_up,
}
