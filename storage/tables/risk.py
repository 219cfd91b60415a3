"""What is foreseen of visits, and by what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

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
