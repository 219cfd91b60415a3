"""The outbox: which text goes next, and what the carrier said of those that went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor
from sqlalchemy import (
    ColumnElement,
    DateTime,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from rules.states import Direction, MessageClass, OutboxState
from storage.queries.offers import TOLD_IN
from storage.tables import Message, Offer, Sender

IN_FLIGHT = (OutboxState.CLAIMED, OutboxState.UNKNOWN)

_QUEUED: ColumnElement[OutboxState] = literal_column(f"'{OutboxState.QUEUED}'")
_IN_FLIGHT: list[ColumnElement[OutboxState]] = [literal_column(f"'{state}'") for state in IN_FLIGHT]
"""Written out: PostgreSQL could not keep its plan of a statement whose index, for these states only, depends on a
value that is handed over."""

_OTHER = aliased(Message)
_TO_SOMEBODY_BUSY = exists().where(
    _OTHER.sender_id == Message.sender_id,
    _OTHER.address == Message.address,
    _OTHER.outbox_state.in_(_IN_FLIGHT),
)
"""Another text to the same number is in flight. Made once: SQLAlchemy makes aliases slowly."""


_OF_A_LINE = (
    Sender.clinic_id,
    Sender.address,
    Sender.rate_per_second,
    Sender.daily_segments,
    Sender.next_send_at,
)
_LINE = select(*_OF_A_LINE).where(Sender.id == bindparam("sender_id"))
_REST = (
    update(Sender)
    .where(Sender.id == bindparam("sender_id"))
    .values(
        next_send_at=func.greatest(Sender.next_send_at, bindparam("now", type_=DateTime(timezone=True)))
        + func.make_interval(0, 0, 0, 0, 0, 0, 1 / Sender.rate_per_second)
    )
)
_IS_WAITING = (
    Message.outbox_state == _QUEUED,
    or_(Message.not_before.is_(None), Message.not_before <= bindparam("now")),
)
_WAITING_BEFORE = (
    select(func.count())
    .where(
        Message.sender_id == Sender.id,
        Message.rank <= bindparam("rank"),
        Message.id != bindparam("message_id"),
        *_IS_WAITING,
    )
    .scalar_subquery()
)
_TAKE_FREE_LINE = _REST.where(
    or_(Sender.next_send_at.is_(None), Sender.next_send_at <= bindparam("now")),
    Sender.rate_per_second > _WAITING_BEFORE,
    ~exists().where(
        Message.sender_id == Sender.id,
        Message.address == bindparam("to"),
        Message.outbox_state.in_(_IN_FLIGHT),
    ),
).returning(
    Sender.address,
    exists().where(
        Message.sender_id == Sender.id, Message.id != bindparam("message_id"), Message.outbox_state == _QUEUED
    ),
)
_NEXT_DUE = (
    select(Message.id)
    .where(
        Message.sender_id == bindparam("sender_id"),
        *_IS_WAITING,
        ~_TO_SOMEBODY_BUSY,
    )
    .order_by(Message.rank, Message.id)
    .limit(1)
)
_SENT = """
    UPDATE message SET
        provider_sid = coalesce(provider_sid, %(sid)s),
        outbox_state = CASE WHEN outbox_state IN ('claimed', 'unknown') THEN 'sent' ELSE outbox_state END,
        sent_at = CASE WHEN outbox_state IN ('claimed', 'unknown') THEN %(now)s ELSE sent_at END
    WHERE id = %(message_id)s
    RETURNING CASE WHEN EXISTS (
        SELECT FROM message AS other
        WHERE other.sender_id = message.sender_id AND other.address = message.address
            AND other.outbox_state = 'queued'
    ) THEN sender_id END
"""
_PLACE = (
    select(Message.conversation_id, Offer.opening_id, *_OF_A_LINE)
    .join(Sender, Sender.id == Message.sender_id)
    .outerjoin(Offer, TOLD_IN)
    .where(Message.id == bindparam("message_id"))
    .order_by(Offer.opening_id)
)
"""Asked with every text, so made once, and asked of the connection itself: what a session does for objects costs
more than the database's answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sender, as far as sending needs it."""

    clinic_id: UUID
    address: str
    rate: float  # texts a second
    daily_segments: int | None  # that may go in a day; None: as many as wanted
    next_send_at: datetime | None  # nothing may go before


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text goes out: its sender, and whose locks it needs, in the order of locking."""

    conversation_id: UUID
    opening_ids: list[UUID]  # that it offers
    line: Line


def line_of(session: Session, sender_id: UUID) -> Line:
    return Line(*session.connection().execute(_LINE, {"sender_id": sender_id}).one())


def rest(session: Session, sender_id: UUID, now: datetime) -> None:
    """A text goes: by its sender's rate nothing more may go for a while. Where somebody has just sent another, the
    while of both."""
    session.connection().execute(_REST, {"sender_id": sender_id, "now": now})


def take_free_line(session: Session, message: Message, now: datetime) -> tuple[str, bool] | None:
    """The same for an answer that is asked about out of turn, where its sender's rate allows one now, no more
    waits before it than that rate carries in a second, and nothing to the same number is in flight. Gives the
    sender's address and whether others of it are queued; None where it has to wait."""
    values = {
        "sender_id": message.sender_id,
        "message_id": message.id,
        "rank": message.rank,
        "to": message.address,
        "now": now,
    }
    taken = session.connection().execute(_TAKE_FREE_LINE, values).one_or_none()
    return (taken[0], taken[1]) if taken else None


def next_due(session: Session, sender_id: UUID, now: datetime) -> UUID | None:
    """The text of a sender whose turn it is: class first, then age; one in flight per recipient.

    Nothing is locked: the caller locks the conversation first, then the message, and looks again.
    """
    return session.connection().scalar(_NEXT_DUE, {"sender_id": sender_id, "now": now})


def sent(cursor: Cursor[Any], message_id: UUID, sid: str, now: datetime) -> UUID | None:
    """The carrier has taken a text. Where a callback came first, that stands. Gives the sender where another text
    to the same number has waited for this one."""
    found = cursor.execute(_SENT, {"message_id": message_id, "sid": sid, "now": now}).fetchone()
    waits: UUID | None = found[0] if found else None
    return waits


def place_of(session: Session, message_id: UUID) -> Place:
    found = session.connection().execute(_PLACE, {"message_id": message_id}).all()
    offered = [each.opening_id for each in found if each.opening_id is not None]
    return Place(found[0].conversation_id, offered, Line(*found[0][2:]))


def segments_sent_since(session: Session, sender_id: UUID, since: datetime) -> int:
    return (
        session.scalar(
            select(func.coalesce(func.sum(Message.segments), 0)).where(
                Message.sender_id == sender_id,
                Message.direction == Direction.OUT,
                Message.claimed_at >= since,
            )
        )
        or 0
    )


def waiting_senders(session: Session, now: datetime, woken_before: datetime) -> list[UUID]:
    """Senders with a text due that nobody was woken for lately; they count as woken now."""
    due = exists().where(
        Message.sender_id == Sender.id,
        Message.outbox_state == _QUEUED,
        or_(Message.not_before.is_(None), Message.not_before <= now),
    )
    return list(
        session.scalars(
            update(Sender)
            .where(due, or_(Sender.woken_at.is_(None), Sender.woken_at <= woken_before))
            .values(woken_at=now)
            .returning(Sender.id)
            .execution_options(synchronize_session=False)
        )
    )


def claims_gone_quiet(session: Session, claimed_before: datetime) -> Sequence[Message]:
    """Texts whose sender died between claim and answer: what became of them must be found out."""
    return session.scalars(
        select(Message)
        .where(Message.outbox_state == OutboxState.CLAIMED, Message.claimed_at < claimed_before)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()


def sids_taken(session: Session, sids: Sequence[str]) -> set[str]:
    """Which of the carrier's ids already belong to a message of ours."""
    found = session.scalars(select(Message.provider_sid).where(Message.provider_sid.in_(sids)))
    return {sid for sid in found if sid is not None}


def queued_about_offer(session: Session, offer_id: UUID, phrases: Sequence[str]) -> Sequence[Message]:
    """Texts about an offer, of these phrases, that have not gone out yet."""
    return session.scalars(
        select(Message)
        .where(
            Message.about_offer_id == offer_id,
            Message.outbox_state == OutboxState.QUEUED,
            Message.phrase.in_(phrases),
        )
        .with_for_update(key_share=True)
    ).all()


def gone_about_offer(session: Session, offer_id: UUID, phrases: Sequence[str], since: datetime) -> bool:
    """Whether a text about an offer, of these phrases, was handed to the carrier since then."""
    return (
        session.scalar(
            select(Message.id)
            .where(
                Message.about_offer_id == offer_id,
                Message.outbox_state.in_((*IN_FLIGHT, OutboxState.SENT)),
                Message.phrase.in_(phrases),
                Message.claimed_at >= since,
            )
            .limit(1)
        )
        is not None
    )


def queued_proactive(session: Session, conversation_id: UUID) -> Sequence[Message]:
    """Texts a conversation would still be sent without having asked."""
    return session.scalars(
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.outbox_state == OutboxState.QUEUED,
            Message.klass.not_in((MessageClass.ALERT, MessageClass.REPLY)),
        )
        .with_for_update(key_share=True)
    ).all()


def put_off(session: Session, until: datetime) -> Sequence[Message]:
    """Texts we start ourselves that are to be asked about again by then. One that is locked is
    being asked about."""
    return session.scalars(
        select(Message)
        .where(
            Message.outbox_state == OutboxState.QUEUED,
            Message.klass.not_in((MessageClass.ALERT, MessageClass.REPLY)),
            Message.not_before <= until,
        )
        .with_for_update(key_share=True, skip_locked=True)
    ).all()


def backlog(session: Session) -> int:
    """How many texts wait to go out, of all clinics."""
    return (
        session.scalar(
            select(func.count()).select_from(Message).where(Message.outbox_state == OutboxState.QUEUED)
        )
        or 0
    )
