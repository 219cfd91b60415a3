"""Tasks: what a person should do. Each is made by the operation that needs it; here they are ended."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from clinic.audit import By, record
from rules.states import TaskKind, TaskState
from storage.tables import Appointment, Conversation, Task
from storage.transaction import Tx


def find_new_time(tx: Tx, visit: Appointment) -> None:
    """We cancelled a visit, and somebody is to find another time with the patient."""
    tx.session.add(
        Task(
            clinic_id=tx.clinic_id,
            kind=TaskKind.NEW_TIME,
            patient_id=visit.patient_id,
            appointment_id=visit.id,
            made_at=tx.now,
        )
    )


def look_at_once(tx: Tx, conversation: Conversation, patient_id: UUID | None, note: str) -> None:
    """Somebody is to look at a conversation, for this reason; once, until it is done."""
    if _to_look_at(tx, conversation, note):
        return
    tx.session.add(
        Task(
            clinic_id=tx.clinic_id,
            kind=TaskKind.LOOK_AT,
            patient_id=patient_id,
            conversation_id=conversation.id,
            note=note,
            made_at=tx.now,
        )
    )


def looked_at(tx: Tx, conversation: Conversation, note: str, by: By) -> None:
    """Nobody need look at it for this reason any more."""
    for task_id in _to_look_at(tx, conversation, note):
        done(tx, task_id, by)


def _to_look_at(tx: Tx, conversation: Conversation, note: str) -> Sequence[UUID]:
    asked = select(Task.id).where(
        Task.conversation_id == conversation.id, Task.note == note, Task.state == TaskState.OPEN
    )
    return tx.session.scalars(asked).all()


def settle(tx: Tx, kind: TaskKind, appointment_id: UUID, by: By) -> None:
    """What was to be done about a visit is done, or is wanted no more."""
    tasks = select(Task.id).where(
        Task.kind == kind, Task.appointment_id == appointment_id, Task.state == TaskState.OPEN
    )
    for task_id in tx.session.scalars(tasks).all():
        done(tx, task_id, by)


def done(tx: Tx, task_id: UUID, by: By) -> Task:
    """Somebody has done it. Done twice is done once."""
    task = tx.session.scalars(select(Task).where(Task.id == task_id).with_for_update(key_share=True)).one()
    if task.state is TaskState.OPEN:
        task.state, task.done_at, task.done_by = TaskState.DONE, tx.now, by.staff_id
        record(tx, by, "task.done", task, before={"state": TaskState.OPEN}, after={"state": TaskState.DONE})
    return task
