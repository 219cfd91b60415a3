"""What is foreseen of visits and by what; which patients may drop out of care, and what is done about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rules.states import InterventionState, RiskLevel, RiskState
from storage.tables.base import Base, ClinicScoped


class NoShowModel(ClinicScoped, Base):
    """What one night taught about missed visits. The model itself is not kept: it is fitted anew every
    night."""

    __tablename__ = "noshow_model"
    __table_args__ = (Index("ix_noshow_model_clinic_id_trained_at", "clinic_id", "trained_at"),)

    trained_at: Mapped[datetime]
    visits: Mapped[int]  # past ones it had
    used: Mapped[bool]  # it beat the rule of thumb on the latest month
    why_not: Mapped[str] = mapped_column(default="")  # a sentence, where it is not used
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # a `rules.no_show.judging.Verdict`
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what it was fitted with


class VisitRisk(ClinicScoped, Base):
    """How likely a coming visit is to be missed, as was believed last night. Never told to the patient."""

    __tablename__ = "visit_risk"
    __table_args__ = (
        UniqueConstraint("appointment_id"),
        CheckConstraint("chance BETWEEN 0 AND 1", name="chance_range"),
    )

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    chance: Mapped[float]
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey("noshow_model.id"))  # None: the rule of thumb
    reasons: Mapped[list[str]] = mapped_column(default=list)  # what speaks for it, most telling first
    foreseen_at: Mapped[datetime]


class DropoutModel(ClinicScoped, Base):
    """What one night taught about patients who drop out. The model itself is not kept: it is fitted anew every
    night."""

    __tablename__ = "dropout_model"
    __table_args__ = (Index("ix_dropout_model_clinic_id_trained_at", "clinic_id", "trained_at"),)

    trained_at: Mapped[datetime]
    looks: Mapped[int]  # back at how a patient's care stood on some day
    used: Mapped[bool]  # it beat the rule score on the latest looks
    why_not: Mapped[str] = mapped_column(default="")  # a sentence, where it is not used
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # a `rules.dropout_learning.Verdict`
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what it was fitted with


class RiskScore(ClinicScoped, Base):
    """How likely a patient is to drop out of care, as it was worked out last. How it came to be so is in the audit
    log: each change of the level, review and intervention."""

    __tablename__ = "risk_score"
    __table_args__ = (
        UniqueConstraint("patient_id"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_range"),
        CheckConstraint("chance BETWEEN 0 AND 1", name="chance_range"),
        Index("ix_risk_score_clinic_id_level_score", "clinic_id", "level", "score"),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"))  # of their last visit
    score: Mapped[float]
    level: Mapped[RiskLevel]
    flagged: Mapped[bool]  # missed twice in ninety days: at least high, whatever the score
    parts: Mapped[list[Any]] = mapped_column(JSONB)  # of `rules.dropout.Part`, each as an object
    state: Mapped[RiskState] = mapped_column(default=RiskState.ACTIVE)
    computed_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    review_notes: Mapped[str] = mapped_column(default="")
    chance: Mapped[
        float | None
    ]  # of dropping out within half a year, learned; beside the score, never part of it
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey("dropout_model.id"))  # whose word that is
    checked_in_at: Mapped[datetime | None]  # when we last asked by text how they are


class RiskIntervention(ClinicScoped, Base):
    """Something done to keep a patient in care."""

    __tablename__ = "risk_intervention"
    __table_args__ = (Index("ix_risk_intervention_patient_id_made_at", "patient_id", "made_at"),)

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    what: Mapped[str]  # in the staff's own words: "called, comes Tuesday"
    state: Mapped[InterventionState] = mapped_column(default=InterventionState.PENDING)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # None: a program
    ended_at: Mapped[datetime | None]
