"""Campaigns that win patients back: written, looked at, tried, launched, stopped, and what they came to."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field
from sqlalchemy import select

from bot.api import lists, refs
from bot.api.endpoint import Call, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import conflict, wrong
from bot.api.refs import Named
from clinic import campaign_results
from clinic import campaigns as operations
from clinic.campaigns import Plan, Preview, Refused, StepPlan
from rules.campaigns import Audience, BadText, Window
from rules.states import CampaignState, LeftOut
from storage.tables import AppointmentType, Campaign, Staff
from storage.transaction import Tx


class Step(Shape):
    """One text of the series."""

    wordings: list[dict[str, str]] = Field(
        min_length=1,
        max_length=4,
        description="Up to four to try against each other, each by language: "
        '`{"en": "Hi {first_name}, …", "es": "…"}`. {first_name}, {clinic}, {provider}, {phone} and {link} '
        "are filled in.",
    )
    after_days: int = Field(
        default=0, ge=0, le=365, description="Since the text before, to who has not answered."
    )


class CampaignIn(Shape):
    name: str = Field(min_length=1, max_length=200)
    steps: list[Step] = Field(min_length=1, max_length=5)
    audience: Audience = Audience()
    window: Window = Window()
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    type: Named | None = Field(
        default=None, description="What times are offered for; left out: as the patient's last visit."
    )
    link: str = Field(default="", max_length=500)
    hold_out_percent: float = Field(default=0, ge=0, le=50, description="Get nothing, to compare with.")


class CampaignOut(Shape):
    """A campaign as it was written, and how it stands."""

    id: UUID
    name: str
    state: CampaignState
    stopped_because: str | None = Field(description="Why it paused by itself.")
    steps: list[Step]
    audience: Audience
    window: Window
    starts_at: datetime | None
    ends_at: datetime | None
    type_id: UUID | None
    link: str
    hold_out_percent: float
    made_at: datetime
    launched_at: datetime | None
    ended_at: datetime | None


class Campaigns(Shape):
    items: list[CampaignOut]
    next: str | None


class Wanted(Listed):
    state: CampaignState | None = None


class Example(Shape):
    patient_id: UUID
    reads: str


class PreviewOut(Shape):
    """What a launch would come to now; texts, segments and cents are the most there can be."""

    recipients: int
    held_out: int
    left_out: dict[LeftOut, int]
    texts: int
    segments: int
    cents: int
    sample: list[Example]


class Confirmation(Shape):
    recipients: int = Field(ge=0, description="As the preview has it: refused where it has changed since.")


class ToTry(Shape):
    email: str = Field(max_length=320, description="Of the member of staff whose phone gets it.")


class Tried(Shape):
    texts: int


class VariantOut(Shape):
    variant: str | None = Field(description="None: those held out.")
    targeted: int
    texted: int
    replied: int
    interested: int
    not_interested: int
    rebooked: int
    opted_out: int
    bounced: int
    revenue_cents: int
    rebooked_low: float = Field(description="The share rebooked of those texted lies, at 95%, between this …")
    rebooked_high: float = Field(description="… and this.")


class StepOut(Shape):
    step: int = Field(description="From 0.")
    variant: str
    sent: int
    delivered: int
    failed: int
    segments: int


class CampaignStats(Shape):
    gathered: int
    expected: int | None
    texted: int
    left: int = Field(description="Texts to go out now.")
    texts_last_minute: int
    minutes_left: int | None
    cents: int
    cents_per_rebooking: int | None
    variants: list[VariantOut]
    steps: list[StepOut]
    sentences: list[str] = Field(description="Which differences are real.")


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
    return _shaped(tx, call, _tried(lambda: operations.create(tx, plan, call.by)))


def update(tx: Tx, call: Call[Nothing, CampaignIn]) -> CampaignOut:
    """Write a draft anew; what has been launched stays as it is."""
    plan = _plan(tx, call.body)
    return _shaped(tx, call, _tried(lambda: operations.update(tx, call.id, plan, call.by)))


def preview(tx: Tx, call: Call[Nothing, Nothing]) -> PreviewOut:
    """Who would get it now, who is left out and why, and what it would cost. Nothing is sent."""
    campaign = tx.session.get_one(Campaign, call.id)
    return _preview(operations.preview(tx, operations.plan_of(tx, campaign), campaign.id))


def test(tx: Tx, call: Call[Nothing, ToTry]) -> Tried:
    """Text every wording to a member of staff."""
    campaign = tx.session.get_one(Campaign, call.id)
    staff = tx.session.scalar(select(Staff).where(Staff.email == call.body.email.lower()))
    if staff is None:
        raise wrong("body.email", "There is nobody of the staff with that address.")
    return Tried(texts=len(_tried(lambda: operations.send_test(tx, campaign.id, staff))))


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
                rebooked_low=campaign_results.share_rebooked(row).low,
                rebooked_high=campaign_results.share_rebooked(row).high,
            )
            for row in rows
        ],
        steps=[StepOut(**_fields(row)) for row in found.steps],
        sentences=list(found.sentences),
    )


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
    kind = refs.find(tx, AppointmentType, body.type, "body.type") if body.type is not None else None
    return Plan(
        name=body.name,
        steps=[StepPlan(each.wordings, each.after_days) for each in body.steps],
        audience=body.audience,
        window=body.window,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        type_id=kind.id if kind else None,
        link=body.link,
        hold_out_percent=body.hold_out_percent,
    )


def _preview(found: Preview) -> PreviewOut:
    return PreviewOut(
        recipients=found.texted,
        held_out=found.held_out,
        left_out=dict(found.left_out),
        texts=found.texts,
        segments=found.segments,
        cents=found.cents,
        sample=[Example(patient_id=patient.id, reads=text) for patient, text in found.sample],
    )


def _shaped(tx: Tx, call: Call[Any, Any], row: Campaign) -> CampaignOut:
    plan = operations.plan_of(tx, row)

    def local(moment: datetime | None) -> datetime | None:
        return call.local(moment) if moment else None

    return CampaignOut(
        id=row.id,
        name=row.name,
        state=row.state,
        stopped_because=row.stopped_because,
        steps=[
            Step(wordings=[dict(each) for each in step.wordings], after_days=step.after_days)
            for step in plan.steps
        ],
        audience=plan.audience,
        window=plan.window,
        starts_at=local(row.starts_at),
        ends_at=local(row.ends_at),
        type_id=row.type_id,
        link=row.link,
        hold_out_percent=row.hold_out_percent,
        made_at=call.local(row.made_at),
        launched_at=local(row.launched_at),
        ended_at=local(row.ended_at),
    )
