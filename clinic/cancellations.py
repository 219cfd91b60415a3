"""A visit given up by text: cancelled, why, and what staff should know of it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import appointments, conversations, messages
from clinic.audit import PATIENT, record
from clinic.messages import about_visit
from rules.states import CancelReason, PromptKind, TaskKind
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


def by_patient(tx: Tx, conversation: Conversation, appointment_id: UUID, why: Why | None) -> bool:
    """The patient's sure yes to "Cancel your visit?": cancelled and said so, and asked why where they have not
    said. False where there is nothing to cancel any more."""
    done = appointments.cancel_by_text(tx, conversation, appointment_id)
    conversations.close_prompts_about(tx, appointment_id)
    if not done:
        return False
    visit = tx.session.get_one(Appointment, appointment_id)
    said = messages.say(
        tx, conversation, "cancel_done", appointments.words(tx, visit), about=about_visit(visit)
    )
    if why is not None:
        explain(tx, conversation, appointment_id, why)
        return True
    messages.say(tx, conversation, "cancel_why", about=about_visit(visit))
    conversations.ask(
        tx,
        conversation,
        PromptKind.REASON,
        visit.id,
        patient_id=visit.patient_id,
        message=said,
        lives=WHY_LIVES,
    )
    return True


def explain(tx: Tx, conversation: Conversation, appointment_id: UUID, why: Why) -> bool:
    """Keep why a visit was given up, and thank them. False where that is known already, or the visit stands."""
    cancellation = tx.session.scalar(
        select(Cancellation)
        .where(Cancellation.appointment_id == appointment_id)
        .with_for_update(key_share=True)
    )
    if cancellation is None or cancellation.reason is not None:
        return False
    cancellation.reason, cancellation.details = why.reason, why.words
    if why.reason is CancelReason.FINANCIAL:
        _call_about_costs(tx, conversation, cancellation)
    record(tx, PATIENT, "cancellation.explained", cancellation, after={"reason": why.reason})
    messages.say(tx, conversation, "reason_thanks")
    return True


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
