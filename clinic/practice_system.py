"""What is done here has to be known elsewhere: somebody enters it in the practice system, and whoever asked to
hear of it is told."""

from collections.abc import Sequence

from sqlalchemy import select

from clinic import phrases, tasks, webhooks
from clinic.audit import SYSTEM
from rules.states import AppointmentState, NewsKind, TaskKind, TaskState
from storage.tables import Appointment, Provider, Task
from storage.transaction import Tx

NOT_YET = (AppointmentState.REQUESTED,)
"""Visits of which the practice system need not know: staff have not approved them."""


def changed(
    tx: Tx, visit: Appointment, *, was: AppointmentState | None = None, news: NewsKind | None = None
) -> None:
    """A visit was booked, approved, put back, moved (`news`), or cancelled (from the state that it `was` in) here.

    Call it once the visit says so. Where a practice system holds the schedule, somebody has to enter it: one open
    task a visit. What is taken back before anybody entered it needs no entering, so the two are done together.
    """
    tx.session.flush()
    webhooks.tell(tx, visit, news)
    if not tx.clinic().schedule_elsewhere or visit.state in NOT_YET or was in NOT_YET:
        return
    if not knows(tx, visit):
        tx.session.add(_task(tx, visit, news))


def knows(tx: Tx, visit: Appointment) -> bool:
    """The practice system has it as we have: nothing is left to enter. True where something was."""
    left = _to_enter(tx, visit)
    for task in left:
        tasks.done(tx, task.id, SYSTEM)
    return bool(left)


def _to_enter(tx: Tx, visit: Appointment) -> Sequence[Task]:
    return tx.session.scalars(
        select(Task).where(
            Task.appointment_id == visit.id,
            Task.kind == TaskKind.ENTER_IN_SYSTEM,
            Task.state == TaskState.OPEN,
        )
    ).all()


def _task(tx: Tx, visit: Appointment, news: NewsKind | None) -> Task:
    done = {AppointmentState.CANCELLED: "Cancel", AppointmentState.NO_SHOW: "No-show"}
    what = "Move to" if news is NewsKind.MOVED else done.get(visit.state, "Book")
    provider = tx.session.get_one(Provider, visit.provider_id).name
    return Task(
        clinic_id=tx.clinic_id,
        kind=TaskKind.ENTER_IN_SYSTEM,
        patient_id=visit.patient_id,
        appointment_id=visit.id,
        note=f"{what}: {provider}, {phrases.when(visit.starts_at, tx.clinic().timezone)}",
        made_at=tx.now,
    )
