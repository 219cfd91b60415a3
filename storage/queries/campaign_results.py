"""A campaign in numbers: by variant, by step, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from rules.states import (
    IN_WORDS,
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
            # Whoever books had to be interested, whatever they wrote.
            how_many(Recipient.response.in_((Response.INTERESTED, Response.REBOOKED))),
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
    of_its_campaign = CampaignStep.campaign_id == Recipient.campaign_id
    gone = Message.outbox_state == OutboxState.SENT
    failed = (Message.outbox_state == OutboxState.FAILED) | Message.delivery_state.in_(UNREACHED)
    rows: Sequence[Any] = session.execute(
        select(
            Message.campaign_step,
            CampaignStep.channel,
            Recipient.variant,
            func.count().filter(gone),
            func.count().filter(Message.delivery_state == DeliveryState.DELIVERED),
            func.count().filter(failed),
            func.coalesce(func.sum(Message.segments).filter(gone, CampaignStep.channel.in_(IN_WORDS)), 0),
        )
        .join(Recipient, Recipient.id == Message.about_recipient_id)
        .join(CampaignStep, of_its_campaign & (CampaignStep.position == Message.campaign_step))
        .where(Recipient.campaign_id == campaign_id, Message.direction == Direction.OUT)
        .group_by(Message.campaign_step, CampaignStep.channel, Recipient.variant)
        .order_by(Message.campaign_step, Recipient.variant)
    ).all()
    return [ByStep(*row) for row in rows]


def by_letter(session: Session, campaign_id: UUID) -> Sequence[ByStep]:
    """The steps that are letters: sent is printed."""
    rows = session.execute(
        select(Letter.step, Recipient.variant, func.count(Letter.printed_at))
        .join(Recipient, Recipient.id == Letter.recipient_id)
        .where(Letter.campaign_id == campaign_id)
        .group_by(Letter.step, Recipient.variant)
    )
    return [
        ByStep(step, StepChannel.LETTER, variant or "", sent, delivered=0, failed=0, segments=0)
        for step, variant, sent in rows
    ]


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
