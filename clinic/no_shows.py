"""Visits that nobody came to: written down by staff or another system, and taken back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from clinic import appointments, cancellation_record, filling, openings, practice_system, risk
from clinic.audit import By, record
from clinic.openings import Freed
from rules.facts import Span
from rules.states import UPCOMING_APPOINTMENT, Actor, AppointmentState, CancelledBy, FreedBy, OpeningState
from storage.tables import Appointment
from storage.transaction import Tx

FIVE_MINUTES = timedelta(minutes=5)


def mark(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """Nobody came. What is left of a long visit may still be of use to the desk. False where it has not begun, or
    is not one that could be missed."""
    visit = appointments.lock(tx, appointment_id)
    if visit.state not in UPCOMING_APPOINTMENT or visit.starts_at > tx.now:
        return False
    before = appointments.snapshot(visit)
    visit.state = AppointmentState.NO_SHOW
    who = CancelledBy.STAFF if by.actor is Actor.STAFF else CancelledBy.SYSTEM
    cancellation_record.write(tx, visit, by, who=who, reason=None, was=before)
    tx.session.flush()
    practice_system.changed(tx, visit)
    record(tx, by, "appointment.no_show", visit, before=before, after=appointments.snapshot(visit))
    open_rest(tx, visit, by)
    risk.work_out(tx, visit.patient_id)
    return True


def open_rest(tx: Tx, visit: Appointment, by: By) -> None:
    """Somebody did not come: what is left of their time, from the next five minutes on, if the provider's shortest
    visit fits."""
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
    openings.open_slot(tx, rest, by)


def undo(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """They came after all, and what was free of their time is not. False where it was no no-show, or somebody has
    its time."""
    peeked = tx.session.get_one(Appointment, appointment_id)
    free = openings.lock_over(tx, [peeked.provider_id], Span(peeked.starts_at, peeked.ends_at))
    visit = appointments.lock(tx, appointment_id)
    if visit.state is not AppointmentState.NO_SHOW:
        return False
    before = appointments.snapshot(visit)
    try:
        with tx.session.begin_nested():
            visit.state = AppointmentState.ARRIVED
            tx.session.flush()
    except IntegrityError:
        tx.session.refresh(visit)
        return False
    for opening in free:
        filling.close(tx, opening, OpeningState.WITHDRAWN, by, phrase="offer_withdrawn")
    cancellation_record.take_back(tx, visit)
    practice_system.changed(tx, visit)
    record(tx, by, "appointment.no_show_undone", visit, before=before, after=appointments.snapshot(visit))
    risk.work_out(tx, visit.patient_id)
    return True


def _next_five_minutes(moment: datetime) -> datetime:
    past = (moment - datetime.min.replace(tzinfo=UTC)) % FIVE_MINUTES
    return moment + (FIVE_MINUTES - past)
