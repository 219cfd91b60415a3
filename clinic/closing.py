"""Nobody is seen on a day, or a provider is away: whoever was to come is told, shown other times, and comes first
when none of them will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from clinic import (
    appointments,
    consent,
    conversations,
    displacing,
    filling,
    messages,
    openings,
    policies,
    recovery_attempts,
    tasks,
    waitlist,
)
from clinic.audit import By, record
from clinic.messages import about_visit
from rules.facts import Span
from rules.hours import NeverAllowed, next_allowed
from rules.priority import URGENCY
from rules.states import (
    LIVE_OPENING,
    UPCOMING_APPOINTMENT,
    CancellationKind,
    CancelledBy,
    CancelReason,
    EntryPriority,
    MessageClass,
    OpeningState,
)
from storage.tables import Appointment, Conversation, Opening, Patient, Provider, TimeOff
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing a day did: visits cancelled, of those patients texted and left for staff to call, and free
    slots taken back. `offered`: of those texted, who were shown other times."""

    visits: int = 0
    texted: int = 0
    to_call: int = 0
    openings: int = 0
    offered: int = 0


@dataclass(frozen=True, slots=True)
class WouldClose:
    """What closing a day would do: the visits it would cancel, each with whether a text reaches its patient in
    time, and how many free slots it would take back."""

    visits: dict[UUID, bool]
    openings: int


def close_day(tx: Tx, day: date, by: By, *, provider_id: UUID | None = None) -> Closed:
    """Close a day of the clinic's calendar, for everybody or for one provider. Closed again it changes nothing."""
    span = whole_day(day, ZoneInfo(tx.clinic().timezone))
    return be_away(tx, span, by, provider_id=provider_id)


def be_away(tx: Tx, span: Span, by: By, *, provider_id: UUID | None = None, note: str = "Closed") -> Closed:
    """Nobody, or not that provider, sees anybody for a while. Said again it changes nothing.

    1. Openings, then visits, are locked: nobody can take or free a time meanwhile.
    2. Time off is recorded, so that nothing of it is offered from now on.
    3. Free slots are withdrawn; whoever was asked about one is told.
    4. Visits still to come are cancelled and their times stay shut.
    5. Each patient is told with the best other times there are: whoever needs it most first, then who booked
       first. Where there are none they are first in line for another; where no text would reach them in time
       they become a task too.
    """
    providers = [provider_id] if provider_id else list(tx.session.scalars(select(Provider.id)))
    free = openings.lock_over(tx, providers, span)
    visits = _lock_visits(tx, providers, span)
    for each in providers:
        _away(tx, each, span, by, note)
    for opening in free:
        filling.close(tx, opening, OpeningState.WITHDRAWN, by, phrase="offer_withdrawn")
    who, why = CancelledBy.STAFF, CancelReason.PRACTICE_CLOSURE
    if provider_id:
        who, why = CancelledBy.PROVIDER, CancelReason.PROVIDER_UNAVAILABLE
    in_order = sorted(visits, key=lambda visit: (-_need(tx, visit), visit.booked_at, visit.id))
    for visit in in_order:
        appointments.end(tx, visit, by, who=who, reason=why)
    shown: set[UUID] = set()
    texted = sum(look_after(tx, visit, by, shown) for visit in in_order)
    return Closed(len(visits), texted, len(visits) - texted, len(free), len(shown))


def would_close(tx: Tx, day: date, *, provider_id: UUID | None = None) -> WouldClose:
    """What closing a day would do as things stand. Changes nothing."""
    span = whole_day(day, ZoneInfo(tx.clinic().timezone))
    providers = [provider_id] if provider_id else list(tx.session.scalars(select(Provider.id)))
    live = select(func.count(Opening.id)).where(
        Opening.provider_id.in_(providers),
        Opening.state.in_(LIVE_OPENING),
        Opening.starts_at < span.end,
        Opening.ends_at > max(span.start, tx.now),
    )
    looking = tx.session.begin_nested()  # whoever has no conversation yet gets none by being looked at
    reached = {
        visit.id: _reachable_in_time(tx, visit) is not None
        for visit in tx.session.scalars(_due(tx, providers, span)).all()
    }
    looking.rollback()
    return WouldClose(reached, tx.session.scalar(live) or 0)


def whole_day(day: date, zone: ZoneInfo) -> Span:
    """A day on the clinic's wall, as 23 to 25 hours of UTC."""
    start, end = (
        datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + timedelta(days=1))
    )
    return Span(start, end)


def _lock_visits(tx: Tx, providers: Sequence[UUID], span: Span) -> Sequence[Appointment]:
    return tx.session.scalars(
        _due(tx, providers, span)
        .order_by(Appointment.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _due(tx: Tx, providers: Sequence[UUID], span: Span) -> Select[Appointment]:
    """The visits that are still to come."""
    return select(Appointment).where(
        Appointment.provider_id.in_(providers),
        Appointment.state.in_(UPCOMING_APPOINTMENT),
        Appointment.starts_at >= tx.now,
        Appointment.starts_at < span.end,
        Appointment.ends_at > span.start,
    )


def _away(tx: Tx, provider_id: UUID, span: Span, by: By, note: str) -> None:
    known = select(TimeOff.id).where(
        TimeOff.provider_id == provider_id, TimeOff.starts_at == span.start, TimeOff.ends_at == span.end
    )
    if tx.session.scalar(known) is None:
        off = TimeOff(provider_id=provider_id, starts_at=span.start, ends_at=span.end, note=note)
        tx.session.add(off)
        tx.session.flush()
        record(tx, by, "provider.away", off, after={"from": span.start.isoformat()})


def _need(tx: Tx, visit: Appointment) -> float:
    """How pressing it is for the patient, as far as the waitlist knows."""
    waits = waitlist.waiting_for(tx, visit.patient_id, visit.type_id)
    return URGENCY[waits[0].priority if waits else EntryPriority.STANDARD]


def look_after(tx: Tx, visit: Appointment, by: By, shown: set[UUID]) -> bool:
    """Text the patient, or have somebody call them. True for a text.

    `shown`: numbers on which a list of times waits for an answer. Another would take its place, so the second of a
    family waits in line.
    """
    reached = _reachable_in_time(tx, visit)
    if (
        reached is not None
        and reached.conversation.id not in shown
        and displacing.show_others(tx, visit, reached.conversation, reached.at)
    ):
        shown.add(reached.conversation.id)
        return True
    if reached is None:
        tasks.find_new_time(tx, visit)
    else:
        words, about = appointments.words(tx, visit), about_visit(visit)
        said = messages.say(
            tx, reached.conversation, "day_closed", words, klass=MessageClass.REMINDER, about=about
        )
        recovery_attempts.told(tx, visit.id, said, CancellationKind.PRACTICE_CANCEL)
    if not displacing.wait_for_another(tx, visit, by) and reached is not None:
        tasks.find_new_time(tx, visit)
    return reached is not None


class Reached(NamedTuple):
    """Where a text reaches a patient, and when it may go out."""

    conversation: Conversation
    at: datetime


def _reachable_in_time(tx: Tx, visit: Appointment) -> Reached | None:
    """Where a text reaches the patient at an allowed hour before they would set out for nothing."""
    patient = tx.session.get_one(Patient, visit.patient_id)
    conversation = conversations.for_patient(tx, patient.id)
    if conversation is None or patient.no_text:
        return None
    if not consent.has_agreed(tx, patient.id, conversation.address):
        return None
    try:
        goes_at = next_allowed(tx.now, policies.allowed_hours(tx, conversation.address, patient.id))
    except NeverAllowed:
        return None
    return Reached(conversation, goes_at) if goes_at < visit.starts_at else None
