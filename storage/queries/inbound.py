"""Storing a text that came in, once, and finding what is still unread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor
from sqlalchemy import bindparam, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from rules.states import Direction, InboundState
from storage.tables import Clinic, Message, Sender, new_id

_STORE = """
    WITH line AS (
        SELECT id, clinic_id FROM sender WHERE address = %(to)s
    ), known AS (
        SELECT c.id, c.clinic_id, c.sender_id FROM conversation c JOIN line ON c.sender_id = line.id
        WHERE c.address = %(from)s
    ), made AS (
        INSERT INTO conversation (id, clinic_id, sender_id, address, holder, misses, created_at)
        SELECT %(conversation_id)s, clinic_id, id, %(from)s, 'bot', 0, %(now)s FROM line
        WHERE NOT EXISTS (SELECT 1 FROM known)
        ON CONFLICT (sender_id, address) DO UPDATE SET address = excluded.address
        RETURNING id, clinic_id, sender_id
    ), place AS (
        SELECT * FROM known UNION ALL SELECT * FROM made
    ), stored AS (
        INSERT INTO message (id, clinic_id, conversation_id, sender_id, address, direction, body, created_at,
                             provider_sid, inbound_state, media_count, opt_out_type, attempts, segments,
                             not_found, delivery_state)
        SELECT %(message_id)s, clinic_id, id, sender_id, %(from)s, 'in', %(body)s, %(now)s,
               %(sid)s, 'unread', %(media_count)s, %(opt_out_type)s, 0, 0, 0, 'none'
        FROM place
        ON CONFLICT (provider_sid) DO NOTHING
        RETURNING conversation_id
    )
    SELECT (SELECT count(*) FROM line) AS lines, (SELECT conversation_id FROM stored) AS conversation_id
"""
"""One statement: the line texted tells the clinic, the conversation is found or made, the message stored
unless its sid is known. Concurrent copies wait for the first and then do nothing."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text as the carrier handed it over."""

    sid: str
    sender: str  # the patient's number
    to: str  # ours
    body: str
    media_count: int = 0
    opt_out_type: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """`ours`: the number texted is one of ours. `conversation_id` is None for a copy seen before."""

    ours: bool
    conversation_id: UUID | None


def store_once(cursor: Cursor[Any], inbound: Inbound, now: datetime) -> Stored:
    """`cursor` is of `Store.one_statement()`."""
    lines, conversation_id = cursor.execute(
        _STORE,
        {
            "to": inbound.to,
            "from": inbound.sender,
            "conversation_id": new_id(),
            "message_id": new_id(),
            "body": inbound.body,
            "sid": inbound.sid,
            "media_count": inbound.media_count,
            "opt_out_type": inbound.opt_out_type,
            "now": now,
        },
    ).fetchall()[0]
    return Stored(ours=lines > 0, conversation_id=conversation_id)


@dataclass(frozen=True, slots=True)
class Unread:
    """A text as it waits to be understood. `zone` (IANA) and the policy are the clinic's."""

    id: UUID
    clinic_id: UUID
    conversation_id: UUID
    body: str
    media_count: int
    created_at: datetime
    retry_at: datetime | None
    zone: str
    policy_id: UUID | None


_UNREAD = Message.inbound_state == literal_column(f"'{InboundState.UNREAD}'")
"""Written out: PostgreSQL could not keep its plan of a statement whose index, for this state only, depends on a
value that is handed over."""

_UNREAD_TEXTS = (
    select(
        Message.id,
        Message.clinic_id,
        Message.conversation_id,
        Message.body,
        Message.media_count,
        Message.created_at,
        Message.retry_at,
        Clinic.timezone,
        Clinic.policy_id,
    )
    .join(Clinic, Clinic.id == Message.clinic_id)
    .where(Message.conversation_id == bindparam("conversation_id"), _UNREAD)
    .order_by(Message.id)
)
_OLDEST_UNREAD = select(func.min(Message.created_at)).where(
    Message.conversation_id == bindparam("conversation_id"), _UNREAD
)
_BEGIN = (
    update(Message)
    .where(Message.id == bindparam("message_id"), _UNREAD)
    .values(attempts=Message.attempts + 1)
    .returning(Message.attempts)
)
"""Asked with every text, so made once, and asked of the connection itself: what a session does for objects costs
more than the database's answer."""


def unread(session: Session, conversation_id: UUID) -> list[Unread]:
    """The unread texts of a conversation, oldest first."""
    found = session.connection().execute(_UNREAD_TEXTS, {"conversation_id": conversation_id})
    return [Unread(*row) for row in found]


def oldest_unread_at(session: Session, conversation_id: UUID) -> datetime | None:
    """When the text came in that is read next, or is being read."""
    return session.connection().scalar(_OLDEST_UNREAD, {"conversation_id": conversation_id})


def heard_since(session: Session, conversation_id: UUID, since: datetime) -> bool:
    """Whether a text has come into a conversation since then."""
    came = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.direction == Direction.IN,
        Message.created_at > since,
    )
    return session.scalar(came.limit(1)) is not None


def begin_attempt(session: Session, message_id: UUID) -> int:
    """Count a turn that begins; give how many have begun."""
    return session.connection().scalar(_BEGIN, {"message_id": message_id}) or 0


def take_back_attempt(session: Session, message_id: UUID, retry_at: datetime) -> None:
    """The model was away: that turn does not count, and the message is looked at again at `retry_at`."""
    session.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(attempts=Message.attempts - 1, retry_at=retry_at)
    )


def retry_later(session: Session, message_id: UUID, retry_at: datetime) -> None:
    session.execute(update(Message).where(Message.id == message_id).values(retry_at=retry_at))


def waiting_conversations(session: Session, now: datetime, woken_before: datetime) -> list[UUID]:
    """Conversations with something unread that nobody was woken for lately; they count as woken now."""
    due = (
        select(Message.id)
        .where(
            _UNREAD,
            or_(Message.retry_at.is_(None), Message.retry_at <= now),
            or_(Message.woken_at.is_(None), Message.woken_at <= woken_before),
        )
        .limit(1000)
        .with_for_update(skip_locked=True, key_share=True)
    )
    woken = session.scalars(
        update(Message)
        .where(Message.id.in_(due.scalar_subquery()))
        .values(woken_at=now)
        .returning(Message.conversation_id)
        .execution_options(synchronize_session=False)
    )
    return list(dict.fromkeys(woken))


def sender_of(session: Session, address: str) -> Sender | None:
    return session.scalar(select(Sender).where(Sender.address == address))
