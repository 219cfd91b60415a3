"""What is due, what a person should look at, and what has happened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rules.states import Actor, DueKind, RunState, TaskKind, TaskState
from storage.tables.base import Base, ClinicScoped


class DueWork(ClinicScoped, Base):
    """Something to do at a time. One row a kind and subject: asking again moves the time."""

    __tablename__ = "due_work"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_due_work_due", "due_at", postgresql_where=text("done_at IS NULL")),
    )

    kind: Mapped[DueKind]
    subject_id: Mapped[UUID]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    woken_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


class Task(ClinicScoped, Base):
    """Something for staff to do."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_clinic_id_state", "clinic_id", "state"),)

    kind: Mapped[TaskKind]
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"))
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id"))
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


class Run(ClinicScoped, Base):
    """A long piece of work that somebody started and watches: how far it is, and what came of it."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_clinic_id_kind_asked_at", "clinic_id", "kind", "asked_at"),)

    kind: Mapped[str]  # match_all, scores, risk
    state: Mapped[RunState] = mapped_column(default=RunState.WAITING)
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # None: by itself, or a program
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # counts; nothing personal


class AuditEvent(ClinicScoped, Base):
    """Who changed what, when, before and after. The database refuses to change or delete a row of it."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject_kind", "subject_id"),
        Index("ix_audit_event_clinic_id_at", "clinic_id", "at"),
    )

    at: Mapped[datetime]
    actor: Mapped[Actor]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    token_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_token.id"))  # a program, by the API
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
