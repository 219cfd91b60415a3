"""say(): a phrase becomes a text in the outbox, in the transaction of the change it reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clinic import conversations, phrases, policies, reaching
from rules.channels import channel_of
from rules.segments import segments
from rules.states import CLASS_RANK, PROACTIVE, Channel, Direction, MessageClass, OutboxState
from storage.tables import Appointment, Conversation, Message, Offer, Patient, new_id
from storage.transaction import Tx

REPLY_LIVES = timedelta(hours=12)
"""A reply that could not be sent for this long answers nothing any more: it is dropped, with an audit line."""


@dataclass(frozen=True, slots=True)
class About:
    """What a text is about, so that it can be checked again before it goes."""

    patient_id: UUID | None = None
    offer_id: UUID | None = None
    appointment_id: UUID | None = None
    entry_id: UUID | None = None
    expires_at: datetime | None = None


def about_offer(offer: Offer, expires_at: datetime) -> About:
    return About(
        patient_id=offer.patient_id, offer_id=offer.id, entry_id=offer.entry_id, expires_at=expires_at
    )


def about_visit(visit: Appointment) -> About:
    return About(patient_id=visit.patient_id, appointment_id=visit.id, expires_at=visit.starts_at)


NOTHING = About()
NO_VALUES: Mapping[str, object] = {}


def say(
    tx: Tx,
    conversation: Conversation,
    phrase: str,
    values: Mapping[str, object] = NO_VALUES,
    *,
    klass: MessageClass = MessageClass.REPLY,
    about: About = NOTHING,
) -> Message:
    """Write a text to a conversation's number.

    What a call or WhatsApp cannot carry is texted to the same number instead (reaching.place_for). Several replies
    of one transaction to one number become one text, in the order they were said. A text the clinic sends first
    carries its short name; its allowed hour and consent are checked when it is claimed.
    """
    if klass in PROACTIVE:
        conversation = reaching.not_in_a_chat(tx, conversation)
    language = language_of(tx, conversation, about.patient_id)
    in_chat = channel_of(conversation.address) is Channel.CHAT
    text = phrases.render(phrases.in_chat(phrase) if in_chat else phrase, language, **values)
    own = phrase in OFFER_PHRASES or phrase in CALLS
    place = conversation if own else reaching.place_for(tx, conversation, phrase, language)
    conversation = place or conversation
    earlier = tx.said.get(conversation.id)
    if klass is MessageClass.REPLY and earlier is not None:
        earlier.body = f"{earlier.body} {text}"
        earlier.segments = segments_on(earlier.address, earlier.body)
        earlier.phrase = f"{earlier.phrase}+{phrase}"
        return earlier
    if klass in PROACTIVE:
        text = f"{tx.clinic().short_name}: {text}"
    message = _text(tx, conversation, text, klass=klass, about=about)
    message.phrase = phrase
    keep_values(message, phrase, values, language)
    if place is None:
        drop(message, "said in the call")
    if klass is MessageClass.REPLY:
        message.answers_id = tx.answering.get(conversation.id)
        tx.said[conversation.id] = message
    return _queue(tx, message)


OFFER_PHRASES = (
    "offer",
    "offer_held",
    "offer_enrolled",
    "offer_several",
    "offer_several_held",
    "offer_several_enrolled",
    "offer_link",
    "offer_link_held",
    "offer_several_link",
    "offer_several_link_held",
    "offer_call",
    "offer_call_held",
)
"""What makes an offer. It goes by its channel or not at all: then the offer moves on, to another channel."""


CALL_REMINDERS = ("call_reminder", "call_reminder_several")
"""What reminds in a call. Where it does not arrive, it goes another way too (clinic/reminding.py)."""

CALL_RECOVERY = "call_recovery"
"""What calls about a lost visit; the same holds of it (clinic/recovery.py)."""

CALLS = (*CALL_REMINDERS, CALL_RECOVERY)


def keep_values(message: Message, phrase: str, values: Mapping[str, object], language: str) -> None:
    """Keep what a sentence on WhatsApp names: a template takes the values, not the words."""
    if channel_of(message.address) is Channel.WHATSAPP:
        message.extras = {"language": language, "values": phrases.places(phrase, language, values)}


def say_as_staff(tx: Tx, conversation: Conversation, text: str, staff_id: UUID) -> Message:
    """A person's own words, sent as they wrote them; to whoever was called, as a text."""
    conversation = reaching.texted_instead(tx, conversation)
    message = _text(tx, conversation, text, klass=MessageClass.REPLY, about=NOTHING)
    message.staff_id = staff_id
    return _queue(tx, message)


def write(tx: Tx, conversation: Conversation, text: str, *, klass: MessageClass) -> Message:
    """A text that is no sentence of ours, as it stands."""
    return _queue(tx, _text(tx, conversation, text, klass=klass, about=NOTHING))


def drop(message: Message, because: str) -> None:
    message.outbox_state = OutboxState.DROPPED
    message.dropped_because = because


def language_of(tx: Tx, conversation: Conversation, patient_id: UUID | None) -> str:
    """The language of a text to a number: the one being answered, else the one its people last clearly wrote in,
    else that of the patient it is about, or of all on the number; the clinic's own wherever it does not serve that
    one."""
    wanted = (
        tx.speaking.get(conversation.id) or conversation.language or _on_file(tx, conversation, patient_id)
    )
    return wanted if wanted in policies.current(tx).languages else tx.clinic().language


def _on_file(tx: Tx, conversation: Conversation, patient_id: UUID | None) -> str | None:
    if patient_id is not None:
        return tx.session.get_one(Patient, patient_id).language
    languages = {patient.language for patient in conversations.patients_on(tx, conversation.address)}
    return languages.pop() if len(languages) == 1 else None


def _text(tx: Tx, conversation: Conversation, text: str, *, klass: MessageClass, about: About) -> Message:
    expires_at = about.expires_at
    if expires_at is None or klass is MessageClass.REPLY:
        expires_at = tx.now + REPLY_LIVES
    return Message(
        id=new_id(),
        clinic_id=tx.clinic_id,
        conversation_id=conversation.id,
        sender_id=conversation.sender_id,
        address=conversation.address,
        direction=Direction.OUT,
        body=text,
        created_at=tx.now,
        outbox_state=OutboxState.QUEUED,
        attempts=0,
        klass=klass,
        rank=CLASS_RANK[klass],
        expires_at=expires_at,
        patient_id=about.patient_id,
        about_offer_id=about.offer_id,
        about_appointment_id=about.appointment_id,
        about_entry_id=about.entry_id,
        segments=segments_on(conversation.address, text),
    )


def segments_on(address: str, text: str) -> int:
    """What a carrier counts; a chat has none."""
    return 0 if channel_of(address) is Channel.CHAT else segments(text)


def _queue(tx: Tx, message: Message) -> Message:
    """Written at once, as what is said next may name it; but the answer of a turn as late as can be, so that one
    which goes at once is written as claimed. In a chat it has arrived with the commit; for all else there is the
    outbox."""
    in_chat = channel_of(message.address) is Channel.CHAT
    if in_chat and message.outbox_state is OutboxState.QUEUED:
        message.outbox_state, message.sent_at = OutboxState.SENT, tx.now
    tx.session.add(message)
    if message.answers_id is None:
        tx.session.flush()
    if in_chat:
        tx.wake("chat", message.conversation_id)
    else:
        tx.wake("outbound", message.sender_id)
    tx.wake("live", tx.clinic_id)
    return message


def write_all_but(tx: Tx, message: Message) -> None:
    """Write what the transaction has changed, except a text that nothing has written yet."""
    unwritten = message in tx.session.new
    if unwritten:
        tx.session.expunge(message)
    tx.session.flush()
    if unwritten:
        tx.session.add(message)
