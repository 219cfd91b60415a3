"""Numbers and mailboxes, who is reached on them, and what was agreed to there."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from rules.channels import addresses_of, contact_of
from rules.states import ConsentKind, Holder, InboundState
from storage.tables import (
    ChatSession,
    Consent,
    ContactPoint,
    Conversation,
    Message,
    PatientContact,
    WaitlistEntry,
)
from storage.transaction import Tx, made_once

AUTO_REPLY = "auto_reply"
"""The intent of a machine's answer, as it is kept with a text."""

_POINT = made_once(select(ContactPoint).where(ContactPoint.address == bindparam("contact")))


def point_of(tx: Tx, address: str) -> ContactPoint | None:
    """The number or mailbox behind an address, as this clinic knows it."""
    contact = contact_of(address)
    known = tx.points.get(contact)
    return known if known is not None else tx.session.scalar(_POINT, {"contact": contact})


def sharing(session: Session, address: str) -> Sequence[Conversation]:
    """Every conversation with the same number or mailbox, whatever its channel; chats in which it was shown to be
    theirs too."""
    with_them = Conversation.id.in_(lines_with([contact_of(address)]))
    return session.scalars(select(Conversation).where(with_them).order_by(Conversation.id)).all()


def lines_with(contacts: Sequence[str]) -> CompoundSelect[UUID]:
    """The ids of every conversation with whoever is behind these numbers or mailboxes."""
    wanted = [address for contact in contacts for address in addresses_of(contact)]
    chats = select(ChatSession.conversation_id).where(ChatSession.number.in_(contacts))
    return select(Conversation.id).where(Conversation.address.in_(wanted)).union_all(chats)


def last_said(session: Session, address: str) -> Message | None:
    """The newest thing that was said on a number or mailbox, or in a chat that was shown to be theirs, by whoever
    is there, as far as it has been read, or by a person of ours. A machine's answer is nothing said."""
    by_them = (Message.inbound_state == InboundState.DONE) & (Message.read_as["intent"].astext != AUTO_REPLY)
    return session.scalar(
        select(Message)
        .where(Message.conversation_id.in_(lines_with([contact_of(address)])))
        .where(by_them | Message.staff_id.is_not(None))
        .order_by(Message.id.desc())
        .limit(1)
    )


def has_agreed(session: Session, patient_id: UUID, address: str, kind: ConsentKind) -> bool:
    """Whether a patient agreed to this on what is behind an address, and is still reached there."""
    found = _words_of(patient_id).where(ContactPoint.address == contact_of(address), Consent.kind == kind)
    return session.execute(found.limit(1)).first() is not None


def agreed(session: Session, patient_id: UUID) -> list[tuple[ContactPoint, ConsentKind]]:
    """What reaches a patient, with each thing they agreed to there; what is to be tried first comes first."""
    first = _words_of(patient_id).order_by(PatientContact.position, ContactPoint.id)
    return [(point, kind) for point, kind in session.execute(first)]


def wanted_channels(session: Session, patient_id: UUID) -> list[str]:
    """The channels a patient asked for when they last joined the waitlist, in their order; empty where they never
    said."""
    asked = select(WaitlistEntry.channels).where(WaitlistEntry.patient_id == patient_id)
    return session.scalar(asked.order_by(WaitlistEntry.added_at.desc()).limit(1)) or []


def _words_of(patient_id: UUID) -> Select[ContactPoint, ConsentKind]:
    return (
        select(ContactPoint, Consent.kind)
        .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
        .join(
            Consent,
            (Consent.contact_point_id == ContactPoint.id) & (Consent.patient_id == PatientContact.patient_id),
        )
        .where(PatientContact.patient_id == patient_id, Consent.granted, Consent.superseded_at.is_(None))
    )


def held_by_a_person(session: Session, contacts: Sequence[str]) -> bool:
    """Whether a person has a conversation with one of these numbers or mailboxes."""
    theirs = Conversation.id.in_(lines_with(contacts))
    return bool(session.scalar(select(exists().where(theirs, Conversation.holder == Holder.PERSON))))
