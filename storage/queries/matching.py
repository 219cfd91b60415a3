"""What matching must know of everybody who waits, loaded in a handful of queries however long the list is."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from rules.facts import EntryFacts, OpeningFacts, Span, TimeWindow, TypeFacts
from rules.states import (
    OUTSTANDING_OFFER,
    UPCOMING_APPOINTMENT,
    WAITING_ENTRY,
    Channel,
    OfferState,
)
from storage.queries.reachable import channels_of, reachable
from storage.tables import (
    Appointment,
    AppointmentType,
    Offer,
    Opening,
    Patient,
    Provider,
    TypeProvider,
    WaitlistEntry,
)

NEVER_REACHED = (OfferState.WITHDRAWN, OfferState.UNDELIVERABLE)
"""Offers in these states did not really ask anybody, so they count toward no cap."""


def candidates(
    session: Session, opening: OpeningFacts, now: datetime, *, only: UUID | None = None
) -> list[EntryFacts]:
    """Everybody who waits for a type that could fit the opening (or `only` one entry of them), as plain values
    for the rules."""
    wanted = _entries(opening, channels_of(session))
    rows = session.execute(wanted if only is None else wanted.where(WaitlistEntry.id == only)).all()
    if not rows:
        return []
    types = _types(session)
    patients = {row.WaitlistEntry.patient_id for row in rows}
    busy = _busy(session, patients, now)
    holding = _holding(session, patients)
    offered = _offered(session, patients, now)
    asked, said_yes = _asked(session, opening.id), _said_yes(session, opening.id)
    return [
        replace(
            _facts(row, types=types, busy=busy, holding=holding, offered=offered, asked=asked),
            said_yes=row.WaitlistEntry.id in said_yes,
        )
        for row in rows
    ]


def opening_facts(session: Session, opening: Opening, zone: str) -> OpeningFacts:
    provider = session.get_one(Provider, opening.provider_id)
    return OpeningFacts(
        id=opening.id,
        provider_id=opening.provider_id,
        provider_name=provider.name,
        start=opening.starts_at,
        end=opening.ends_at,
        give_up_at=opening.give_up_at,
        zone=zone,
        state=opening.state,
        type_id=opening.type_id,
        specialty=provider.specialty,
        location_id=opening.location_id,
        insurance_accepted=frozenset(provider.insurance_accepted),
    )


def _entries(opening: OpeningFacts, channels: Collection[Channel]) -> Any:
    length = (opening.end - opening.start) // timedelta(minutes=1)
    visit_length = AppointmentType.minutes + AppointmentType.buffer_minutes
    return (
        select(
            WaitlistEntry,
            Patient.insurance,
            Patient.new_patient,
            Patient.offers_per_week,
            Appointment.starts_at.label("replaces_start"),
            reachable(channels).label("can_text"),
        )
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .join(AppointmentType, AppointmentType.id == WaitlistEntry.type_id)
        .outerjoin(Appointment, Appointment.id == WaitlistEntry.replaces_id)
        .where(WaitlistEntry.state.in_(WAITING_ENTRY), visit_length <= length)
    )


def _types(session: Session) -> dict[UUID, TypeFacts]:
    providers: dict[UUID, set[UUID]] = defaultdict(set)
    for link in session.scalars(select(TypeProvider)):
        providers[link.type_id].add(link.provider_id)
    return {
        kind.id: type_facts(kind, frozenset(providers[kind.id]))
        for kind in session.scalars(select(AppointmentType))
    }


def type_facts(kind: AppointmentType, provider_ids: frozenset[UUID]) -> TypeFacts:
    return TypeFacts(
        id=kind.id,
        minutes=kind.minutes,
        buffer_minutes=kind.buffer_minutes,
        specialty=kind.specialty,
        lead_time_hours=kind.lead_time_hours,
        new_patients_only=kind.new_patients_only,
        give_up_minutes=kind.give_up_minutes,
        provider_ids=provider_ids,
    )


def _busy(session: Session, patients: set[UUID], now: datetime) -> dict[UUID, list[tuple[UUID, Span]]]:
    found: dict[UUID, list[tuple[UUID, Span]]] = defaultdict(list)
    rows = session.execute(
        select(Appointment.patient_id, Appointment.id, Appointment.starts_at, Appointment.ends_at).where(
            Appointment.state.in_(UPCOMING_APPOINTMENT),
            Appointment.ends_at > now,
            Appointment.patient_id.in_(patients),
        )
    )
    for patient_id, appointment_id, start, end in rows:
        found[patient_id].append((appointment_id, Span(start, end)))
    return found


def _holding(session: Session, patients: set[UUID]) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = defaultdict(list)
    rows = session.execute(
        select(Offer.patient_id, Opening.starts_at, Opening.ends_at)
        .join(Opening, Opening.id == Offer.opening_id)
        .where(Offer.state.in_(OUTSTANDING_OFFER), Offer.patient_id.in_(patients))
    )
    for patient_id, start, end in rows:
        found[patient_id].append(Span(start, end))
    return found


def _offered(session: Session, patients: set[UUID], now: datetime) -> dict[UUID, list[datetime]]:
    found: dict[UUID, list[datetime]] = defaultdict(list)
    asked_at = func.coalesce(Offer.handed_over_at, Offer.made_at)
    rows = session.execute(
        select(Offer.patient_id, asked_at).where(
            asked_at > now - timedelta(days=7),
            Offer.in_reply.is_(False),
            or_(Offer.handed_over_at.is_not(None), Offer.state.not_in(NEVER_REACHED)),
            Offer.patient_id.in_(patients),
        )
    )
    for patient_id, moment in rows:
        found[patient_id].append(moment)
    return found


def _asked(session: Session, opening_id: UUID) -> set[UUID]:
    """Entries that were asked about this very slot, or had their say when it was free before; and those of the
    patient who has just given it up."""
    before = aliased(Opening)
    had_it = select(Opening.from_appointment_id).where(Opening.id == opening_id).scalar_subquery()
    said = and_(before.appointment_id == had_it, Offer.state.in_((OfferState.DECLINED, OfferState.ACCEPTED)))
    offered = (
        select(Offer.entry_id)
        .join(before, before.id == Offer.opening_id)
        .where(or_(Offer.opening_id == opening_id, said))
    )
    gave_up = select(WaitlistEntry.id).join(
        Appointment, and_(Appointment.patient_id == WaitlistEntry.patient_id, Appointment.id == had_it)
    )
    return {*session.scalars(offered), *session.scalars(gave_up)}


def _said_yes(session: Session, opening_id: UUID) -> set[UUID]:
    """Entries whose yes to this very slot came too late when it was free before."""
    before = aliased(Opening)
    rows = session.scalars(
        select(Offer.entry_id)
        .join(before, before.id == Offer.opening_id)
        .join(Opening, Opening.from_appointment_id == before.appointment_id)
        .where(Opening.id == opening_id, Offer.said_yes_too_late)
    )
    return set(rows)


def _facts(
    row: Row[Any],
    *,
    types: dict[UUID, TypeFacts],
    busy: dict[UUID, list[tuple[UUID, Span]]],
    holding: dict[UUID, list[Span]],
    offered: dict[UUID, list[datetime]],
    asked: set[UUID],
) -> EntryFacts:
    entry: WaitlistEntry = row.WaitlistEntry
    own = busy.get(entry.patient_id, ())
    return EntryFacts(
        id=entry.id,
        patient_id=entry.patient_id,
        type=types[entry.type_id],
        added_at=entry.added_at,
        priority=entry.priority,
        referral=entry.referral,
        earliest=entry.earliest,
        latest=entry.latest,
        weekdays=frozenset(entry.weekdays),
        times=_windows(entry.times),
        excluded_weekdays=frozenset(entry.excluded_weekdays),
        excluded_times=_windows(entry.excluded_times),
        excluded_dates=tuple(
            (date.fromisoformat(first), date.fromisoformat(last)) for first, last in entry.excluded_dates
        ),
        excluded_provider_ids=frozenset(UUID(text) for text in entry.excluded_provider_ids),
        preferred_provider_id=entry.preferred_provider_id,
        requested_provider_id=entry.requested_provider_id,
        alternate_provider_ids=frozenset(UUID(text) for text in entry.alternate_provider_ids),
        only_provider=entry.only_provider,
        location_id=entry.location_id,
        insurance=row.insurance,
        notice_hours=entry.notice_hours,
        boost_points=entry.boost_points,
        declines=entry.offers_declined,
        offers=entry.unanswered_in_row,
        auto_match=entry.auto_match,
        offers_per_week=row.offers_per_week,
        displaced=entry.displaced,
        paused_until=entry.paused_until,
        new_patient=row.new_patient,
        can_text=row.can_text,
        busy=tuple(span for visit_id, span in own if visit_id != entry.replaces_id),
        holding=tuple(holding.get(entry.patient_id, ())),
        offered_at=tuple(offered.get(entry.patient_id, ())),
        already_asked=entry.id in asked,
        replaces_start=row.replaces_start,
    )


def _windows(pairs: Iterable[Any]) -> tuple[TimeWindow, ...]:
    return tuple(TimeWindow(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)
