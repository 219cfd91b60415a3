"""A provider's hours of one weekday or date, as the practice system has them now."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, select

from clinic import closing, filling, new_time, openings
from clinic.audit import SYSTEM, record
from clinic.feed.problems import Problem, find
from clinic.new_time import Windows
from rules.facts import Span
from rules.feed import WEEKDAYS, AvailabilityPart
from rules.openings import subtract
from rules.states import LIVE_OPENING, FreedBy, OpeningState
from storage.tables import Availability, FeedEvent, Provider, TimeOff
from storage.transaction import Tx

NOTE = "practice system"
"""Marks the time off that stands for a date without hours: no row of availability could say that."""


def bring_up(tx: Tx, event: FeedEvent) -> Problem | None:
    """Put the hours of the event in the place of those on file.

    Of a date it is known what changes: slots being offered outside the new hours are taken back, and time that
    was not worked before and that nobody has is offered where the event says so.
    """
    said = AvailabilityPart.model_validate(event.payload)
    provider = find(tx, Provider, said.provider)
    if isinstance(provider, Problem):
        return provider
    away = said.date is not None and tx.session.scalar(_off(tx, provider, said.date).limit(1)) is not None
    worked = _worked(tx, provider, said.date) if said.date and not away else []
    windows = [(each.start, each.end) for each in said.hours]
    _replace(tx, provider, said, windows)
    record(tx, SYSTEM, "availability.fed", provider, after={"feed_event": str(event.id)})
    if said.date is not None:
        hours = new_time.on_the_wall(tx, said.date, windows)
        _take_back(tx, provider, said.date, hours)
        if said.offer_new_time:
            new = _without(hours, new_time.on_the_wall(tx, said.date, worked))
            why = FreedBy.PROVIDER_BACK if away else FreedBy.NEW_AVAILABILITY
            new_time.offer(tx, provider, new, why, SYSTEM)
    return None


def _worked(tx: Tx, provider: Provider, day: date) -> Windows:
    """The hours of that date so far."""
    return new_time.worked(tx, provider, [day])[day]


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
    for found in new_time.live_in(tx, provider, _whole(tx, day)):
        inside = any(each.start <= found.starts_at and found.ends_at <= each.end for each in hours)
        if not inside:
            opening = openings.lock(tx, found.id)
            if opening.state in LIVE_OPENING:
                filling.close(tx, opening, OpeningState.WITHDRAWN, SYSTEM, phrase="offer_withdrawn")


def _without(hours: Sequence[Span], worked: Sequence[Span]) -> list[Span]:
    return [piece for each in hours for piece in subtract(each, worked)]


def _whole(tx: Tx, day: date) -> Span:
    return closing.whole_day(day, ZoneInfo(tx.clinic().timezone))
