"""Campaigns that win patients back: written, looked at, tried, launched, stopped, and what they came to."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.api import lists, refs
from bot.api.campaign_shapes import (
    CampaignIn,
    CampaignOut,
    Campaigns,
    CampaignStats,
    CampaignStep,
    Confirmation,
    Example,
    PreviewOut,
    StepOut,
    ToTry,
    Tried,
    VariantOut,
    Wanted,
)
from bot.api.endpoint import Call, Nothing
from bot.api.problems import conflict, wrong
from clinic import campaign_plans, campaign_previews, campaign_results
from clinic import campaigns as operations
from clinic.campaign_plans import Plan, Refused, StepPlan
from clinic.campaign_previews import Preview
from clinic.campaign_results import Spent
from rules.campaigns import BadText
from storage.tables import Campaign, Staff
from storage.transaction import Tx


def list_(tx: Tx, call: Call[Wanted, Nothing]) -> Campaigns:
    """Every campaign, oldest first."""
    found = select(Campaign)
    if call.query.state is not None:
        found = found.where(Campaign.state == call.query.state)
    items, following = lists.page(
        tx, found, [Campaign.made_at, Campaign.id], call.query, lambda row: _shaped(tx, call, row)
    )
    return Campaigns(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> CampaignOut:
    """One campaign."""
    return _shaped(tx, call, tx.session.get_one(Campaign, call.id))


def create(tx: Tx, call: Call[Nothing, CampaignIn]) -> CampaignOut:
    """Write a draft."""
    plan = _plan(tx, call.body)
    return _shaped(tx, call, _tried(lambda: campaign_plans.create(tx, plan, call.by)))


def update(tx: Tx, call: Call[Nothing, CampaignIn]) -> CampaignOut:
    """Write a draft anew; what has been launched stays as it is."""
    plan = _plan(tx, call.body)
    return _shaped(tx, call, _tried(lambda: campaign_plans.update(tx, call.id, plan, call.by)))


def preview(tx: Tx, call: Call[Nothing, Nothing]) -> PreviewOut:
    """Who would get it now, who is left out and why, and what it would cost. Nothing is sent."""
    campaign = tx.session.get_one(Campaign, call.id)
    return _preview(campaign_previews.preview(tx, campaign_plans.plan_of(tx, campaign), campaign.id))


def test(tx: Tx, call: Call[Nothing, ToTry]) -> Tried:
    """Text every wording to a member of staff."""
    campaign = tx.session.get_one(Campaign, call.id)
    staff = tx.session.scalar(select(Staff).where(Staff.email == call.body.email.lower()))
    if staff is None:
        raise wrong("body.email", "There is nobody of the staff with that address.")
    return Tried(texts=len(_tried(lambda: campaign_previews.send_test(tx, campaign.id, staff))))


def launch(tx: Tx, call: Call[Nothing, Confirmation]) -> PreviewOut:
    """Let it go. The number of recipients has to be confirmed."""
    confirmed = call.body.recipients
    return _preview(_tried(lambda: operations.launch(tx, call.id, call.by, confirmed=confirmed)))


def pause(tx: Tx, call: Call[Nothing, Nothing]) -> CampaignOut:
    """Stop sending at once."""
    return _shaped(tx, call, _tried(lambda: operations.pause(tx, call.id, call.by)))


def resume(tx: Tx, call: Call[Nothing, Nothing]) -> CampaignOut:
    """Go on where it stopped; nobody gets a text twice."""
    return _shaped(tx, call, _tried(lambda: operations.resume(tx, call.id, call.by)))


def cancel(tx: Tx, call: Call[Nothing, Nothing]) -> CampaignOut:
    """End it for good."""
    return _shaped(tx, call, _tried(lambda: operations.cancel(tx, call.id, call.by)))


def stats(tx: Tx, call: Call[Nothing, Nothing]) -> CampaignStats:
    """How far it is, and what it has come to, by variant and step."""
    campaign = tx.session.get_one(Campaign, call.id)
    found = campaign_results.results(tx, campaign)
    rows = [*found.variants, *([found.held_out] if found.held_out else [])]
    return CampaignStats(
        gathered=found.progress.gathered,
        expected=campaign.expected,
        texted=found.progress.texted,
        left=found.progress.left,
        texts_last_minute=found.progress.last_minute,
        minutes_left=found.minutes_left,
        cents=found.cents,
        cents_per_rebooking=found.cents_per_rebooking,
        variants=[
            VariantOut(
                **_fields(row),
                **_money(found.spent.get(str(row.variant), NOTHING), row.rebooked),
                rebooked_low=campaign_results.share_rebooked(row).low,
                rebooked_high=campaign_results.share_rebooked(row).high,
            )
            for row in rows
        ],
        steps=[
            StepOut(**{**_fields(row), **_money(spent, row.rebooked)})
            for row, spent in zip(found.steps, found.step_spent, strict=True)
        ],
        sentences=list(found.sentences),
        rest=found.rest,
    )


NOTHING = Spent()


def _money(spent: Spent, rebooked: int) -> dict[str, Any]:
    return {**_fields(spent), "cents_per_rebooking": spent.per(rebooked)}


def _fields(row: Any) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def _tried(work: Callable[[], Any]) -> Any:
    """What cannot be done as things stand, or cannot be sent, is a problem for whoever asked."""
    try:
        return work()
    except BadText as error:
        raise wrong("body.steps", str(error)) from None
    except Refused as error:
        raise conflict(str(error)) from None


def _plan(tx: Tx, body: CampaignIn) -> Plan:
    kind = refs.find_offered(tx, body.type, "body.type") if body.type is not None else None
    return Plan(
        name=body.name,
        steps=[
            StepPlan(each.wordings, each.after_days, each.channel, each.subject, each.templates)
            for each in body.steps
        ],
        audience=body.audience,
        window=body.window,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        type_id=kind.id if kind else None,
        link=body.link,
        incentive=body.incentive,
        hold_out_percent=body.hold_out_percent,
        trial=body.trial,
    )


def _preview(found: Preview) -> PreviewOut:
    return PreviewOut(
        recipients=found.texted,
        held_out=found.held_out,
        left_out=dict(found.left_out),
        texts=found.texts,
        by_channel=dict(found.by_channel),
        segments=found.segments,
        cents=found.cents,
        sample=[Example(patient_id=each.patient.id, reads=each.reads) for each in found.sample],
    )


def _shaped(tx: Tx, call: Call[Any, Any], row: Campaign) -> CampaignOut:
    plan = campaign_plans.plan_of(tx, row)

    def local(moment: datetime | None) -> datetime | None:
        return call.local(moment) if moment else None

    return CampaignOut(
        id=row.id,
        name=row.name,
        state=row.state,
        stopped_because=row.stopped_because,
        steps=[
            CampaignStep(
                channel=step.channel,
                wordings=[dict(each) for each in step.wordings],
                subject=dict(step.subject),
                templates=[dict(each) for each in step.templates],
                after_days=step.after_days,
            )
            for step in plan.steps
        ],
        audience=plan.audience,
        window=plan.window,
        starts_at=local(row.starts_at),
        ends_at=local(row.ends_at),
        type_id=row.type_id,
        link=row.link,
        incentive=row.incentive,
        hold_out_percent=row.hold_out_percent,
        trial=plan.trial,
        winner=row.winner,
        winner_at=local(row.winner_at),
        made_at=call.local(row.made_at),
        launched_at=local(row.launched_at),
        ended_at=local(row.ended_at),
    )
