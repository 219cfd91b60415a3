"""Conversations: who is on the number, what is awaited, and who has it, the bot or a person."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert

from rules.channels import TEXTING, addresses_of, channel_of, contact_of
from rules.states import Channel, PromptKind
from storage.tables import (
    Consent,
    ContactPoint,
    Conversation,
    Message,
    Patient,
    PatientContact,
    Prompt,
    Sender,
)
from storage.transaction import Tx, made_once

# Asked with every text, so made once.

_LOCK = made_once(
    select(Conversation)
    .where(Conversation.id == bindparam("conversation_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_PATIENTS_ON = made_once(
    select(Patient, ContactPoint)
    .join(PatientContact, PatientContact.patient_id == Patient.id)
    .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
    .where(ContactPoint.address == bindparam("contact"), ContactPoint.wrong_number_at.is_(None))
    .order_by(Patient.id)
)
_OPEN_PROMPTS = made_once(
    select(Prompt)
    .where(
        Prompt.conversation_id == bindparam("conversation_id"),
        Prompt.answered_at.is_(None),
        or_(Prompt.expires_at.is_(None), Prompt.expires_at > bindparam("now")),
    )
    .order_by(Prompt.asked_at.desc(), Prompt.id.desc())
)


def lock(tx: Tx, conversation_id: UUID) -> Conversation:
    """The conversation, locked: the first lock of every transaction that needs one."""
    return tx.session.scalars(_LOCK, {"conversation_id": conversation_id}).one()


def patients_on(tx: Tx, address: str) -> Sequence[Patient]:
    """Everybody the number or mailbox is known to reach, oldest record first. One that changed hands reaches
    nobody."""
    contact = contact_of(address)
    found = tx.session.execute(_PATIENTS_ON, {"contact": contact}).all()
    if found:
        tx.points[contact] = found[0].ContactPoint
    return [each.Patient for each in found]


def for_patient(tx: Tx, patient_id: UUID) -> Conversation | None:
    """The conversation a patient is texted in: their first number that may be texted. None: there is none.

    A row is made where there is none yet; an existing one is neither locked nor changed. Offers go by any channel
    (clinic/reaching.py).
    """
    point, sender = _textable(tx, patient_id), texting(tx)
    return with_address(tx, sender, point.address) if point and sender else None


def texting(tx: Tx) -> Sender | None:
    """The number the clinic texts from."""
    return tx.session.scalar(select(Sender).where(Sender.kind.in_(TEXTING)).order_by(Sender.id).limit(1))


def with_address(tx: Tx, sender: Sender, address: str) -> Conversation:
    tx.session.execute(
        insert(Conversation)
        .values(clinic_id=tx.clinic_id, sender_id=sender.id, address=address, created_at=tx.now)
        .on_conflict_do_nothing(index_elements=["sender_id", "address"])
    )
    return tx.session.scalars(
        select(Conversation).where(Conversation.sender_id == sender.id, Conversation.address == address)
    ).one()


def _textable(tx: Tx, patient_id: UUID) -> ContactPoint | None:
    return tx.session.scalar(
        select(ContactPoint)
        .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
        .where(
            PatientContact.patient_id == patient_id,
            ContactPoint.address.startswith("+"),
            ContactPoint.opted_out_at.is_(None),
            ContactPoint.carrier_blocked_at.is_(None),
            ContactPoint.wrong_number_at.is_(None),
            ContactPoint.undeliverable_at.is_(None),
        )
        .order_by(PatientContact.position, ContactPoint.id)
        .limit(1)
    )


# What is awaited


def ask(
    tx: Tx,
    conversation: Conversation,
    kind: PromptKind,
    subject_id: UUID | None,
    *,
    patient_id: UUID | None = None,
    options: Sequence[str] = (),
    message: Message | None = None,
    lives: timedelta = timedelta(hours=24),
) -> Prompt:
    """Remember that an answer is awaited. An open prompt of the same kind is replaced by this one; of offers and
    reminders several may be open, one a subject."""
    if kind is PromptKind.REMINDER:
        close_prompts(tx, conversation.id, kind, subject_id)
    elif kind is not PromptKind.OFFER:
        close_prompts(tx, conversation.id, kind)
    if message is not None:
        tx.session.flush()  # the text stands before what names it
    prompt = Prompt(
        clinic_id=tx.clinic_id,
        conversation_id=conversation.id,
        patient_id=patient_id,
        kind=kind,
        subject_id=subject_id,
        options=list(options),
        message_id=message.id if message else None,
        asked_at=tx.now,
        expires_at=tx.now + lives,
    )
    tx.session.add(prompt)
    return prompt


def open_prompts(tx: Tx, conversation_id: UUID) -> Sequence[Prompt]:
    """What the bot waits for from a number, newest first."""
    return tx.session.scalars(_OPEN_PROMPTS, {"conversation_id": conversation_id, "now": tx.now}).all()


def asked_by_text(tx: Tx, conversation: Conversation) -> Sequence[Prompt]:
    """What was offered, or reminded of, by text to whoever chats here, and still waits for an answer."""
    number = contact_of(conversation.address)
    if channel_of(conversation.address) is not Channel.CHAT or number == conversation.address:
        return ()
    return tx.session.scalars(
        select(Prompt)
        .join(Conversation, Conversation.id == Prompt.conversation_id)
        .where(
            Conversation.address.in_(addresses_of(number)),
            Prompt.kind.in_((PromptKind.OFFER, PromptKind.REMINDER)),
            Prompt.answered_at.is_(None),
            or_(Prompt.expires_at.is_(None), Prompt.expires_at > tx.now),
        )
    ).all()


def last_asked(tx: Tx, conversation_id: UUID, kind: PromptKind) -> Prompt | None:
    """The newest question of a kind whose time is not over, whether or not it still waits for an answer."""
    return tx.session.scalar(
        select(Prompt)
        .where(
            Prompt.conversation_id == conversation_id,
            Prompt.kind == kind,
            or_(Prompt.expires_at.is_(None), Prompt.expires_at > tx.now),
        )
        .order_by(Prompt.asked_at.desc(), Prompt.id.desc())
        .limit(1)
    )


def close_prompts(
    tx: Tx, conversation_id: UUID, kind: PromptKind | None = None, subject_id: UUID | None = None
) -> None:
    """Nothing more is awaited of this kind, or about this subject."""
    for prompt in open_prompts(tx, conversation_id):
        if kind in (None, prompt.kind) and subject_id in (None, prompt.subject_id):
            prompt.answered_at = tx.now


def close_prompts_about(tx: Tx, subject_id: UUID) -> None:
    """A subject is settled: nobody is waited for about it, in any conversation."""
    _close(tx, Prompt.subject_id == subject_id)


def close_prompts_of(tx: Tx, message_id: UUID) -> None:
    """A text did not go out, or all it asked is settled: nobody is waited for to answer it."""
    _close(tx, Prompt.message_id == message_id)


def close_prompts_beside(tx: Tx, subject_id: UUID) -> None:
    """A choice is made: of what was asked in the same text as this, nothing is awaited any more."""
    texts = select(Prompt.message_id).where(Prompt.subject_id == subject_id, Prompt.message_id.is_not(None))
    _close(tx, Prompt.message_id.in_(texts))


def _close(tx: Tx, which: ColumnElement[bool]) -> None:
    for prompt in tx.session.scalars(select(Prompt).where(which, Prompt.answered_at.is_(None))):
        prompt.answered_at = tx.now


def consents(tx: Tx, patient_id: UUID) -> Sequence[Consent]:
    return tx.session.scalars(
        select(Consent).where(Consent.patient_id == patient_id, Consent.superseded_at.is_(None))
    ).all()
