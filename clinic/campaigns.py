"""Campaigns as staff work them: written, looked at before they go, launched, paused and ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import mean
from uuid import UUID

from sqlalchemy import delete, select

from clinic import campaign_sending, conversations, messages, phrases, policies, recipients
from clinic.audit import By, record
from clinic.campaign_sending import Script, lock
from rules.campaigns import (
    MOST_STEPS,
    MOST_VARIANTS,
    Audience,
    BadText,
    Window,
    about_the_same,
    check_text,
    cost_cents,
    may_become,
)
from rules.phones import to_e164
from rules.segments import affordable, segments
from rules.states import CampaignState, DueKind, LeftOut, MessageClass, OutboxState
from storage.queries import campaigns as queries
from storage.queries.due import set_due
from storage.tables import Campaign, CampaignStep, Message, Patient, Recipient, Staff, Variant
from storage.transaction import Tx

LABELS = "ABCD"
SAMPLE = 5
LONG_NAME = "Alexandria"
"""What stands for a first name where a text's length is estimated: few are longer."""


class Refused(ValueError):
    """It cannot be done as things stand. What it says is a sentence for people."""


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One text of the series: the days since the one before, and up to four wordings, each by language."""

    wordings: Sequence[Mapping[str, str]]
    after_days: int = 0


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
    hold_out_percent: float = 0.0


@dataclass(frozen=True, slots=True)
class Preview:
    """What a launch would come to now. `texts`, `segments` and `cents` are the most there can be: steps go only to
    who has not answered."""

    texted: int
    held_out: int
    left_out: Mapping[LeftOut, int]
    texts: int
    segments: int
    cents: int
    sample: Sequence[tuple[Patient, str]]  # with what they would read first


# Written


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
    campaign.audience = plan.audience.model_dump(mode="json")
    campaign.send_window = plan.window.model_dump(mode="json")
    campaign.starts_at, campaign.ends_at = plan.starts_at, plan.ends_at
    campaign.type_id, campaign.hold_out_percent = plan.type_id, plan.hold_out_percent
    tx.session.add(campaign)
    tx.session.flush()
    for position, each in enumerate(plan.steps):
        step = CampaignStep(
            clinic_id=tx.clinic_id,
            campaign_id=campaign.id,
            position=position,
            after_days=each.after_days if position else 0,
        )
        tx.session.add(step)
        tx.session.flush()
        for label, texts in zip(LABELS, each.wordings, strict=False):
            tx.session.add(Variant(clinic_id=tx.clinic_id, step_id=step.id, label=label, texts=dict(texts)))
    tx.session.flush()


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
    for position, step in enumerate(plan.steps):
        if position and step.after_days < 1:
            raise Refused("A later text needs at least a day between it and the one before.")
        _check_wordings(tx, step, plan.link.strip())


def _check_wordings(tx: Tx, step: StepPlan, link: str) -> None:
    if not 1 <= len(step.wordings) <= MOST_VARIANTS:
        raise Refused(f"A text has 1 to {MOST_VARIANTS} wordings.")
    for texts in step.wordings:
        if not set(texts) <= set(phrases.LANGUAGES):
            raise Refused(f"A text can be in {' or '.join(phrases.LANGUAGES)}.")
        if tx.clinic().language not in texts:
            raise BadText("The text is missing in the clinic's own language.")
        for body in texts.values():
            check_text(body, link=link)


def plan_of(tx: Tx, campaign: Campaign) -> Plan:
    """What a campaign was written as."""
    steps = queries.steps(tx.session, campaign.id)
    wordings: dict[UUID, list[Mapping[str, str]]] = {each.id: [] for each in steps}
    for variant in queries.variants(tx.session, wordings):
        wordings[variant.step_id].append(variant.texts)
    return Plan(
        name=campaign.name,
        steps=[StepPlan(wordings[each.id], each.after_days) for each in steps],
        audience=Audience.model_validate(campaign.audience),
        window=Window.model_validate(campaign.send_window),
        starts_at=campaign.starts_at,
        ends_at=campaign.ends_at,
        type_id=campaign.type_id,
        link=campaign.link,
        hold_out_percent=campaign.hold_out_percent,
    )


# Looked at before it goes


def preview(tx: Tx, plan: Plan, campaign_id: UUID | None = None) -> Preview:
    """What a launch would come to now. Nothing is written."""
    rest = recipients.rest(tx, campaign_id)
    by_language, left = queries.counted(tx.session, plan.audience, rest)
    script = _script(tx, plan)
    share = 1 - plan.hold_out_percent / 100
    everybody = sum(by_language.values())
    texted = round(everybody * share)
    pieces = sum(
        count * share * sum(_segments(tx, script, position, language) for position in range(len(plan.steps)))
        for language, count in by_language.items()
    )
    some = queries.some(tx.session, plan.audience, rest, SAMPLE)
    providers = queries.providers_of(tx.session, [each.id for each in some], tx.now)
    reads = [(each, _first_text(tx, script, each, providers.get(each.id, ""))) for each in some]
    return Preview(
        texted=texted,
        held_out=everybody - texted,
        left_out=left,
        texts=texted * len(plan.steps),
        segments=round(pieces),
        cents=cost_cents(round(pieces), policies.current(tx).segment_cents),
        sample=reads,
    )


def _script(tx: Tx, plan: Plan) -> Script:
    steps = [dict(zip(LABELS, each.wordings, strict=False)) for each in plan.steps]
    return campaign_sending.script(tx, steps, plan.link.strip())


def _first_text(tx: Tx, script: Script, patient: Patient, provider: str) -> str:
    return _whole(tx, script.text(0, None, patient, provider), patient.language, first=True)


def _whole(tx: Tx, text: str, language: str, *, first: bool) -> str:
    """As it goes out: the clinic's name in front, and behind the first one how to opt out."""
    language = language if language in phrases.LANGUAGES else tx.clinic().language
    notice = f" {phrases.render('stop_notice', language)}" if first else ""
    return affordable(f"{tx.clinic().short_name}: {text}{notice}")


def _segments(tx: Tx, script: Script, position: int, language: str) -> float:
    """How many segments a step takes, over its wordings."""
    somebody = Patient(first_name=LONG_NAME, language=language)
    return mean(
        segments(_whole(tx, script.text(position, label, somebody, ""), language, first=position == 0))
        for label in script.steps[position]
    )


def send_test(tx: Tx, campaign_id: UUID, staff: Staff) -> list[Message]:
    """Text every wording of a campaign to a member of staff. Raises `Refused` where they have no phone."""
    campaign = tx.session.get_one(Campaign, campaign_id)
    number = to_e164(staff.phone or "", tx.clinic().region)
    sender = conversations.texting(tx)
    if number is None or sender is None:
        raise Refused("There is no phone to send it to: put your number into your profile first.")
    script = campaign_sending.script_of(tx, campaign)
    line = conversations.with_address(tx, sender, number)
    first_name = staff.name.partition(" ")[0]
    said = []
    for position, wordings in enumerate(script.steps):
        for label, texts in wordings.items():
            for language in texts:
                somebody = Patient(first_name=first_name, language=language)
                text = _whole(tx, script.text(position, label, somebody, ""), language, first=not position)
                said.append(messages.write(tx, line, text, klass=MessageClass.ALERT))
    return said


# Launched, paused, ended


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
