"""A place on the waitlist, offered at the end of a text about a visit: "Want something sooner? Reply EARLIER"."""

from datetime import timedelta

from clinic import consent, conversations, messages, phrases, policies, waitlist
from rules.segments import is_gsm7, segments
from rules.states import UPCOMING_APPOINTMENT, AppointmentState, PromptKind
from storage.tables import Appointment, AppointmentType, Conversation, Message
from storage.transaction import Tx

EVERY = timedelta(days=14)
SOONER_FROM = timedelta(days=7)
"""A visit nearer than this can hardly be had sooner."""

OF_A_VISIT = {"booked", "approved", "reminder", "reminder_again"}
CANCELLED = "visit_cancelled"

IN_ACCENTS = 2
"""How many segments a text may take with it where its accents cost more; else one."""


def add(tx: Tx, message: Message, conversation: Conversation) -> None:
    """Add it to a text that is about to go, where it fits and is news to them."""
    visit = _invites(tx, message)
    if visit is None or not _is_news(tx, conversation, visit):
        return
    language = messages.language_of(tx, conversation, visit.patient_id)
    text = f"{message.body} {phrases.render('invitation', language)}"
    if segments(text) > (1 if is_gsm7(text) else IN_ACCENTS):
        return
    message.body, conversation.invited_at = text, tx.now
    if visit.state is AppointmentState.CANCELLED:  # they say EARLIER of a visit like the one they lost
        conversations.ask(tx, conversation, PromptKind.JOIN, visit.id, patient_id=visit.patient_id)


def _invites(tx: Tx, message: Message) -> Appointment | None:
    """The visit a text is about, if something sooner than that may be wished for."""
    said = set((message.phrase or "").split("+"))
    visit = (
        tx.session.get(Appointment, message.about_appointment_id) if message.about_appointment_id else None
    )
    if visit is None:
        return None
    far_off = visit.state in UPCOMING_APPOINTMENT and visit.starts_at - tx.now >= SOONER_FROM
    lost = visit.state is AppointmentState.CANCELLED and CANCELLED in said
    return visit if (far_off and said & OF_A_VISIT) or lost else None


def _is_news(tx: Tx, conversation: Conversation, visit: Appointment) -> bool:
    lately = conversation.invited_at is not None and conversation.invited_at > tx.now - EVERY
    kind = tx.session.get_one(AppointmentType, visit.type_id)
    return (
        not lately
        and policies.current(tx).invite_to_waitlist
        and kind.withdrawn_at is None
        and not consent.no_offers(tx, conversation.address)
        and not waitlist.waiting_for(tx, visit.patient_id, visit.type_id)
    )
