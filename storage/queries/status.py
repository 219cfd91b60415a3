"""What the carrier says of a text that went out. Callbacks come late, twice and out of order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.channels import channel_of, contact_of
from rules.delivery import later
from rules.states import Channel, DeliveryState, DueKind, OutboxState, RecipientState
from storage.queries.due import set_due
from storage.tables import ContactPoint, Message, Offer, Recipient

STATES = {
    "accepted": DeliveryState.ACCEPTED,
    "scheduled": DeliveryState.ACCEPTED,
    "queued": DeliveryState.QUEUED,
    "sending": DeliveryState.SENDING,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.UNDELIVERED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
"""Twilio's MessageStatus → ours."""

BAD_NUMBER = ("30005", "30006", "21211", "21614")
"""Unknown destination, landline, not a number: no text will ever reach it."""

BAD_MAILBOX = "5.1."
"""How a mail server's code begins that says that there is no such mailbox (RFC 3463)."""

OPTED_OUT = "21610"
"""The recipient has told the carrier STOP."""

UNREACHED = (DeliveryState.UNDELIVERED, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    message_id: UUID
    sid: str
    state: DeliveryState
    error_code: str | None


def record(session: Session, update: StatusUpdate, now: datetime) -> list[tuple[str, UUID]]:
    """Move a text's state forward; gives what is to be woken after commit.

    Any callback also settles a text whose send was never answered: the carrier has it. One that is queued
    again, because it was believed lost, keeps the carrier's id, and the pump does not send it a second time.
    """
    message = session.scalar(
        select(Message).where(Message.id == update.message_id).with_for_update(key_share=True)
    )
    if message is None or message.outbox_state is None:
        return []
    wakes: list[tuple[str, UUID]] = []
    if message.outbox_state in (OutboxState.CLAIMED, OutboxState.UNKNOWN):
        message.outbox_state = OutboxState.SENT
        message.sent_at = now
        wakes.append(("outbound", message.sender_id))  # its recipient may have the next one
    if message.provider_sid is None:
        message.provider_sid = update.sid
    before = message.delivery_state
    message.delivery_state = later(before, update.state)
    if message.delivery_state is before:
        return wakes
    message.error_code = update.error_code or message.error_code
    if message.delivery_state in UNREACHED:
        note_number(session, message, now)
        wakes += end_offer_of(session, message, now)
    return [*wakes, ("live", message.clinic_id)]


def note_number(session: Session, message: Message, now: datetime) -> None:
    """Remember what the carrier's error says of the number or mailbox itself. That a phone takes no WhatsApp, or
    was not picked up, says nothing of its texts. A campaign's recipient has bounced, whatever the error."""
    _bounce(session, message)
    point = session.scalar(
        select(ContactPoint).where(
            ContactPoint.clinic_id == message.clinic_id, ContactPoint.address == contact_of(message.address)
        )
    )
    if point is not None and _is_bad(message):
        point.undeliverable_at = point.undeliverable_at or now
    if point is not None and message.error_code == OPTED_OUT:
        point.opted_out_at = point.opted_out_at or now
        point.carrier_blocked_at = point.carrier_blocked_at or now


def _bounce(session: Session, message: Message) -> None:
    recipient = (
        session.get(
            Recipient, message.about_recipient_id, with_for_update={"key_share": True}, populate_existing=True
        )
        if message.about_recipient_id
        else None
    )
    if recipient is not None and recipient.state is RecipientState.CONTACTED:
        recipient.state, recipient.due_at = RecipientState.BOUNCED, None


def _is_bad(message: Message) -> bool:
    code, channel = message.error_code or "", channel_of(message.address)
    by_text = channel is Channel.SMS and code in BAD_NUMBER
    return by_text or (channel is Channel.EMAIL and code.startswith(BAD_MAILBOX))


def end_offer_of(session: Session, message: Message, now: datetime) -> list[tuple[str, UUID]]:
    """An offer that did not arrive asked nobody: its opening is looked at again, at once."""
    offer = session.get(Offer, message.about_offer_id) if message.about_offer_id else None
    if offer is None:
        return []
    return [("due", set_due(session, message.clinic_id, DueKind.OPENING, offer.opening_id, now))]
