"""At risk: who may drop out of care, worst first, why, and what is done about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import risk_words
from bot.admin.frame import asked_id, asked_word, blueprint, by_me, done, in_clinic, me
from clinic import risk, runs
from rules.dropout import AT_LEAST_HIGH
from rules.permissions import Permission
from rules.states import InterventionState, RiskLevel, RiskState
from storage.queries import at_risk as queries
from storage.queries import waitlist
from storage.queries.at_risk import Card, Filters, Risen, Standing, Tally
from storage.tables import Provider, RiskIntervention
from storage.transaction import Tx

PAGE = 100
LATELY = timedelta(days=7)
EVERY_LEVEL = "every"
LONGEST = 2000
"""Characters of a note, or of what was done."""

pages = blueprint("at_risk")


@dataclass(frozen=True, slots=True)
class Listing:
    """All that the page shows. `own` is the provider whom whoever is signed in is, if they are one."""

    tallies: Mapping[RiskLevel, Tally]
    dropped_out: Tally
    risen: Sequence[Risen]
    lines: Sequence[Standing]
    total: int
    page: int
    pages: int
    chosen: Mapping[str, str | None]
    providers: Sequence[Provider]
    own: UUID | None


@pages.get("/at-risk")
@needs(Permission.VIEW_RISK)
def page() -> str:
    return render_template("at_risk.html", listing=in_clinic(_listing), said=risk_words)


@pages.get("/at-risk/list")
@needs(Permission.VIEW_RISK)
def fragment() -> str:
    return render_template("at_risk_list.html", listing=in_clinic(_listing), said=risk_words)


@pages.post("/at-risk/calculate")
@needs(Permission.WORK_RISK)
def calculate() -> Response:
    """Everybody is worked out anew, soon after the answer."""
    in_clinic(lambda tx: runs.ask(tx, runs.RISK, by_me()))
    return done("at_risk.page", "risk-asked")


@pages.get("/at-risk/<uuid:patient_id>")
@needs(Permission.VIEW_RISK)
def one(patient_id: UUID) -> str:
    return render_template("at_risk_card.html", card=in_clinic(_card(patient_id)), said=risk_words)


@pages.get("/at-risk/<uuid:patient_id>/standing")
@needs(Permission.VIEW_RISK)
def standing_fragment(patient_id: UUID) -> str:
    """The score, what it is made of, and how it came to be."""
    return render_template("at_risk_standing.html", card=in_clinic(_card(patient_id)), said=risk_words)


@pages.post("/at-risk/<uuid:patient_id>/review")
@needs(Permission.WORK_RISK)
def review(patient_id: UUID) -> Response:
    notes = _written("notes")
    return _done(patient_id, lambda tx: risk.review(tx, patient_id, notes, by_me()), "risk-reviewed")


@pages.post("/at-risk/<uuid:patient_id>/intervene")
@needs(Permission.WORK_RISK)
def intervene(patient_id: UUID) -> Response:
    what, state = _written("what"), asked_word(InterventionState, "state") or InterventionState.PENDING
    if not what:
        return _done(patient_id, lambda tx: risk.of(tx, patient_id), "say-what")
    return _done(
        patient_id,
        lambda tx: risk.intervene(tx, patient_id, what, by_me(), state=state),
        "risk-intervened",
    )


@pages.post("/at-risk/interventions/<uuid:intervention_id>")
@needs(Permission.WORK_RISK)
def went(intervention_id: UUID) -> Response:
    """How it goes with an intervention, or how it went."""

    def work(tx: Tx) -> UUID:
        patient_id = tx.session.get_one(RiskIntervention, intervention_id).patient_id
        state = asked_word(InterventionState, "state") or abort(400)
        risk.intervention_ended(tx, intervention_id, state, by_me())
        return patient_id

    return done("at_risk.one", "risk-went", patient_id=in_clinic(work), at="interventions-title")


def _done(patient_id: UUID, work: Callable[[Tx], Any], note: str) -> Response:
    try:
        in_clinic(work)
    except risk.NoSuchScore:
        abort(404)
    return done("at_risk.one", note, patient_id=patient_id)


def _written(field: str) -> str:
    return request.form.get(field, "").strip()[:LONGEST]


def _card(patient_id: UUID) -> Callable[[Tx], Card]:
    return lambda tx: queries.card(tx.session, patient_id, tx.now)


def _listing(tx: Tx) -> Listing:
    """A doctor sees their own patients first. Who is not at least high is shown where that is asked for."""
    own, filters = me().provider_id, _filters()
    total = queries.count(tx.session, filters)
    last = max(1, -(-total // PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    return Listing(
        tallies=queries.tallies(tx.session, own),
        dropped_out=queries.dropped_out(tx.session, own),
        risen=queries.risen(tx.session, tx.now - LATELY),
        lines=queries.worst_first(tx.session, filters, own, offset=(number - 1) * PAGE, limit=PAGE),
        total=total,
        page=number,
        pages=last,
        chosen={
            "level": _level(),
            "state": filters.state,
            "provider": str(filters.provider_id) if filters.provider_id else None,
        },
        providers=waitlist.providers(tx.session),
        own=own,
    )


def _filters() -> Filters:
    level = _level()
    levels = {None: AT_LEAST_HIGH, EVERY_LEVEL: tuple(RiskLevel)}
    return Filters(
        levels=levels.get(level) or (RiskLevel(str(level)),),
        state=asked_word(RiskState, "state"),
        provider_id=asked_id("provider"),
    )


def _level() -> str | None:
    """A level, or every one; None for what is at least high."""
    every = request.args.get("level") == EVERY_LEVEL
    return EVERY_LEVEL if every else asked_word(RiskLevel, "level")
