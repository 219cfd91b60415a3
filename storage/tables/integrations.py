"""Other systems: what a practice system tells us, and what we tell to whoever asked to hear of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rules.states import FeedEventState, FeedEventType, NewsKind, NewsState
from storage.tables.base import Base, ClinicScoped


class Feed(ClinicScoped, Base):
    """A practice system that tells us what happens in its schedule. It signs with `secret`."""

    __tablename__ = "feed"

    slug: Mapped[str] = mapped_column(unique=True)  # its part of the address it posts to
    name: Mapped[str]
    secret: Mapped[str]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # nothing is taken from it any more


class FeedEvent(ClinicScoped, Base):
    """Something a feed told us, kept once by its own id. What is worked out is the whole of a subject's events,
    in the order of `at`, so that their order of arrival does not matter."""

    __tablename__ = "feed_event"
    __table_args__ = (
        UniqueConstraint("feed_id", "event_id"),
        Index("ix_feed_event_feed_id_subject", "feed_id", "subject"),
        Index("ix_feed_event_feed_id_state", "feed_id", "state"),
    )

    feed_id: Mapped[UUID] = mapped_column(ForeignKey("feed.id"))
    event_id: Mapped[str]  # the sender's
    type: Mapped[FeedEventType]
    subject: Mapped[str]  # what it is about: one visit, or a provider's hours of one day
    payload: Mapped[dict[str, Any]]  # ids and times, nothing else of what was sent
    at: Mapped[datetime]  # when it happened there
    received_at: Mapped[datetime]
    state: Mapped[FeedEventState] = mapped_column(default=FeedEventState.WAITING)
    problem: Mapped[str] = mapped_column(default="")  # why it is not taken in, for staff
    done_at: Mapped[datetime | None]


class Webhook(ClinicScoped, Base):
    """An address that is told of every visit booked, cancelled or confirmed here."""

    __tablename__ = "webhook"

    url: Mapped[str]
    secret: Mapped[str]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class WebhookDelivery(ClinicScoped, Base):
    """One event on its way to one webhook. When it is tried next stands in `due_work`."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_delivery_webhook_id_state", "webhook_id", "state"),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    event_id: Mapped[UUID]  # the same at every try, and for every webhook of the clinic
    kind: Mapped[NewsKind]
    payload: Mapped[dict[str, Any]]
    state: Mapped[NewsState] = mapped_column(default=NewsState.WAITING)
    made_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
    last_status: Mapped[int | None]  # of the newest answer; None while nobody has answered
