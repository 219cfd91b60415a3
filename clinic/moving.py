"""Staff move a visit to another time: it stays the same visit, and its old time is free again."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from clinic import appointments, desk_booking, filling, openings, practice_system, staff_cancels
from clinic.audit import By, record
from clinic.openings import Freed
from rules.facts import Span
from rules.openings import subtract
from rules.states import FilledBy, FreedBy, NewsKind
from storage.tables import Appointment, Provider
from storage.transaction import Tx


def move(
    tx: Tx, appointment_id: UUID, start: datetime, provider_id: UUID | None, by: By, *, tell: bool
) -> Appointment | None:
    """Move a coming visit to another time, perhaps with another provider; its old time is free again. None where
    it is no longer to come, or somebody has the new time (the database says so).

    Locks in the order opening, visit."""
    seen = tx.session.get_one(Appointment, appointment_id)
    until = start + (seen.ends_at - seen.starts_at)
    openings.lock_over(tx, [provider_id or seen.provider_id], Span(start, until))
    visit = appointments.lock(tx, appointment_id)
    if not appointments.is_coming(tx, visit) or start <= tx.now:
        return None
    was = openings.freed_visit(visit, FreedBy.RESCHEDULE)
    before = appointments.snapshot(visit)
    try:
        with tx.session.begin_nested():
            visit.starts_at, visit.ends_at = start, start + (visit.ends_at - visit.starts_at)
            if provider_id is not None and provider_id != visit.provider_id:
                provider = tx.session.get_one(Provider, provider_id)
                visit.provider_id = provider.id
                visit.room_id, visit.location_id = provider.room_id, provider.location_id
            tx.session.flush()
    except IntegrityError:
        tx.session.refresh(visit)
        return None
    staff_cancels.undo(tx, visit.id, by)  # who moves a visit wants it kept
    practice_system.changed(tx, visit, news=NewsKind.MOVED)
    record(tx, by, "appointment.moved", visit, before=before, after=appointments.snapshot(visit))
    _fill_what_it_takes(tx, visit, by)
    _open_what_it_left(tx, was, visit, by)
    if tell:
        desk_booking.tell_patient(tx, visit, "visit_moved")
    return visit


def _fill_what_it_takes(tx: Tx, visit: Appointment, by: By) -> None:
    """An opening whose time the visit has now is nobody else's."""
    for opening in openings.lock_over(tx, [visit.provider_id], Span(visit.starts_at, visit.ends_at)):
        filling.filled(tx, opening, visit, FilledBy.STAFF, by)


def _open_what_it_left(tx: Tx, was: Freed, visit: Appointment, by: By) -> None:
    """Of the time it had before, what it does not still take."""
    still = [Span(visit.starts_at, visit.ends_at)] if visit.provider_id == was.provider_id else []
    shortest = openings.shortest_visit(tx, was.provider_id)
    for piece in subtract(was.span, [each for each in still if each.overlaps(was.span)]):
        if shortest is not None and piece.end - piece.start >= timedelta(minutes=shortest):
            openings.open_slot(tx, Freed(was.provider_id, piece, was.by, was.room_id, was.location_id), by)
