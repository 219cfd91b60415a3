"""Patients who may drop out of care, as the At-risk page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, case, false, func, select
from sqlalchemy.orm import Session

from rules.states import UPCOMING_APPOINTMENT, RiskLevel, RiskState
from storage.tables import (
    Appointment,
    AuditEvent,
    ContactPoint,
    Patient,
    PatientContact,
    Provider,
    RiskIntervention,
    RiskScore,
    Staff,
)

MOST_RISEN = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are, and how many of them one provider sees."""

    all: int = 0
    own: int = 0


@dataclass(frozen=True, slots=True)
class Filters:
    levels: Sequence[RiskLevel]
    state: RiskState | None = None
    provider_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A patient's score, and whom they see."""

    score: RiskScore
    patient: Patient
    provider: Provider | None

    @property
    def points(self) -> dict[str, float]:
        """By factor, of those that gave any, the most first."""
        telling = sorted(self.score.parts, key=lambda part: -part["points"])
        return {part["name"]: part["points"] for part in telling if part["points"]}

    @property
    def why(self) -> list[str]:
        """A sentence for each of those."""
        sentences = {part["name"]: part["sentence"] for part in self.score.parts}
        return [sentences[name] for name in self.points]


@dataclass(frozen=True, slots=True)
class Risen:
    """A patient whose level rose to where it stands."""

    score: RiskScore
    patient: Patient
    event: AuditEvent


@dataclass(frozen=True, slots=True)
class Intervention:
    """`by` is None where a program wrote it down."""

    intervention: RiskIntervention
    by: Staff | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a score. `by` is None where nobody of the staff did it."""

    event: AuditEvent
    by: Staff | None


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known of one patient's risk; interventions and history newest first."""

    score: RiskScore
    patient: Patient
    provider: Provider | None
    reviewed_by: Staff | None
    addresses: Sequence[str]
    next_visit: tuple[Appointment, Provider] | None
    interventions: Sequence[Intervention]
    history: Sequence[Event]


def tallies(session: Session, own: UUID | None) -> dict[RiskLevel, Tally]:
    """By level, all of them; `own` is the provider whose patients are counted apart."""
    rows = session.execute(
        select(RiskScore.level, func.count(), func.count().filter(_is_own(own))).group_by(RiskScore.level)
    )
    found = {level: Tally(count, of_own) for level, count, of_own in rows}
    return {level: found.get(level, Tally()) for level in reversed(RiskLevel)}


def dropped_out(session: Session, own: UUID | None) -> Tally:
    return Tally(
        *session.execute(
            select(func.count(RiskScore.id), func.count().filter(_is_own(own))).where(
                RiskScore.state == RiskState.DROPPED_OUT
            )
        ).one()
    )


def risen(session: Session, since: datetime) -> list[Risen]:
    """Whose level has risen since then and has not fallen again, the newest first."""
    before, after = AuditEvent.before["level"].astext, AuditEvent.after["level"].astext
    newest = (
        select(RiskScore, Patient, AuditEvent)
        .join(AuditEvent, AuditEvent.subject_id == RiskScore.id)
        .join(Patient, Patient.id == RiskScore.patient_id)
        .where(
            AuditEvent.subject_kind == RiskScore.__tablename__,
            AuditEvent.action == "risk.level_changed",
            AuditEvent.at >= since,
            _rank(after) > _rank(before),
            _rank(after) == _rank(RiskScore.level),
        )
        .order_by(AuditEvent.id.desc())
        .limit(MOST_RISEN)
    )
    found: dict[UUID, Risen] = {}
    for row in session.execute(newest):
        found.setdefault(row[0].id, Risen(*row))
    return list(found.values())


def count(session: Session, filters: Filters) -> int:
    return session.scalars(select(func.count(RiskScore.id)).where(*_fits(filters))).one()


def worst_first(
    session: Session, filters: Filters, own: UUID | None, *, offset: int, limit: int
) -> list[Standing]:
    """By level, then by score; before all others the patients of `own`, a provider."""
    rows = session.execute(
        select(RiskScore, Patient, Provider)
        .join(Patient, Patient.id == RiskScore.patient_id)
        .outerjoin(Provider, Provider.id == RiskScore.provider_id)
        .where(*_fits(filters))
        .order_by(
            case((_is_own(own), 0), else_=1),
            _rank(RiskScore.level).desc(),
            RiskScore.score.desc(),
            RiskScore.id,
        )
        .offset(offset)
        .limit(limit)
    )
    return [Standing(*row) for row in rows]


def card(session: Session, patient_id: UUID, now: datetime) -> Card:
    """May raise `NoResultFound`: nothing has been worked out for that patient."""
    score, patient, provider, reviewed_by = session.execute(
        select(RiskScore, Patient, Provider, Staff)
        .join(Patient, Patient.id == RiskScore.patient_id)
        .outerjoin(Provider, Provider.id == RiskScore.provider_id)
        .outerjoin(Staff, Staff.id == RiskScore.reviewed_by)
        .where(RiskScore.patient_id == patient_id)
    ).one()
    return Card(
        score=score,
        patient=patient,
        provider=provider,
        reviewed_by=reviewed_by,
        addresses=_addresses(session, patient_id),
        next_visit=_next_visit(session, patient_id, now),
        interventions=_interventions(session, patient_id),
        history=_history(session, score.id),
    )


def _is_own(own: UUID | None) -> ColumnElement[bool]:
    return false() if own is None else RiskScore.provider_id == own


def _rank(level: SQLColumnExpression[Any]) -> ColumnElement[int]:
    return case(*((level == each.value, place) for place, each in enumerate(RiskLevel)))


def _fits(filters: Filters) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = [RiskScore.level.in_(filters.levels)]
    if filters.state is not None:
        fits.append(RiskScore.state == filters.state)
    if filters.provider_id is not None:
        fits.append(RiskScore.provider_id == filters.provider_id)
    return fits


def _addresses(session: Session, patient_id: UUID) -> Sequence[str]:
    return session.scalars(
        select(ContactPoint.address)
        .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
        .where(PatientContact.patient_id == patient_id, ContactPoint.wrong_number_at.is_(None))
        .order_by(PatientContact.position, ContactPoint.id)
    ).all()


def _next_visit(session: Session, patient_id: UUID, now: datetime) -> tuple[Appointment, Provider] | None:
    found = session.execute(
        select(Appointment, Provider)
        .join(Provider, Provider.id == Appointment.provider_id)
        .where(
            Appointment.patient_id == patient_id,
            Appointment.state.in_(UPCOMING_APPOINTMENT),
            Appointment.starts_at >= now,
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else None


def _interventions(session: Session, patient_id: UUID) -> list[Intervention]:
    rows = session.execute(
        select(RiskIntervention, Staff)
        .outerjoin(Staff, Staff.id == RiskIntervention.made_by)
        .where(RiskIntervention.patient_id == patient_id)
        .order_by(RiskIntervention.id.desc())
    )
    return [Intervention(*row) for row in rows]


def _history(session: Session, score_id: UUID) -> list[Event]:
    rows = session.execute(
        select(AuditEvent, Staff)
        .outerjoin(Staff, Staff.id == AuditEvent.staff_id)
        .where(AuditEvent.subject_kind == RiskScore.__tablename__, AuditEvent.subject_id == score_id)
        .order_by(AuditEvent.id.desc())
    )
    return [Event(*row) for row in rows]
