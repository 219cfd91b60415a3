"""Reminders: sent when staff ask for one, and what answers them."""

from uuid import UUID

from sqlalchemy import select

from clinic import appointments, conversations, messages, phrases, webhooks
from clinic.audit import PATIENT, By, record
from clinic.messages import about_visit
from rules.states import AppointmentState, MessageClass, OutboxState, PromptKind
from storage.tables import Appointment, Conversation, Message
from storage.transaction import Tx

REMINDER_PHRASES = ("reminder", "reminder_again")

REMINDED = (AppointmentState.BOOKED, AppointmentState.CONFIRMED)
"""One that staff have yet to approve is not reminded of: it may come to nothing."""


def remind(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """Remind the patient of a visit now (in their allowed hours). False where it is not to come, where one is on
    its way already, or where the patient has no number that may be texted."""
    visit = tx.session.get_one(Appointment, appointment_id)
    if not still_wanted(tx, visit) or _on_its_way(tx, visit):
        return False
    conversation = conversations.for_patient(tx, visit.patient_id)
    if conversation is None:
        return False
    messages.say(
        tx,
        conversation,
        "reminder",
        appointments.words(tx, visit),
        klass=MessageClass.REMINDER,
        about=about_visit(visit),
    )
    record(tx, by, "reminder.asked", visit)
    return True


def still_wanted(tx: Tx, visit: Appointment) -> bool:
    """Whether a reminder of the visit should still go out, asked again when it is claimed."""
    return visit.state in REMINDED and visit.starts_at > tx.now and visit.cancel_due_at is None


def _on_its_way(tx: Tx, visit: Appointment) -> bool:
    waiting = select(Message.id).where(
        Message.about_appointment_id == visit.id,
        Message.phrase.in_(REMINDER_PHRASES),
        Message.outbox_state == OutboxState.QUEUED,
    )
    return tx.session.scalar(waiting.limit(1)) is not None


def hand_over(tx: Tx, message: Message, visit: Appointment) -> None:
    """The reminder is about to be handed to the carrier: its words are final, and an answer is awaited."""
    conversation = tx.session.get_one(Conversation, message.conversation_id)
    language = messages.language_of(tx, conversation, visit.patient_id)
    confirmed = visit.state is AppointmentState.CONFIRMED
    phrase = "reminder_again" if confirmed else "reminder"  # nobody is asked twice to say that they will come
    text = phrases.render(phrase, language, **appointments.words(tx, visit))
    message.body = f"{tx.clinic().short_name}: {text}"
    message.phrase = phrase
    conversations.ask(
        tx,
        conversation,
        PromptKind.REMINDER,
        visit.id,
        patient_id=visit.patient_id,
        message=message,
        lives=visit.starts_at - tx.now,
    )


def take_back(tx: Tx, message: Message) -> None:
    """The reminder did not go out after all: nothing is awaited of it."""
    conversations.close_prompts(
        tx, message.conversation_id, PromptKind.REMINDER, message.about_appointment_id
    )


def confirm(tx: Tx, conversation: Conversation, appointment_id: UUID) -> bool:
    """The patient says that they will come, and is thanked. False where the visit is no more."""
    visit = appointments.lock(tx, appointment_id)
    if not appointments.is_coming(tx, visit):
        return False
    if visit.state is AppointmentState.BOOKED:
        visit.state = AppointmentState.CONFIRMED
        webhooks.tell(tx, visit)
        record(
            tx,
            PATIENT,
            "appointment.confirmed",
            visit,
            before={"state": AppointmentState.BOOKED},
            after={"state": visit.state},
        )
    conversations.close_prompts(tx, conversation.id, PromptKind.REMINDER, visit.id)
    messages.say(tx, conversation, "visit_confirmed", appointments.words(tx, visit), about=about_visit(visit))
    return True
