"""Patients, the numbers that reach them, and what they agreed to."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from rules.states import ConsentKind, ConsentSource, PaymentStatus
from storage.tables.base import Base, ClinicScoped


class Patient(ClinicScoped, Base):
    __tablename__ = "patient"
    __table_args__ = (UniqueConstraint("clinic_id", "external_id"),)

    external_id: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    birth_date: Mapped[date | None]
    language: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str | None]  # IANA name, where known
    state: Mapped[str | None]  # US state, for texting hours
    sex: Mapped[str | None]
    insurance: Mapped[str | None]
    street: Mapped[str | None]  # with the city and the postcode where a letter reaches them
    city: Mapped[str | None]
    postcode: Mapped[str | None]
    email: Mapped[str | None]  # kept only: nothing is sent to it without a consent of its own
    stage: Mapped[str | None]  # where in their treatment they are, in the clinic's own words
    tags: Mapped[list[str]] = mapped_column(default=list)
    payment_status: Mapped[PaymentStatus | None]
    travel_minutes: Mapped[int | None]  # from home to the clinic
    new_patient: Mapped[bool] = mapped_column(
        default=False
    )  # read by nobody: storage/queries/new_patients.py
    no_text: Mapped[bool] = mapped_column(default=False)  # confidential: never text about this patient
    offers_per_week: Mapped[int | None]  # "fewer texts": their own cap, below the clinic's
    created_at: Mapped[datetime]


class TreatmentPlan(ClinicScoped, Base):
    """Visits planned for a patient: how many, of which type, how far apart, from when."""

    __tablename__ = "treatment_plan"
    __table_args__ = (
        UniqueConstraint("clinic_id", "external_id"),
        CheckConstraint("visits_planned > 0", name="visits_positive"),
        CheckConstraint("interval_days > 0", name="interval_positive"),
    )

    external_id: Mapped[str]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    type_id: Mapped[UUID] = mapped_column(ForeignKey("appointment_type.id"))
    stage: Mapped[str]
    visits_planned: Mapped[int]
    interval_days: Mapped[int]
    started_on: Mapped[date]
    milestones: Mapped[list[str]] = mapped_column(default=list)


class ContactPoint(ClinicScoped, Base):
    """A phone number as this clinic knows it. STOP belongs to the number, whoever shares it."""

    __tablename__ = "contact_point"
    __table_args__ = (UniqueConstraint("clinic_id", "address"),)

    address: Mapped[str]  # E.164
    opted_out_at: Mapped[datetime | None]  # STOP in any wording; cleared by START
    carrier_blocked_at: Mapped[datetime | None]  # the carrier itself refuses to send (OptOutType, 21610)
    no_offers_at: Mapped[datetime | None]  # "stop the offers": reminders and replies still go
    start_hint_at: Mapped[datetime | None]  # last "Reply START to hear from us again": once in 24 h
    wrong_number_at: Mapped[datetime | None]  # somebody said it is not theirs: outreach rests
    undeliverable_at: Mapped[datetime | None]  # the carrier says it cannot be reached


class PatientContact(ClinicScoped, Base):
    """Which number reaches which patient; several patients may share one (families)."""

    __tablename__ = "patient_contact"
    __table_args__ = (UniqueConstraint("patient_id", "contact_point_id"),)

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    contact_point_id: Mapped[UUID] = mapped_column(ForeignKey("contact_point.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)  # lowest is tried first


class Consent(ClinicScoped, Base):
    """What was agreed or refused, for a patient on a number. A new word supersedes the old, which stays."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_current",
            "patient_id",
            "contact_point_id",
            "kind",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    contact_point_id: Mapped[UUID] = mapped_column(ForeignKey("contact_point.id"))
    kind: Mapped[ConsentKind]
    granted: Mapped[bool]
    source: Mapped[ConsentSource]
    wording: Mapped[str] = mapped_column(default="")  # what was agreed to, or said
    at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
