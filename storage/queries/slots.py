"""What the search for free times must know of the providers of a type: five queries, however many and how long."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Integer, Select, cast, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from rules.facts import Span, TimeWindow
from rules.slots import NEVER, Minutes, ProviderTime
from rules.states import ACTIVE_APPOINTMENT, LIVE_OPENING, HoldState, OpeningState
from storage.tables import (
    Appointment,
    AppointmentType,
    Availability,
    Hold,
    Opening,
    Provider,
    Room,
    TimeOff,
    TypeProvider,
    TypeRoom,
)

PROVIDER, ROOM = "provider_id", "room_id"
"""What can be taken up."""

_MARGIN = timedelta(days=1)
"""Read this much further at both ends: a visit that begins outside may reach inside."""


@dataclass(frozen=True, slots=True)
class Times:
    """The providers who see a type, as the search wants them, and when each room is taken."""

    providers: tuple[ProviderTime, ...]
    rooms: dict[UUID, Minutes]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is read: `span`, seen from `now`. `but` leaves one hold out. `beside_openings`: openings take up no
    time; `given_up`: those nobody is asked about any more take up none."""

    span: Span
    now: datetime
    but: UUID | None = None
    beside_openings: bool = False
    given_up: bool = False

    @property
    def openings(self) -> tuple[OpeningState, ...]:
        """The states in which an opening takes up time."""
        if self.beside_openings:
            return ()
        return tuple(each for each in LIVE_OPENING if not (self.given_up and each is OpeningState.EXPIRED))


def times_of(session: Session, kind: AppointmentType, scope: Scope, *, only: UUID | None = None) -> Times:
    """The providers who see visits of this type (or `only` that one), as far as the search goes."""
    providers = _providers(session, kind, only)
    rooms = _rooms(session, kind)
    ids = [each.id for each in providers]
    weekly, dated = _hours(session, ids, scope)
    taken = _taken(session, PROVIDER, ids, scope)
    usable = {each.id: _room_ids(each, rooms) for each in providers}
    room_ids = sorted({room_id for found in usable.values() for room_id in found or ()})
    return Times(
        tuple(
            ProviderTime(
                id=each.id,
                weekly=weekly[each.id],
                dated=dated[each.id],
                taken=taken.get(each.id, NEVER),
                room_ids=usable[each.id],
                location_id=each.location_id,
            )
            for each in providers
        ),
        _taken(session, ROOM, room_ids, scope) if room_ids else {},
    )


def _providers(session: Session, kind: AppointmentType, only: UUID | None) -> Sequence[Provider]:
    linked = select(TypeProvider.provider_id).where(TypeProvider.type_id == kind.id)
    seen_by_all = ~select(TypeProvider.id).where(TypeProvider.type_id == kind.id).exists()
    wanted = (
        select(Provider).where(or_(seen_by_all, Provider.id.in_(linked))).order_by(Provider.name, Provider.id)
    )
    if only is not None:
        wanted = wanted.where(Provider.id == only)
    if kind.specialty is not None:
        same = func.lower(Provider.specialty) == kind.specialty.lower()
        wanted = wanted.where(or_(Provider.specialty.is_(None), same))
    return session.scalars(wanted).all()


def _rooms(session: Session, kind: AppointmentType) -> Sequence[Room]:
    """The rooms of a type; none where it can take place anywhere."""
    return session.scalars(
        select(Room)
        .join(TypeRoom, TypeRoom.room_id == Room.id)
        .where(TypeRoom.type_id == kind.id)
        .order_by(Room.name)
    ).all()


def _room_ids(provider: Provider, rooms: Sequence[Room]) -> tuple[UUID, ...] | None:
    """Their own room where they have one and the type may be there; else the type's rooms at their place. None
    where the type needs a room and none is there."""
    if not rooms:
        return (provider.room_id,) if provider.room_id else ()
    if any(room.id == provider.room_id for room in rooms):
        return (provider.room_id,) if provider.room_id else ()
    here = [
        room.id
        for room in rooms
        if room.location_id is None or provider.location_id in (None, room.location_id)
    ]
    return tuple(here) or None


Windows = dict[Any, tuple[TimeWindow, ...]]


def _hours(
    session: Session, provider_ids: Sequence[UUID], scope: Scope
) -> tuple[dict[UUID, Windows], dict[UUID, Windows]]:
    """Working hours by weekday, and by date, of each provider."""
    first, last = (scope.span.start - _MARGIN).date(), (scope.span.end + _MARGIN).date()
    rows = session.execute(
        select(
            Availability.provider_id,
            Availability.weekday,
            Availability.on_date,
            Availability.from_time,
            Availability.until_time,
        ).where(
            Availability.provider_id.in_(provider_ids),
            or_(Availability.on_date.is_(None), Availability.on_date.between(first, last)),
        )
    )
    weekly: dict[UUID, Windows] = defaultdict(dict)
    dated: dict[UUID, Windows] = defaultdict(dict)
    for provider_id, weekday, on_date, start, end in rows:
        week, day = (weekly, weekday) if on_date is None else (dated, on_date)
        of_day = week[provider_id]
        of_day[day] = (*of_day.get(day, ()), TimeWindow(start, end))
    return weekly, dated


def keeps_hours(session: Session) -> bool:
    """Whether the clinic has told us when anybody works: without that nothing can be said to be free or not."""
    return session.scalar(select(Availability.id).limit(1)) is not None


def _taken(session: Session, column: str, ids: Sequence[UUID], scope: Scope) -> dict[UUID, Minutes]:
    """What takes up each provider (or each room, by `column`) as rows (from, until) of minutes since 1970.

    Put together by the database: one row a provider comes back, not one a visit.
    """
    visits = (
        _stretch(Appointment, column, ids, scope, AppointmentType.buffer_minutes)
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .where(Appointment.state.in_(ACTIVE_APPOINTMENT))
    )
    held = _stretch(Hold, column, ids, scope).where(
        Hold.state == HoldState.LIVE, Hold.until > scope.now, Hold.id.is_distinct_from(scope.but)
    )
    parts = [visits, held]
    if scope.openings:
        parts.append(_stretch(Opening, column, ids, scope).where(Opening.state.in_(scope.openings)))
    if column == PROVIDER:
        parts.append(_stretch(TimeOff, column, ids, scope))
    every = union_all(*parts).subquery()
    in_order = (every.c.start, every.c.until)
    rows = session.execute(
        select(
            every.c.whose,
            func.array_agg(aggregate_order_by(every.c.start, *in_order)),
            func.array_agg(aggregate_order_by(every.c.until, *in_order)),
        ).group_by(every.c.whose)
    )
    return {whose: np.column_stack((starts, ends)).astype(np.int64) for whose, starts, ends in rows}


def _stretch(table: Any, column: str, ids: Sequence[UUID], scope: Scope, buffer: Any = 0) -> Select[Any]:
    """Rows of a table in the scope: whose, from which minute, until which, rounded outward."""
    whose = getattr(table, column)
    start = func.floor(func.extract("epoch", table.starts_at) / 60)
    until = func.ceil(func.extract("epoch", table.ends_at) / 60) + buffer
    return select(
        whose.label("whose"), cast(start, Integer).label("start"), cast(until, Integer).label("until")
    ).where(
        whose.in_(ids),
        table.starts_at < scope.span.end + _MARGIN,
        table.ends_at > scope.span.start - _MARGIN,
    )
