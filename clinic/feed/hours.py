"""A provider's hours of one weekday or date, as the practice system has them now."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, select

from clinic import filling, openings
from clinic.audit import SYSTEM, record
from clinic.feed.problems import Problem, find
from clinic.openings import Freed
from rules.facts import Span
from rules.feed import WEEKDAYS, AvailabilityPart
from rules.openings import length, subtract
from rules.states import ACTIVE_APPOINTMENT, LIVE_OPENING, FreedBy, OpeningState
from storage.tables import Appointment, Availability, FeedEvent, Opening, Provider, TimeOff
from storage.transaction import Tx

NOTE = "practice system"
"""Marks the time off that stands for a date without hours: no row of availability could say that."""

Windows = list[tuple[time, time]]


def bring_up(tx: Tx, event: FeedEvent) -> Problem | None:
    """Put the hours of the event in the place of those on file.

    Of a date it is known what changes: slots being offered outside the new hours are taken back, and time that
    was not worked before and that nobody has is offered where the event says so.
    """
    said = AvailabilityPart.model_validate(event.payload)
    provider = find(tx, Provider, said.provider)
    if isinstance(provider, Problem):
        return provider
    worked = _worked(tx, provider, said.date) if said.date else []
    windows = [(each.start, each.end) for each in said.hours]
    _replace(tx, provider, said, windows)
    record(tx, SYSTEM, "availability.fed", provider, after={"feed_event": str(event.id)})
    if said.date is not None:
        hours = _spans(tx, said.date, windows)
        _take_back(tx, provider, said.date, hours)
        if said.offer_new_time:
            _offer(tx, provider, _without(hours, _spans(tx, said.date, worked)))
    return None


def _worked(tx: Tx, provider: Provider, day: date) -> Windows:
    """The hours of that date so far: its own, or else its weekday's; none where the provider was away."""
    if tx.session.scalar(_off(tx, provider, day).limit(1)) is not None:
        return []
    rows = tx.session.scalars(select(Availability).where(Availability.provider_id == provider.id)).all()
    own = [row for row in rows if row.on_date == day]
    return [
        (row.from_time, row.until_time)
        for row in own or [row for row in rows if row.weekday == day.weekday()]
    ]


def _replace(tx: Tx, provider: Provider, said: AvailabilityPart, windows: Windows) -> None:
    weekday = WEEKDAYS.index(said.weekday) if said.weekday else None
    same_day = Availability.weekday == weekday if said.date is None else Availability.on_date == said.date
    tx.session.execute(delete(Availability).where(Availability.provider_id == provider.id, same_day))
    for start, end in windows:
        tx.session.add(
            Availability(
                clinic_id=tx.clinic_id,
                provider_id=provider.id,
                weekday=weekday,
                on_date=said.date,
                from_time=start,
                until_time=end,
            )
        )
    if said.date is not None:
        _note_absence(tx, provider, said.date, away=not windows)


def _note_absence(tx: Tx, provider: Provider, day: date, *, away: bool) -> None:
    for off in tx.session.scalars(_off(tx, provider, day)):
        tx.session.delete(off)
    if away:
        whole = _whole(tx, day)
        tx.session.add(
            TimeOff(
                clinic_id=tx.clinic_id,
                provider_id=provider.id,
                starts_at=whole.start,
                ends_at=whole.end,
                note=NOTE,
            )
        )


def _off(tx: Tx, provider: Provider, day: date) -> Select[TimeOff]:
    return select(TimeOff).where(
        TimeOff.provider_id == provider.id,
        TimeOff.note == NOTE,
        TimeOff.starts_at == _whole(tx, day).start,
    )


def _take_back(tx: Tx, provider: Provider, day: date, hours: Sequence[Span]) -> None:
    """Whoever is being offered a slot in which the provider does not work any more is told."""
    for found in _openings(tx, provider, _whole(tx, day)):
        inside = any(each.start <= found.starts_at and found.ends_at <= each.end for each in hours)
        if not inside:
            opening = openings.lock(tx, found.id)
            if opening.state in LIVE_OPENING:
                filling.close(tx, opening, OpeningState.WITHDRAWN, SYSTEM, phrase="offer_withdrawn")


def _offer(tx: Tx, provider: Provider, new: Iterable[Span]) -> None:
    """What nobody has of the new time, and is long enough for somebody, is an opening."""
    shortest = openings.shortest_visit(tx, provider.id)
    if shortest is None:
        return
    for stretch in new:
        for piece in subtract(stretch, _taken(tx, provider, stretch)):
            if length(piece) >= timedelta(minutes=shortest):
                freed = Freed(
                    provider_id=provider.id,
                    span=piece,
                    by=FreedBy.NEW_AVAILABILITY,
                    room_id=provider.room_id,
                    location_id=provider.location_id,
                )
                openings.open_slot(tx, freed, SYSTEM)


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
    return [Span(each.starts_at, each.ends_at) for each in (*visits, *off, *_openings(tx, provider, stretch))]


def _openings(tx: Tx, provider: Provider, stretch: Span) -> Sequence[Opening]:
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


def _without(hours: Sequence[Span], worked: Sequence[Span]) -> list[Span]:
    return [piece for each in hours for piece in subtract(each, worked)]


def _spans(tx: Tx, day: date, windows: Windows) -> list[Span]:
    """Hours on the clinic's wall as stretches of time."""
    zone = ZoneInfo(tx.clinic().timezone)
    return [Span(_moment(day, start, zone), _moment(day, end, zone)) for start, end in sorted(windows)]


def _whole(tx: Tx, day: date) -> Span:
    zone = ZoneInfo(tx.clinic().timezone)
    return Span(_moment(day, time(), zone), _moment(day + timedelta(days=1), time(), zone))


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
