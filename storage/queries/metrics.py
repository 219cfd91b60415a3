"""What is watched from outside, over all clinics: counts and ages, no names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from rules.daily_cap import day_begins
from rules.states import WAITING_ENTRY, InboundState, OutboxState
from storage.queries.outbox import segments_sent_since
from storage.tables import DueWork, Escalation, Message, Offer, Opening, Sender, WaitlistEntry

LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """Ages in seconds; 0 where nothing waits."""

    unread: int
    unread_age: float
    queued: int
    queued_age: float
    unknown: int
    overdue: int
    overdue_age: float
    unseen_escalations: int
    cap_used: float  # of its day's segments, by the number that has used most; 0 where none has a cap
    openings: Mapping[str, int]
    offers: Mapping[str, int]
    waiting: Mapping[str, int]


def watched(session: Session, now: datetime) -> Watched:
    unread, unread_since = _count(session, Message.inbound_state == InboundState.UNREAD, Message.created_at)
    due = func.coalesce(Message.not_before, Message.created_at)
    queued, queued_since = _count(session, (Message.outbox_state == OutboxState.QUEUED) & (due <= now), due)
    unknown, _ = _count(session, Message.outbox_state == OutboxState.UNKNOWN, Message.created_at)
    overdue, overdue_since = _count(
        session, DueWork.done_at.is_(None) & (DueWork.due_at <= now), DueWork.due_at
    )
    unseen, _ = _count(
        session, Escalation.closed_at.is_(None) & Escalation.seen_at.is_(None), Escalation.opened_at
    )
    return Watched(
        unread=unread,
        unread_age=_age(unread_since, now),
        queued=queued,
        queued_age=_age(queued_since, now),
        unknown=unknown,
        overdue=overdue,
        overdue_age=_age(overdue_since, now),
        unseen_escalations=unseen,
        cap_used=_cap_used(session, now),
        openings=_by(session, Opening.state, Opening.opened_at >= now - LATELY),
        offers=_by(session, Offer.state, Offer.made_at >= now - LATELY),
        waiting=_by(session, WaitlistEntry.priority, WaitlistEntry.state.in_(WAITING_ENTRY)),
    )


def _cap_used(session: Session, now: datetime) -> float:
    capped = select(Sender.id, Sender.daily_segments).where(Sender.daily_segments.is_not(None))
    since = day_begins(now)
    shares = [
        segments_sent_since(session, sender_id, since) / cap
        for sender_id, cap in session.execute(capped)
        if cap
    ]
    return max(shares, default=0.0)


def _count(session: Session, which: ColumnElement[bool], since: Any) -> tuple[int, datetime | None]:
    """How many there are, and since when the oldest waits."""
    count, oldest = session.execute(select(func.count(), func.min(since)).where(which)).one()
    return count, oldest


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0


def _by(session: Session, column: Any, which: ColumnElement[bool]) -> Mapping[str, int]:
    rows = session.execute(select(column, func.count()).where(which).group_by(column))
    return {str(word): count for word, count in rows}
