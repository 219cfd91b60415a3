"""A visit given up by text: cancelled, why, and what staff should know of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import (
    appointments,
    cancellation_record,
    conversations,
    handoff,
    messages,
    recovery_attempts,
    recovery_cases,
)
from clinic.audit import PATIENT, By, record
from clinic.messages import about_visit
from rules.channels import ANSWERED_IN_WORDS, channel_of
from rules.states import OPEN_RECOVERY, CancelReason, PromptKind, RecoveryEnd, TaskKind
from storage.tables import Appointment, Cancellation, Conversation, Task
from storage.transaction import Tx

WHY_LIVES = timedelta(hours=1)
"""The question why is not worth an answer for longer, and never asked again."""

OVER_COSTS = "Gave up this visit over what it costs. A call about ways to pay may help."


@dataclass(frozen=True, slots=True)
class Why:
    """Why a visit was given up. `words` are the patient's own: kept, and never said back."""

    reason: CancelReason
    words: str


def by_patient(
    tx: Tx, conversation: Conversation, appointment_ids: Sequence[UUID], why: Why | None
) -> list[Appointment]:
    """The patient's sure yes to "Cancel your visit?", or visits: cancelled and said so, and asked why where they
    have not said and an answer can be written. Gives those that there were to cancel."""
    told = [_give_up(tx, conversation, each) for each in appointment_ids]
    done = [visit for visit in told if visit is not None]
    if not done or channel_of(conversation.address) not in ANSWERED_IN_WORDS:
        return done
    if why is not None:
        explain(tx, conversation, [visit.id for visit in done], why)
        return done
    said = messages.say(tx, conversation, "cancel_why", about=about_visit(done[0]))
    conversations.ask(
        tx,
        conversation,
        PromptKind.REASON,
        done[0].id,
        patient_id=done[0].patient_id,
        options=[str(visit.id) for visit in done] if len(done) > 1 else (),
        message=said,
        lives=WHY_LIVES,
    )
    return done


def _give_up(tx: Tx, conversation: Conversation, appointment_id: UUID) -> Appointment | None:
    """One visit cancelled and said so; None where there is nothing to cancel any more."""
    done = appointments.cancel_by_text(tx, conversation, appointment_id)
    conversations.close_prompts_about(tx, appointment_id)
    if not done:
        return None
    visit = tx.session.get_one(Appointment, appointment_id)
    _alert_if_today(tx, visit)
    said = messages.say(
        tx, conversation, "cancel_done", appointments.words(tx, visit), about=about_visit(visit)
    )
    if channel_of(conversation.address) in ANSWERED_IN_WORDS:
        recovery_attempts.told(tx, visit.id, said, recovery_attempts.REPLY)
    return visit


def _alert_if_today(tx: Tx, visit: Appointment) -> None:
    """A gap in today's calendar is looked at now: staff are texted, at whatever hour."""
    zone = ZoneInfo(tx.clinic().timezone)
    if visit.starts_at.astimezone(zone).date() == tx.now.astimezone(zone).date():
        handoff.alert_on_call(tx, f"{tx.links.public_url}/today", phrase="alert_cancelled")


def explain(tx: Tx, conversation: Conversation, appointment_ids: Sequence[UUID], why: Why) -> bool:
    """Keep why visits were given up, and thank them. False where that is known already, or the visits stand."""
    kept = [learn_why(tx, conversation, each, why) for each in appointment_ids]
    if any(kept):
        messages.say(tx, conversation, "reason_thanks")
    return any(kept)


def learn_why(tx: Tx, conversation: Conversation, appointment_id: UUID, why: Why) -> bool:
    """The same without a word: the text that said it is answered in another way."""
    cancellation = tx.session.scalar(
        select(Cancellation)
        .where(Cancellation.appointment_id == appointment_id)
        .with_for_update(key_share=True)
    )
    if cancellation is None or cancellation.reason is not None:
        return False
    _keep(tx, cancellation, why, PATIENT)
    if why.reason is CancelReason.FINANCIAL:
        _call_about_costs(tx, conversation, cancellation)
    record(tx, PATIENT, "cancellation.explained", cancellation, after={"reason": why.reason})
    return True


def give_reason(tx: Tx, cancellation_id: UUID, why: Why, by: By) -> Cancellation:
    """Staff say why a visit was given up or missed, or say it better. It may turn out late by that, or ours: what
    is owed follows, unless it has been waived."""
    cancellation = lock(tx, cancellation_id)
    before = _told(cancellation)
    _keep(tx, cancellation, why, by)
    recovery_cases.in_hand(tx, cancellation)
    cancellation_record.weigh(tx, cancellation, tx.session.get_one(Appointment, cancellation.appointment_id))
    record(tx, by, "cancellation.reason_given", cancellation, before=before, after=_told(cancellation))
    return cancellation


def waive_fee(tx: Tx, cancellation_id: UUID, why: str, by: By) -> bool:
    """What is owed for a visit is not asked for. False where nothing is owed, or it was waived before."""
    cancellation = lock(tx, cancellation_id)
    if not cancellation.fee_cents or cancellation.fee_waived_at is not None:
        return False
    cancellation.fee_waived_at, cancellation.fee_waived_by = tx.now, by.staff_id
    cancellation.fee_waived_why = why
    record(tx, by, "cancellation.fee_waived", cancellation, after={"fee_cents": cancellation.fee_cents})
    return True


def owes(tx: Tx, patient_ids: Sequence[UUID]) -> bool:
    """Whether a fee of any of these patients stands."""
    standing = select(Cancellation.id).where(
        Cancellation.patient_id.in_(patient_ids),
        Cancellation.fee_cents > 0,
        Cancellation.fee_waived_at.is_(None),
    )
    return tx.session.scalar(standing.limit(1)) is not None


def lock(tx: Tx, cancellation_id: UUID) -> Cancellation:
    return tx.session.get_one(
        Cancellation, cancellation_id, with_for_update={"key_share": True}, populate_existing=True
    )


def _keep(tx: Tx, cancellation: Cancellation, why: Why, by: By) -> None:
    cancellation.reason, cancellation.details = why.reason, why.words
    if why.reason is CancelReason.CHANGED_PROVIDER and cancellation.recovery in OPEN_RECOVERY:
        recovery_cases.end(tx, cancellation, RecoveryEnd.CHANGED_PROVIDER, by)


def _told(cancellation: Cancellation) -> dict[str, object]:
    return {
        "reason": cancellation.reason,
        "kind": cancellation.kind,
        "fee_cents": cancellation.fee_cents,
    }


def _call_about_costs(tx: Tx, conversation: Conversation, cancellation: Cancellation) -> None:
    """A task and not an escalation: nothing is left unanswered here, so the bot keeps the conversation (and can
    go on to offer another time); and money is better spoken about by phone, when staff have a minute."""
    tx.session.add(
        Task(
            clinic_id=tx.clinic_id,
            kind=TaskKind.CALL_PATIENT,
            patient_id=cancellation.patient_id,
            conversation_id=conversation.id,
            appointment_id=cancellation.appointment_id,
            note=OVER_COSTS,
            made_at=tx.now,
        )
    )
