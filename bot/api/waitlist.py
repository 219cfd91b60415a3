"""The waitlist: who waits, putting somebody on it, changing what they want, taking them off."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from bot.api import lists, refs, wishes
from bot.api.endpoint import Call, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import conflict
from bot.api.refs import Named, PatientRef, Ref
from bot.api.wishes import WishFields
from clinic import standing
from clinic import waitlist as operations
from clinic.waitlist import AlreadyWaiting, Wish
from clinic.wish import wish_of
from rules.priority import PRIORITY_TOP, priority_score
from rules.states import WAITING_ENTRY, EntryPriority, EntryState
from storage.queries import waitlist as queries
from storage.tables import AppointmentType, Patient, WaitlistEntry
from storage.transaction import Tx


class EntryOut(WishFields):
    """Somebody who waits, or waited."""

    id: UUID
    patient: PatientRef
    type: Ref
    state: EntryState
    resolution: str | None = Field(description="How it ended: booked, expired, patient removed, …")
    added_at: datetime
    added_by: str
    expires_at: datetime
    displaced: bool = Field(description="We cancelled their visit: they come first.")
    enrolled: bool = Field(description="Came with a later visit, and goes with it.")
    language: str = Field(description="The patient's, in which they are written to.")
    insurance: str | None
    specialty: str | None = Field(description="Of the type of visit they wait for.")
    offers_made: int
    offers_accepted: int
    offers_declined: int
    offers_unanswered: int
    last_offered_at: datetime | None
    notifications: int = Field(description="Texts we started about it, offers among them.")
    last_notified_at: datetime | None
    priority_score: float = Field(description="0–1, of the most there can be.")


class Placed(EntryOut):
    """One entry, with where it stands in line."""

    position: int | None = Field(description="1 is next; none once it waits no more.")
    wait_days: int | None = Field(description="At the usual pace, where there is enough to go by.")


class Entries(Shape):
    items: list[EntryOut]
    next: str | None


class Wanted(Listed):
    """Which entries; all that are left out let everybody through."""

    state: EntryState | None = Field(default=None, description="Left out: those who wait.")
    priority: EntryPriority | None = None
    type: Named | None = None
    patient: Named | None = None


class NewEntry(WishFields):
    patient: Named
    type: Named


class RemovedBecause(StrEnum):
    PATIENT = "patient removed"
    STAFF = "staff removed"


class Removal(Shape):
    reason: RemovedBecause = RemovedBecause.STAFF


def list_(tx: Tx, call: Call[Wanted, Nothing]) -> Entries:
    """Who waits, oldest first.

    In which order they would be asked depends on the opening: see `/waitlist/match/{id}`."""
    asked = call.query
    found = select(WaitlistEntry)
    states = WAITING_ENTRY if asked.state is None else (asked.state,)
    found = found.where(WaitlistEntry.state.in_(states))
    if asked.priority is not None:
        found = found.where(WaitlistEntry.priority == asked.priority)
    if asked.type is not None:
        kind = refs.find(tx, AppointmentType, asked.type, "query.type")
        found = found.where(WaitlistEntry.type_id == kind.id)
    if asked.patient is not None:
        patient = refs.find(tx, Patient, asked.patient, "query.patient")
        found = found.where(WaitlistEntry.patient_id == patient.id)
    items, following = lists.page(
        tx, found, [WaitlistEntry.added_at, WaitlistEntry.id], asked, lambda row: shaped(tx, call, row)
    )
    return Entries(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> Placed:
    """One entry, with where it stands in line."""
    return _placed(tx, call, tx.session.get_one(WaitlistEntry, call.id))


def add(tx: Tx, call: Call[Nothing, NewEntry]) -> Placed:
    """Put a patient on the waitlist.

    Openings that could suit them are looked at at once. A patient waits once for each type of visit."""
    patient = refs.find(tx, Patient, call.body.patient, "body.patient")
    kind = refs.find_offered(tx, call.body.type, "body.type")
    wish = wishes.read(tx, call.body, Wish(patient.id, kind.id))
    try:
        return _placed(tx, call, operations.add(tx, wish, call.by))
    except AlreadyWaiting:
        raise conflict("They wait for a visit of that type already.") from None


def update(tx: Tx, call: Call[Nothing, WishFields]) -> Placed:
    """Change what an entry says; fields that are left out stay.

    It is matched anew at once, and an offer that goes against it ends."""
    entry = waiting(tx, call.id)
    return _placed(
        tx, call, operations.change(tx, entry.id, wishes.read(tx, call.body, wish_of(entry)), call.by)
    )


def remove(tx: Tx, call: Call[Removal, Nothing]) -> None:
    """Take somebody off the waitlist. The next in line is asked where they had been."""
    operations.remove(tx, waiting(tx, call.id).id, call.by, call.query.reason)


def waiting(tx: Tx, entry_id: UUID) -> WaitlistEntry:
    """An entry that still waits. Raises a `Problem`."""
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    if entry.state not in WAITING_ENTRY:
        raise conflict(f"They wait no more: the entry is {entry.state}.")
    return entry


def _placed(tx: Tx, call: Call[Any, Any], entry: WaitlistEntry) -> Placed:
    tx.session.flush()
    line = standing.of(tx, entry) if entry.state in WAITING_ENTRY else None
    return Placed(
        **shaped(tx, call, entry).model_dump(),
        position=line.place if line else None,
        wait_days=line.days if line else None,
    )


def shaped(tx: Tx, call: Call[Any, Any], entry: WaitlistEntry) -> EntryOut:
    score = priority_score(queries.facts(entry), tx.now)
    patient = tx.session.get_one(Patient, entry.patient_id)
    kind = tx.session.get_one(AppointmentType, entry.type_id)
    return EntryOut(
        **wishes.written(wish_of(entry)),
        id=entry.id,
        patient=refs.patient(patient),
        type=refs.ref(kind),
        state=entry.state,
        resolution=entry.resolution,
        added_at=call.local(entry.added_at),
        added_by=entry.added_by,
        expires_at=call.local(entry.expires_at),
        displaced=entry.displaced,
        enrolled=entry.enrolled,
        language=patient.language,
        insurance=patient.insurance,
        specialty=kind.specialty,
        offers_made=entry.offers_made,
        offers_accepted=entry.offers_accepted,
        offers_declined=entry.offers_declined,
        offers_unanswered=entry.offers_lapsed,
        last_offered_at=call.local(entry.last_offered_at) if entry.last_offered_at else None,
        notifications=entry.notifications,
        last_notified_at=call.local(entry.last_notified_at) if entry.last_notified_at else None,
        priority_score=score.total / PRIORITY_TOP,
    )
