"""The web chat: whose a token is, storing what a visitor writes once, and what has been said so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rules.states import Direction, InboundState, OutboxState, SenderKind
from storage.tables import ChatCode, ChatSession, Clinic, Conversation, Message, Sender, new_id

MOST_SHOWN = 200
"""Messages given at a time."""

_CAME_AS = case(
    (
        and_(Message.direction == Direction.OUT, Message.provider_sid.is_not(None)),
        cast(func.right(Message.provider_sid, 36), Uuid),
    ),
    else_=Message.id,
)
"""In the order of these the messages of a chat can be seen. What has waited to be said gets one as it is said: its
id is as old as its row."""


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


def is_open_at(now: datetime) -> ColumnElement[bool]:
    """A chat whose visitor has shown which number is theirs, and can still read on. It ends a month after it
    began: somebody was there within that time."""
    return and_(ChatSession.number.is_not(None), ChatSession.expires_at > now)


def is_open(session: Session, conversation_id: UUID, now: datetime) -> bool:
    found = exists().where(ChatSession.conversation_id == conversation_id, is_open_at(now))
    return bool(session.scalar(select(found)))


def open_with(session: Session, numbers: Sequence[str], now: datetime) -> dict[str, str]:
    """The address of the open chat of each number; of several the one written in last."""
    rows = session.execute(
        select(ChatSession.number, Conversation.address)
        .join(Conversation, Conversation.id == ChatSession.conversation_id)
        .where(ChatSession.number.in_(numbers), is_open_at(now))
        .order_by(ChatSession.seen_at, ChatSession.id)  # of each number the last one stays
    )
    return {number: address for number, address in rows if number}


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
            provider_sid=sid_of(conversation.id, written),
            inbound_state=InboundState.UNREAD,
        )
        .on_conflict_do_nothing(index_elements=["provider_sid"])
        .returning(Message.id)
    )
    return stored.one_or_none() is not None


def told(session: Session, conversation_id: UUID, after: UUID | None) -> list[Told]:
    """What was said in a chat after one of its messages, in the order in which it could be seen; the newest of all
    where none is named, or none of this chat."""
    newest_seen = _came_as(session, conversation_id, after) if after else None
    seen = select(Message).where(
        Message.conversation_id == conversation_id,
        or_(Message.direction == Direction.IN, Message.outbox_state == OutboxState.SENT),
    )
    if newest_seen is not None:
        found: Sequence[Message] = session.scalars(
            seen.where(newest_seen < _CAME_AS).order_by(_CAME_AS).limit(MOST_SHOWN)
        ).all()
    else:
        newest = session.scalars(seen.order_by(_CAME_AS.desc()).limit(MOST_SHOWN)).all()
        found = newest[::-1]
    return [_as_told(message) for message in found]


def _came_as(session: Session, conversation_id: UUID, named: UUID) -> UUID | None:
    return session.scalar(
        select(_CAME_AS).where(
            Message.conversation_id == conversation_id,
            or_(Message.id == named, Message.provider_sid == sid_of(conversation_id, named)),
        )
    )


def _as_told(message: Message) -> Told:
    by_visitor = message.direction is Direction.IN
    known_as = UUID((message.provider_sid or "").rpartition(":")[2]) if by_visitor else message.id
    return Told(known_as, by_visitor, message.body, message.sent_at or message.created_at)


def sid_of(conversation_id: UUID, written: UUID) -> str:
    """What stands for a carrier's id in a chat, made of the browser's id of a message, or of when we said ours."""
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
