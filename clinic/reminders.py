"""Reminders: what they say, when they are still wanted, and what answers them. When they go by themselves:
clinic/reminding.py."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from clinic import appointments, conversations, messages, phrases, policies, reaching, webhooks
from clinic.audit import PATIENT, By, record
from clinic.messages import About, about_visit
from clinic.reaching import Way
from rules.channels import ANSWERED_IN_WORDS, channel_of
from rules.states import AppointmentState, Channel, MessageClass, OutboxState, PromptKind
from storage.queries import reminders as queries
from storage.tables import Appointment, Conversation, Message
from storage.transaction import Tx

REMINDER_PHRASES = (
    "reminder",
    "reminder_again",
    "reminder_second",
    "reminder_several",
    "reminder_several_again",
    "email_reminder",
    "email_reminder_several",
    *messages.CALL_REMINDERS,
)

REMINDED = (AppointmentState.BOOKED, AppointmentState.CONFIRMED)
"""One that staff have yet to approve is not reminded of: it may come to nothing."""


def remind(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """Remind the patient of a visit now (in their allowed hours). False where it is not to come, where one is on
    its way already, or where the patient is not reached."""
    visit = tx.session.get_one(Appointment, appointment_id)
    if not still_wanted(tx, visit) or _on_its_way(tx, visit) or write(tx, [visit]) is None:
        return False
    record(tx, by, "reminder.asked", visit)
    return True


def states(tx: Tx) -> Sequence[AppointmentState]:
    """Visits that are reminded of at the clinic's times: whoever has said that they will come is left alone,
    unless the clinic wants it otherwise."""
    return REMINDED if policies.current(tx).remind_confirmed else (AppointmentState.BOOKED,)


def write(tx: Tx, visits: Sequence[Appointment], *, second: bool = False) -> Message | None:
    """The one text that reminds of these visits, of one patient and day, soonest first. `second`: they were asked
    before. None where the patient is not reached."""
    way = next(iter(reaching.to_remind(tx, visits[0].patient_id)), None)
    return write_by(tx, way, visits, second=second) if way is not None else None


def write_by(tx: Tx, way: Way, visits: Sequence[Appointment], *, second: bool = False) -> Message:
    """The same, by a channel that is known."""
    first = visits[0]
    return messages.say(
        tx,
        way.conversation,
        phrase_for(way.channel, visits, second=second),
        _words_on(tx, way.channel, visits),
        klass=MessageClass.REMINDER,
        about=About(first.patient_id, appointment_id=first.id, expires_at=first.starts_at),
    )


def phrase_for(channel: Channel, visits: Sequence[Appointment], *, second: bool = False) -> str:
    """The sentence that reminds of these visits on a channel."""
    one = "reminder" if len(visits) == 1 else "reminder_several"
    if channel not in ANSWERED_IN_WORDS:
        return f"call_{one}" if channel is Channel.VOICE else f"email_{one}"
    if all(visit.state is AppointmentState.CONFIRMED for visit in visits):
        return f"{one}_again"  # nobody is asked twice to say that they will come
    return "reminder_second" if second and len(visits) == 1 else one


def words(tx: Tx, visits: Sequence[Appointment]) -> dict[str, phrases.Words]:
    """What a sentence about these visits of a day may name."""
    clinic = tx.clinic()
    return {
        **appointments.words(tx, visits[0]),
        "day": phrases.day(visits[0].starts_at, clinic.timezone),
        "visits": phrases.both([at_with(tx, visit) for visit in visits]),
        "phone": phrases.phone(clinic.phone),
    }


def in_full(tx: Tx, visits: Sequence[Appointment]) -> dict[str, phrases.Words]:
    """The same for the ear, and for pages."""
    start, zone = visits[0].starts_at, tx.clinic().timezone
    named = {"when": phrases.in_full(start, zone), "day": phrases.day_in_full(start, zone)}
    return {**words(tx, visits), **named}


def _words_on(tx: Tx, channel: Channel, visits: Sequence[Appointment]) -> dict[str, phrases.Words]:
    return in_full(tx, visits) if channel is Channel.VOICE else words(tx, visits)


def at_with(tx: Tx, visit: Appointment) -> phrases.Words:
    """`9:30am with Dr Lee`."""
    at = phrases.clock(visit.starts_at, tx.clinic().timezone)
    return phrases.part("visit_at_with", at=at, provider=appointments.words(tx, visit)["provider"])


def wanted(tx: Tx, message: Message) -> Sequence[Appointment]:
    """The visits that a reminder should still name, asked again when it is claimed; soonest first."""
    if queries.is_planned(tx.session, message.id):
        found = queries.of_text(tx.session, message.id)
        return [visit for visit in found if visit.state in states(tx) and still_wanted(tx, visit)]
    visit = tx.session.get_one(Appointment, message.about_appointment_id)
    return [visit] if still_wanted(tx, visit) else []


def still_wanted(tx: Tx, visit: Appointment) -> bool:
    """Whether a visit is still to come."""
    return visit.state in REMINDED and visit.starts_at > tx.now and visit.cancel_due_at is None


def named_in(tx: Tx, message: Message) -> Sequence[Appointment]:
    """The visits that a reminder named and that are still to come at the time it said, soonest first; also where a
    later one has reminded since, or they have been confirmed."""
    named = queries.named_in(tx.session, message.id)
    if not named and message.about_appointment_id is not None:
        named = [tx.session.get_one(Appointment, message.about_appointment_id)]
    return [visit for visit in named if still_wanted(tx, visit)]


def _on_its_way(tx: Tx, visit: Appointment) -> bool:
    waiting = select(Message.id).where(
        Message.about_appointment_id == visit.id,
        Message.phrase.in_(REMINDER_PHRASES),
        Message.outbox_state == OutboxState.QUEUED,
    )
    return tx.session.scalar(waiting.limit(1)) is not None


def hand_over(tx: Tx, message: Message) -> None:
    """The reminder is about to be handed to the carrier: its words are final, and an answer is awaited."""
    conversation = tx.session.get_one(Conversation, message.conversation_id)
    visits = wanted(tx, message)
    channel, first = channel_of(message.address), visits[0]
    phrase = phrase_for(channel, visits, second=message.phrase == "reminder_second")
    language = messages.language_of(tx, conversation, first.patient_id)
    values = _words_on(tx, channel, visits)
    message.body = f"{tx.clinic().short_name}: {phrases.render(phrase, language, **values)}"
    message.phrase, message.about_appointment_id, message.expires_at = phrase, first.id, first.starts_at
    messages.keep_values(message, phrase, values, language)
    for visit in visits:
        _await_answer(tx, conversation, message, visit)


def _await_answer(tx: Tx, conversation: Conversation, message: Message, visit: Appointment) -> None:
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
    conversations.close_prompts_of(tx, message.id)


def confirm(tx: Tx, conversation: Conversation, visit_ids: Sequence[UUID]) -> bool:
    """The patient says that they will come to visits of theirs, and is thanked. False where none is to come."""
    locked = [appointments.lock(tx, visit_id) for visit_id in sorted(visit_ids)]
    visits = sorted(
        (visit for visit in locked if appointments.is_coming(tx, visit)), key=lambda visit: visit.starts_at
    )
    for visit in visits:
        _confirm(tx, visit)
        conversations.close_prompts_about(tx, visit.id)
    if visits:
        messages.say(
            tx,
            conversation,
            "visit_confirmed" if len(visits) == 1 else "visits_confirmed",
            words(tx, visits),
            about=about_visit(visits[0]),
        )
    return bool(visits)


def _confirm(tx: Tx, visit: Appointment) -> None:
    if visit.state is not AppointmentState.BOOKED:
        return
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
