"""What follows from visits that another system changed, by a file or a feed: time that came free is offered on,
time that is taken is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Uuid, any_, delete, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from clinic import enrolment, filling, openings, recipients, waitlist
from clinic.audit import By
from clinic.openings import Freed
from rules.facts import Span
from rules.states import (
    ACTIVE_APPOINTMENT,
    LIVE_OPENING,
    UPCOMING_APPOINTMENT,
    WAITING_ENTRY,
    AppointmentState,
    CancelledBy,
    FilledBy,
    FreedBy,
)
from storage.tables import Appointment, AppointmentType, Cancellation, Opening, WaitlistEntry
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Before:
    """A visit that was to come, as it was before the change."""

    time: Freed
    snapshot: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A visit as it is now; `before` is None where it is new or was not to come."""

    visit: Appointment
    before: Before | None
    booked_at: datetime | None
    """As the other system says it; what it does not say nobody knows."""


def before(tx: Tx, visit: Appointment) -> Before | None:
    if visit.state not in UPCOMING_APPOINTMENT or visit.starts_at <= tx.now:
        return None
    return Before(openings.freed_visit(visit, FreedBy.FEED), snapshot(visit))


def snapshot(visit: Appointment) -> dict[str, Any]:
    """The visit as the audit log and a cancellation keep it."""
    return {
        "state": visit.state,
        "start": visit.starts_at.isoformat(),
        "end": visit.ends_at.isoformat(),
        "provider": str(visit.provider_id),
        "type": str(visit.type_id),
    }


def follow(tx: Tx, changes: Sequence[Change], by: By) -> None:
    """Taken time first: an opening that a visit now fills must not be worked any more."""
    taking = [
        change.visit
        for change in changes
        if change.visit.state in ACTIVE_APPOINTMENT and change.visit.ends_at > tx.now
    ]
    coming = [
        change
        for change in changes
        if change.visit.state in UPCOMING_APPOINTMENT and change.visit.starts_at > tx.now
    ]
    _forget_cancellations(tx, taking)
    _fill_openings(tx, taking, by)
    _see_to_waitlist(tx, coming, by)
    recipients.rebooked(tx, [change.visit for change in coming if change.before is None])
    for type_id in sorted({change.visit.type_id for change in changes}):
        if tx.session.get_one(AppointmentType, type_id).enrols:
            enrolment.look_at(tx, type_id)
    for change in changes:
        if change.before is not None:
            _note_cancellation(tx, change.visit, change.before)
            if not openings.is_taken(tx, change.before.time.provider_id, change.before.time.span):
                openings.open_slot(tx, change.before.time, by)


def _forget_cancellations(tx: Tx, taking: Sequence[Appointment]) -> None:
    """A visit that stands again was not cancelled after all; it may yet be, and then that is what counts."""
    ids = any_(literal([visit.id for visit in taking], ARRAY(Uuid)))  # one parameter, however many there are
    tx.session.execute(delete(Cancellation).where(Cancellation.appointment_id == ids))


def _fill_openings(tx: Tx, taking: Sequence[Appointment], by: By) -> None:
    """The practice's system put somebody into a slot that we were offering: whoever was asked is told."""
    live = tx.session.scalars(
        select(Opening).where(Opening.state.in_(LIVE_OPENING), Opening.starts_at > tx.now)
    ).all()
    for found in live:
        visit = next((each for each in taking if _overlap(each, found)), None)
        if visit is not None:
            opening = openings.lock(tx, found.id)
            if opening.state in LIVE_OPENING:
                filling.filled(tx, opening, visit, FilledBy.STAFF, by)


def _overlap(visit: Appointment, opening: Opening) -> bool:
    return visit.provider_id == opening.provider_id and Span(visit.starts_at, visit.ends_at).overlaps(
        Span(opening.starts_at, opening.ends_at)
    )


def _see_to_waitlist(tx: Tx, coming: Sequence[Change], by: By) -> None:
    """Whoever was booked since they joined waits no more; any other visit is one that may be moved up."""
    waiting = tx.session.scalars(select(WaitlistEntry).where(WaitlistEntry.state.in_(WAITING_ENTRY))).all()
    entries = {(entry.patient_id, entry.type_id): entry for entry in waiting}
    for change in coming:
        visit = change.visit
        entry = entries.get((visit.patient_id, visit.type_id))
        if entry is None or entry.replaces_id == visit.id:
            continue
        if change.booked_at is not None and change.booked_at > entry.added_at:
            waitlist.leave_as_booked(tx, visit.patient_id, visit.type_id, by)
        elif entry.replaces_id is None:
            entry.replaces_id = visit.id


def _note_cancellation(tx: Tx, visit: Appointment, before: Before) -> None:
    if visit.state is not AppointmentState.CANCELLED:
        return
    tx.session.execute(
        insert(Cancellation)
        .values(
            clinic_id=tx.clinic_id,
            appointment_id=visit.id,
            patient_id=visit.patient_id,
            by=CancelledBy.SYSTEM,
            at=tx.now,
            notice_minutes=int((before.time.span.start - tx.now) / timedelta(minutes=1)),
            details="",
            visit=before.snapshot,
        )
        .on_conflict_do_nothing(index_elements=["appointment_id"])  # cancelled before, and booked again
    )
    for entry in tx.session.scalars(select(WaitlistEntry).where(WaitlistEntry.replaces_id == visit.id)):
        entry.replaces_id = None
