"""What is awaited in a conversation, as plain values for `decide`: prompts that can still be answered."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from clinic import acceptance, appointments, conversations
from clinic.offering import LINE
from handlers.decide import Awaited
from rules.states import DeliveryState, OfferState, OutboxState, PromptKind
from storage.tables import (
    Appointment,
    AppointmentType,
    Conversation,
    Message,
    Patient,
    Prompt,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Tx

TO_KNOW_WHO = (PromptKind.NUMBER, PromptKind.CODE)
LOST = (DeliveryState.UNDELIVERED, DeliveryState.FAILED)


def awaited_in(tx: Tx, conversation: Conversation) -> tuple[Awaited, ...]:
    """Newest first. An offer whose slot is gone is awaited no more: a yes to it gets an honest answer. Nor is a
    reminder of a visit that is cancelled or has begun. In a chat, what was offered or reminded of by text can be
    answered too. A number or a code we wait for there is no question of this kind (handlers/web_chat.py)."""
    prompts = [
        *conversations.open_prompts(tx, conversation.id),
        *conversations.asked_by_text(tx, conversation),
    ]
    found = [
        (each, _awaited(tx, each))
        for each in sorted(prompts, key=_newest_first)
        if each.kind not in TO_KNOW_WHO
    ]
    asking = Counter(each.message_id for each, _ in found)
    return tuple(
        replace(one, said=_words(tx, each)) if asking[each.message_id] == 1 else one
        for each, one in found
        if one is not None
    )


def _words(tx: Tx, prompt: Prompt) -> str:
    """The text that asked."""
    asked = tx.session.get(Message, prompt.message_id) if prompt.message_id else None
    return asked.body if asked else ""


def _newest_first(prompt: Prompt) -> tuple[float, int]:
    return -prompt.asked_at.timestamp(), -prompt.id.int


def _awaited(tx: Tx, prompt: Prompt) -> Awaited | None:
    if prompt.kind in (PromptKind.OFFER, PromptKind.CONFIRM) and prompt.subject_id is not None:
        return _offer(tx, prompt, prompt.subject_id)
    if prompt.kind in (PromptKind.CANCEL_CONFIRM, PromptKind.REMINDER) and prompt.subject_id is not None:
        return _visit(tx, prompt, prompt.subject_id)
    if prompt.kind is PromptKind.LIST and _is_over(tx, prompt):
        return None
    return Awaited(
        prompt.kind,
        prompt.id,
        prompt.subject_id,
        prompt.asked_at,
        options=len(prompt.options),
        name=tx.session.get_one(Patient, prompt.patient_id).first_name if prompt.patient_id else None,
    )


def _offer(tx: Tx, prompt: Prompt, offer_id: UUID) -> Awaited | None:
    answerable = acceptance.answerable_offers(tx, [offer_id])
    if not answerable:
        return None
    offer, opening = answerable[0]
    entry = tx.session.get_one(WaitlistEntry, offer.entry_id)
    return Awaited(
        prompt.kind,
        prompt.id,
        offer.id,
        prompt.asked_at,
        start=opening.starts_at,
        minutes=tx.session.get_one(AppointmentType, entry.type_id).minutes,
        provider=tx.session.get_one(Provider, opening.provider_id).name,
        name=tx.session.get_one(Patient, offer.patient_id).first_name,
    )


def _is_over(tx: Tx, prompt: Prompt) -> bool:
    """Whether a list holds offers only, and none of them can be had any more, or all were passed on."""
    listed = [option.removeprefix(f"{LINE}:") for option in prompt.options]
    if not all(option.startswith(f"{LINE}:") for option in prompt.options):
        return False
    left = acceptance.answerable_offers(tx, [UUID(offer_id) for offer_id in listed])
    return all(offer.state is OfferState.DECLINED for offer, _ in left)


def _visit(tx: Tx, prompt: Prompt, visit_id: UUID) -> Awaited | None:
    visit = tx.session.get_one(Appointment, visit_id)
    if prompt.kind is PromptKind.REMINDER and not (
        appointments.is_coming(tx, visit) and _arrived(tx, prompt)
    ):
        return None
    words = appointments.words(tx, visit)
    return Awaited(
        prompt.kind,
        prompt.id,
        visit.id,
        prompt.asked_at,
        options=len(prompt.options),
        start=visit.starts_at,
        provider=str(words["provider"]),
        name=str(words["name"]),
        asked_in=prompt.message_id,
    )


def _arrived(tx: Tx, prompt: Prompt) -> bool:
    """Whether the text that asked can have been read: nobody answers one that was not delivered."""
    asked = tx.session.get(Message, prompt.message_id) if prompt.message_id else None
    return asked is None or not (asked.outbox_state is OutboxState.FAILED or asked.delivery_state in LOST)
