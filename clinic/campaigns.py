"""A campaign that has been written: launched, paused, resumed and ended by staff."""

from uuid import UUID

from sqlalchemy import select

from clinic.audit import By, record
from clinic.campaign_plans import Refused, lock, plan_of
from clinic.campaign_previews import Preview, preview
from rules.campaigns import about_the_same, may_become
from rules.states import CampaignState, DueKind, OutboxState
from storage.queries.due import set_due
from storage.tables import Campaign, Message, Recipient
from storage.transaction import Tx


def launch(tx: Tx, campaign_id: UUID, by: By, *, confirmed: int) -> Preview:
    """Let it go, at its start. `confirmed` is the number of recipients that whoever launches it has seen. Raises
    `Refused` where that has changed by more than a little, or it is no draft. Gives what it comes to."""
    campaign = lock(tx, campaign_id)
    if campaign.state is not CampaignState.DRAFT:
        raise Refused("It has been launched before.")
    found = preview(tx, plan_of(tx, campaign), campaign.id)
    if not about_the_same(confirmed, found.texted):
        raise Refused(f"It would go to {found.texted} patients by now, not to {confirmed}: look at it again.")
    if not found.texted:
        raise Refused("It would go to nobody.")
    if campaign.ends_at is not None and campaign.ends_at <= tx.now:
        raise Refused("Its end has passed.")
    later = campaign.starts_at is not None and campaign.starts_at > tx.now
    campaign.launched_at, campaign.expected = tx.now, found.texted + found.held_out
    _move(tx, campaign, CampaignState.SCHEDULED if later else CampaignState.ACTIVE, by)
    _look_at(tx, campaign)
    return found


def pause(tx: Tx, campaign_id: UUID, by: By) -> Campaign:
    """Nothing more goes out until it is resumed; what the carrier has got is on its way."""
    return _move(tx, lock(tx, campaign_id), CampaignState.PAUSED, by)


def resume(tx: Tx, campaign_id: UUID, by: By) -> Campaign:
    """Go on where it was. What made it stop by itself has been seen, and does not count again."""
    campaign = lock(tx, campaign_id)
    if campaign.state is not CampaignState.PAUSED:
        raise Refused(f"It cannot be resumed: it is {campaign.state}.")
    campaign.stopped_because, campaign.watched_from = None, tx.now
    _move(tx, campaign, CampaignState.ACTIVE, by)
    _let_go(tx, campaign)
    _look_at(tx, campaign)
    return campaign


def cancel(tx: Tx, campaign_id: UUID, by: By) -> Campaign:
    """Nothing more goes out, for good. Answers to what has gone still count."""
    campaign = lock(tx, campaign_id)
    campaign.ended_at = tx.now
    return _move(tx, campaign, CampaignState.CANCELLED, by)


def _move(tx: Tx, campaign: Campaign, state: CampaignState, by: By) -> Campaign:
    before = campaign.state
    if not may_become(before, state):
        raise Refused(f"It cannot be {WORDS[state]}: it is {before}.")
    campaign.state = state
    tx.session.flush()
    record(tx, by, f"campaign.{state}", campaign, before={"state": before}, after={"state": state})
    return campaign


WORDS = {
    CampaignState.SCHEDULED: "launched",
    CampaignState.ACTIVE: "launched",
    CampaignState.PAUSED: "paused",
    CampaignState.CANCELLED: "cancelled",
}


def _look_at(tx: Tx, campaign: Campaign) -> None:
    due_at = max(filter(None, (campaign.starts_at, tx.now)))
    tx.wake("due", set_due(tx.session, tx.clinic_id, DueKind.CAMPAIGN, campaign.id, due_at))


def _let_go(tx: Tx, campaign: Campaign) -> None:
    """What was held up while it was paused may go now."""
    held = tx.session.scalars(
        select(Message)
        .join(Recipient, Recipient.id == Message.about_recipient_id)
        .where(Recipient.campaign_id == campaign.id, Message.outbox_state == OutboxState.QUEUED)
        .with_for_update(of=Message, key_share=True)
    )
    for message in held:
        message.not_before = None
        tx.wake("outbound", message.sender_id)
