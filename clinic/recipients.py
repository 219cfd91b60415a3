"""What becomes of a campaign's recipient: texted, answered, back, or to be left alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from clinic import chats, conversations, policies
from clinic.audit import PATIENT, record
from rules.campaign_hours import next_span
from rules.campaigns import Audience, Window
from rules.channels import channel_of, contact_of
from rules.facts import Span
from rules.states import CampaignState, LeftOut, PromptKind, RecipientState, Response, StepChannel
from storage.queries import audiences, contacts
from storage.queries import campaigns as queries
from storage.queries.audiences import SEEN, Rest
from storage.queries.contactable import CONSENT
from storage.tables import Appointment, Campaign, Conversation, Message, Patient, Recipient
from storage.transaction import Tx

COUNTS_FOR = timedelta(days=30)
"""An answer or a booking within this time of the last text counts for the campaign."""

ANSWERED_WITHIN = timedelta(days=14)
"""How long a bare "yes" is taken for an answer to it."""

TEXTED = (RecipientState.CONTACTED, RecipientState.RESPONDED)


def of_message(tx: Tx, message: Message) -> Recipient:
    return tx.session.get_one(Recipient, message.about_recipient_id)


def rest(tx: Tx, campaign_id: UUID | None) -> Rest:
    """Whom other campaigns have texted lately is left alone."""
    gap = timedelta(days=policies.current(tx).campaign_gap_days)
    return Rest(campaign_id, tx.now, tx.now - gap)


# The last gate


def unwanted(tx: Tx, message: Message) -> str | None:
    """Why a text of a campaign should not go after all, asked when it is claimed."""
    recipient = of_message(tx, message)
    campaign = tx.session.get_one(Campaign, recipient.campaign_id)
    if campaign.state in (CampaignState.CANCELLED, CampaignState.COMPLETED):
        return "the campaign is over"
    if campaign.ends_at is not None and campaign.ends_at <= tx.now:
        return "the campaign is over"
    if recipient.state not in queries.WAITING:
        return "has answered"
    audience = Audience.model_validate(campaign.audience)
    channel = StepChannel(channel_of(message.address))
    if channel is StepChannel.CHAT and not chats.is_open(tx, message.conversation_id):
        return LeftOut.NO_CHAT
    if not contacts.has_agreed(tx.session, recipient.patient_id, message.address, CONSENT[channel]):
        return LeftOut.NO_CONSENT  # to this number; another of theirs may have
    found = audiences.why_not(tx.session, audience, rest(tx, campaign.id), [channel], [recipient.patient_id])
    return found.get(recipient.patient_id)


def has_to_wait(tx: Tx, message: Message, conversation: Conversation) -> bool:
    """Whether it waits: for staff to let the campaign go on, or because something else is being talked about."""
    campaign = tx.session.get_one(Campaign, of_message(tx, message).campaign_id)
    asked = (*conversations.open_prompts(tx, conversation.id), *conversations.asked_by_text(tx, conversation))
    busy = any(prompt.kind is not PromptKind.CAMPAIGN for prompt in asked)
    with_a_person = contacts.held_by_a_person(tx.session, [contact_of(conversation.address)])
    return campaign.state is not CampaignState.ACTIVE or with_a_person or busy


def span_of(tx: Tx, message: Message) -> Span | None:
    """When a text of a campaign may go to a patient: now, or from when. None: never."""
    recipient = of_message(tx, message)
    campaign = tx.session.get_one(Campaign, recipient.campaign_id)
    patient = tx.session.get_one(Patient, recipient.patient_id)
    hours = policies.allowed_hours(tx, message.address, patient.id)
    return next_span(tx.now, Window.model_validate(campaign.send_window), hours, patient.state)


def hand_over(tx: Tx, message: Message) -> None:
    """The text is about to be handed to the carrier: an answer is awaited, and the next one gets its day."""
    recipient = _lock(tx, of_message(tx, message).id)
    if recipient.state is RecipientState.PENDING:
        recipient.state = RecipientState.CONTACTED
    recipient.contacted_at = tx.now
    recipient.due_at = queries.next_due(tx.session, recipient.campaign_id, recipient.step, tx.now)
    conversations.ask(
        tx,
        tx.session.get_one(Conversation, message.conversation_id),
        PromptKind.CAMPAIGN,
        recipient.id,
        patient_id=recipient.patient_id,
        message=message,
        lives=ANSWERED_WITHIN,
    )


def take_back(tx: Tx, message: Message) -> None:
    """It did not go out after all: nothing follows it until it has, and who got nothing before has got nothing."""
    recipient = _lock(tx, of_message(tx, message).id)
    recipient.due_at = None
    if recipient.state is RecipientState.CONTACTED:
        recipient.contacted_at = queries.last_gone(tx.session, recipient.id, besides=message.id)
        recipient.state = RecipientState.CONTACTED if recipient.contacted_at else RecipientState.PENDING
    conversations.close_prompts(tx, message.conversation_id, PromptKind.CAMPAIGN, recipient.id)


def dropped(tx: Tx, message: Message, because: str) -> None:
    """It will not go out: nor does anything behind it."""
    recipient = _lock(tx, of_message(tx, message).id)
    recipient.left_because, recipient.due_at = because, None


# What they make of it


def heard_from(tx: Tx, conversation: Conversation) -> None:
    """Whatever they wrote, it is an answer: no later step goes to them."""
    for recipient in _of_number(tx, conversation.address, Recipient.state == RecipientState.CONTACTED):
        _answered(tx, recipient)


def interested(tx: Tx, recipient_id: UUID) -> Recipient:
    """They want to come."""
    recipient = _lock(tx, recipient_id)
    _answered(tx, recipient, Response.INTERESTED)
    return recipient


def not_interested(tx: Tx, recipient_id: UUID) -> None:
    """They do not want to come: they are left alone."""
    _answered(tx, _lock(tx, recipient_id), Response.NOT_INTERESTED)


def _answered(tx: Tx, recipient: Recipient, response: Response | None = None) -> None:
    if recipient.state is RecipientState.CONTACTED:
        recipient.state = RecipientState.RESPONDED
    recipient.responded_at = recipient.responded_at or tx.now
    recipient.due_at = None
    if response is not None and recipient.state is RecipientState.RESPONDED:
        recipient.response = response
        record(tx, PATIENT, f"recipient.{response}", recipient)


def unsubscribed(tx: Tx, conversation: Conversation) -> None:
    """The number said STOP: it ends every campaign there, and counts against those that had just texted it."""
    for recipient in _of_number(tx, conversation.address, Recipient.state.in_(TEXTED)):
        recipient.state, recipient.due_at = RecipientState.UNSUBSCRIBED, None


def rebooked(tx: Tx, visits: Sequence[Appointment]) -> None:
    """Visits were booked, by whatever path: they count for the campaign that had just texted their patients. Of
    those who were held out it is noted too: they are what the others are compared with."""
    of = {visit.patient_id: visit for visit in visits}
    held_out = Recipient.variant.is_(None) & (Campaign.launched_at > tx.now - COUNTS_FOR)
    texted = Recipient.contacted_at > tx.now - COUNTS_FOR
    found = tx.session.scalars(
        select(Recipient)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(
            Recipient.patient_id == any_(literal(list(of), ARRAY(Uuid))),
            Recipient.rebooked_at.is_(None),
            held_out | texted,
        )
        .order_by(Recipient.id)
        .with_for_update(of=Recipient, key_share=True)
        .execution_options(populate_existing=True)
    )
    for recipient in found:
        recipient.appointment_id, recipient.rebooked_at = of[recipient.patient_id].id, tx.now
        recipient.state, recipient.response, recipient.due_at = (
            RecipientState.REBOOKED,
            Response.REBOOKED,
            None,
        )


def _of_number(tx: Tx, address: str, which: ColumnElement[bool]) -> Sequence[Recipient]:
    """Whoever was written to there, by whatever channel."""
    lines = [each.id for each in contacts.sharing(tx.session, address)]
    written_to = select(Message.about_recipient_id).where(
        Message.conversation_id.in_(lines), Message.about_recipient_id.is_not(None)
    )
    return tx.session.scalars(
        select(Recipient)
        .where(
            Recipient.id.in_(written_to),
            Recipient.contacted_at > tx.now - COUNTS_FOR,
            which,
        )
        .order_by(Recipient.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _lock(tx: Tx, recipient_id: UUID) -> Recipient:
    return tx.session.scalars(
        select(Recipient)
        .where(Recipient.id == recipient_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


@dataclass(frozen=True, slots=True)
class LastVisit:
    """With whom they were last, and what a new visit would be."""

    provider_id: UUID
    type_id: UUID


def last_visit(tx: Tx, recipient: Recipient) -> LastVisit | None:
    """What an invitation to a recipient is to: a visit of the campaign's type, or else of the type they had last.
    None where neither can be told."""
    campaign = tx.session.get_one(Campaign, recipient.campaign_id)
    past = (
        select(Appointment)
        .where(
            Appointment.patient_id == recipient.patient_id,
            Appointment.state.in_(SEEN),
            Appointment.starts_at <= tx.now,
        )
        .order_by(Appointment.starts_at.desc())
        .limit(1)
    )
    last = tx.session.scalar(past)
    return LastVisit(last.provider_id, campaign.type_id or last.type_id) if last is not None else None
