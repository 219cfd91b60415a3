"""Campaigns as they are written: a plan, checked and kept as a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from uuid import UUID

from sqlalchemy import delete, select

from clinic import phrases, policies, reaching
from clinic.audit import By, record
from rules.campaigns import MOST_STEPS, MOST_VARIANTS, Audience, BadText, Trial, Window, check_text
from rules.policy import TEMPLATE_ID
from rules.states import ON_PAPER, CampaignState, StepChannel
from storage.queries import campaigns as queries
from storage.tables import Campaign, CampaignStep, Variant
from storage.transaction import Tx

LABELS = "ABCD"


class Refused(ValueError):
    """It cannot be done as things stand. What it says is a sentence for people."""


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One text of the series, or call, email, letter or message in a chat: the days since the one before, and up
    to four wordings, each by language. An email and a letter have a subject; on WhatsApp each wording has its
    approved template."""

    wordings: Sequence[Mapping[str, str]]
    after_days: int = 0
    channel: StepChannel = StepChannel.SMS
    subject: Mapping[str, str] = field(default_factory=dict)
    templates: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is decided about a campaign before it is launched."""

    name: str
    steps: Sequence[StepPlan]
    audience: Audience = field(default_factory=Audience)
    window: Window = field(default_factory=Window)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    type_id: UUID | None = None
    link: str = ""
    incentive: Mapping[str, str] = field(default_factory=dict)  # by language, behind every text
    hold_out_percent: float = 0.0
    trial: Trial | None = None  # None: everybody gets one of the wordings at once


def create(tx: Tx, plan: Plan, by: By) -> Campaign:
    """A draft. Raises `Refused` or `rules.campaigns.BadText`."""
    check(tx, plan)
    campaign = Campaign(clinic_id=tx.clinic_id, made_at=tx.now, made_by=by.staff_id)
    _put(tx, campaign, plan)
    record(tx, by, "campaign.created", campaign)
    return campaign


def update(tx: Tx, campaign_id: UUID, plan: Plan, by: By) -> Campaign:
    """Write a draft anew. Raises `Refused` where it has been launched."""
    campaign = lock(tx, campaign_id)
    if campaign.state is not CampaignState.DRAFT:
        raise Refused("Only a draft can be changed.")
    check(tx, plan)
    old = [each.id for each in queries.steps(tx.session, campaign.id)]
    tx.session.execute(delete(Variant).where(Variant.step_id.in_(old)))
    tx.session.execute(delete(CampaignStep).where(CampaignStep.id.in_(old)))
    _put(tx, campaign, plan)
    record(tx, by, "campaign.changed", campaign)
    return campaign


def _put(tx: Tx, campaign: Campaign, plan: Plan) -> None:
    campaign.name, campaign.link = plan.name.strip(), plan.link.strip()
    campaign.incentive = dict(plan.incentive)
    campaign.audience = plan.audience.model_dump(mode="json")
    campaign.send_window = plan.window.model_dump(mode="json")
    campaign.starts_at, campaign.ends_at = plan.starts_at, plan.ends_at
    campaign.type_id, campaign.hold_out_percent = plan.type_id, plan.hold_out_percent
    campaign.try_percent = plan.trial.percent if plan.trial else None
    campaign.decide_days = plan.trial.days if plan.trial else None
    tx.session.add(campaign)
    tx.session.flush()
    for position, each in enumerate(plan.steps):
        _put_step(tx, campaign, position, each)
    tx.session.flush()


def _put_step(tx: Tx, campaign: Campaign, position: int, planned: StepPlan) -> None:
    step = CampaignStep(
        clinic_id=tx.clinic_id,
        campaign_id=campaign.id,
        position=position,
        channel=planned.channel,
        subject=dict(planned.subject),
        after_days=planned.after_days if position else 0,
    )
    tx.session.add(step)
    tx.session.flush()
    for label, texts, templates in zip_longest(LABELS, planned.wordings, planned.templates, fillvalue=None):
        if texts is not None:
            variant = Variant(
                step_id=step.id, label=label, texts=dict(texts), templates=dict(templates or {})
            )
            tx.session.add(variant)


def check(tx: Tx, plan: Plan, *, named: bool = True) -> None:
    """Raises `Refused` or `BadText` where a plan cannot be kept; without a name it may be looked at."""
    if named and not plan.name.strip():
        raise Refused("Give the campaign a name.")
    if not 1 <= len(plan.steps) <= MOST_STEPS:
        raise Refused(f"A campaign has 1 to {MOST_STEPS} texts.")
    if plan.ends_at is not None and plan.ends_at <= (plan.starts_at or tx.now):
        raise Refused("It has to end after it starts.")
    if not 0 <= plan.hold_out_percent <= 50:
        raise Refused("Between 0 and 50 percent can be held out.")
    if plan.trial is not None:
        _check_trial(tx, plan, plan.trial)
    for position, step in enumerate(plan.steps):
        if position and step.after_days < 1:
            raise Refused("A later text needs at least a day between it and the one before.")
        _check_step(tx, plan, step)


def _check_trial(tx: Tx, plan: Plan, trial: Trial) -> None:
    if len(plan.steps[0].wordings) < 2:
        raise Refused("To send the rest the winner, the first text needs at least two wordings.")
    decided_by = (plan.starts_at or tx.now) + timedelta(days=trial.days)
    if plan.ends_at is not None and plan.ends_at <= decided_by:
        raise Refused("It would end before the rest get the winner.")


def _check_step(tx: Tx, plan: Plan, step: StepPlan) -> None:
    if not 1 <= len(step.wordings) <= MOST_VARIANTS:
        raise Refused(f"A text has 1 to {MOST_VARIANTS} wordings.")
    _check_channel(tx, step.channel)
    if step.channel in ON_PAPER:
        _check_page(tx, plan, step)
    for texts in step.wordings:
        _check_languages(tx, texts)
        for language, body in texts.items():
            incentive = plan.incentive.get(language, "")
            check_text(body, link=plan.link.strip(), channel=step.channel, incentive=incentive)
    if plan.incentive:
        _check_languages(tx, plan.incentive)
    if step.channel is StepChannel.WHATSAPP:
        _check_templates(step)


def _check_channel(tx: Tx, channel: StepChannel) -> None:
    if channel is StepChannel.CHAT:
        if not policies.current(tx).chat:
            raise Refused("The clinic has no web chat: it is turned on under Settings, Web chat.")
    elif channel not in (StepChannel.LETTER, *map(StepChannel, reaching.senders(tx))):
        raise Refused(f"The clinic has nothing yet to send by {channel}: `standby clinic channel` adds it.")


def _check_languages(tx: Tx, texts: Mapping[str, str]) -> None:
    if not set(texts) <= set(phrases.LANGUAGES):
        raise Refused(f"A text can be in {' or '.join(phrases.LANGUAGES)}.")
    if tx.clinic().language not in texts:
        raise BadText("The text is missing in the clinic's own language.")


def _check_page(tx: Tx, plan: Plan, step: StepPlan) -> None:
    """What is mailed says where it comes from, by law for an email (CAN-SPAM), by custom for a letter."""
    if not tx.clinic().address.strip():
        raise Refused(
            "Emails and letters of a campaign carry the clinic's postal address, and it has none yet."
        )
    _check_languages(tx, step.subject)
    for subject in step.subject.values():
        check_text(subject, link=plan.link.strip())


def _check_templates(step: StepPlan) -> None:
    """WhatsApp takes words that we start with only as a template it has approved."""
    for place, texts in enumerate(step.wordings):
        known = step.templates[place] if place < len(step.templates) else {}
        if any(TEMPLATE_ID.fullmatch(known.get(language, "")) is None for language in texts):
            raise Refused(
                "On WhatsApp each wording needs the id of its approved template (HX…), by language."
            )


def plan_of(tx: Tx, campaign: Campaign) -> Plan:
    """What a campaign was written as."""
    steps = queries.steps(tx.session, campaign.id)
    found: dict[UUID, list[Variant]] = {each.id: [] for each in steps}
    for variant in queries.variants(tx.session, found):
        found[variant.step_id].append(variant)
    return Plan(
        name=campaign.name,
        steps=[_step(each, found[each.id]) for each in steps],
        audience=Audience.model_validate(campaign.audience),
        window=Window.model_validate(campaign.send_window),
        starts_at=campaign.starts_at,
        ends_at=campaign.ends_at,
        type_id=campaign.type_id,
        link=campaign.link,
        incentive=campaign.incentive,
        hold_out_percent=campaign.hold_out_percent,
        trial=_trial(campaign),
    )


def _step(step: CampaignStep, variants: Sequence[Variant]) -> StepPlan:
    return StepPlan(
        wordings=[each.texts for each in variants],
        after_days=step.after_days,
        channel=step.channel,
        subject=step.subject,
        templates=[each.templates for each in variants if each.templates],
    )


def _trial(campaign: Campaign) -> Trial | None:
    if campaign.try_percent is None or campaign.decide_days is None:
        return None
    return Trial(percent=campaign.try_percent, days=campaign.decide_days)


def lock(tx: Tx, campaign_id: UUID) -> Campaign:
    return tx.session.scalars(
        select(Campaign)
        .where(Campaign.id == campaign_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
