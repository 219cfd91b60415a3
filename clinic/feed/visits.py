"""A visit brought up to what the practice system has told of it: booked, moved, cancelled, arrived, missed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic import aftermath, appointments, openings, phrases, practice_system
from clinic.aftermath import Change
from clinic.audit import SYSTEM, record
from clinic.feed.problems import Problem, find, problem
from clinic.openings import Freed
from rules.facts import Span
from rules.feed import Told
from rules.states import (
    ACTIVE_APPOINTMENT,
    LIVE_OPENING,
    UPCOMING_APPOINTMENT,
    AppointmentState,
    FeedEventState,
    FreedBy,
)
from storage.tables import Appointment, AppointmentType, FeedEvent, Opening, Patient, Provider, new_id
from storage.transaction import Tx

FIVE_MINUTES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The visit as it is to be."""

    patient: Patient
    provider: Provider
    kind: AppointmentType
    span: Span
    state: AppointmentState


def bring_up(tx: Tx, newest: FeedEvent, told: Told, known: Told) -> Problem | None:
    """Bring the visit up to what was told; `known` is what had been told and taken in before.

    1. Find what is named. 2. Lock openings that it takes. 3. Find the visit, perhaps as one that was booked here
    and has no id over there yet. 4. Refuse what cannot be. 5. Write; the database has the last word. 6. See to
    what follows.
    """
    external_id = str(newest.payload["external_id"])
    visit = tx.session.scalar(select(Appointment).where(Appointment.external_id == external_id))
    if visit is None and told.state is AppointmentState.CANCELLED:
        return None  # nobody here has ever heard of it
    wanted = _wanted(tx, external_id, told, visit)
    if isinstance(wanted, Problem):
        return wanted
    _lock_openings(tx, wanted)
    if _lives(wanted) and (visit is None or visit.state is AppointmentState.CANCELLED):
        visit = _booked_here(tx, wanted, external_id, visit) or visit
    if visit is not None and _cancelled_here(visit, wanted, known):
        return problem(
            f"its visit {_place(tx, wanted)} was cancelled here and changed there since. Which counts?"
        )
    return _write(tx, newest, wanted, visit)


def _wanted(tx: Tx, external_id: str, told: Told, visit: Appointment | None) -> Wanted | Problem:
    """What was told, filled up with what is on file."""
    patient = _named(tx, Patient, told.patient, visit.patient_id if visit else None)
    provider = _named(tx, Provider, told.provider, visit.provider_id if visit else None)
    kind = _named(tx, AppointmentType, told.type, visit.type_id if visit else None)
    start = told.start or (visit.starts_at if visit else None)
    for each in (patient, provider, kind):
        if isinstance(each, Problem):
            return each
    if start is None or None in (patient, provider, kind):
        return problem(f'its visit "{external_id}" is not on file here.')
    span = Span(start, start + _length(told, kind, visit))
    return Wanted(patient, provider, kind, span, _state(told, visit))


def _named(tx: Tx, table: Any, external_id: str | None, known: Any) -> Any:
    if external_id is not None:
        return find(tx, table, external_id)
    return tx.session.get_one(table, known) if known is not None else None


def _length(told: Told, kind: AppointmentType, visit: Appointment | None) -> timedelta:
    if told.minutes is not None:
        return timedelta(minutes=told.minutes)
    same_kind = visit is not None and visit.type_id == kind.id
    return visit.ends_at - visit.starts_at if visit and same_kind else timedelta(minutes=kind.minutes)


CLOSER = {
    AppointmentState.BOOKED: UPCOMING_APPOINTMENT,
    AppointmentState.ARRIVED: (AppointmentState.COMPLETED,),
}
"""What was told → the states that say the same of a visit, only more closely: those stay."""


def _state(told: Told, visit: Appointment | None) -> AppointmentState:
    state = told.state or AppointmentState.BOOKED
    return visit.state if visit is not None and visit.state in CLOSER.get(state, ()) else state


def _lives(wanted: Wanted) -> bool:
    return wanted.state in ACTIVE_APPOINTMENT


def _booked_here(tx: Tx, wanted: Wanted, external_id: str, gave_up: Appointment | None) -> Appointment | None:
    """The same visit, booked here, which the practice system has just been told of: from now on it has an id.

    Where the desk moved the old visit over there instead of making a new one, the id goes over with it.
    """
    ours = tx.session.scalar(
        select(Appointment)
        .where(
            Appointment.external_id.is_(None),
            Appointment.patient_id == wanted.patient.id,
            Appointment.provider_id == wanted.provider.id,
            Appointment.state.in_(ACTIVE_APPOINTMENT),
            Appointment.starts_at < wanted.span.end,
            Appointment.ends_at > wanted.span.start,
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    )
    if ours is None:
        return None
    if gave_up is not None:
        gave_up.external_id = None
        tx.session.flush()
        practice_system.knows(tx, gave_up)
    ours.external_id = external_id
    return ours


def _cancelled_here(visit: Appointment, wanted: Wanted, known: Told) -> bool:
    """Cancelled, and not by the practice system: its newer word about it cannot have known."""
    return (
        visit.state is AppointmentState.CANCELLED
        and _lives(wanted)
        and known.state is not AppointmentState.CANCELLED
    )


def _write(tx: Tx, newest: FeedEvent, wanted: Wanted, visit: Appointment | None) -> Problem | None:
    if visit is not None:
        visit = appointments.lock(tx, visit.id)
    was = aftermath.snapshot(visit) if visit else None
    before = aftermath.before(tx, visit) if visit else None
    made = visit or _new(tx, newest)
    try:
        with tx.session.begin_nested():
            tx.session.add(made)
            _set(made, wanted)
            tx.session.flush()
    except IntegrityError:
        return problem(
            f"it has a visit {_place(tx, wanted)}, where there is another one here.", FeedEventState.CLASHED
        )
    aftermath.follow(tx, [Change(made, before, newest.at)], SYSTEM)
    if wanted.state is AppointmentState.NO_SHOW and was is not None and was["state"] in ACTIVE_APPOINTMENT:
        _open_rest(tx, made)
    practice_system.knows(tx, made)
    after = {**aftermath.snapshot(made), "feed_event": str(newest.id)}
    record(tx, SYSTEM, "appointment.fed", made, before=was, after=after)
    return None


def _lock_openings(tx: Tx, wanted: Wanted) -> None:
    """Openings come before visits in the order of locks; whoever is saying yes to one now is waited for."""
    ids = tx.session.scalars(
        select(Opening.id)
        .where(
            Opening.provider_id == wanted.provider.id,
            Opening.state.in_(LIVE_OPENING),
            Opening.starts_at < wanted.span.end,
            Opening.ends_at > wanted.span.start,
        )
        .order_by(Opening.id)
    ).all()
    for opening_id in ids:
        openings.lock(tx, opening_id)


def _new(tx: Tx, newest: FeedEvent) -> Appointment:
    return Appointment(
        id=new_id(),
        clinic_id=tx.clinic_id,
        external_id=str(newest.payload["external_id"]),
        booked_at=newest.at,
    )


def _set(visit: Appointment, wanted: Wanted) -> None:
    if visit.provider_id != wanted.provider.id:  # else it stays in the room that it has
        visit.provider_id = wanted.provider.id
        visit.room_id, visit.location_id = wanted.provider.room_id, wanted.provider.location_id
    visit.patient_id, visit.type_id = wanted.patient.id, wanted.kind.id
    visit.starts_at, visit.ends_at = wanted.span.start, wanted.span.end
    visit.state = wanted.state


def _open_rest(tx: Tx, visit: Appointment) -> None:
    """Somebody did not come: what is left of a long visit may still be of use to the desk."""
    begins = max(visit.starts_at, _next_five_minutes(tx.now))
    shortest = openings.shortest_visit(tx, visit.provider_id)
    if shortest is None or visit.ends_at - begins < timedelta(minutes=shortest):
        return
    rest = Freed(
        provider_id=visit.provider_id,
        span=Span(begins, visit.ends_at),
        by=FreedBy.NO_SHOW,
        room_id=visit.room_id,
        location_id=visit.location_id,
        appointment_id=visit.id,
    )
    openings.open_slot(tx, rest, SYSTEM)


def _next_five_minutes(moment: datetime) -> datetime:
    past = (moment - datetime.min.replace(tzinfo=UTC)) % FIVE_MINUTES
    return moment + (FIVE_MINUTES - past)


def _place(tx: Tx, wanted: Wanted) -> str:
    return f"with {wanted.provider.name} {phrases.when(wanted.span.start, tx.clinic().timezone)}"
