"""What of a feed cannot be taken in: one sentence and one task, however many events it is true of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from clinic import tasks
from clinic.audit import SYSTEM
from rules.states import FeedEventState, TaskKind, TaskState
from storage.tables import AppointmentType, FeedEvent, Patient, Provider, Task
from storage.transaction import Tx

Named = TypeVar("Named", Patient, Provider, AppointmentType)

BEGINS = "Practice system: "
"""How every sentence of ours begins: the tasks that we may close are known by it."""

CALLED = {Patient: "patient", Provider: "provider", AppointmentType: "visit type"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a subject cannot be brought up. The sentence is for staff, with ids and times only."""

    sentence: str
    state: FeedEventState = FeedEventState.PARKED


def problem(sentence: str, state: FeedEventState = FeedEventState.PARKED) -> Problem:
    return Problem(f"{BEGINS}{sentence}", state)


def find(tx: Tx, table: type[Named], external_id: str) -> Named | Problem:
    """What the practice system names by its own id."""
    found = tx.session.scalar(select(table).where(table.external_id == external_id))
    return found or problem(f'its {CALLED[table]} "{external_id}" is not on file here.')


def tell_staff(tx: Tx, sentence: str) -> None:
    """One open task for each sentence, whatever number of events say it."""
    if sentence not in {task.note for task in _open_tasks(tx)}:
        tx.session.add(Task(clinic_id=tx.clinic_id, kind=TaskKind.LOOK_AT, note=sentence, made_at=tx.now))
        tx.session.flush()


def close_settled(tx: Tx) -> None:
    """Tasks whose sentence no event says any more are done by themselves."""
    standing = set(tx.session.scalars(select(FeedEvent.problem).where(FeedEvent.problem != "").distinct()))
    for task in _open_tasks(tx):
        if task.note not in standing:
            tasks.done(tx, task.id, SYSTEM)


def _open_tasks(tx: Tx) -> Sequence[Task]:
    return tx.session.scalars(
        select(Task).where(
            Task.kind == TaskKind.LOOK_AT,
            Task.state == TaskState.OPEN,
            Task.note.startswith(BEGINS, autoescape=True),
        )
    ).all()
