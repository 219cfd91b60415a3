"""A campaign in numbers: by variant, by step, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, false, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from rules.states import (
    DeliveryState,
    Direction,
    OutboxState,
    RecipientState,
    Response,
    StepChannel,
)
from storage.queries.campaigns import ON_THEIR_WAY, WAITING
from storage.queries.status import UNREACHED
from storage.tables import Appointment, AppointmentType, CampaignStep, Letter, Message, Recipient

WANTED = (Response.INTERESTED, Response.REBOOKED)
"""Whoever books had to be interested, whatever they wrote."""


@dataclass(frozen=True, slots=True)
class ByVariant:
    """How it went with one wording; `variant` None: with those who were held out."""

    variant: str | None
    targeted: int
    texted: int
    replied: int
    interested: int
    not_interested: int
    rebooked: int
    opted_out: int
    bounced: int
    revenue_cents: int


@dataclass(frozen=True, slots=True)
class ByStep:
    """What became of the texts of one step in one wording, or of its calls, emails or letters."""

    step: int
    channel: StepChannel
    variant: str
    sent: int
    delivered: int
    failed: int
    segments: int
    replied: int
    rebooked: int
    interested: int
    opted_out: int
    revenue_cents: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: recipients gathered, first texts gone, texts to go out now, and texts of the last minute."""

    gathered: int
    held_out: int
    texted: int
    left: int
    last_minute: int


def by_variant(session: Session, campaign_id: UUID) -> Sequence[ByVariant]:
    def how_many(*which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*which)

    rows: Sequence[Any] = session.execute(
        select(
            Recipient.variant,
            func.count(),
            how_many(Recipient.contacted_at.is_not(None)),
            how_many(Recipient.responded_at.is_not(None)),
            how_many(Recipient.response.in_(WANTED)),
            how_many(Recipient.response == Response.NOT_INTERESTED),
            how_many(Recipient.rebooked_at.is_not(None)),
            how_many(Recipient.state == RecipientState.UNSUBSCRIBED),
            how_many(Recipient.state == RecipientState.BOUNCED),
            func.coalesce(func.sum(AppointmentType.price_cents), 0),
        )
        .outerjoin(Appointment, Appointment.id == Recipient.appointment_id)
        .outerjoin(AppointmentType, AppointmentType.id == Appointment.type_id)
        .where(Recipient.campaign_id == campaign_id)
        .group_by(Recipient.variant)
        .order_by(Recipient.variant)
    ).all()
    return [ByVariant(*row) for row in rows]


def by_step(session: Session, campaign_id: UUID) -> Sequence[ByStep]:
    """What became of each step, by wording. An answer counts for the last step that had gone before it; a STOP for
    the last that went, since nothing follows it."""
    went = _with_next(campaign_id)
    counts = (Recipient.variant, went.c.step, CampaignStep.channel)
    its_step = (CampaignStep.campaign_id == Recipient.campaign_id) & (CampaignStep.position == went.c.step)
    rows: Sequence[Any] = session.execute(
        select(
            went.c.step,
            CampaignStep.channel,
            Recipient.variant,
            func.count().filter(went.c.gone),
            func.count().filter(went.c.delivered),
            func.count().filter(went.c.failed),
            func.coalesce(
                func.sum(went.c.segments).filter(went.c.gone, CampaignStep.channel == StepChannel.SMS), 0
            ),
            func.count().filter(_after(went, Recipient.responded_at)),
            func.count().filter(_after(went, Recipient.rebooked_at)),
            func.count().filter(_after(went, Recipient.responded_at), Recipient.response.in_(WANTED)),
            func.count().filter(
                went.c.at.is_not(None),
                went.c.next_at.is_(None),
                Recipient.state == RecipientState.UNSUBSCRIBED,
            ),
            func.coalesce(
                func.sum(AppointmentType.price_cents).filter(_after(went, Recipient.rebooked_at)), 0
            ),
        )
        .join(Recipient, Recipient.id == went.c.recipient_id)
        .outerjoin(Appointment, Appointment.id == Recipient.appointment_id)
        .outerjoin(AppointmentType, AppointmentType.id == Appointment.type_id)
        .join(CampaignStep, its_step)
        .where(Recipient.variant.is_not(None))
        .group_by(*counts)
        .order_by(went.c.step, Recipient.variant)
    ).all()
    return [ByStep(*row) for row in rows]


def _with_next(campaign_id: UUID) -> Subquery:
    """Every text and letter of a campaign, with when it went and when the recipient's next one did."""
    failed = (Message.outbox_state == OutboxState.FAILED) | Message.delivery_state.in_(UNREACHED)
    texts = (
        select(
            Message.about_recipient_id.label("recipient_id"),
            Message.campaign_step.label("step"),
            Message.claimed_at.label("at"),
            (Message.outbox_state == OutboxState.SENT).label("gone"),
            (Message.delivery_state == DeliveryState.DELIVERED).label("delivered"),
            failed.label("failed"),
            Message.segments.label("segments"),
        )
        .join(Recipient, Recipient.id == Message.about_recipient_id)
        .where(Recipient.campaign_id == campaign_id, Message.direction == Direction.OUT)
    )
    printed = Letter.printed_at.is_not(None)
    letters = select(
        Letter.recipient_id, Letter.step, Letter.printed_at, printed, false(), false(), literal(0)
    ).where(Letter.campaign_id == campaign_id)
    both = texts.union_all(letters).subquery()
    following = func.lead(both.c.at).over(partition_by=both.c.recipient_id, order_by=both.c.step)
    return select(both, following.label("next_at")).subquery()


def _after(went: Subquery, moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    """It happened after this step had gone, and before the next one did."""
    return (moment >= went.c.at) & (went.c.next_at.is_(None) | (moment < went.c.next_at))


def progress(session: Session, campaign_id: UUID, now: datetime) -> Progress:
    theirs = Recipient.campaign_id == campaign_id
    gathered, held_out, texted, due = session.execute(
        select(
            func.count(),
            func.count().filter(Recipient.variant.is_(None)),
            func.count().filter(Recipient.contacted_at.is_not(None)),
            func.count().filter(Recipient.due_at <= now, Recipient.state.in_(WAITING)),
        ).where(theirs)
    ).one()
    waiting, lately = session.execute(
        select(
            func.count().filter(Message.outbox_state.in_(ON_THEIR_WAY)),
            func.count().filter(Message.claimed_at > now - timedelta(minutes=1)),
        )
        .join(Recipient, Recipient.id == Message.about_recipient_id)
        .where(theirs)
    ).one()
    return Progress(gathered, held_out, texted, due + waiting, lately)
