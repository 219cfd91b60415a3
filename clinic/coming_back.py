"""Somebody who was to be away works after all, or a closed day opens again: what is free of the time is offered.

Visits that were cancelled stay cancelled: their patients have been told, and may have booked another time since.
Those who have not come first in line for what is free.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from clinic import displacing, new_time
from clinic.audit import By, record
from clinic.feed.hours import NOTE
from rules.facts import Span
from rules.states import AppointmentState, CancelReason, FreedBy
from storage.tables import Appointment, Availability, Cancellation, Provider, TimeOff
from storage.transaction import Tx

A_DAY = timedelta(days=1)
WHY_AWAY = (CancelReason.PRACTICE_CLOSURE, CancelReason.PROVIDER_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Away:
    """A provider is away. `theirs`: the practice system says so, and only it can take it back."""

    off: TimeOff
    provider: Provider
    theirs: bool


def ahead(tx: Tx, provider_id: UUID | None = None) -> list[Away]:
    """Who is away from now on, soonest first."""
    found = (
        select(TimeOff, Provider)
        .join(Provider, Provider.id == TimeOff.provider_id)
        .where(TimeOff.ends_at > tx.now)
        .order_by(TimeOff.starts_at, Provider.name, TimeOff.id)
    )
    if provider_id is not None:
        found = found.where(TimeOff.provider_id == provider_id)
    return [Away(off, provider, off.note == NOTE) for off, provider in tx.session.execute(found)]


def end(tx: Tx, off_id: UUID, by: By) -> int | None:
    """End a time off, and offer what is free of it; gives how many openings that makes. None, and nothing is
    changed, where the practice system said it, or it is over. Raises `NoResultFound`."""
    off = tx.session.get_one(TimeOff, off_id, with_for_update={"key_share": True})
    if off.note == NOTE or off.ends_at <= tx.now:
        return None
    provider, span = tx.session.get_one(Provider, off.provider_id), Span(off.starts_at, off.ends_at)
    before = {"from": span.start.isoformat(), "until": span.end.isoformat()}
    record(tx, by, "provider.back", off, before=before)
    tx.session.delete(off)
    tx.session.flush()
    lost = _visits_lost(tx, provider, span)
    for visit in lost:
        if not displacing.has_another(tx, visit):
            displacing.wait_for_another(tx, visit, by)
    worked = _worked_in(tx, provider, span)
    if worked is None:
        worked = list(dict.fromkeys(Span(visit.starts_at, visit.ends_at) for visit in lost))
    return new_time.offer(tx, provider, worked, FreedBy.PROVIDER_BACK, by)


def _worked_in(tx: Tx, provider: Provider, span: Span) -> list[Span] | None:
    """When they would have worked; None where nobody has told us their hours."""
    if not tx.session.scalar(select(exists().where(Availability.provider_id == provider.id))):
        return None
    zone = ZoneInfo(tx.clinic().timezone)
    days = list(_days(max(span.start, tx.now).astimezone(zone).date(), span.end.astimezone(zone).date()))
    hours = new_time.worked(tx, provider, days)
    stretches = (each for day in days for each in new_time.on_the_wall(tx, day, hours[day]))
    return [
        Span(max(each.start, span.start), min(each.end, span.end))
        for each in stretches
        if each.overlaps(span)
    ]


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += A_DAY


def _visits_lost(tx: Tx, provider: Provider, span: Span) -> Sequence[Appointment]:
    """Visits still ahead that were cancelled because the provider, or everybody, was to be away."""
    return tx.session.scalars(
        select(Appointment)
        .join(Cancellation, Cancellation.appointment_id == Appointment.id)
        .where(
            Appointment.provider_id == provider.id,
            Appointment.state == AppointmentState.CANCELLED,
            Appointment.starts_at >= max(span.start, tx.now),
            Appointment.starts_at < span.end,
            Cancellation.reason.in_(WHY_AWAY),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
