"""Campaigns: a list, a form that counts while it is filled in, a launch that is confirmed, and live results."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import campaign_form, campaign_words
from bot.admin.campaign_form import Form
from bot.admin.frame import blueprint, by_me, clinic, done, in_clinic, may, me
from bot.admin.letters import number_of
from clinic import campaign_plans, campaign_previews, campaign_results, campaigns, phrases
from clinic.campaign_plans import Plan, Refused, StepPlan
from clinic.campaign_previews import Preview
from clinic.campaign_results import Results
from rules.campaigns import MERGE_FIELDS, BadText
from rules.permissions import Permission
from rules.policy import WEEKDAY_NAMES
from rules.states import CampaignState, RiskLevel
from storage.queries import letters, waitlist
from storage.queries.letters import Batch
from storage.tables import AppointmentType, Campaign, Provider
from storage.transaction import Tx

pages = blueprint("campaigns")
pages.context_processor(lambda: {"said": campaign_words})

MAY = Permission.MANAGE_CAMPAIGNS
EXAMPLE = "Hi {first_name}, it has been a while. Would you like to come in? Reply YES for times."


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers to choose from."""

    providers: Sequence[Provider]
    types: Sequence[AppointmentType]


@dataclass(frozen=True, slots=True)
class Letters:
    """How many wait to be printed, and the batches that were, each with what names it."""

    waiting: int
    batches: Sequence[tuple[int, Batch]]


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign in the list."""

    campaign: Campaign
    results: Results


@pages.get("/campaigns")
@needs(MAY)
def page() -> str:
    return render_template("campaigns.html", lines=in_clinic(_lines))


@pages.get("/campaigns/new")
@needs(MAY)
def new() -> str:
    return _form(campaign_form.filled(Plan("", [StepPlan([{"en": EXAMPLE}])]), clinic().timezone))


@pages.post("/campaigns/rows")
@needs(MAY)
def rows() -> str:
    """The form as it is, with one wording or step more. Nothing is kept."""
    kept = request.form.get("campaign")
    campaign = in_clinic(lambda tx: tx.session.get(Campaign, UUID(kept))) if kept else None
    return _form(campaign_form.with_row(request.form, request.form.get("more", "")), campaign=campaign)


@pages.post("/campaigns/new")
@needs(MAY)
def create() -> Response | str | tuple[str, int]:
    return _kept(lambda tx, plan: campaign_plans.create(tx, plan, by_me()).id)


@pages.post("/campaigns/preview")
@needs(MAY)
def preview() -> str:
    """Whom it would reach, while somebody writes it."""
    try:
        found = in_clinic(lambda tx: campaign_previews.preview(tx, _checked(tx)))
    except (Refused, BadText) as refusal:
        return render_template("campaign_preview.html", refusal=str(refusal))
    return render_template("campaign_preview.html", preview=found)


@pages.get("/campaigns/<uuid:campaign_id>")
@needs(MAY)
def one(campaign_id: UUID) -> str:
    campaign, plan = in_clinic(lambda tx: _written(tx, campaign_id))
    if campaign.state is CampaignState.DRAFT and _may_name(plan):
        return _form(campaign_form.filled(plan, clinic().timezone), campaign=campaign)
    results = in_clinic(lambda tx: campaign_results.results(tx, campaign))
    letters = in_clinic(lambda tx: _letters(tx, campaign_id))
    return render_template(
        "campaign.html",
        campaign=campaign,
        plan=plan,
        results=results,
        rates=campaign_results,
        letters=letters,
    )


@pages.post("/campaigns/<uuid:campaign_id>")
@needs(MAY)
def update(campaign_id: UUID) -> Response | str | tuple[str, int]:
    campaign, _ = in_clinic(lambda tx: _written(tx, campaign_id))
    return _kept(lambda tx, plan: campaign_plans.update(tx, campaign_id, plan, by_me()).id, campaign)


@pages.get("/campaigns/<uuid:campaign_id>/state")
@needs(MAY)
def state_fragment(campaign_id: UUID) -> str:
    """How far it is, and what has come of it."""
    campaign, _ = in_clinic(lambda tx: _written(tx, campaign_id))
    results = in_clinic(lambda tx: campaign_results.results(tx, campaign))
    return render_template("campaign_state.html", campaign=campaign, results=results, rates=campaign_results)


@pages.get("/campaigns/<uuid:campaign_id>/launch")
@needs(MAY)
def confirm(campaign_id: UUID) -> str:
    """How many texts, and what they cost: nobody launches one by a slip of the finger."""
    campaign, plan = in_clinic(lambda tx: _written(tx, campaign_id))
    found = in_clinic(lambda tx: campaign_previews.preview(tx, plan, campaign_id))
    return render_template("campaign_launch.html", campaign=campaign, plan=plan, preview=found)


@pages.post("/campaigns/<uuid:campaign_id>/launch")
@needs(MAY)
def launch(campaign_id: UUID) -> Response:
    in_clinic(lambda tx: _written(tx, campaign_id))  # is it ours?
    confirmed = request.form.get("recipients", "")
    if not confirmed.isdecimal():
        return done("campaigns.one", "campaign-changed", campaign_id=campaign_id)

    def work(tx: Tx) -> Preview:
        return campaigns.launch(tx, campaign_id, by_me(), confirmed=int(confirmed))

    return _done(campaign_id, work, "campaign-launched", "campaign-changed")


@pages.post("/campaigns/<uuid:campaign_id>/test")
@needs(MAY)
def send_test(campaign_id: UUID) -> Response:
    return _done(
        campaign_id,
        lambda tx: campaign_previews.send_test(tx, campaign_id, me()),
        "campaign-tried",
        "campaign-no-test",
    )


@pages.post("/campaigns/<uuid:campaign_id>/<any(pause, resume, cancel):deed>")
@needs(MAY)
def act(campaign_id: UUID, deed: str) -> Response:
    work = {"pause": campaigns.pause, "resume": campaigns.resume, "cancel": campaigns.cancel}[deed]
    return _done(
        campaign_id, lambda tx: work(tx, campaign_id, by_me()), f"campaign-{deed}", "campaign-not-so"
    )


def _done(campaign_id: UUID, work: Callable[[Tx], Any], note: str, refused: str) -> Response:
    try:
        in_clinic(work)
    except Refused:
        note = refused
    return done("campaigns.one", note, campaign_id=campaign_id)


def _kept(work: Callable[[Tx, Plan], UUID], campaign: Campaign | None = None) -> Response | tuple[str, int]:
    """Keep what the form says, or show it again with why that cannot be."""
    try:
        plan = _plan()
        campaign_id = in_clinic(lambda tx: work(tx, plan))
    except (Refused, BadText) as refusal:
        return _form(request.form, campaign=campaign, refusal=str(refusal)), 422
    return done("campaigns.one", "campaign-kept", campaign_id=campaign_id)


def _checked(tx: Tx) -> Plan:
    """What the form says, named so that it can be looked at before it has a name."""
    plan = _plan()
    campaign_plans.check(tx, plan, named=False)
    return plan


def _plan() -> Plan:
    """What the form says."""
    plan = campaign_form.plan_in(request.form, clinic().timezone)
    if not _may_name(plan):
        raise Refused("Only whoever may see who is at risk can choose patients by it.")
    return plan


def _may_name(plan: Plan) -> bool:
    """Whether whoever is signed in may see what the audience says of patients."""
    return not plan.audience.names_risk or may(Permission.VIEW_RISK)


def _form(form: Form, *, campaign: Campaign | None = None, refusal: str = "") -> str:
    return render_template(
        "campaign_form.html",
        form=form,
        campaign=campaign,
        refusal=refusal,
        choices=in_clinic(_choices),
        fields=MERGE_FIELDS,
        languages=phrases.LANGUAGES,
        weekdays=list(enumerate(WEEKDAY_NAMES)),
        levels=[(level, level.capitalize()) for level in RiskLevel],
        shown={"steps": campaign_form.steps_in, "wordings": campaign_form.wordings_in},
    )


def _choices(tx: Tx) -> Choices:
    kinds = select(AppointmentType).where(AppointmentType.withdrawn_at.is_(None))
    return Choices(
        waitlist.providers(tx.session), tx.session.scalars(kinds.order_by(AppointmentType.name)).all()
    )


def _written(tx: Tx, campaign_id: UUID) -> tuple[Campaign, Plan]:
    campaign = tx.session.get_one(Campaign, campaign_id)
    return campaign, campaign_plans.plan_of(tx, campaign)


def _letters(tx: Tx, campaign_id: UUID) -> Letters:
    batches = letters.batches(tx.session, campaign_id)
    return Letters(letters.waiting(tx.session, campaign_id), [(number_of(each), each) for each in batches])


def _lines(tx: Tx) -> list[Line]:
    newest_first = select(Campaign).order_by(Campaign.made_at.desc(), Campaign.id.desc()).limit(50)
    return [Line(each, campaign_results.results(tx, each)) for each in tx.session.scalars(newest_first)]
