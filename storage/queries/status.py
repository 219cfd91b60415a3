"""What the carrier says of a text that went out. Callbacks come late, twice and out of order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor
from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.channels import channel_of, contact_of
from rules.delivery import EARLIER, TERMINAL_DELIVERY
from rules.states import (
    AttemptResult,
    Channel,
    DeliveryState,
    DueKind,
    MessageClass,
    OutboxState,
    RecipientState,
)
from storage.queries.due import set_due
from storage.queries.offers import openings_of_text
from storage.tables import ContactPoint, Message, Recipient, RecoveryAttempt

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


_MOVE = """
    WITH before AS (
        SELECT id, outbox_state, delivery_state FROM message
        WHERE id = %(id)s AND outbox_state IS NOT NULL FOR NO KEY UPDATE
    )
    UPDATE message SET
        provider_sid = coalesce(message.provider_sid, %(sid)s),
        outbox_state = CASE WHEN before.outbox_state IN ('claimed', 'unknown') THEN 'sent'
                            ELSE before.outbox_state END,
        sent_at = CASE WHEN before.outbox_state IN ('claimed', 'unknown') THEN %(now)s ELSE message.sent_at END,
        delivery_state = CASE WHEN before.delivery_state = ANY(%(earlier)s) THEN %(state)s
                              ELSE before.delivery_state END,
        error_code = CASE WHEN before.delivery_state = ANY(%(earlier)s) THEN coalesce(%(code)s, message.error_code)
                          ELSE message.error_code END
    FROM before
    WHERE message.id = before.id AND (
        before.outbox_state IN ('claimed', 'unknown') OR message.provider_sid IS NULL
        OR before.delivery_state = ANY(%(earlier)s)
    )
    RETURNING message.clinic_id, message.sender_id, before.outbox_state,
              before.delivery_state = ANY(%(earlier)s) AS moved
"""
"""One statement: three callbacks come for every text that goes out. It gives no row where nothing is new."""


def move(cursor: Cursor[Any], update: StatusUpdate, now: datetime) -> list[tuple[str, UUID]]:
    """Move a text's state forward, in one statement; gives what is to be woken after commit.

    Any callback also settles a text whose send was never answered: the carrier has it. One that is queued
    again, because it was believed lost, keeps the carrier's id, and the pump does not send it a second time.
    """
    cursor.execute(_MOVE, _values(update, now))
    moved = cursor.fetchone()
    return [] if moved is None else _wakes(moved, update)


def record(session: Session, update: StatusUpdate, now: datetime) -> list[tuple[str, UUID]]:
    """The same, also of a text that did not arrive: more than its own row changes, which needs a transaction."""
    moved = session.connection().exec_driver_sql(_MOVE, _values(update, now)).one_or_none()
    if moved is None:
        return []
    wakes = _wakes(moved, update)
    if moved.moved and update.state in UNREACHED:
        message = session.get_one(Message, update.message_id, populate_existing=True)
        note_number(session, message, now)
        wakes += not_arrived(session, message, now)
    return wakes


def _values(update: StatusUpdate, now: datetime) -> dict[str, object]:
    return {
        "id": update.message_id,
        "sid": update.sid,
        "code": update.error_code,
        "now": now,
        "state": update.state,
        "earlier": list(EARLIER[update.state]),
    }


def _wakes(moved: Any, update: StatusUpdate) -> list[tuple[str, UUID]]:
    wakes: list[tuple[str, UUID]] = []
    # Its recipient may have the next one. While its send is under way, the pump is there to look.
    if moved.outbox_state == OutboxState.UNKNOWN:
        wakes.append(("outbound", moved.sender_id))
    # Screens show whether a text went out and whether it arrived, and none of the steps between.
    settled = moved.outbox_state in (OutboxState.CLAIMED, OutboxState.UNKNOWN)
    if settled or (moved.moved and update.state in TERMINAL_DELIVERY):
        wakes.append(("live", moved.clinic_id))
    return wakes


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
    """What did not arrive asked nobody: the openings it offered are looked at again, at once, and a reminder, or
    what was to make up for a lost visit, goes another way."""
    again = [
        (DueKind.OPENING, opening_id) for opening_id in openings_of_text(session, message.about_offer_id)
    ]
    if message.klass is MessageClass.REMINDER and "reminder" in (message.phrase or ""):
        again.append((DueKind.REMINDER_AGAIN, message.id))
    case_id = session.scalar(
        select(RecoveryAttempt.case_id).where(
            RecoveryAttempt.message_id == message.id, RecoveryAttempt.result == AttemptResult.PENDING
        )
    )
    if case_id is not None:
        again.append((DueKind.RECOVERY, case_id))
    return [("due", set_due(session, message.clinic_id, kind, subject_id, now)) for kind, subject_id in again]
