"""Patients who may drop out of care: their scores with every factor, reviews and interventions."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import select

from bot.api import lists, refs
from bot.api.endpoint import Call, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import not_here
from bot.api.refs import Named, PatientRef, Ref
from clinic import risk
from rules.dropout import AT_LEAST_HIGH
from rules.states import InterventionState, RiskLevel, RiskState
from storage.tables import AuditEvent, Patient, Provider, RiskIntervention, RiskScore
from storage.transaction import Tx

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class PartOut(Shape):
    """A factor: the points it may give at most, those it gave, and why."""

    name: str
    weight: float
    points: float
    sentence: str


class AtRiskOut(Shape):
    """A patient's score, 0–100, the sum of its parts' points. `flagged`: missed twice in ninety days, and so at
    least high whatever the score."""

    patient: PatientRef
    provider: Ref | None = Field(description="Whom they see: the provider of their last visit.")
    score: float
    level: RiskLevel
    flagged: bool
    state: RiskState
    chance: float | None = Field(
        description="To drop out within half a year, 0–1, as the clinic's own past teaches; beside the score, not "
        "part of it. None where there is too little past, or the patient has dropped out."
    )
    parts: list[PartOut]
    computed_at: datetime
    reviewed_at: datetime | None
    review_notes: str


class InterventionOut(Shape):
    id: UUID
    what: str
    state: InterventionState
    made_at: datetime
    ended_at: datetime | None


class EventOut(Shape):
    """Something that happened to the score: risk.level_changed, risk.reviewed or risk.intervened."""

    at: datetime
    what: str
    before: dict[str, object] | None
    after: dict[str, object] | None


class CardOut(Shape):
    score: AtRiskOut
    interventions: list[InterventionOut]
    history: list[EventOut]


class AtRisk(Shape):
    items: list[AtRiskOut]
    next: str | None


class Wanted(Listed):
    level: RiskLevel | None = Field(default=None, description="Left out: high and critical.")
    state: RiskState | None = None
    provider: Named | None = Field(default=None, description="Only patients of this provider.")


class Reviewed(Shape):
    notes: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class Intervention(Shape):
    what: Words
    state: InterventionState = InterventionState.PENDING


class Went(Shape):
    state: InterventionState


def list_(tx: Tx, call: Call[Wanted, Nothing]) -> AtRisk:
    """Patients at risk, the highest score first."""
    asked = call.query
    levels = AT_LEAST_HIGH if asked.level is None else (asked.level,)
    found = select(RiskScore).where(RiskScore.level.in_(levels))
    if asked.state is not None:
        found = found.where(RiskScore.state == asked.state)
    if asked.provider is not None:
        provider = refs.find(tx, Provider, asked.provider, "query.provider")
        found = found.where(RiskScore.provider_id == provider.id)
    keys = [RiskScore.score, RiskScore.id]
    items, following = lists.page(tx, found, keys, asked, lambda row: shaped(tx, call, row), descending=True)
    return AtRisk(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> CardOut:
    """A patient's score, what was done about it, and how it came to be, newest first. The id is the patient's."""
    row = _of(tx, call.id)
    interventions = tx.session.scalars(
        select(RiskIntervention)
        .where(RiskIntervention.patient_id == call.id)
        .order_by(RiskIntervention.id.desc())
    )
    history = tx.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_kind == RiskScore.__tablename__, AuditEvent.subject_id == row.id)
        .order_by(AuditEvent.id.desc())
    )
    return CardOut(
        score=shaped(tx, call, row),
        interventions=[_intervention(call, each) for each in interventions],
        history=[
            EventOut(at=call.local(each.at), what=each.action, before=each.before, after=each.after)
            for each in history
        ],
    )


def review(tx: Tx, call: Call[Nothing, Reviewed]) -> AtRiskOut:
    """Somebody has looked at it. It counts as reviewed until the level rises."""
    _of(tx, call.id)
    return shaped(tx, call, risk.review(tx, call.id, call.body.notes, call.by))


def intervene(tx: Tx, call: Call[Nothing, Intervention]) -> InterventionOut:
    """Write down what was done to keep the patient in care."""
    _of(tx, call.id)
    made = risk.intervene(tx, call.id, call.body.what, call.by, state=call.body.state)
    return _intervention(call, made)


def went(tx: Tx, call: Call[Nothing, Went]) -> InterventionOut:
    """How it goes with an intervention, or how it went. The id is the intervention's."""
    made = risk.intervention_ended(tx, call.id, call.body.state, call.by)
    if made is None:
        raise not_here()
    return _intervention(call, made)


def calculate(tx: Tx, call: Call[Nothing, Nothing]) -> AtRiskOut:
    """Work out a patient's score as things stand now. The id is the patient's."""
    patient = tx.session.get_one(Patient, call.id)
    return shaped(tx, call, risk.work_out(tx, patient.id))


def shaped(tx: Tx, call: Call[Any, Any], row: RiskScore) -> AtRiskOut:
    provider = tx.session.get_one(Provider, row.provider_id) if row.provider_id else None
    return AtRiskOut(
        patient=refs.patient(tx.session.get_one(Patient, row.patient_id)),
        provider=refs.ref(provider) if provider else None,
        score=row.score,
        level=row.level,
        flagged=row.flagged,
        state=row.state,
        chance=row.chance,
        parts=[PartOut(**each) for each in row.parts],
        computed_at=call.local(row.computed_at),
        reviewed_at=call.local(row.reviewed_at) if row.reviewed_at else None,
        review_notes=row.review_notes,
    )


def _of(tx: Tx, patient_id: UUID) -> RiskScore:
    try:
        return risk.of(tx, patient_id)
    except risk.NoSuchScore:
        raise not_here() from None


def _intervention(call: Call[Any, Any], row: RiskIntervention) -> InterventionOut:
    return InterventionOut(
        id=row.id,
        what=row.what,
        state=row.state,
        made_at=call.local(row.made_at),
        ended_at=call.local(row.ended_at) if row.ended_at else None,
    )
