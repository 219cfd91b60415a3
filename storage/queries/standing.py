"""Who waits for the same thing, and how often somebody got it from the waitlist."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Double,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from rules.priority import FULL_WAIT_DAYS, PER_DECLINE, PRIORITY, REFERRAL, URGENCY
from rules.states import WAITING_ENTRY, EntryPriority, FilledBy
from storage.tables import Appointment, Opening, WaitlistEntry
from storage.transaction import made_once

_DAY_SECONDS = 86_400


def place_of(
    session: Session, entry: WaitlistEntry, provider_id: UUID | None, now: datetime, *, first_come: bool
) -> int:
    """Where a waiting entry stands among those who wait for the same type, 1 for the first; with a provider, among
    those who would see that one. Urgent entries come first, then those whose visit the clinic cancelled, then the
    clinic's order (the priority score, or strictly who joined first). It is counted where the list is: with ten
    thousand on it, loading them would keep a patient waiting for the answer.
    """
    values = {"now": now, "entry_id": entry.id, "type_id": entry.type_id}
    if provider_id is not None:
        values |= {"provider_id": provider_id, "provider_ids": [str(provider_id)]}
    return session.scalars(_AHEAD[first_come, provider_id is not None], values).one()


def _priority(entry: Any) -> ColumnElement[float]:
    """`rules.priority` in SQL."""
    seconds = func.extract("epoch", bindparam("now", type_=DateTime(timezone=True)) - entry.added_at)
    days = cast(seconds, Double) / _DAY_SECONDS
    values: dict[str, ColumnElement[float]] = {
        "wait": func.least(func.greatest(days / FULL_WAIT_DAYS, 0.0), 1.0),
        "urgency": case(URGENCY, value=entry.priority),
        "referral": case(
            {each: worth for each, worth in REFERRAL.items() if each}, value=entry.referral, else_=0.0
        ),
        "declines": func.least(PER_DECLINE * entry.offers_declined, 1.0),
    }
    total = sum((factor.weight * values[factor.name] for factor in PRIORITY.factors), literal(0.0))
    return func.least(func.greatest(total, 0.0), 1.0)


def _key(entry: Any, *, first_come: bool) -> tuple[ColumnElement[Any], ...]:
    """What is smaller stands further in front."""
    score = literal(0.0) if first_come else _priority(entry)
    return (
        entry.priority != EntryPriority.URGENT,
        entry.displaced == false(),
        -score,
        entry.added_at,
        entry.id,
    )


def _not_behind(*, first_come: bool, of_one: bool) -> Select[int]:
    """How many of those who wait stand no further back than an entry: itself and whoever is in front of it. With
    `of_one`, of those who would see one provider."""
    key = _key(WaitlistEntry, first_come=first_come)
    named = (part.label(f"part_{place}") for place, part in enumerate(key))
    # Of its own, or its key would be worked out anew beside everybody else's.
    mine = select(*named).where(WaitlistEntry.id == bindparam("entry_id")).cte().prefix_with("MATERIALIZED")
    ahead = (
        select(func.count())
        .select_from(WaitlistEntry)
        .join(mine, true())
        .where(
            WaitlistEntry.type_id == bindparam("type_id"),
            WaitlistEntry.state.in_(WAITING_ENTRY),
            tuple_(*key) <= tuple_(*mine.c),
        )
    )
    return ahead.where(or_(_would_see(), WaitlistEntry.id == bindparam("entry_id"))) if of_one else ahead


def _would_see() -> ColumnElement[bool]:
    provider_id = bindparam("provider_id", type_=Uuid())
    preferred, requested = WaitlistEntry.preferred_provider_id, WaitlistEntry.requested_provider_id
    named_nobody = and_(preferred.is_(None), requested.is_(None))
    may = or_(~WaitlistEntry.only_provider, named_nobody, preferred == provider_id, requested == provider_id)
    return and_(may, ~WaitlistEntry.excluded_provider_ids.contains(bindparam("provider_ids", type_=JSONB())))


_AHEAD = {
    (first_come, of_one): made_once(_not_behind(first_come=first_come, of_one=of_one))
    for first_come in (False, True)
    for of_one in (False, True)
}
_FILLED = (
    select(func.count())
    .select_from(Opening)
    .join(Appointment, Appointment.id == Opening.appointment_id)
    .where(
        Opening.filled_by == FilledBy.WAITLIST,
        Opening.filled_at >= bindparam("since"),
        Appointment.type_id == bindparam("type_id"),
    )
)
_GOT = made_once(_FILLED)
_GOT_OF_ONE = made_once(_FILLED.where(Opening.provider_id == bindparam("provider_id")))
"""Made once: they are long."""


def filled_from_the_list(session: Session, type_id: UUID, provider_id: UUID | None, since: datetime) -> int:
    """How many visits of a type (with that provider) somebody on the waitlist got since then."""
    values = {"since": since, "type_id": type_id}
    if provider_id is None:
        return session.scalar(_GOT, values) or 0
    return session.scalar(_GOT_OF_ONE, values | {"provider_id": provider_id}) or 0
