"""Who waits for the same thing, and how often somebody got it from the waitlist."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.facts import EntryFacts
from rules.states import WAITING_ENTRY, FilledBy
from storage.queries.matching import type_facts
from storage.tables import Appointment, AppointmentType, Opening, WaitlistEntry


def waiting_for(session: Session, type_id: UUID, provider_id: UUID | None) -> list[EntryFacts]:
    """Everybody in line for a type: what their place depends on. With a provider: those who would see that one."""
    kind = type_facts(session.get_one(AppointmentType, type_id), frozenset())
    entries = session.scalars(
        select(WaitlistEntry).where(WaitlistEntry.type_id == type_id, WaitlistEntry.state.in_(WAITING_ENTRY))
    )
    return [
        EntryFacts(
            id=entry.id,
            patient_id=entry.patient_id,
            type=kind,
            added_at=entry.added_at,
            priority=entry.priority,
            referral=entry.referral,
            declines=entry.offers_declined,
            displaced=entry.displaced,
        )
        for entry in entries
        if provider_id is None or _would_see(entry, provider_id)
    ]


def _would_see(entry: WaitlistEntry, provider_id: UUID) -> bool:
    wanted = {entry.preferred_provider_id, entry.requested_provider_id} - {None}
    somebody_else = entry.only_provider and bool(wanted) and provider_id not in wanted
    return not somebody_else and str(provider_id) not in entry.excluded_provider_ids


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
