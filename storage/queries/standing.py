"""Who waits for the same thing, and how often somebody got it from the waitlist."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from rules.facts import EntryFacts
from rules.states import WAITING_ENTRY, FilledBy
from storage.queries.matching import type_facts
from storage.tables import Appointment, AppointmentType, Opening, WaitlistEntry

_WAITING = select(
    WaitlistEntry.id,
    WaitlistEntry.patient_id,
    WaitlistEntry.added_at,
    WaitlistEntry.priority,
    WaitlistEntry.referral,
    WaitlistEntry.offers_declined.label("declines"),
    WaitlistEntry.displaced,
).where(WaitlistEntry.state.in_(WAITING_ENTRY))
"""Only what a place depends on: whoever asks for theirs waits while the whole line is loaded."""


def waiting_for(session: Session, type_id: UUID, provider_id: UUID | None) -> list[EntryFacts]:
    """Everybody in line for a type: what their place depends on. With a provider: those who would see that one."""
    kind = type_facts(session.get_one(AppointmentType, type_id), frozenset())
    line = _WAITING.where(WaitlistEntry.type_id == type_id)
    if provider_id is not None:
        line = line.where(_would_see(provider_id))
    return [EntryFacts(type=kind, **row) for row in session.execute(line).mappings()]


def _would_see(provider_id: UUID) -> ColumnElement[bool]:
    preferred, requested = WaitlistEntry.preferred_provider_id, WaitlistEntry.requested_provider_id
    named_nobody = and_(preferred.is_(None), requested.is_(None))
    may = or_(~WaitlistEntry.only_provider, named_nobody, preferred == provider_id, requested == provider_id)
    return and_(may, ~WaitlistEntry.excluded_provider_ids.contains([str(provider_id)]))


def filled_from_the_list(session: Session, type_id: UUID, provider_id: UUID | None, since: datetime) -> int:
    """How many visits of a type (with that provider) somebody on the waitlist got since then."""
    got = (
        select(func.count())
        .select_from(Opening)
        .join(Appointment, Appointment.id == Opening.appointment_id)
        .where(
            Opening.filled_by == FilledBy.WAITLIST,
            Opening.filled_at >= since,
            Appointment.type_id == type_id,
        )
    )
    if provider_id is not None:
        got = got.where(Opening.provider_id == provider_id)
    return session.scalar(got) or 0
