"""Who has not come: written down by itself once the grace is over, where the desk marks who has arrived."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import no_shows, phrases, policies, tasks
from clinic.audit import BOT, record
from rules.no_shows import can_tell
from rules.states import AppointmentState, DueKind, TaskKind, TaskState
from storage.queries.due import set_due
from storage.tables import Appointment, Patient, Provider, Task
from storage.transaction import Tx

AWAITED = (AppointmentState.BOOKED, AppointmentState.CONFIRMED)
HAVE_COME = (AppointmentState.ARRIVED, AppointmentState.COMPLETED)


def begin(tx: Tx) -> None:
    """A new clinic's calendar is watched from now on."""
    set_due(tx.session, tx.clinic_id, DueKind.NO_SHOWS, tx.clinic_id, tx.now)


def work(tx: Tx, _clinic_id: UUID) -> datetime:
    """Mark whoever has not come in time; gives when to look again. What due rows call.

    A visit that is booked from now on is missed no sooner than the grace from now, so nothing is overlooked until
    then. Where too few are marked arrived to tell, nobody is marked, and the desk is given one list.
    """
    decided = policies.current(tx)
    grace = timedelta(minutes=decided.no_show_minutes)
    if decided.mark_no_shows:
        _mark(tx, _of_today(tx, grace))
    return min(_next(tx) + grace, tx.now + grace)


def _mark(tx: Tx, visits: Sequence[Appointment]) -> None:
    arrived = sum(visit.state in HAVE_COME for visit in visits)
    missing = [visit for visit in visits if visit.state in AWAITED and visit.said_coming_at is None]
    if not can_tell(len(visits), arrived):
        _ask_desk(tx, missing)
        return
    for task in _asked(tx):
        tasks.done(tx, task.id, BOT)
    for visit in missing:
        no_shows.mark(tx, visit.id, BOT)


def _of_today(tx: Tx, grace: timedelta) -> Sequence[Appointment]:
    """The visits whose time has come, grace and all, on the day on which it did."""
    zone = ZoneInfo(tx.clinic().timezone)
    return tx.session.scalars(
        select(Appointment)
        .where(
            Appointment.starts_at >= _midnight(tx.now - grace, zone),
            Appointment.starts_at <= tx.now - grace,
            Appointment.state.in_((*AWAITED, *HAVE_COME, AppointmentState.NO_SHOW)),
            Appointment.cancel_due_at.is_(None),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()


def _next(tx: Tx) -> datetime:
    """When the next visit begins that may be missed, of those whose grace is not over; else far from now."""
    grace = timedelta(minutes=policies.current(tx).no_show_minutes)
    soonest = tx.session.scalar(
        select(Appointment.starts_at)
        .where(Appointment.starts_at > tx.now - grace, Appointment.state.in_(AWAITED))
        .order_by(Appointment.starts_at)
        .limit(1)
    )
    return soonest or tx.now + timedelta(days=1)


def _ask_desk(tx: Tx, missing: Sequence[Appointment]) -> None:
    """One task a day, with who has yet to be marked; none once the desk has had a look that day."""
    today = _midnight(tx.now, ZoneInfo(tx.clinic().timezone))
    task = next(iter(_asked(tx)), None)
    note = _list(tx, missing)
    if task is not None:
        task.note = note or task.note
        return
    looked = select(Task.id).where(Task.kind == TaskKind.WHO_CAME, Task.made_at >= today)
    if not missing or tx.session.scalar(looked.limit(1)) is not None:
        return
    task = Task(clinic_id=tx.clinic_id, kind=TaskKind.WHO_CAME, note=note, made_at=tx.now)
    tx.session.add(task)
    tx.session.flush()
    record(tx, BOT, "task.made", task, after={"kind": task.kind, "visits": len(missing)})


def _asked(tx: Tx) -> Sequence[Task]:
    return tx.session.scalars(
        select(Task).where(Task.kind == TaskKind.WHO_CAME, Task.state == TaskState.OPEN).order_by(Task.id)
    ).all()


def _list(tx: Tx, visits: Sequence[Appointment]) -> str:
    return "; ".join(_line(tx, visit) for visit in visits)


def _line(tx: Tx, visit: Appointment) -> str:
    patient = tx.session.get_one(Patient, visit.patient_id)
    provider = tx.session.get_one(Provider, visit.provider_id).name
    at = phrases.clock(visit.starts_at, tx.clinic().timezone)
    return f"{at} {patient.first_name} {patient.last_name}, {provider}"


def _midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(moment.astimezone(zone).date(), time(), zone).astimezone(UTC)
