"""What the carrier says of a text that went out. Callbacks come late, twice and out of order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from rules.channels import channel_of, contact_of
from rules.delivery import EARLIER
from rules.states import Channel, DeliveryState, DueKind, MessageClass, OutboxState, RecipientState
from storage.queries.due import set_due
from storage.queries.offers import openings_of_text
from storage.tables import ContactPoint, Message, Recipient

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


_MOVE = text(
    """
    WITH before AS (
        SELECT id, outbox_state, delivery_state FROM message
        WHERE id = :id AND outbox_state IS NOT NULL FOR NO KEY UPDATE
    )
    UPDATE message SET
        provider_sid = coalesce(message.provider_sid, :sid),
        outbox_state = CASE WHEN before.outbox_state IN ('claimed', 'unknown') THEN 'sent'
                            ELSE before.outbox_state END,
        sent_at = CASE WHEN before.outbox_state IN ('claimed', 'unknown') THEN :now ELSE message.sent_at END,
        delivery_state = CASE WHEN before.delivery_state = ANY(:earlier) THEN :state
                              ELSE before.delivery_state END,
        error_code = CASE WHEN before.delivery_state = ANY(:earlier) THEN coalesce(:code, message.error_code)
                          ELSE message.error_code END
    FROM before
    WHERE message.id = before.id AND (
        before.outbox_state IN ('claimed', 'unknown') OR message.provider_sid IS NULL
        OR before.delivery_state = ANY(:earlier)
    )
    RETURNING message.clinic_id, message.sender_id, before.outbox_state,
              before.delivery_state = ANY(:earlier) AS moved
    """
)
"""One statement: three callbacks come for every text that goes out. It gives no row where nothing is new."""


def record(session: Session, update: StatusUpdate, now: datetime) -> list[tuple[str, UUID]]:
    """Move a text's state forward; gives what is to be woken after commit. One statement, except where a text did
    not arrive: that needs a transaction.

    Any callback also settles a text whose send was never answered: the carrier has it. One that is queued
    again, because it was believed lost, keeps the carrier's id, and the pump does not send it a second time.
    """
    values = {"id": update.message_id, "sid": update.sid, "code": update.error_code, "now": now}
    row = session.execute(
        _MOVE, {**values, "state": update.state, "earlier": list(EARLIER[update.state])}
    ).one_or_none()
    if row is None:
        return []
    wakes: list[tuple[str, UUID]] = []
    # Its recipient may have the next one. While its send is under way, the pump is there to look.
    if row.outbox_state == OutboxState.UNKNOWN:
        wakes.append(("outbound", row.sender_id))
    if not row.moved:
        return wakes
    if update.state in UNREACHED:
        message = session.get_one(Message, update.message_id, populate_existing=True)
        note_number(session, message, now)
        wakes += not_arrived(session, message, now)
    return [*wakes, ("live", row.clinic_id)]


def note_number(session: Session, message: Message, now: datetime) -> None:
    """Remember what the carrier's error says of the number or mailbox itself. That a phone takes no WhatsApp, or
    was not picked up, says nothing of its texts. A campaign's recipient has bounced, whatever the error, but for a
    call that nobody took."""
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
    nobody_there = (
        channel_of(message.address) is Channel.VOICE and message.delivery_state is DeliveryState.UNDELIVERED
    )
    if recipient is not None and recipient.state is RecipientState.CONTACTED and not nobody_there:
        recipient.state, recipient.due_at = RecipientState.BOUNCED, None


def _is_bad(message: Message) -> bool:
    code, channel = message.error_code or "", channel_of(message.address)
    by_text = channel is Channel.SMS and code in BAD_NUMBER
    return by_text or (channel is Channel.EMAIL and code.startswith(BAD_MAILBOX))


def not_arrived(session: Session, message: Message, now: datetime) -> list[tuple[str, UUID]]:
    """What did not arrive asked nobody: the openings it offered are looked at again, at once, and a reminder goes
    another way."""
    again = [
        (DueKind.OPENING, opening_id) for opening_id in openings_of_text(session, message.about_offer_id)
    ]
    if message.klass is MessageClass.REMINDER and "reminder" in (message.phrase or ""):
        again.append((DueKind.REMINDER_AGAIN, message.id))
    return [("due", set_due(session, message.clinic_id, kind, subject_id, now)) for kind, subject_id in again]
