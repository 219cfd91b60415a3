"""By which channels a patient is reached, in their order; and where words go that a channel cannot carry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import conversations, policies
from rules.channels import CONSENT, TEXTED, address_on, channel_of, channel_of_sender, contact_of, in_order
from rules.states import Channel, ConsentKind
from storage.queries import contacts
from storage.queries.inbound import heard_since
from storage.tables import ContactPoint, Conversation, Patient, Sender, WaitlistEntry
from storage.transaction import Tx

WINDOW = timedelta(hours=24)
"""WhatsApp takes our own words for so long after theirs; at other times only templates it has approved."""


Agreed = tuple[ContactPoint, ConsentKind]
"""A number or mailbox of a patient, and one thing that they agreed to on it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a patient."""

    channel: Channel
    conversation: Conversation


def ways(tx: Tx, entry: WaitlistEntry) -> list[Way]:
    """Every channel on which an offer may reach the patient of an entry, the one to try first first.

    None while a person has a conversation with them, nor about a patient we do not write about.
    """
    return ways_to(tx, entry.patient_id, entry.channels)


def ways_to(tx: Tx, patient_id: UUID, wanted: Sequence[str] = ()) -> list[Way]:
    """The same for a patient, on the channels that are wanted, in that order; all where none is named."""
    return [
        Way(channel, conversations.with_address(tx, sender, address))
        for channel, sender, address in _for_offers(tx, patient_id, wanted)
    ]


def with_a_person(tx: Tx, patient_id: UUID) -> bool:
    """Whether a person has a conversation with a patient."""
    known = [point.address for point, _ in contacts.agreed(tx.session, patient_id)]
    return contacts.held_by_a_person(tx.session, known)


def channels(tx: Tx, entry: WaitlistEntry) -> list[Channel]:
    """The channels of `ways`, for somebody who only looks: nothing is written."""
    return [channel for channel, _, _ in _for_offers(tx, entry.patient_id, entry.channels)]


def about_a_visit(tx: Tx, patient_id: UUID) -> Way | None:
    """The first way to tell a patient of a visit they have, on the channels they last asked for; also while a
    person has the conversation, and where they want no offers. None where they are not reached."""
    if tx.session.get_one(Patient, patient_id).no_text:
        return None
    agreed = contacts.agreed(tx.session, patient_id)
    for channel, sender, address in _addresses(tx, agreed, contacts.wanted_channels(tx.session, patient_id)):
        if channel is not Channel.VOICE:
            return Way(channel, conversations.with_address(tx, sender, address))
    return None


def to_remind(tx: Tx, patient_id: UUID) -> list[Way]:
    """Every channel on which a patient may be reminded, the one to try first first: those they last asked for,
    else the clinic's own; never one that the clinic does not remind by."""
    if tx.session.get_one(Patient, patient_id).no_text:
        return []
    allowed = policies.current(tx).reminder_channels
    asked_for = [each for each in contacts.wanted_channels(tx.session, patient_id) if each in allowed]
    agreed = contacts.agreed(tx.session, patient_id)
    return [
        Way(channel, conversations.with_address(tx, sender, address))
        for channel, sender, address in _addresses(tx, agreed, asked_for or allowed)
    ]


def _for_offers(tx: Tx, patient_id: UUID, wanted: Sequence[str]) -> list[tuple[Channel, Sender, str]]:
    agreed = contacts.agreed(tx.session, patient_id)
    known = list(dict.fromkeys(point.address for point, _ in agreed))
    if tx.session.get_one(Patient, patient_id).no_text or contacts.held_by_a_person(tx.session, known):
        return []
    unwanted = any(point.no_offers_at is not None for point, _ in agreed)
    wanting = [(point, kind) for point, kind in agreed if point.no_offers_at is None]
    return [each for each in _addresses(tx, wanting, wanted) if not (unwanted and each[0] is Channel.EMAIL)]


def _addresses(
    tx: Tx, agreed: Sequence[Agreed], wanted: Sequence[str]
) -> Iterator[tuple[Channel, Sender, str]]:
    usable = senders(tx)
    for channel in in_order(wanted):
        sender = usable.get(channel)
        point = next((point for point, kind in agreed if _usable(channel, point, kind)), None)
        if sender is not None and point is not None:
            yield channel, sender, address_on(channel, point.address)


def by_text(tx: Tx, entry: WaitlistEntry) -> Way | None:
    """The first way on which they can answer in their own words."""
    return next((way for way in ways(tx, entry) if way.channel in TEXTED), None)


def senders(tx: Tx) -> Mapping[Channel, Sender]:
    """What the clinic sends from, by channel: of several the first."""
    newest_first = tx.session.scalars(select(Sender).order_by(Sender.id.desc()))
    return {channel_of_sender(sender.kind): sender for sender in newest_first}


def _usable(channel: Channel, point: ContactPoint, kind: ConsentKind) -> bool:
    """Whether a number or mailbox may be written to or rung on a channel. One that no text reaches may ring."""
    reached = point.undeliverable_at is None or channel in (Channel.WHATSAPP, Channel.VOICE)
    return (
        kind is CONSENT[channel]
        and (channel is Channel.EMAIL) == (channel_of(point.address) is Channel.EMAIL)
        and reached
        and point.opted_out_at is None
        and point.carrier_blocked_at is None
        and point.wrong_number_at is None
    )


def takes_words(tx: Tx, conversation: Conversation) -> bool:
    """Whether our own words can be sent there now: on WhatsApp only for a while after the patient's own."""
    if channel_of(conversation.address) is not Channel.WHATSAPP:
        return True
    return heard_since(tx.session, conversation.id, tx.now - WINDOW)


def template_of(tx: Tx, phrase: str, language: str) -> str | None:
    """The template that WhatsApp has approved for a sentence, by the carrier's id."""
    by_language = policies.current(tx).whatsapp_templates.get(phrase, {})
    return next((sid for known, sid in by_language.items() if known == language), None)


def place_for(tx: Tx, conversation: Conversation, phrase: str, language: str) -> Conversation | None:
    """Where a sentence is written that is said in a conversation: there, unless that is a call, or WhatsApp would
    not take it now; then it is texted to the same number. None: it stays with what was said in the call.
    """
    channel = channel_of(conversation.address)
    if channel is Channel.VOICE:
        return _texted(tx, conversation)
    if carries(tx, conversation, phrase, language):
        return conversation
    return _texted(tx, conversation) or conversation


def carries(tx: Tx, conversation: Conversation, phrase: str, language: str) -> bool:
    """Whether a sentence can be sent there now, in our words or by a template."""
    return takes_words(tx, conversation) or template_of(tx, phrase, language) is not None


def texted_instead(tx: Tx, conversation: Conversation) -> Conversation:
    """Where a person's own words go: never into a call."""
    if channel_of(conversation.address) is not Channel.VOICE:
        return conversation
    sender = conversations.texting(tx)
    return (
        conversations.with_address(tx, sender, contact_of(conversation.address)) if sender else conversation
    )


def not_in_a_chat(tx: Tx, conversation: Conversation) -> Conversation:
    """Where we say something first to somebody who chats: by text, since nobody may be at the chat any more."""
    if channel_of(conversation.address) is not Channel.CHAT:
        return conversation
    return _texted(tx, conversation) or conversation


def _texted(tx: Tx, conversation: Conversation) -> Conversation | None:
    """The number's texts, where somebody on it agreed to them and the clinic has a number to text from."""
    number, sender = contact_of(conversation.address), conversations.texting(tx)
    patients = conversations.patients_on(tx, number)
    if sender is None or not any(
        contacts.has_agreed(tx.session, patient.id, number, ConsentKind.CARE_TEXT) for patient in patients
    ):
        return None
    return conversations.with_address(tx, sender, number)
