"""What patients have behind and before them when somebody is looked for: visits and offers at that time, how often
they were asked of late, and what they said to this very slot before."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from rules.facts import Span
from rules.states import OUTSTANDING_OFFER, UPCOMING_APPOINTMENT, OfferState
from storage.tables import Appointment, Offer, Opening, WaitlistEntry

NEVER_REACHED = (OfferState.WITHDRAWN, OfferState.UNDELIVERABLE)
"""Offers in these states did not really ask anybody, so they count toward no cap."""

_LONGEST_VISIT = timedelta(days=7)  # none is nearly so long; it keeps the look-up of clashes to a few rows

_BEFORE = aliased(Opening)
"""The same slot when it was free before. Made once: SQLAlchemy makes aliases slowly."""


def busy(session: Session, around: Span, now: datetime) -> dict[UUID, list[tuple[UUID, Span]]]:
    """The visits at that time, by patient."""
    found: dict[UUID, list[tuple[UUID, Span]]] = defaultdict(list)
    rows = session.execute(
        select(Appointment.patient_id, Appointment.id, Appointment.starts_at, Appointment.ends_at).where(
            Appointment.state.in_(UPCOMING_APPOINTMENT),
            Appointment.starts_at > around.start - _LONGEST_VISIT,
            Appointment.starts_at < around.end,
            Appointment.ends_at > max(around.start, now),
        )
    )
    for patient_id, appointment_id, start, end in rows:
        found[patient_id].append((appointment_id, Span(start, end)))
    return found


def holding(session: Session, around: Span) -> dict[UUID, list[Span]]:
    """What is being offered at that time, by patient."""
    found: dict[UUID, list[Span]] = defaultdict(list)
    rows = session.execute(
        select(Offer.patient_id, Opening.starts_at, Opening.ends_at)
        .join(Opening, Opening.id == Offer.opening_id)
        .where(
            Offer.state.in_(OUTSTANDING_OFFER),
            Opening.starts_at < around.end,
            Opening.ends_at > around.start,
        )
    )
    for patient_id, start, end in rows:
        found[patient_id].append(Span(start, end))
    return found


def offered(session: Session, now: datetime) -> dict[UUID, list[datetime]]:
    """When we asked of our own accord in the last week, by patient. What one text offered counts once;
    what waits to go out may go any moment."""
    found: dict[UUID, list[datetime]] = defaultdict(list)
    asked_at = case(
        (Offer.state == OfferState.QUEUED, now), else_=func.coalesce(Offer.handed_over_at, Offer.made_at)
    )
    rows = session.execute(
        select(Offer.patient_id, func.max(asked_at))
        .where(
            asked_at > now - timedelta(days=7),
            Offer.in_reply.is_(False),
            or_(Offer.handed_over_at.is_not(None), Offer.state.not_in(NEVER_REACHED)),
        )
        .group_by(Offer.patient_id, func.coalesce(Offer.told_with_id, Offer.id))
    )
    for patient_id, moment in rows:
        found[patient_id].append(moment)
    return found


def asked(session: Session, opening_id: UUID) -> set[UUID]:
    """Entries that were asked about this very slot, or had their say when it was free before; and those of the
    patient who has just given it up."""
    had_it = select(Opening.from_appointment_id).where(Opening.id == opening_id).scalar_subquery()
    said = and_(_BEFORE.appointment_id == had_it, Offer.state.in_((OfferState.DECLINED, OfferState.ACCEPTED)))
    offered = (
        select(Offer.entry_id)
        .join(_BEFORE, _BEFORE.id == Offer.opening_id)
        .where(or_(Offer.opening_id == opening_id, said))
    )
    gave_up = select(WaitlistEntry.id).join(
        Appointment, and_(Appointment.patient_id == WaitlistEntry.patient_id, Appointment.id == had_it)
    )
    return {*session.scalars(offered), *session.scalars(gave_up)}


def said_yes_too_late(session: Session, opening_id: UUID) -> set[UUID]:
    """Entries whose yes to this very slot came too late when it was free before."""
    rows = session.scalars(
        select(Offer.entry_id)
        .join(_BEFORE, _BEFORE.id == Offer.opening_id)
        .join(Opening, Opening.from_appointment_id == _BEFORE.appointment_id)
        .where(Opening.id == opening_id, Offer.said_yes_too_late)
    )
    return set(rows)
