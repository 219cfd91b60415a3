"""Time of a provider's that was not to be had before: what is free of it is offered on, as openings."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from clinic import openings
from clinic.audit import By
from clinic.openings import Freed
from rules.facts import Span
from rules.openings import length, next_five_minutes, pieces, subtract
from rules.states import ACTIVE_APPOINTMENT, LIVE_OPENING, WAITING_ENTRY, FreedBy
from storage.tables import (
    Appointment,
    AppointmentType,
    Availability,
    Opening,
    Provider,
    TimeOff,
    TypeProvider,
    WaitlistEntry,
)
from storage.transaction import Tx

Windows = list[tuple[time, time]]
"""Hours of a day on the clinic's wall."""


def worked(tx: Tx, provider: Provider, days: Sequence[date]) -> dict[date, Windows]:
    """When they work on each of these days, away or not: the date's own hours, or else its weekday's."""
    rows = tx.session.scalars(select(Availability).where(Availability.provider_id == provider.id)).all()
    found: dict[date, Windows] = {}
    for day in days:
        own = [row for row in rows if row.on_date == day]
        usual = own or [row for row in rows if row.weekday == day.weekday()]
        found[day] = [(row.from_time, row.until_time) for row in usual]
    return found


def on_the_wall(tx: Tx, day: date, windows: Windows) -> list[Span]:
    """Hours on the clinic's wall as stretches of time."""
    zone = ZoneInfo(tx.clinic().timezone)
    return [Span(_moment(day, start, zone), _moment(day, end, zone)) for start, end in sorted(windows)]


def offer(tx: Tx, provider: Provider, stretches: Iterable[Span], why: FreedBy, by: By) -> int:
    """What nobody has of these stretches, and is long enough for somebody, becomes openings; gives how many.

    Each is as long as the longest visit that anybody waits for with this provider, so that several patients can be
    asked at the same time; what a shorter visit leaves is an opening again. Where nobody waits a stretch is one.
    """
    shortest = openings.shortest_visit(tx, provider.id)
    if shortest is None:
        return 0
    minutes = longest_waited_for(tx, provider.id)
    opened = 0
    for stretch in stretches:
        begins = stretch.start if stretch.start > tx.now else next_five_minutes(tx.now)
        ahead = Span(begins, max(begins, stretch.end))
        for free in subtract(ahead, _taken(tx, provider, ahead)):
            if length(free) >= timedelta(minutes=shortest):
                slots = pieces(free, minutes) if minutes else [free]
                opened += sum(
                    openings.open_slot(tx, _of(provider, slot, why), by) is not None for slot in slots
                )
    return opened


def _of(provider: Provider, slot: Span, why: FreedBy) -> Freed:
    return Freed(provider.id, slot, why, room_id=provider.room_id, location_id=provider.location_id)


def longest_waited_for(tx: Tx, provider_id: UUID) -> int | None:
    """Minutes, buffer included, of the longest visit with this provider that anybody waits for."""
    limited = select(TypeProvider.id).where(TypeProvider.type_id == AppointmentType.id)
    return tx.session.scalar(
        select(func.max(AppointmentType.minutes + AppointmentType.buffer_minutes))
        .join(WaitlistEntry, WaitlistEntry.type_id == AppointmentType.id)
        .where(
            WaitlistEntry.state.in_(WAITING_ENTRY),
            or_(~limited.exists(), limited.where(TypeProvider.provider_id == provider_id).exists()),
        )
    )


def _taken(tx: Tx, provider: Provider, stretch: Span) -> list[Span]:
    """What of the stretch is gone: visits, openings, time off."""
    visits = tx.session.scalars(
        select(Appointment).where(
            Appointment.provider_id == provider.id,
            Appointment.state.in_(ACTIVE_APPOINTMENT),
            Appointment.starts_at < stretch.end,
            Appointment.ends_at > stretch.start,
        )
    )
    off = tx.session.scalars(
        select(TimeOff).where(
            TimeOff.provider_id == provider.id,
            TimeOff.starts_at < stretch.end,
            TimeOff.ends_at > stretch.start,
        )
    )
    return [Span(each.starts_at, each.ends_at) for each in (*visits, *off, *live_in(tx, provider, stretch))]


def live_in(tx: Tx, provider: Provider, stretch: Span) -> Sequence[Opening]:
    """A provider's openings that take up any of a stretch of time."""
    return tx.session.scalars(
        select(Opening)
        .where(
            Opening.provider_id == provider.id,
            Opening.state.in_(LIVE_OPENING),
            Opening.starts_at < stretch.end,
            Opening.ends_at > stretch.start,
        )
        .order_by(Opening.id)
    ).all()


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
