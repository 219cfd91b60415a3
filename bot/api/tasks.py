"""What a person should do: calls to make, things to look at, bookings to enter elsewhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from bot.api import lists, refs
from bot.api.endpoint import Call, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import conflict
from bot.api.refs import Named, PatientRef
from clinic import tasks as operations
from rules.states import TaskKind, TaskState
from storage.tables import Patient, Task
from storage.transaction import Tx


class TaskOut(Shape):
    """Something for staff to do."""

    id: UUID
    kind: TaskKind
    state: TaskState
    patient: PatientRef | None
    appointment: UUID | None
    conversation: UUID | None
    note: str
    made_at: datetime
    done_at: datetime | None


class Tasks(Shape):
    items: list[TaskOut]
    next: str | None


class Wanted(Listed):
    state: TaskState = Field(default=TaskState.OPEN, description="Left out: what is still to do.")
    kind: TaskKind | None = None
    patient: Named | None = None


def list_(tx: Tx, call: Call[Wanted, Nothing]) -> Tasks:
    """Tasks, oldest first."""
    asked = call.query
    found = select(Task).where(Task.state == asked.state)
    if asked.kind is not None:
        found = found.where(Task.kind == asked.kind)
    if asked.patient is not None:
        patient = refs.find(tx, Patient, asked.patient, "query.patient")
        found = found.where(Task.patient_id == patient.id)
    keys = [Task.made_at, Task.id]
    items, following = lists.page(tx, found, keys, asked, lambda row: _shaped(tx, call, row))
    return Tasks(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> TaskOut:
    """One task."""
    return _shaped(tx, call, tx.session.get_one(Task, call.id))


def done(tx: Tx, call: Call[Nothing, Nothing]) -> TaskOut:
    """Somebody has done it; done twice is done once. A booking to approve is answered, not done."""
    if tx.session.get_one(Task, call.id).kind is TaskKind.APPROVE:
        raise conflict("A booking that waits for approval is confirmed or cancelled: see `/appointments`.")
    return _shaped(tx, call, operations.done(tx, call.id, call.by))


def _shaped(tx: Tx, call: Call[Any, Any], task: Task) -> TaskOut:
    return TaskOut(
        id=task.id,
        kind=task.kind,
        state=task.state,
        patient=refs.patient(tx.session.get_one(Patient, task.patient_id)) if task.patient_id else None,
        appointment=task.appointment_id,
        conversation=task.conversation_id,
        note=task.note,
        made_at=call.local(task.made_at),
        done_at=call.local(task.done_at) if task.done_at else None,
    )
