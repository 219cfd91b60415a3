"""Openings: a slot comes free. How it is filled again stands in clinic/filling.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic import policies
from clinic.audit import BOT, By, record
from rules import openings as geometry
from rules.facts import Span, TypeFacts
from rules.policy import terms_for
from rules.states import ACTIVE_APPOINTMENT, LIVE_OPENING, DueKind, FreedBy
from storage.queries import matching as loading
from storage.queries.due import set_due
from storage.tables import Appointment, AppointmentType, Opening, TimeOff, TypeProvider
from storage.transaction import Tx


def lock(tx: Tx, opening_id: UUID) -> Opening:
    """The opening, locked and read afresh. Its offers change only while it is locked."""
    return tx.session.scalars(
        select(Opening)
        .where(Opening.id == opening_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def lock_if_free(tx: Tx, opening_id: UUID) -> Opening | None:
    """The opening, locked and read afresh, unless somebody has it right now: nobody waits for a second one."""
    return tx.session.scalars(
        select(Opening)
        .where(Opening.id == opening_id)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_over(tx: Tx, provider_ids: Sequence[UUID], span: Span) -> Sequence[Opening]:
    """The live openings that take up any of these providers' stretch of time, locked in one order."""
    return tx.session.scalars(
        select(Opening)
        .where(
            Opening.provider_id.in_(provider_ids),
            Opening.state.in_(LIVE_OPENING),
            Opening.starts_at < span.end,
            Opening.ends_at > span.start,
        )
        .order_by(Opening.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


@dataclass(frozen=True, slots=True)
class Freed:
    """A stretch of a provider's time that nobody has any more, and where it came from."""

    provider_id: UUID
    span: Span
    by: FreedBy
    room_id: UUID | None = None
    location_id: UUID | None = None
    type_id: UUID | None = None
    appointment_id: UUID | None = None
    offer_from: datetime | None = None


def freed_visit(visit: Appointment, by: FreedBy, offer_from: datetime | None = None) -> Freed:
    return Freed(
        provider_id=visit.provider_id,
        span=Span(visit.starts_at, visit.ends_at),
        by=by,
        room_id=visit.room_id,
        location_id=visit.location_id,
        type_id=visit.type_id,
        appointment_id=visit.id,
        offer_from=offer_from,
    )


def open_slot(tx: Tx, freed: Freed, by: By) -> Opening | None:
    """Record that a slot came free, and have it worked after commit.

    None where nothing new is free: the time has begun, the provider is away then, or an opening of theirs already
    covers it (a cancel seen twice makes one).
    """
    if freed.span.start <= tx.now or is_away(tx, freed.provider_id, freed.span):
        return None
    policy_row = policies.current_row(tx)
    policy = terms_for(policies.version(tx.session, policy_row.id), freed.type_id)
    opening = Opening(
        clinic_id=tx.clinic_id,
        provider_id=freed.provider_id,
        location_id=freed.location_id,
        room_id=freed.room_id,
        type_id=freed.type_id,
        starts_at=freed.span.start,
        ends_at=freed.span.end,
        freed_by=freed.by,
        from_appointment_id=freed.appointment_id,
        opened_at=tx.now,
        offer_from=freed.offer_from or tx.now,
        give_up_at=geometry.give_up_at(freed.span.start, _type_facts(tx, freed.type_id), policy),
        policy_id=policy_row.id,
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(opening)
            tx.session.flush()
    except IntegrityError:
        return None
    record(tx, by, "opening.opened", opening, after={"by": freed.by, "start": freed.span.start.isoformat()})
    look_at(tx, opening.id, opening.offer_from)
    return opening


def is_away(tx: Tx, provider_id: UUID, span: Span) -> bool:
    """Whether time off takes up any of a provider's stretch of time."""
    off = select(TimeOff.id).where(
        TimeOff.provider_id == provider_id, TimeOff.starts_at < span.end, TimeOff.ends_at > span.start
    )
    return tx.session.scalar(off.limit(1)) is not None


def is_taken(tx: Tx, provider_id: UUID, span: Span) -> bool:
    """Whether a visit takes up any of a provider's stretch of time."""
    visit = select(Appointment.id).where(
        Appointment.provider_id == provider_id,
        Appointment.state.in_(ACTIVE_APPOINTMENT),
        Appointment.starts_at < span.end,
        Appointment.ends_at > span.start,
    )
    return tx.session.scalar(visit.limit(1)) is not None


def look_at(tx: Tx, opening_id: UUID, at: datetime) -> None:
    """Have an opening worked at a time, unless it is to be before that; at once where that time has come."""
    due_id = set_due(tx.session, tx.clinic_id, DueKind.OPENING, opening_id, at, or_sooner=True)
    if at <= tx.now:
        tx.wake("due", due_id)


def keep_remainder(tx: Tx, opening: Opening, booked: Span) -> Opening | None:
    """What a shorter visit left of an opening, if the shortest visit of that provider fits, is a new one."""
    shortest = shortest_visit(tx, opening.provider_id)
    span = Span(opening.starts_at, opening.ends_at)
    left = geometry.remainder(span, booked, shortest) if shortest else None
    if left is None:
        return None
    freed = Freed(
        provider_id=opening.provider_id,
        span=left,
        by=FreedBy.REMAINDER,
        room_id=opening.room_id,
        location_id=opening.location_id,
    )
    return open_slot(tx, freed, BOT)


def shortest_visit(tx: Tx, provider_id: UUID) -> int | None:
    """Minutes, buffer included, of the shortest type the provider sees."""
    kinds = tx.session.scalars(select(AppointmentType).where(AppointmentType.withdrawn_at.is_(None))).all()
    links = tx.session.scalars(select(TypeProvider)).all()
    limited = {link.type_id for link in links}
    theirs = {link.type_id for link in links if link.provider_id == provider_id}
    lengths = [
        kind.minutes + kind.buffer_minutes for kind in kinds if kind.id in theirs or kind.id not in limited
    ]
    return min(lengths, default=None)


def type_facts(tx: Tx, kind: AppointmentType) -> TypeFacts:
    providers = tx.session.scalars(select(TypeProvider.provider_id).where(TypeProvider.type_id == kind.id))
    return loading.type_facts(kind, frozenset(providers))


def _type_facts(tx: Tx, type_id: UUID | None) -> TypeFacts | None:
    return type_facts(tx, tx.session.get_one(AppointmentType, type_id)) if type_id else None


def live(tx: Tx) -> Sequence[Opening]:
    """Openings whose time has not come, soonest first: what the Today page shows."""
    return tx.session.scalars(
        select(Opening)
        .where(Opening.state.in_(LIVE_OPENING), Opening.starts_at > tx.now)
        .order_by(Opening.starts_at)
    ).all()
