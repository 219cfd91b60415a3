"""Who may be offered something at all, as a condition on the rows of a query over entries and their patients."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from rules.channels import CONSENT, WRITES_FIRST, channel_of_sender
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

Among = Callable[[Select[UUID]], ColumnElement[bool]]
"""Whether the patient is among some, told by a query of their ids."""


def among_all(patients: Select[UUID]) -> ColumnElement[bool]:
    """For a list: the query is gone through once."""
    return Patient.id.in_(patients)


def one_of(patients: Select[UUID]) -> ColumnElement[bool]:
    """For one patient: only theirs are looked at."""
    return patients.where(PatientContact.patient_id == Patient.id).exists()


def reachable(session: Session, among: Among) -> ColumnElement[bool]:
    """True where the patient may be offered something on one of the clinic's channels that the entry is for:
    agreed to, not stopped, and with no person in a conversation with them. What `clinic.reaching.ways` says of one
    entry, said of all of them at once."""
    return and_(has_a_way(session, among), ~among(_with_person()))


def has_a_way(session: Session, among: Among) -> ColumnElement[bool]:
    """The same, whoever has the conversation: a person who has it gives it back."""
    has = {channel_of_sender(kind) for kind in session.scalars(select(Sender.kind).distinct())}
    channels = sorted(has.intersection(WRITES_FIRST))
    on_some = or_(false(), *(and_(_wanted(channel), _agreed(channel, among)) for channel in channels))
    return case((Patient.no_text, False), else_=on_some)


def _wanted(channel: Channel) -> ColumnElement[bool]:
    return or_(
        func.jsonb_array_length(WaitlistEntry.channels) == 0, WaitlistEntry.channels.contains([channel.value])
    )


def _agreed(channel: Channel, among: Among) -> ColumnElement[bool]:
    """Some number or mailbox of the patient may be used on a channel. Whoever wants no offers on a number wants
    none by email."""
    may = among(_contacts(channel))
    return and_(may, ~among(_wants_none())) if channel is Channel.EMAIL else may


def _contacts(channel: Channel) -> Select[UUID]:
    """Patients by what reaches them on a channel. A number that no text reaches may ring."""
    mailbox = ContactPoint.address.contains("@")
    of_that_contact = and_(
        Consent.contact_point_id == PatientContact.contact_point_id,
        Consent.patient_id == PatientContact.patient_id,
    )
    found = (
        select(PatientContact.patient_id)
        .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
        .join(Consent, of_that_contact)
        .where(
            Consent.kind == CONSENT[channel],
            Consent.superseded_at.is_(None),
            Consent.granted,
            mailbox if channel is Channel.EMAIL else ~mailbox,
            ContactPoint.opted_out_at.is_(None),
            ContactPoint.carrier_blocked_at.is_(None),
            ContactPoint.wrong_number_at.is_(None),
            ContactPoint.no_offers_at.is_(None),
        )
    )
    if channel in (Channel.SMS, Channel.EMAIL):
        found = found.where(ContactPoint.undeliverable_at.is_(None))
    return found


def _wants_none() -> Select[UUID]:
    return (
        select(PatientContact.patient_id)
        .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
        .where(ContactPoint.no_offers_at.is_not(None))
    )


def _with_person() -> Select[UUID]:
    """Patients with whose number or mailbox a person has a conversation."""
    contact = func.regexp_replace(Conversation.address, "^(whatsapp|voice|chat):|/.*$", "", "g")
    taken = select(contact).where(Conversation.holder == Holder.PERSON)
    return (
        select(PatientContact.patient_id)
        .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
        .where(ContactPoint.address.in_(taken))
    )
