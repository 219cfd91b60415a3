"""Visits and their cancellations. The database itself refuses two visits in one place at one time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rules.states import (
    ACTIVE_APPOINTMENT,
    AppointmentState,
    CancellationKind,
    CancelledBy,
    RecoveryState,
)
from storage.tables.base import Base, ClinicScoped


def one_at_a_time(column: str, states: tuple[str, ...], *, name: str) -> ExcludeConstraint:
    """No two rows in `states` with the same `column` may overlap in time.

    `uuidrange` (a range type made by the first migration) lets GiST compare ids for equality without a
    contrib extension. A null column excludes nothing.
    """
    listed = ", ".join(f"'{state}'" for state in states)
    return ExcludeConstraint(
        (text(f"uuidrange({column}, {column}, '[]')"), "&&"),
        (text("tstzrange(starts_at, ends_at)"), "&&"),
        where=text(f"state IN ({listed}) AND {column} IS NOT NULL"),
        using="gist",
        name=name,
    )


class Appointment(ClinicScoped, Base):
    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("clinic_id", "external_id"),
        CheckConstraint("starts_at < ends_at", name="starts_before_ends"),
        one_at_a_time("provider_id", ACTIVE_APPOINTMENT, name="ex_appointment_provider"),
        one_at_a_time("room_id", ACTIVE_APPOINTMENT, name="ex_appointment_room"),
        Index("ix_appointment_clinic_id_starts_at", "clinic_id", "starts_at"),
        Index("ix_appointment_patient_id_starts_at", "patient_id", "starts_at"),
    )

    external_id: Mapped[str | None]  # the practice system's id, where it has one
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    type_id: Mapped[UUID] = mapped_column(ForeignKey("appointment_type.id"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("room.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[AppointmentState] = mapped_column(default=AppointmentState.BOOKED)
    booked_at: Mapped[datetime]
    reason: Mapped[str | None]  # what the visit is for; for staff, never in a text
    approve_by: Mapped[datetime | None]  # staff are to approve it by then, while `requested`
    cancel_due_at: Mapped[datetime | None]  # staff cancelled it; it happens then unless they undo it
    cancel_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    cancel_tell: Mapped[bool] = mapped_column(default=False)  # the patient is to be texted
    cancel_reason: Mapped[str | None]  # of CancelReason, as staff say it
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))  # given up for this one
    said_coming_at: Mapped[datetime | None]  # texted that they are late or here: not marked missed by itself


class Cancellation(ClinicScoped, Base):
    """How a visit came to nothing, given up, taken away or missed, with a snapshot of it as it was."""

    __tablename__ = "cancellation"
    __table_args__ = (
        UniqueConstraint("appointment_id"),
        Index("ix_cancellation_patient_id_recovery", "patient_id", "recovery"),
        Index("ix_cancellation_clinic_id_at", "clinic_id", "at"),
        Index("ix_cancellation_owed", "clinic_id", "at", postgresql_where=text("fee_cents > 0")),
    )

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    kind: Mapped[CancellationKind] = mapped_column(default=CancellationKind.CANCELLED)
    by: Mapped[CancelledBy]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # who of them, where we know
    at: Mapped[datetime]
    notice_minutes: Mapped[
        int | None
    ]  # from the cancel to the start, negative once it had begun; None: unknown
    late: Mapped[bool] = mapped_column(default=False)  # by the patient, with too little notice
    reason: Mapped[str | None]  # of CancelReason, or of rules.cancellations.NOT_LOST
    details: Mapped[str] = mapped_column(default="")  # in the patient's words or the staff's
    visit: Mapped[dict[str, Any]]  # start, end, provider and type ids when it was cancelled
    fee_cents: Mapped[int] = mapped_column(default=0)  # what is owed for it, waived or not
    fee_waived_at: Mapped[datetime | None]
    fee_waived_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    fee_waived_why: Mapped[str | None]
    recovery: Mapped[RecoveryState] = mapped_column(default=RecoveryState.NOT_NEEDED)
    replaced_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("appointment.id")
    )  # the visit in its place
