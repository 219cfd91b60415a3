"""What the Waitlist page shows: who waits, how they stand, and what they were offered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from rules.facts import EntryFacts, TypeFacts
from rules.states import OUTSTANDING_OFFER, WAITING_ENTRY, EntryPriority, EntryState
from storage.queries.reachable import among_all, has_a_way, one_of
from storage.queries.today import named
from storage.tables import AppointmentType, Location, Offer, Opening, Patient, Provider, Room, WaitlistEntry

LOOKED_AT = (
    "id",
    "patient_id",
    "type_id",
    "added_at",
    "priority",
    "referral",
    "offers_declined",
    "displaced",
)
"""Columns of an entry that `facts` needs."""


class Look(StrEnum):
    """Entries in a certain state, to choose from."""

    ASKED = "asked"  # holds an open offer
    PAUSED = "paused"
    NEEDS_A_LOOK = "needs-a-look"  # automatic offers are off, or they have waited longer than they can
    DISPLACED = "displaced"  # we cancelled their visit
    UNREACHABLE = "unreachable"  # opted out, never agreed, or a number out of use: no offer reaches them


@dataclass(frozen=True, slots=True)
class Filters:
    """Which of those who wait are looked for; None and "" let everybody through."""

    type_id: UUID | None = None
    provider_id: UUID | None = None
    priority: EntryPriority | None = None
    look: Look | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """An offer an entry had, and of what."""

    offer: Offer
    opening: Opening
    provider: Provider


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry with whose it is, what for, what it is being asked right now, and whether offers reach them."""

    entry: WaitlistEntry
    patient: Patient
    kind: AppointmentType
    asked: tuple[Past, ...]
    reached: bool


def standing(session: Session, filters: Filters, today: date, now: datetime) -> list[EntryFacts]:
    """Everybody who waits and passes the filters, with just what the order of the list looks at: the list
    may be thousands long, of which a page shows a few."""
    rows = session.execute(
        select(*(getattr(WaitlistEntry, name) for name in LOOKED_AT))
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .where(WaitlistEntry.state.in_(WAITING_ENTRY), *_conditions(session, filters, today, now))
    )
    return [facts(row) for row in rows]


def facts(row: WaitlistEntry | Row[Any]) -> EntryFacts:
    """What the priority score and the order of the list look at; nothing of it is about an opening."""
    return EntryFacts(
        id=row.id,
        patient_id=row.patient_id,
        type=TypeFacts(row.type_id, minutes=0),
        added_at=row.added_at,
        priority=row.priority,
        referral=row.referral,
        declines=row.offers_declined,
        displaced=row.displaced,
    )


def _conditions(session: Session, filters: Filters, today: date, now: datetime) -> list[ColumnElement[bool]]:
    found = named(filters.name)
    if filters.type_id is not None:
        found.append(WaitlistEntry.type_id == filters.type_id)
    if filters.provider_id is not None:
        found.append(_wants(filters.provider_id))
    if filters.priority is not None:
        found.append(WaitlistEntry.priority == filters.priority)
    if filters.look is not None:
        found.append(_looks(session, filters.look, today, now))
    return found


def _wants(provider_id: UUID) -> ColumnElement[bool]:
    return or_(
        WaitlistEntry.preferred_provider_id == provider_id,
        WaitlistEntry.requested_provider_id == provider_id,
        WaitlistEntry.alternate_provider_ids.contains([str(provider_id)]),
    )


def _looks(session: Session, look: Look, today: date, now: datetime) -> ColumnElement[bool]:
    if look is Look.UNREACHABLE:
        return ~has_a_way(session, among_all)
    return {
        Look.ASKED: WaitlistEntry.state == EntryState.OFFERED,
        Look.PAUSED: WaitlistEntry.paused_until > today,
        Look.NEEDS_A_LOOK: or_(WaitlistEntry.auto_match.is_(False), _too_long(now)),
        Look.DISPLACED: WaitlistEntry.displaced.is_(True),
    }[look]


def _too_long(now: datetime) -> ColumnElement[bool]:
    longest = func.make_interval(0, 0, 0, WaitlistEntry.max_wait_days)
    return and_(WaitlistEntry.max_wait_days.is_not(None), WaitlistEntry.added_at + longest < now)


def waiting(session: Session, ids: Sequence[UUID]) -> list[Waiting]:
    """Entries with what a line of the list shows, in the order given."""
    asked = _asked(session, ids)
    rows = session.execute(
        select(WaitlistEntry, Patient, AppointmentType, has_a_way(session, one_of))
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .join(AppointmentType, AppointmentType.id == WaitlistEntry.type_id)
        .where(WaitlistEntry.id.in_(ids))
    )
    found = {
        entry.id: Waiting(entry, patient, kind, tuple(asked[entry.id]), reached)
        for entry, patient, kind, reached in rows
    }
    return [found[each] for each in ids if each in found]


def _asked(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Past]]:
    found: dict[UUID, list[Past]] = defaultdict(list)
    rows = session.execute(
        select(Offer, Opening, Provider)
        .join(Opening, Opening.id == Offer.opening_id)
        .join(Provider, Provider.id == Opening.provider_id)
        .where(Offer.entry_id.in_(ids), Offer.state.in_(OUTSTANDING_OFFER))
        .order_by(Opening.starts_at)
    )
    for row in rows:
        found[row[0].entry_id].append(Past(*row))
    return found


def history(session: Session, entry_id: UUID) -> list[Past]:
    """Every offer the entry had, newest first."""
    rows = session.execute(
        select(Offer, Opening, Provider)
        .join(Opening, Opening.id == Offer.opening_id)
        .join(Provider, Provider.id == Opening.provider_id)
        .where(Offer.entry_id == entry_id)
        .order_by(Offer.id.desc())
    )
    return [Past(*row) for row in rows]


def providers(session: Session) -> Sequence[Provider]:
    """The providers of the clinic, by name."""
    return session.scalars(select(Provider).order_by(func.lower(Provider.name), Provider.id)).all()


def locations(session: Session) -> Sequence[Location]:
    """The places where the clinic sees people, by name."""
    return session.scalars(select(Location).order_by(func.lower(Location.name), Location.id)).all()


def rooms(session: Session) -> Sequence[Room]:
    """The clinic's rooms and chairs, by name."""
    return session.scalars(select(Room).order_by(func.lower(Room.name), Room.id)).all()
