"""Openings: free slots, who was asked about them, and filling one."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select

from bot.api import lists, offers, refs
from bot.api.endpoint import Call, Moment, Nothing, Shape
from bot.api.lists import Listed
from bot.api.offers import OfferOut, Offers
from bot.api.problems import conflict, wrong
from bot.api.refs import Named, Ref
from clinic import by_hand
from clinic import openings as operations
from clinic.openings import Freed
from rules.facts import Span
from rules.states import LIVE_OPENING, FilledBy, FreedBy, OpeningState
from storage.queries import filled
from storage.tables import AppointmentType, Location, Offer, Opening, Patient, Provider, Room
from storage.tables.waitlist import SKIPPED_WAVE
from storage.transaction import Tx


class OpeningOut(Shape):
    """A slot that came free."""

    id: UUID
    provider: Ref
    location: str | None = Field(description="Its name.")
    room: str | None = Field(description="Or chair, by its name.")
    type: Ref | None = Field(description="Of the visit that had the time; others may fit as well.")
    start: datetime
    end: datetime
    state: OpeningState
    freed_by: FreedBy
    from_appointment: UUID | None = Field(description="The visit that had the time before.")
    opened_at: datetime
    give_up_at: datetime = Field(description="Nobody is asked after this.")
    automatic: bool
    offers_made: int = Field(description="How many were asked.")
    filled_by: FilledBy | None
    filled_by_staff: str | None = Field(description="Who of the staff booked it, where somebody did.")
    filled_at: datetime | None
    appointment_id: UUID | None = Field(description="The visit it became.")


class Openings(Shape):
    items: list[OpeningOut]
    next: str | None


class Wanted(Listed):
    state: OpeningState | None = Field(default=None, description="Left out: those that are still free.")
    provider: Named | None = None


class NewOpening(Shape):
    provider: Named
    start: Moment
    minutes: int = Field(ge=5, le=720)
    type: Named | None = Field(default=None, description="What the time is meant for, if anything.")


class ToOffer(Shape):
    entry: UUID = Field(description="The waitlist entry to ask.")


class ToFill(Shape):
    patient: Named
    type: Named
    walk_in: bool = False


class Filled(Shape):
    appointment_id: UUID


def list_(tx: Tx, call: Call[Wanted, Nothing]) -> Openings:
    """Free slots, soonest first."""
    asked = call.query
    states = LIVE_OPENING if asked.state is None else (asked.state,)
    found = select(Opening).where(Opening.state.in_(states))
    if asked.state is None:
        found = found.where(Opening.starts_at > tx.now)
    if asked.provider is not None:
        provider = refs.find(tx, Provider, asked.provider, "query.provider")
        found = found.where(Opening.provider_id == provider.id)
    items, following = lists.page(
        tx, found, [Opening.starts_at, Opening.id], asked, lambda row: shaped(tx, call, row)
    )
    return Openings(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> OpeningOut:
    """One opening."""
    return shaped(tx, call, tx.session.get_one(Opening, call.id))


def create(tx: Tx, call: Call[Nothing, NewOpening]) -> OpeningOut:
    """Say that a provider's time is free. The waitlist is asked at once."""
    provider = refs.find(tx, Provider, call.body.provider, "body.provider")
    named = call.body.type
    kind = refs.find_offered(tx, named, "body.type") if named is not None else None
    if call.body.start <= tx.now:
        raise wrong("body.start", "It has to start in the future.")
    span = Span(call.body.start, call.body.start + timedelta(minutes=call.body.minutes))
    if operations.is_taken(tx, provider.id, span):
        raise conflict("The provider has a visit at that time.")
    freed = Freed(
        provider_id=provider.id,
        span=span,
        by=FreedBy.NEW_AVAILABILITY,
        room_id=provider.room_id,
        location_id=provider.location_id,
        type_id=kind.id if kind else None,
    )
    opening = operations.open_slot(tx, freed, call.by)
    if opening is None:
        raise conflict("The provider is away then, or an opening covers that time already.")
    return shaped(tx, call, opening)


def withdraw(tx: Tx, call: Call[Nothing, Nothing]) -> OpeningOut:
    """Nobody is to have it: those who were asked are told."""
    _live(tx, call.id)
    by_hand.withdraw(tx, call.id, call.by)
    return get(tx, call)


def list_offers(tx: Tx, call: Call[Nothing, Nothing]) -> Offers:
    """Everybody who was asked about an opening."""
    return offers.of_opening(tx, call, tx.session.get_one(Opening, call.id))


def offer(tx: Tx, call: Call[Nothing, ToOffer]) -> OfferOut:
    """Ask somebody on the waitlist now, whatever their score. The hard rules hold."""
    _live(tx, call.id)
    return offers.made(tx, call, call.id, call.body.entry)


def fill(tx: Tx, call: Call[Nothing, ToFill]) -> Filled:
    """Put a patient into it without asking: somebody at the desk or on the phone, or a walk-in."""
    patient = refs.find(tx, Patient, call.body.patient, "body.patient")
    kind = refs.find_offered(tx, call.body.type, "body.type")
    _live(tx, call.id)
    how = FilledBy.WALK_IN if call.body.walk_in else FilledBy.STAFF
    visit = by_hand.fill(tx, call.id, call.by, patient_id=patient.id, type_id=kind.id, how=how)
    if visit is None:
        raise conflict("The slot is gone, or a visit of that type does not fit into it.")
    return Filled(appointment_id=visit.id)


def _live(tx: Tx, opening_id: UUID) -> Opening:
    opening = operations.lock(tx, opening_id)
    if opening.state not in LIVE_OPENING:
        raise conflict(f"The slot is free no more: it is {opening.state}.")
    return opening


def shaped(tx: Tx, call: Call[Any, Any], opening: Opening) -> OpeningOut:
    kind = tx.session.get_one(AppointmentType, opening.type_id) if opening.type_id else None
    place = tx.session.get_one(Location, opening.location_id) if opening.location_id else None
    room = tx.session.get_one(Room, opening.room_id) if opening.room_id else None
    asked = select(func.count(Offer.id)).where(Offer.opening_id == opening.id, Offer.wave != SKIPPED_WAVE)
    taken = filled.of_opening(tx.session, opening)
    return OpeningOut(
        id=opening.id,
        provider=refs.ref(tx.session.get_one(Provider, opening.provider_id)),
        location=place.name if place else None,
        room=room.name if room else None,
        type=refs.ref(kind) if kind else None,
        start=call.local(opening.starts_at),
        end=call.local(opening.ends_at),
        state=opening.state,
        freed_by=opening.freed_by,
        from_appointment=opening.from_appointment_id,
        opened_at=call.local(opening.opened_at),
        give_up_at=call.local(opening.give_up_at),
        automatic=opening.automatic,
        offers_made=tx.session.scalars(asked).one(),
        filled_by=opening.filled_by,
        filled_by_staff=taken.staff.name if taken and taken.staff else None,
        filled_at=call.local(opening.filled_at) if opening.filled_at else None,
        appointment_id=opening.appointment_id,
    )
