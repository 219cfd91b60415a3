"""A visit brought up to what the practice system has told of it: booked, moved, cancelled, arrived, missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic import aftermath, appointments, no_shows, openings, practice_system
from clinic.audit import SYSTEM, record
from clinic.feed.problems import Problem, problem
from clinic.feed.wanted import Wanted, what_is_wanted
from rules.feed import Told
from rules.states import (
    ACTIVE_APPOINTMENT,
    LIVE_OPENING,
    AppointmentState,
    FeedEventState,
)
from storage.tables import Appointment, Cancellation, FeedEvent, Opening, new_id
from storage.transaction import Tx

FIVE_MINUTES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Change:
    """A visit that can be brought up, as far as its own events go. `visit` is None where it is new."""

    newest: FeedEvent
    wanted: Wanted
    visit: Appointment | None


def prepare(tx: Tx, newest: FeedEvent, told: Told, known: Told) -> Change | Problem | None:
    """What is to be done to bring the visit up to what was told; `known` is what of it was taken in before.

    1. Find what is named. 2. Lock openings that it takes. 3. Find the visit, perhaps as one that was booked here
    and has no id over there yet. 4. Refuse what cannot be.
    """
    external_id = str(newest.payload["external_id"])
    visit = tx.session.scalar(select(Appointment).where(Appointment.external_id == external_id))
    if visit is None and told.state is AppointmentState.CANCELLED:
        return None  # nobody here has ever heard of it
    wanted = what_is_wanted(tx, external_id, told, visit)
    if isinstance(wanted, Problem):
        return wanted
    _lock_openings(tx, wanted)
    if wanted.lives and (visit is None or visit.state is AppointmentState.CANCELLED):
        visit = _booked_here(tx, newest, wanted, visit) or visit
    if visit is not None and _cancelled_here(visit, wanted, known):
        return problem(
            f"its visit {wanted.where(tx)} was cancelled here and changed there since. Which counts?"
        )
    return Change(newest, wanted, appointments.lock(tx, visit.id) if visit else None)


def _booked_here(
    tx: Tx, newest: FeedEvent, wanted: Wanted, gave_up: Appointment | None
) -> Appointment | None:
    """The same visit, booked here, which the practice system has just been told of: from now on it has an id.

    Where the desk moved the old visit over there instead of making a new one, the id goes over with it.
    """
    unknown_there = select(Appointment).where(
        Appointment.external_id.is_(None),
        Appointment.patient_id == wanted.patient.id,
        Appointment.provider_id == wanted.provider.id,
        Appointment.starts_at < wanted.span.end,
        Appointment.ends_at > wanted.span.start,
    )
    ours = tx.session.scalars(
        unknown_there.where(Appointment.state.in_(ACTIVE_APPOINTMENT)).order_by(Appointment.starts_at)
    ).first()
    if ours is None and gave_up is None:  # entered over there, and cancelled here a moment later
        ours = tx.session.scalars(
            unknown_there.join(Cancellation, Cancellation.appointment_id == Appointment.id).where(
                Appointment.state == AppointmentState.CANCELLED, Cancellation.at > newest.at
            )
        ).first()
    if ours is None:
        return None
    if gave_up is not None:
        gave_up.external_id = None
        tx.session.flush()
        practice_system.knows(tx, gave_up)
    ours.external_id = str(newest.payload["external_id"])
    return ours


def _cancelled_here(visit: Appointment, wanted: Wanted, known: Told) -> bool:
    """Cancelled, and not by the practice system: its newer word about it cannot have known."""
    return (
        visit.state is AppointmentState.CANCELLED
        and wanted.lives
        and known.state is not AppointmentState.CANCELLED
    )


def write(tx: Tx, changes: Sequence[Change]) -> Problem | None:
    """Bring visits up together; the database has the last word. Then see to what follows from it."""
    was = [aftermath.snapshot(each.visit) if each.visit else None for each in changes]
    before = [aftermath.before(tx, each.visit) if each.visit else None for each in changes]
    made = [each.visit or _new(tx, each.newest) for each in changes]
    try:
        with tx.session.begin_nested():
            _clear_the_way(tx, changes)
            for visit, change in zip(made, changes, strict=True):
                tx.session.add(visit)
                _set(visit, change.wanted)
            tx.session.flush()
    except IntegrityError:
        where = changes[0].wanted.where(tx)
        return problem(f"it has a visit {where}, where there is another one here.", FeedEventState.CLASHED)
    done = zip(made, before, changes, strict=True)
    aftermath.follow(
        tx, [aftermath.Change(visit, past, change.newest.at) for visit, past, change in done], SYSTEM
    )
    for visit, past, change in zip(made, was, changes, strict=True):
        _written(tx, visit, past, change.newest)
    return None


def _clear_the_way(tx: Tx, changes: Sequence[Change]) -> None:
    """Visits that change places would meet on the way: the database looks at each row as it is written."""
    if len(changes) > 1:
        for change in changes:
            if change.visit is not None:
                change.visit.state = AppointmentState.CANCELLED
        tx.session.flush()


def _written(tx: Tx, visit: Appointment, was: dict[str, Any] | None, newest: FeedEvent) -> None:
    before = was["state"] if was else None
    if before is AppointmentState.REQUESTED and visit.state is not before:
        appointments.settle_request(tx, visit, SYSTEM)
    if before in ACTIVE_APPOINTMENT and visit.state is AppointmentState.NO_SHOW:
        no_shows.open_rest(tx, visit, SYSTEM)
    practice_system.knows(tx, visit)
    after = {**aftermath.snapshot(visit), "feed_event": str(newest.id)}
    record(tx, SYSTEM, "appointment.fed", visit, before=was, after=after)


def in_each_others_way(tx: Tx, changes: Sequence[Change]) -> list[Change]:
    """Of changes that each found their time taken, those whose time is taken by one another only."""
    ring = list(changes)
    while ring:
        theirs = {change.visit.id for change in ring if change.visit is not None}
        left = [change for change in ring if _in_the_way(tx, change) <= theirs]
        if len(left) == len(ring):
            break
        ring = left
    return ring


def _in_the_way(tx: Tx, change: Change) -> set[UUID]:
    own = change.visit.id if change.visit else None
    return set(
        tx.session.scalars(
            select(Appointment.id).where(
                Appointment.provider_id == change.wanted.provider.id,
                Appointment.state.in_(ACTIVE_APPOINTMENT),
                Appointment.starts_at < change.wanted.span.end,
                Appointment.ends_at > change.wanted.span.start,
                Appointment.id != own,
            )
        )
    )


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
