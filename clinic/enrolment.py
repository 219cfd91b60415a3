"""A waitlist that nobody keeps by hand: who has a later visit of a type that enrols waits for an earlier one.

Such an entry comes with the visit and goes with it. It texts nobody when it is made: the next slot that comes free
finds it. Once the patient has asked for something themselves it is theirs, and stays as any other.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic import lasting, policies, waitlist
from clinic.audit import SYSTEM, By, record
from clinic.wish import Wish
from rules.states import UPCOMING_APPOINTMENT, WAITING_ENTRY, DueKind, EntryState
from storage.queries import enrolment as queries
from storage.queries.due import set_due
from storage.tables import Appointment, AppointmentType, WaitlistEntry
from storage.transaction import Tx

ADDED_BY = "enrolment"
GONE, SWITCHED_OFF, WITHDRAWN = "visit gone", "not enrolled", "type withdrawn"
BY_ITSELF = (GONE, SWITCHED_OFF, WITHDRAWN, "booked")
"""Why such an entry leaves the list without anybody asking for it: it may come back by itself too."""

BATCH = 500


def switch(tx: Tx, type_id: UUID, by: By, *, on: bool) -> None:
    """Have a type enrol who has a visit of it, or enrol nobody any more."""
    kind = tx.session.get_one(AppointmentType, type_id)
    if kind.enrols is not on:
        kind.enrols = on
        record(tx, by, "type.enrols", kind, before={"enrols": not on}, after={"enrols": on})
        look_at(tx, type_id)


def look_at(tx: Tx, type_id: UUID) -> None:
    """Have the entries of a type brought in line with its visits after commit."""
    tx.wake("due", set_due(tx.session, tx.clinic_id, DueKind.ENROLMENT, type_id, tx.now))


def work(tx: Tx, type_id: UUID) -> datetime | None:
    """Bring some of a type's entries in line with its visits. Gives when to go on; None where all is well.

    What due rows call. It may run any number of times: what is to be done is worked out from what the rows say.
    """
    kind = tx.session.get_one(AppointmentType, type_id)
    astray = queries.astray(tx.session, kind, BATCH)
    for entry_id in astray:
        _leave(tx, waitlist.lock(tx, entry_id), GONE if kind.enrols else SWITCHED_OFF)
    if not kind.enrols or kind.withdrawn_at is not None:
        return tx.now if len(astray) == BATCH else None
    tx.session.flush()
    moved = queries.moved(tx.session, kind, BATCH)
    missing = queries.missing(tx.session, kind, tx.now, BATCH, returning=BY_ITSELF)
    for visit in (*moved, *missing):
        _enrol(tx, visit)
    return tx.now if BATCH in (len(astray), len(moved), len(missing)) else None


def made(tx: Tx, visit: Appointment) -> None:
    """A visit was booked, or stands again: who has it waits for an earlier one, if its type enrols."""
    kind = tx.session.get_one(AppointmentType, visit.type_id)
    coming = visit.state in UPCOMING_APPOINTMENT and visit.starts_at > tx.now
    if kind.enrols and kind.withdrawn_at is None and coming:
        _enrol(tx, visit)


def gone(tx: Tx, visit: Appointment) -> None:
    """A visit is no more: an entry that came with it goes too, unless it is the patient's own by now. Another
    visit of that type that they have takes its place."""
    left = tx.session.scalars(
        select(WaitlistEntry).where(
            WaitlistEntry.replaces_id == visit.id,
            WaitlistEntry.enrolled,
            WaitlistEntry.state.in_(WAITING_ENTRY),
        )
    ).all()
    for entry in left:
        _leave(tx, entry, GONE)
    other = _next_visit(tx, visit) if left else None
    if other is not None:
        made(tx, other)


def claim(tx: Tx, entry: WaitlistEntry, by: By) -> bool:
    """The patient asks for something of their own: the entry is theirs now, and no longer goes with the visit.
    False where it was theirs before."""
    if not entry.enrolled:
        return False
    entry.enrolled = False
    entry.expires_at = tx.now + timedelta(days=policies.current(tx).entry_expires_days)
    lasting.watch(tx, entry)
    record(tx, by, "entry.claimed", entry)
    return True


def _enrol(tx: Tx, visit: Appointment) -> None:
    known = tx.session.scalar(
        select(WaitlistEntry)
        .where(
            WaitlistEntry.patient_id == visit.patient_id,
            WaitlistEntry.replaces_id == visit.id,
            WaitlistEntry.enrolled,
        )
        .order_by(WaitlistEntry.added_at.desc())
        .limit(1)
    )
    waits = bool(waitlist.waiting_for(tx, visit.patient_id, visit.type_id))
    if known is None and not waits:
        _join(tx, visit)
    elif known is not None and known.state in WAITING_ENTRY:
        _move(tx, known, visit)
    elif known is not None and known.resolution in BY_ITSELF and not waits:
        _return(tx, waitlist.lock(tx, known.id), visit)


def _join(tx: Tx, visit: Appointment) -> None:
    wish = Wish(
        visit.patient_id, visit.type_id, preferred_provider_id=visit.provider_id, replaces_id=visit.id
    )
    try:
        with tx.session.begin_nested():
            entry = waitlist.put_on(tx, wish, SYSTEM)
    except IntegrityError:  # they have joined themselves this very moment
        return
    entry.added_by, entry.enrolled = ADDED_BY, True
    _move(tx, entry, visit)


def _move(tx: Tx, entry: WaitlistEntry, visit: Appointment) -> None:
    """It lasts as long as there is something sooner to be had."""
    if entry.expires_at != visit.starts_at:
        entry.expires_at, entry.preferred_provider_id = visit.starts_at, visit.provider_id
        lasting.watch(tx, entry)


def _return(tx: Tx, entry: WaitlistEntry, visit: Appointment) -> None:
    entry.expires_at = visit.starts_at
    waitlist.back(tx, entry, SYSTEM)


def _leave(tx: Tx, entry: WaitlistEntry, why: str) -> None:
    if entry.state in WAITING_ENTRY:
        waitlist.end(tx, entry, EntryState.REMOVED, why)
        record(tx, SYSTEM, "entry.removed", entry, after={"resolution": why})
        tx.session.flush()
        waitlist.look_again(tx, entry)


def _next_visit(tx: Tx, but: Appointment) -> Appointment | None:
    return tx.session.scalar(
        select(Appointment)
        .where(
            Appointment.patient_id == but.patient_id,
            Appointment.type_id == but.type_id,
            Appointment.id != but.id,
            Appointment.state.in_(UPCOMING_APPOINTMENT),
            Appointment.starts_at > tx.now,
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    )
