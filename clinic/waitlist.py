"""The waitlist: joining, leaving, and waking the openings an entry could fill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import openings, policies
from clinic.audit import By, record
from rules.facts import Span
from rules.openings import fits
from rules.states import (
    OUTSTANDING_OFFER,
    WAITING_ENTRY,
    EntryPriority,
    EntryState,
    OpeningState,
    Referral,
)
from storage.tables import AppointmentType, Offer, Opening, Patient, WaitlistEntry
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new entry says. Weekdays are 0 = Monday … 6; times are ("14:00", "16:00") pairs, clinic time."""

    patient_id: UUID
    type_id: UUID
    priority: EntryPriority = EntryPriority.STANDARD
    referral: Referral | None = None
    earliest: date | None = None
    latest: date | None = None
    weekdays: Sequence[int] = ()
    times: Sequence[tuple[str, str]] = ()
    excluded_weekdays: Sequence[int] = ()
    preferred_provider_id: UUID | None = None
    alternate_provider_ids: Sequence[UUID] = ()
    only_provider: bool = False
    notice_hours: int = 0
    max_wait_days: int | None = None
    replaces_id: UUID | None = None
    notes: str = ""


class AlreadyWaiting(Exception):
    """The patient already waits for a visit of that type."""


def add(tx: Tx, wish: Wish, by: By) -> WaitlistEntry:
    """Put a patient on the list, and have every opening that could suit them looked at. May raise
    `AlreadyWaiting`."""
    if _waiting_for(tx, wish.patient_id, wish.type_id):
        raise AlreadyWaiting
    entry = WaitlistEntry(
        clinic_id=tx.clinic_id,
        patient_id=wish.patient_id,
        type_id=wish.type_id,
        priority=wish.priority,
        referral=wish.referral,
        earliest=wish.earliest,
        latest=wish.latest,
        weekdays=list(wish.weekdays),
        times=[list(pair) for pair in wish.times],
        excluded_weekdays=list(wish.excluded_weekdays),
        preferred_provider_id=wish.preferred_provider_id,
        alternate_provider_ids=[str(each) for each in wish.alternate_provider_ids],
        only_provider=wish.only_provider,
        notice_hours=wish.notice_hours,
        max_wait_days=wish.max_wait_days,
        replaces_id=wish.replaces_id,
        notes=wish.notes,
        added_at=tx.now,
        added_by=by.actor,
        expires_at=tx.now + timedelta(days=policies.current(tx).entry_expires_days),
    )
    tx.session.add(entry)
    tx.session.flush()
    record(tx, by, "entry.added", entry, after={"type": str(entry.type_id), "priority": entry.priority})
    wake_openings_for(tx, entry.patient_id)
    return entry


def lock(tx: Tx, entry_id: UUID) -> WaitlistEntry:
    """The entry, locked and read afresh."""
    return tx.session.scalars(
        select(WaitlistEntry)
        .where(WaitlistEntry.id == entry_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def remove(tx: Tx, entry_id: UUID, by: By, resolution: str) -> None:
    """Take an entry off the list; the next in line is asked where it had been."""
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    asked = tx.session.scalars(
        select(Offer.opening_id).where(Offer.entry_id == entry.id, Offer.state.in_(OUTSTANDING_OFFER))
    )
    if entry.state in WAITING_ENTRY:
        entry.state, entry.resolution = EntryState.REMOVED, resolution
        record(tx, by, "entry.removed", entry, after={"resolution": resolution})
        for opening_id in asked:
            openings.look_at(tx, opening_id, tx.now)


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
        entry.unanswered_in_row = 0
        if not entry.auto_match:
            entry.auto_match = True
            wake_openings_for(tx, entry.patient_id)


def leave_as_booked(tx: Tx, patient_id: UUID, type_id: UUID, by: By) -> None:
    """A patient booked for a type, by whatever path, waits for it no more."""
    for entry in _waiting_for(tx, patient_id, type_id):
        entry.state, entry.resolution = EntryState.BOOKED, "booked"
        record(tx, by, "entry.booked", entry)
        asked = tx.session.scalars(
            select(Offer.opening_id).where(Offer.entry_id == entry.id, Offer.state.in_(OUTSTANDING_OFFER))
        )
        for opening_id in asked:
            openings.look_at(tx, opening_id, tx.now)


def wait_again(tx: Tx, entry_id: UUID, by: By) -> None:
    """The booking that ended an entry came to nothing: it waits as before, unless the patient has joined anew."""
    entry = lock(tx, entry_id)
    if entry.state is EntryState.BOOKED and not _waiting_for(tx, entry.patient_id, entry.type_id):
        entry.state, entry.resolution, entry.ended_at = EntryState.ACTIVE, None, None
        record(tx, by, "entry.waits_again", entry)
    tx.session.flush()
    wake_openings_for(tx, entry.patient_id)


def _waiting_for(tx: Tx, patient_id: UUID, type_id: UUID) -> Sequence[WaitlistEntry]:
    return tx.session.scalars(
        select(WaitlistEntry).where(
            WaitlistEntry.patient_id == patient_id,
            WaitlistEntry.type_id == type_id,
            WaitlistEntry.state.in_(WAITING_ENTRY),
        )
    ).all()


def wake_openings_for(tx: Tx, patient_id: UUID) -> None:
    """Somebody can be asked who could not be before: openings with nobody asked are looked at again."""
    lengths = tx.session.scalars(
        select(AppointmentType)
        .join(WaitlistEntry, WaitlistEntry.type_id == AppointmentType.id)
        .where(WaitlistEntry.patient_id == patient_id, WaitlistEntry.state.in_(WAITING_ENTRY))
    ).all()
    kinds = [openings.type_facts(tx, kind) for kind in lengths]
    free = tx.session.scalars(
        select(Opening).where(Opening.state == OpeningState.OPEN, Opening.give_up_at > tx.now)
    )
    for opening in free:
        if any(fits(kind, Span(opening.starts_at, opening.ends_at)) for kind in kinds):
            openings.look_at(tx, opening.id, max(tx.now, opening.offer_from))


def waiting(tx: Tx) -> Sequence[tuple[WaitlistEntry, Patient]]:
    rows = tx.session.execute(
        select(WaitlistEntry, Patient)
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .where(WaitlistEntry.state.in_(WAITING_ENTRY))
        .order_by(WaitlistEntry.added_at)
    )
    return [(entry, patient) for entry, patient in rows]
