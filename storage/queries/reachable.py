"""Who may be offered something at all, as a condition on the rows of a query over entries and their patients."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from rules.channels import CONSENT, channel_of_sender
from rules.states import Channel, Holder
from storage.tables import (
    Consent,
    ContactPoint,
    Conversation,
    Patient,
    PatientContact,
    Sender,
    WaitlistEntry,
)


def channels_of(session: Session) -> set[Channel]:
    """What the clinic can reach anybody by."""
    return {channel_of_sender(kind) for kind in session.scalars(select(Sender.kind).distinct())}


def reachable(channels: Collection[Channel]) -> Any:
    """True where the patient may be offered something on one of the clinic's channels that the entry is for:
    agreed to, not stopped, and with no person in a conversation with them. What `clinic.reaching.ways` says of one
    entry, said of all of them at once."""
    on_some = or_(false(), *(and_(_wanted(channel), _agreed(channel)) for channel in channels))
    return case((Patient.no_text, False), else_=and_(on_some, ~_with_person()))


def _wanted(channel: Channel) -> Any:
    return or_(
        func.jsonb_array_length(WaitlistEntry.channels) == 0, WaitlistEntry.channels.contains([channel.value])
    )


def _agreed(channel: Channel) -> Any:
    """Some number or mailbox of the patient may be used on a channel. One that no text reaches may ring."""
    by_email = channel is Channel.EMAIL
    mailbox = ContactPoint.address.contains("@")
    may = exists().where(
        PatientContact.patient_id == Patient.id,
        ContactPoint.id == PatientContact.contact_point_id,
        Consent.patient_id == Patient.id,
        Consent.contact_point_id == ContactPoint.id,
        Consent.kind == CONSENT[channel],
        Consent.superseded_at.is_(None),
        Consent.granted,
        mailbox if by_email else ~mailbox,
        ContactPoint.opted_out_at.is_(None),
        ContactPoint.carrier_blocked_at.is_(None),
        ContactPoint.wrong_number_at.is_(None),
        ContactPoint.no_offers_at.is_(None),
    )
    if channel in (Channel.SMS, Channel.EMAIL):
        may = may.where(ContactPoint.undeliverable_at.is_(None))
    return and_(may, ~_wants_none()) if by_email else may


def _wants_none() -> Any:
    """Whoever wants no offers on a number wants none by email."""
    return exists().where(
        PatientContact.patient_id == Patient.id,
        ContactPoint.id == PatientContact.contact_point_id,
        ContactPoint.no_offers_at.is_not(None),
    )


def _with_person() -> Any:
    """A person has a conversation with some number or mailbox of the patient."""
    contact = func.regexp_replace(Conversation.address, "^(whatsapp|voice):", "")
    taken = select(contact).where(Conversation.holder == Holder.PERSON)
    return exists().where(
        PatientContact.patient_id == Patient.id,
        ContactPoint.id == PatientContact.contact_point_id,
        ContactPoint.address.in_(taken),
    )
