"""Lost visits that should happen after all: one case a cancellation, and every attempt to make up for it.

How a case stands is told by its cancellation (`Cancellation.recovery`), and a case changes only while that row is
locked. Where the visit stands again, its cancellation goes and the case with it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rules.states import AttemptChannel, AttemptResult, RecoveryEnd
from storage.tables.base import Base, ClinicScoped


class RecoveryCase(ClinicScoped, Base):
    __tablename__ = "recovery_case"
    __table_args__ = (
        UniqueConstraint("cancellation_id"),
        Index("ix_recovery_case_patient_id", "patient_id"),
        Index("ix_recovery_case_clinic_id_opened_at", "clinic_id", "opened_at"),
    )

    cancellation_id: Mapped[UUID] = mapped_column(ForeignKey("cancellation.id", ondelete="CASCADE"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    opened_at: Mapped[datetime]
    # No text of ours before: a missed visit is not over, or they asked for a pause.
    not_before: Mapped[datetime]
    paused: Mapped[bool] = mapped_column(default=False)  # "not now": until `not_before`
    # They have written since they were last asked: no more texts by itself.
    answered_at: Mapped[datetime | None]
    asked_staff_at: Mapped[datetime | None]  # somebody is to call, which is the last thing done by itself
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[RecoveryEnd | None]


class RecoveryAttempt(ClinicScoped, Base):
    """One try: a text of the sequence, an answer that offered times, or what staff did."""

    __tablename__ = "recovery_attempt"
    __table_args__ = (
        UniqueConstraint("case_id", "touch"),
        Index("ix_recovery_attempt_message_id", "message_id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("recovery_case.id", ondelete="CASCADE"))
    touch: Mapped[int | None]  # which of the sequence, from 0; None: staff's own
    channel: Mapped[AttemptChannel]
    # What it was like: a `rules.recovery_terms.Wording`, how the visit was lost, or "reply".
    wording: Mapped[str]
    words: Mapped[
        str | None
    ]  # the clinic's own that it began with, before their fields were filled in; None: ours
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  # handed to the carrier, or done by staff; None: not yet, or never
    result: Mapped[AttemptResult] = mapped_column(default=AttemptResult.PENDING)
    note: Mapped[str] = mapped_column(default="")
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # who of them
