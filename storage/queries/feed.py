"""Events of practice systems: stored once by the sender's own id, and found by what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rules.states import DueKind, FeedEventState, FeedEventType
from storage.queries.due import set_due
from storage.tables import Clinic, Feed, FeedEvent, new_id


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event as it came. `at` is when it happened there."""

    event_id: str
    type: FeedEventType
    subject: str
    payload: dict[str, Any]
    at: datetime


def by_slug(session: Session, slug: str) -> tuple[Feed, str] | None:
    """The feed that posts there, and its clinic's zone; None where there is none, or it has ended."""
    row = session.execute(
        select(Feed, Clinic.timezone)
        .join(Clinic, Clinic.id == Feed.clinic_id)
        .where(Feed.slug == slug, Feed.ended_at.is_(None))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def store_once(session: Session, feed: Feed, event: Arrived, now: datetime) -> UUID | None:
    """Keep an event, to be taken in. Gives the due row to wake; None for a copy of one that is done or waits.

    A copy of one that could not be taken in has it tried again: perhaps what it names is on file by now.
    """
    stored = session.scalar(
        insert(FeedEvent)
        .values(
            id=new_id(),
            clinic_id=feed.clinic_id,
            feed_id=feed.id,
            event_id=event.event_id,
            type=event.type,
            subject=event.subject,
            payload=event.payload,
            at=event.at,
            received_at=now,
            state=FeedEventState.WAITING,
            problem="",
        )
        .on_conflict_do_nothing(index_elements=["feed_id", "event_id"])
        .returning(FeedEvent.id)
    )
    wanted = stored or session.scalar(
        select(FeedEvent.id).where(
            FeedEvent.feed_id == feed.id,
            FeedEvent.event_id == event.event_id,
            FeedEvent.state.in_((FeedEventState.PARKED, FeedEventState.CLASHED)),
        )
    )
    return set_due(session, feed.clinic_id, DueKind.FEED_EVENT, wanted, now) if wanted else None


def of_subject(session: Session, feed_id: UUID, subject: str) -> Sequence[FeedEvent]:
    """Everything a feed has told of one visit, or of one provider's day."""
    return session.scalars(
        select(FeedEvent)
        .where(FeedEvent.feed_id == feed_id, FeedEvent.subject == subject)
        .order_by(FeedEvent.at, FeedEvent.id)
        .execution_options(populate_existing=True)
    ).all()


def clashed(session: Session, feed_id: UUID) -> Sequence[str]:
    """Subjects whose time somebody else had, oldest first."""
    found = session.scalars(
        select(FeedEvent.subject)
        .where(FeedEvent.feed_id == feed_id, FeedEvent.state == FeedEventState.CLASHED)
        .order_by(FeedEvent.at, FeedEvent.id)
    )
    return list(dict.fromkeys(found))
