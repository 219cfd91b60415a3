"""A campaign's texts and its recipients: which are to be written, and how the last ones ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, case, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from rules.campaigns import LAST_SENDS, LastSends
from rules.channels import contact_of
from rules.states import OutboxState, RecipientState, StepChannel
from rules.trials import REST
from storage.queries.audiences import SEEN
from storage.queries.contactable import NOWHERE, contact, may_reach
from storage.queries.contacts import lines_with
from storage.tables import Appointment, CampaignStep, Letter, Message, Patient, Provider, Recipient, Variant

WAITING = (RecipientState.PENDING, RecipientState.CONTACTED)
"""Recipients who may still be written to."""

GONE = (OutboxState.CLAIMED, OutboxState.UNKNOWN, OutboxState.SENT, OutboxState.FAILED)
ON_THEIR_WAY = (OutboxState.QUEUED, OutboxState.CLAIMED, OutboxState.UNKNOWN)


# What is to be written


def steps(session: Session, campaign_id: UUID) -> Sequence[CampaignStep]:
    return session.scalars(
        select(CampaignStep).where(CampaignStep.campaign_id == campaign_id).order_by(CampaignStep.position)
    ).all()


def next_due(session: Session, campaign_id: UUID, position: int, now: datetime) -> datetime | None:
    """When a step is due for whom the one before it reaches, or passes over, now. None: there is no such step."""
    of_it = (CampaignStep.campaign_id == campaign_id, CampaignStep.position == position)
    days = session.scalar(select(CampaignStep.after_days).where(*of_it))
    return now + timedelta(days=days) if days is not None else None


def variants(session: Session, step_ids: Iterable[UUID]) -> Sequence[Variant]:
    return session.scalars(
        select(Variant).where(Variant.step_id.in_(list(step_ids))).order_by(Variant.label)
    ).all()


def labels(session: Session, campaign_id: UUID) -> list[str]:
    """The wordings that the first step is tried in."""
    first = (CampaignStep.campaign_id == campaign_id, CampaignStep.position == 0)
    found = select(Variant.label).join(CampaignStep, CampaignStep.id == Variant.step_id).where(*first)
    return list(session.scalars(found.order_by(Variant.label)))


@dataclass(frozen=True, slots=True)
class Due:
    """A recipient to whom a step is to be written now, and what is wanted of the patient for it. `contact`: the
    number or mailbox; None where the step's channel does not reach them."""

    id: UUID
    patient_id: UUID
    contact: str | None
    known_as: str | None  # `Recipient.address`
    variant: str | None
    step: int
    first_name: str
    language: str
    zone: str | None
    state: str | None


def due(session: Session, step: CampaignStep, now: datetime, limit: int) -> list[Due]:
    """Recipients to whom a step is to be written, locked; those another worker has are left to it."""
    rows: Iterable[Any] = session.execute(
        select(
            Recipient.id,
            Recipient.patient_id,
            _contact(step.channel, now),
            Recipient.address,
            Recipient.variant,
            Recipient.step,
            Patient.first_name,
            Patient.language,
            Patient.zone,
            Patient.state,
        )
        .join(Patient, Patient.id == Recipient.patient_id)
        .where(
            Recipient.campaign_id == step.campaign_id,
            Recipient.step == step.position,
            Recipient.due_at <= now,
            Recipient.state.in_(WAITING),
        )
        .order_by(Recipient.due_at, Recipient.id)
        .limit(limit)
        .with_for_update(of=Recipient, key_share=True, skip_locked=True)
    )
    return [Due(*row) for row in rows]


def _contact(channel: StepChannel, now: datetime) -> ColumnElement[str | None]:
    """Where a step is written to: for texts the number the recipient was gathered with, if it was by one; for
    letters the street."""
    if channel is StepChannel.LETTER:
        return case((may_reach([channel], now), Patient.street), else_=NOWHERE)
    found = contact(channel, now)
    if channel in (StepChannel.SMS, StepChannel.WHATSAPP):
        return case((Recipient.address.startswith("+"), Recipient.address), else_=found)
    return found


def taken(session: Session, step: CampaignStep, contacts: Sequence[str]) -> set[str]:
    """Which of these numbers and mailboxes are a recipient's own, or had the step written to them for somebody."""
    own = select(Recipient.address).where(
        Recipient.campaign_id == step.campaign_id, Recipient.address.in_(contacts)
    )
    written = (
        select(Message.address)
        .join(Recipient, Recipient.id == Message.about_recipient_id)
        .where(Recipient.campaign_id == step.campaign_id, Message.campaign_step == step.position)
        .where(Message.conversation_id.in_(lines_with(contacts)))
    )
    return {contact_of(found) for found in session.scalars(own.union_all(written)) if found}


def put_off(session: Session, found: Sequence[Due], until: datetime | None, because: str | None) -> None:
    """They are written to from then on; or never, and why."""
    _update(session, found, due_at=until, left_because=because)


def written(session: Session, found: Sequence[Due]) -> None:
    """Their texts are in the outbox: when the step behind it is due shows once this one goes."""
    _update(session, found, due_at=None, step=Recipient.step + 1)


def _update(session: Session, found: Sequence[Due], **values: Any) -> None:
    theirs = Recipient.id == any_(literal([each.id for each in found], ARRAY(Uuid)))
    session.execute(
        update(Recipient).where(theirs).values(**values).execution_options(synchronize_session=False)
    )


def pass_over(session: Session, found: Sequence[Due], until: datetime | None) -> None:
    """The step does not reach them: the one behind it is next, from then on; None: there is none."""
    _update(session, found, due_at=until, step=Recipient.step + 1)


def let_rest_go(session: Session, campaign_id: UUID, now: datetime) -> None:
    """Whoever waited for the winner is written to from now on."""
    waiting = (Recipient.campaign_id == campaign_id, Recipient.variant == REST, Recipient.step == 0)
    session.execute(
        update(Recipient)
        .where(*waiting, Recipient.state == RecipientState.PENDING)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


def next_due_at(session: Session, campaign_id: UUID) -> datetime | None:
    """When the next text is to be written; None: never."""
    return session.scalar(
        select(func.min(Recipient.due_at)).where(
            Recipient.campaign_id == campaign_id,
            Recipient.due_at.is_not(None),
            Recipient.state.in_(WAITING),
        )
    )


def on_their_way(session: Session, campaign_id: UUID, now: datetime) -> datetime | None:
    """From when on something more is known of the texts of a campaign that wait to go out, or for the carrier's
    answer; None where there are none."""
    found: datetime | None = session.scalar(
        select(func.min(func.greatest(Message.not_before, now)))
        .join(Recipient, Recipient.id == Message.about_recipient_id)
        .where(Recipient.campaign_id == campaign_id, Message.outbox_state.in_(ON_THEIR_WAY))
    )
    return found


def waiting_at(session: Session, sender_id: UUID, now: datetime) -> int:
    """How many texts of campaigns could go out from a number now."""
    found = select(func.count()).where(
        Message.sender_id == sender_id,
        Message.outbox_state == OutboxState.QUEUED,
        Message.about_recipient_id.is_not(None),
        or_(Message.not_before.is_(None), Message.not_before <= now),
    )
    return session.scalar(found) or 0


def providers_of(session: Session, patient_ids: Sequence[UUID], now: datetime) -> dict[UUID, str]:
    """Whom each patient saw last, by name."""
    rows = session.execute(
        select(Appointment.patient_id, Provider.name)
        .join(Provider, Provider.id == Appointment.provider_id)
        .where(
            Appointment.patient_id.in_(patient_ids),
            Appointment.state.in_(SEEN),
            Appointment.starts_at <= now,
        )
        .order_by(Appointment.starts_at)
    )
    return {patient_id: name for patient_id, name in rows}


# What has become of it


def last_gone(session: Session, recipient_id: UUID, *, besides: UUID) -> datetime | None:
    """When a recipient was last written to, but for one text, as far as it went out or may have; or by letter."""
    texts = select(Message.claimed_at).where(
        Message.about_recipient_id == recipient_id,
        Message.id != besides,
        Message.outbox_state.in_(GONE),
    )
    letters = select(Letter.printed_at).where(Letter.recipient_id == recipient_id)
    went = texts.union_all(letters).subquery()
    found: datetime | None = session.scalar(select(func.max(went.c[0])))
    return found


def last_sends(session: Session, campaign_id: UUID, since: datetime | None) -> LastSends:
    """How a campaign's last sends ended; `since`: only those after it."""
    last = (
        select(Recipient.state)
        .where(Recipient.campaign_id == campaign_id, Recipient.contacted_at.is_not(None))
        .order_by(Recipient.contacted_at.desc())
        .limit(LAST_SENDS)
    )
    if since is not None:
        last = last.where(Recipient.contacted_at > since)
    states = session.scalars(last).all()
    return LastSends(states.count(RecipientState.UNSUBSCRIBED), states.count(RecipientState.BOUNCED))
