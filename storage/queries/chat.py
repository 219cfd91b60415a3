"""The web chat: whose a token is, storing what a visitor writes once, and what has been said so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rules.states import Direction, InboundState, OutboxState, SenderKind
from storage.tables import ChatCode, ChatSession, Clinic, Conversation, Message, Sender, new_id

MOST_SHOWN = 200
"""Messages given at a time."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message as the browser knows it: of the visitor's own by the id that the browser gave it."""

    id: UUID
    by_visitor: bool
    text: str
    at: datetime


def clinic_by_slug(session: Session, slug: str) -> Clinic | None:
    return session.scalar(select(Clinic).where(Clinic.slug == slug))


def session_by(session: Session, token_hash: str, now: datetime) -> tuple[ChatSession, UUID | None] | None:
    """The session of a token that still works, and the clinic's policy."""
    row = session.execute(
        select(ChatSession, Clinic.policy_id)
        .join(Clinic, Clinic.id == ChatSession.clinic_id)
        .where(ChatSession.token_hash == token_hash, ChatSession.expires_at > now)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def session_of(session: Session, conversation_id: UUID) -> ChatSession:
    return session.scalars(select(ChatSession).where(ChatSession.conversation_id == conversation_id)).one()


def line_of(session: Session, clinic_id: UUID, address: str) -> Sender:
    """What a clinic's chats hang on, as texts hang on a number; made with the first of them."""
    session.execute(
        insert(Sender)
        .values(
            id=new_id(), clinic_id=clinic_id, address=address, kind=SenderKind.CHAT, rate_per_second=1000.0
        )
        .on_conflict_do_nothing(index_elements=["address"])
    )
    return session.scalars(select(Sender).where(Sender.address == address)).one()


def store_once(session: Session, conversation: Conversation, written: UUID, text: str, now: datetime) -> bool:
    """Store what a visitor wrote, unless it was before; the conversation is locked, so that the messages of a chat
    have their ids in the order in which they can be seen."""
    stored = session.execute(
        insert(Message)
        .values(
            id=new_id(),
            clinic_id=conversation.clinic_id,
            conversation_id=conversation.id,
            sender_id=conversation.sender_id,
            address=conversation.address,
            direction=Direction.IN,
            body=text,
            created_at=now,
            provider_sid=_sid(conversation.id, written),
            inbound_state=InboundState.UNREAD,
        )
        .on_conflict_do_nothing(index_elements=["provider_sid"])
        .returning(Message.id)
    )
    return stored.one_or_none() is not None


def told(session: Session, conversation_id: UUID, after: UUID | None) -> list[Told]:
    """What was said in a chat after one of its messages, oldest first; the newest of all where none is named, or
    none of this chat."""
    last = _known(session, conversation_id, after) if after else None
    seen = select(Message).where(
        Message.conversation_id == conversation_id,
        or_(Message.direction == Direction.IN, Message.outbox_state == OutboxState.SENT),
    )
    if last is not None:
        found: Sequence[Message] = session.scalars(
            seen.where(Message.id > last).order_by(Message.id).limit(MOST_SHOWN)
        ).all()
    else:
        newest = session.scalars(seen.order_by(Message.id.desc()).limit(MOST_SHOWN)).all()
        found = newest[::-1]
    return [_as_told(message) for message in found]


def _known(session: Session, conversation_id: UUID, named: UUID) -> UUID | None:
    return session.scalar(
        select(Message.id).where(
            Message.conversation_id == conversation_id,
            or_(Message.id == named, Message.provider_sid == _sid(conversation_id, named)),
        )
    )


def _as_told(message: Message) -> Told:
    by_visitor = message.direction is Direction.IN
    known_as = UUID((message.provider_sid or "").rpartition(":")[2]) if by_visitor else message.id
    return Told(known_as, by_visitor, message.body, message.created_at)


def _sid(conversation_id: UUID, written: UUID) -> str:
    return f"chat:{conversation_id}:{written}"


# Codes


def code_awaited(session: Session, conversation_id: UUID) -> ChatCode | None:
    """The newest code that was asked for in a chat, whether or not its time is over."""
    return session.scalar(
        select(ChatCode)
        .where(ChatCode.conversation_id == conversation_id, ChatCode.ended_at.is_(None))
        .order_by(ChatCode.id.desc())
        .limit(1)
    )


def codes_since(session: Session, number: str, network: str, since: datetime) -> tuple[int, int]:
    """How many codes were asked for since then: for a number, and from a network address."""

    def counted(which: ColumnElement[bool]) -> ColumnElement[int]:
        return (
            select(func.count())
            .select_from(ChatCode)
            .where(which, ChatCode.made_at > since)
            .scalar_subquery()
        )

    row = session.execute(
        select(counted(ChatCode.number == number), counted(ChatCode.network == network))
    ).one()
    return row[0], row[1]
