"""The waitlist: joining, changing, leaving, and waking the openings an entry could fill."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from clinic import lasting, openings, policies
from clinic.audit import By, record
from clinic.wish import PREFERENCES, audited, check, columns
from clinic.wish import Unfit as Unfit
from clinic.wish import Wish as Wish
from rules.facts import Span
from rules.offer_policy import Dispatch
from rules.openings import fits
from rules.states import (
    OUTSTANDING_OFFER,
    WAITING_ENTRY,
    DueKind,
    EntryPriority,
    EntryState,
    OpeningState,
)
from storage.queries.due import set_done, set_due
from storage.tables import Appointment, AppointmentType, Offer, Opening, Patient, WaitlistEntry
from storage.transaction import Tx, made_once

# Asked with nearly every text, so made once.

_LOCK = made_once(
    select(WaitlistEntry)
    .where(WaitlistEntry.id == bindparam("entry_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_WAITING_OF = made_once(
    select(WaitlistEntry)
    .where(
        WaitlistEntry.patient_id.in_(bindparam("patient_ids", expanding=True)),
        WaitlistEntry.state.in_(WAITING_ENTRY),
    )
    .order_by(WaitlistEntry.added_at, WaitlistEntry.id)
)
_FREE = made_once(
    select(Opening).where(
        Opening.state.in_((OpeningState.OPEN, OpeningState.OFFERING)), Opening.give_up_at > bindparam("now")
    )
)
_ASKED_ABOUT = made_once(
    select(Offer.opening_id)
    .where(Offer.entry_id == bindparam("entry_id"), Offer.state.in_(OUTSTANDING_OFFER))
    .order_by(Offer.opening_id)
)


class AlreadyWaiting(Exception):
    """The patient already waits for a visit of that type."""


def add(tx: Tx, wish: Wish, by: By) -> WaitlistEntry:
    """Put a patient on the list, and have every opening that could suit them looked at. May raise
    `AlreadyWaiting`, or `Unfit`."""
    if waiting_for(tx, wish.patient_id, wish.type_id):
        raise AlreadyWaiting
    entry = put_on(tx, wish, by)
    wake_openings_for(tx, entry.patient_id)
    return entry


def put_on(tx: Tx, wish: Wish, by: By) -> WaitlistEntry:
    """The same for somebody who does not wait yet, and nothing is looked at for them. May raise `Unfit`."""
    check(wish)
    entry = WaitlistEntry(
        clinic_id=tx.clinic_id,
        **columns(wish),
        added_at=tx.now,
        added_by=by.actor,
        expires_at=tx.now + timedelta(days=policies.current(tx).entry_expires_days),
    )
    tx.session.add(entry)
    tx.session.flush()
    resume_when_due(tx, entry)
    lasting.watch(tx, entry)
    record(tx, by, "entry.added", entry, after={"type": str(entry.type_id), "priority": entry.priority})
    return entry


def change(tx: Tx, entry_id: UUID, wish: Wish, by: By) -> WaitlistEntry:
    """Have an entry say `wish`, and match it at once. An offer that is out and no longer fits ends, and the next
    in line is asked. Whose it is and what it waits for stay as they are. May raise `Unfit`."""
    return change_locked(tx, lock(tx, entry_id), wish, by)


def change_locked(tx: Tx, entry: WaitlistEntry, wish: Wish, by: By) -> WaitlistEntry:
    """The same for an entry that `lock` gave in this transaction."""
    check(wish)
    was = {name: getattr(entry, name) for name in columns(wish)}
    new = columns(wish) | {"patient_id": entry.patient_id, "type_id": entry.type_id}
    changed = [name for name, value in new.items() if value != was[name]]
    if not changed:
        return entry
    for name in changed:
        setattr(entry, name, new[name])
    if "auto_match" in changed:
        entry.unanswered_in_row = 0  # by hand: it is on or off as staff say, whatever went unanswered
    elif not PREFERENCES.isdisjoint(changed):
        answered(tx, entry)
    if "paused_until" in changed:
        resume_when_due(tx, entry)
    record(tx, by, "entry.changed", entry, before=audited(was, changed), after=audited(new, changed))
    look_again(tx, entry)
    wake_openings_for(tx, entry.patient_id)
    return entry


def lock(tx: Tx, entry_id: UUID) -> WaitlistEntry:
    """The entry, locked and read afresh."""
    return tx.session.scalars(_LOCK, {"entry_id": entry_id}).one()


def texted(tx: Tx, entry_id: UUID, texts: int = 1) -> None:
    """Count a text of ours about an entry that goes out; -1 takes back one that did not go after all."""
    tx.session.execute(
        update(WaitlistEntry)
        .where(WaitlistEntry.id == entry_id)
        .values(notifications=WaitlistEntry.notifications + texts, last_notified_at=tx.now)
    )


def remove(tx: Tx, entry_id: UUID, by: By, resolution: str) -> None:
    """Take an entry off the list; the next in line is asked where it had been."""
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    if entry.state in WAITING_ENTRY:
        end(tx, entry, EntryState.REMOVED, resolution)
        record(tx, by, "entry.removed", entry, after={"resolution": resolution})
        look_again(tx, entry)


def end(tx: Tx, entry: WaitlistEntry, state: EntryState, resolution: str) -> None:
    """An entry waits no more: booked, removed, declined or expired."""
    entry.state, entry.resolution, entry.ended_at = state, resolution, tx.now
    for kind in (DueKind.RESUME, DueKind.ENTRY_EXPIRY):
        set_done(tx.session, kind, entry.id, tx.now)


def back(tx: Tx, entry: WaitlistEntry, by: By) -> None:
    """An entry that had ended waits as before."""
    entry.state, entry.resolution, entry.ended_at = EntryState.ACTIVE, None, None
    tx.session.flush()
    resume_when_due(tx, entry)
    lasting.watch(tx, entry)
    record(tx, by, "entry.waits_again", entry)


def look_again(tx: Tx, entry: WaitlistEntry) -> None:
    """What the entry is being asked about is looked at: an offer it does not want any more ends there."""
    for opening_id in tx.session.scalars(_ASKED_ABOUT, {"entry_id": entry.id}).all():
        openings.look_at(tx, opening_id, tx.now)


def resume_when_due(tx: Tx, entry: WaitlistEntry) -> None:
    """Have an entry that is paused matched again on the day its pause is over."""
    if entry.paused_until is None:
        set_done(tx.session, DueKind.RESUME, entry.id, tx.now)
    else:
        morning = datetime.combine(entry.paused_until, time(), ZoneInfo(tx.clinic().timezone))
        set_due(tx.session, tx.clinic_id, DueKind.RESUME, entry.id, morning)


def resume(tx: Tx, entry_id: UUID) -> None:
    """A pause is over: openings the entry could fill are looked at. What due rows call."""
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    if entry.state in WAITING_ENTRY:
        wake_openings_for(tx, entry.patient_id)


def heard_from(tx: Tx, patient_ids: Sequence[UUID]) -> None:
    """The patient has texted: offers that went unanswered before are forgiven, and asking goes on."""
    entries = tx.session.scalars(
        select(WaitlistEntry).where(
            WaitlistEntry.patient_id.in_(patient_ids),
            WaitlistEntry.state.in_(WAITING_ENTRY),
            WaitlistEntry.unanswered_in_row > 0,
        )
    )
    for entry in entries:
        answered(tx, entry)


def answered(tx: Tx, entry: WaitlistEntry) -> None:
    """They have said something, or wish for something else: what went unanswered before is forgiven. If that had
    switched automatic offers off, they are on again; what staff switched off stays off."""
    if not entry.unanswered_in_row:
        return
    entry.unanswered_in_row = 0
    if not entry.auto_match:
        entry.auto_match = True
        tx.session.flush()
        wake_openings_for(tx, entry.patient_id)


def leave_as_booked(tx: Tx, patient_id: UUID, type_id: UUID, by: By) -> None:
    """A patient booked for a type, by whatever path, waits for it no more."""
    for entry in waiting_for(tx, patient_id, type_id):
        end(tx, entry, EntryState.BOOKED, "booked")
        record(tx, by, "entry.booked", entry)
        look_again(tx, entry)


def wait_again(tx: Tx, entry_id: UUID, by: By) -> None:
    """The booking that ended an entry came to nothing: it waits as before, unless the patient has joined anew."""
    entry = lock(tx, entry_id)
    if entry.state is EntryState.BOOKED and not waiting_for(tx, entry.patient_id, entry.type_id):
        back(tx, entry, by)
    tx.session.flush()
    wake_openings_for(tx, entry.patient_id)


def ended_by(tx: Tx, visit: Appointment) -> Sequence[WaitlistEntry]:
    """The entries that were over when a visit was booked."""
    return tx.session.scalars(
        select(WaitlistEntry).where(
            WaitlistEntry.patient_id == visit.patient_id,
            WaitlistEntry.type_id == visit.type_id,
            WaitlistEntry.state == EntryState.BOOKED,
            WaitlistEntry.ended_at == visit.booked_at,
        )
    ).all()


def put_first(tx: Tx, patient_id: UUID, type_id: UUID, provider_id: UUID, by: By) -> None:
    """We took a patient's visit away: they wait for another, before everybody but urgent entries."""
    found = waiting_for(tx, patient_id, type_id)
    entry = (
        lock(tx, found[0].id)
        if found
        else add(tx, Wish(patient_id, type_id, preferred_provider_id=provider_id), by)
    )
    if entry.priority is not EntryPriority.URGENT:
        entry.priority = EntryPriority.HIGH
    entry.displaced, entry.auto_match, entry.unanswered_in_row = True, True, 0
    record(tx, by, "entry.put_first", entry)
    tx.session.flush()
    wake_openings_for(tx, patient_id)


def waiting_for(tx: Tx, patient_id: UUID, type_id: UUID) -> Sequence[WaitlistEntry]:
    """A patient's waiting entries for a type: one at most, says the database."""
    return tx.session.scalars(
        select(WaitlistEntry).where(
            WaitlistEntry.patient_id == patient_id,
            WaitlistEntry.type_id == type_id,
            WaitlistEntry.state.in_(WAITING_ENTRY),
        )
    ).all()


def waiting_of(tx: Tx, patient_ids: Sequence[UUID]) -> Sequence[WaitlistEntry]:
    """Everything these patients wait for, oldest first."""
    return tx.session.scalars(_WAITING_OF, {"patient_ids": patient_ids}).all()


def wake_openings_for(tx: Tx, patient_id: UUID) -> None:
    """Somebody can be asked who could not be before: openings that they could fill are looked at again. One about
    which others are being asked takes more of them only where the time left is what decides."""
    free = tx.session.scalars(_FREE, {"now": tx.now}).all()
    if not free:
        return
    lengths = tx.session.scalars(
        select(AppointmentType)
        .join(WaitlistEntry, WaitlistEntry.type_id == AppointmentType.id)
        .where(WaitlistEntry.patient_id == patient_id, WaitlistEntry.state.in_(WAITING_ENTRY))
    ).all()
    kinds = [openings.type_facts(tx, kind) for kind in lengths]
    for opening in free:
        if opening.state is OpeningState.OFFERING and not _goes_by_time(tx, opening):
            continue
        if any(fits(kind, Span(opening.starts_at, opening.ends_at)) for kind in kinds):
            openings.look_at(tx, opening.id, max(tx.now, opening.offer_from))


def _goes_by_time(tx: Tx, opening: Opening) -> bool:
    return policies.of_opening(tx, opening).dispatch is Dispatch.ADAPTIVE


def waiting(tx: Tx) -> Sequence[tuple[WaitlistEntry, Patient]]:
    rows = tx.session.execute(
        select(WaitlistEntry, Patient)
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .where(WaitlistEntry.state.in_(WAITING_ENTRY))
        .order_by(WaitlistEntry.added_at)
    )
    return [(entry, patient) for entry, patient in rows]
