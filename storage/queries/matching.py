"""What matching must know of everybody who waits, loaded in a handful of queries however long the list is.

The list comes as columns (`rules.arrays`), not as objects: with ten thousand people on it, making the objects
would take longer than all the rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, or_, select, true
from sqlalchemy.orm import Session

from rules.arrays.columns import EntryArrays
from rules.facts import OpeningFacts, Span, TypeFacts
from rules.openings import fits
from rules.states import WAITING_ENTRY
from storage.queries import past
from storage.queries import wishes_as_text as texts
from storage.queries.new_patients import seen
from storage.queries.reachable import among_all, one_of, reachable
from storage.tables import (
    Appointment,
    AppointmentType,
    Opening,
    Patient,
    Provider,
    TypeProvider,
    VisitRisk,
    WaitlistEntry,
)

T = TypeVar("T")


def candidates(session: Session, opening: OpeningFacts, now: datetime) -> EntryArrays:
    """Everybody who waits and could be offered the opening, as the rules want them.

    Who is plainly refused, whoever asks (`_not_plainly_refused`), is left out by the database. Visits and offers
    elsewhere are those at the time of the opening.
    """
    types = _types(session)
    asked = past.asked(session, opening.id)
    fitting = [kind.id for kind in types.values() if _could_take(kind, opening)]
    wanted = _entries(true(), types, [opening], now).where(
        reachable(session, among_all),
        WaitlistEntry.type_id.in_(fitting),
        WaitlistEntry.id.not_in(asked),
        *_not_plainly_refused(opening, now),
    )
    return _loaded(session, wanted, [opening], now, types)


def candidate(session: Session, opening: OpeningFacts, entry_id: UUID, now: datetime) -> EntryArrays:
    """One entry that waits, whatever speaks against it; nobody where it waits no more."""
    types = _types(session)
    wanted = _entries(reachable(session, one_of), types, [opening], now).where(WaitlistEntry.id == entry_id)
    return _loaded(session, wanted, [opening], now, types)


def candidates_of_all(session: Session, openings: Sequence[OpeningFacts], now: datetime) -> EntryArrays:
    """Everybody who can be reached, for several openings at once (`rules.assignment`). Who was asked about which
    of them already: `asked_about`."""
    types = _types(session)
    wanted = _entries(true(), types, openings, now).where(reachable(session, among_all))
    return _loaded(session, wanted, openings, now, types)


def everybody(session: Session, openings: Sequence[OpeningFacts], now: datetime) -> EntryArrays:
    """All who wait, whether they can be reached or not: what lists are sorted by (`rules.stored_scores`)."""
    types = _types(session)
    return _loaded(
        session, _entries(reachable(session, among_all), types, openings, now), openings, now, types
    )


def asked_about(session: Session, openings: Iterable[OpeningFacts]) -> dict[UUID, set[UUID]]:
    """By opening, the entries that were asked about it before."""
    return {opening.id: past.asked(session, opening.id) for opening in openings}


def opening_facts(session: Session, opening: Opening, zone: str) -> OpeningFacts:
    provider = session.get_one(Provider, opening.provider_id)
    kind = session.get_one(AppointmentType, opening.type_id) if opening.type_id else None
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
        for_new_patients=kind is not None and kind.new_patients_only and kind.withdrawn_at is None,
        insurance_accepted=frozenset(provider.insurance_accepted),
    )


_COLUMNS: dict[str, Any] = {
    "id": WaitlistEntry.id,
    "patient_id": WaitlistEntry.patient_id,
    "added_at": WaitlistEntry.added_at,
    "earliest": WaitlistEntry.earliest,
    "latest": WaitlistEntry.latest,
    "preferred_date": WaitlistEntry.preferred_date,
    "only_provider": WaitlistEntry.only_provider,
    "notice_hours": WaitlistEntry.notice_hours,
    "boost_points": WaitlistEntry.boost_points,
    "declines": WaitlistEntry.offers_declined,
    "offers": WaitlistEntry.unanswered_in_row,
    "auto_match": WaitlistEntry.auto_match,
    "displaced": WaitlistEntry.displaced,
    "paused_until": WaitlistEntry.paused_until,
    "replaces_id": WaitlistEntry.replaces_id,
    "insurance": Patient.insurance,
    "offers_per_week": Patient.offers_per_week,
    "replaces_start": Appointment.starts_at,
    "no_show_risk": VisitRisk.chance,
}
"""Where the fields of `EntryFacts` come from; type and replaced visit as ids."""


def _entries(
    can_text: ColumnElement[bool],
    types: Mapping[UUID, TypeFacts],
    openings: Sequence[OpeningFacts],
    now: datetime,
) -> Select[Any]:
    """One row, each column a list, which PostgreSQL gathers far quicker. Who is new is asked where it matters:
    of those who wait for a type that is for them, and of everybody where one of the openings is."""
    kept = any(each.for_new_patients for each in openings)
    for_new = [kind.id for kind in types.values() if kept or kind.new_patients_only]
    columns = {
        **_COLUMNS,
        **{name: cast(getattr(WaitlistEntry, texts.STANDS_IN.get(name, name)), Text) for name in texts.READ},
        "can_text": can_text,
        "new_patient": case((WaitlistEntry.type_id.in_(for_new), ~seen(Patient.id, now)), else_=False),
    }
    return (
        select(*(func.array_agg(column).label(name) for name, column in columns.items()))
        .select_from(WaitlistEntry)
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .outerjoin(Appointment, Appointment.id == WaitlistEntry.replaces_id)
        .outerjoin(VisitRisk, VisitRisk.appointment_id == WaitlistEntry.replaces_id)
        .where(WaitlistEntry.state.in_(WAITING_ENTRY))
    )


def _could_take(kind: TypeFacts, opening: OpeningFacts) -> bool:
    allowed = not kind.provider_ids or opening.provider_id in kind.provider_ids
    return allowed and not kind.withdrawn and fits(kind, Span(opening.start, opening.end))


def _not_plainly_refused(opening: OpeningFacts, now: datetime) -> list[ColumnElement[bool]]:
    """The cheap filters that hold for staff too. `rules.eligibility` is what decides: here nobody may be left out
    whom it would let through."""
    zone = ZoneInfo(opening.zone)
    day, today = opening.start.astimezone(zone).date(), now.astimezone(zone).date()
    one, other = WaitlistEntry.preferred_provider_id, WaitlistEntry.requested_provider_id
    wanted = opening.provider_id
    return [
        or_(WaitlistEntry.earliest.is_(None), WaitlistEntry.earliest <= day),
        or_(WaitlistEntry.latest.is_(None), WaitlistEntry.latest >= day),
        or_(WaitlistEntry.paused_until.is_(None), WaitlistEntry.paused_until <= today),
        or_(Appointment.starts_at.is_(None), Appointment.starts_at > opening.start),
        or_(WaitlistEntry.notice_hours == 0, WaitlistEntry.notice_hours <= (opening.start - now) // _HOUR),
        or_(
            WaitlistEntry.only_provider.is_(False),
            one == wanted,
            other == wanted,
            and_(one.is_(None), other.is_(None)),
        ),
    ]


_HOUR = timedelta(hours=1)


def _loaded(
    session: Session,
    wanted: Select[Any],
    openings: Sequence[OpeningFacts],
    now: datetime,
    types: Mapping[UUID, TypeFacts],
) -> EntryArrays:
    """The columns for the rules. What an entry is to one opening (asked before, said yes too late) is told only
    where there is but one."""
    columns: dict[str, Sequence[Any]] = dict(session.execute(wanted).one()._mapping)
    if columns["id"] is None:
        return EntryArrays.of([])
    patients, ids, replaced = columns["patient_id"], columns["id"], columns.pop("replaces_id")
    around = Span(
        min((each.start for each in openings), default=now), max((each.end for each in openings), default=now)
    )
    busy, holding = past.busy(session, around, now), past.holding(session, around)
    offered = past.offered(session, now)
    the_one = openings[0].id if len(openings) == 1 else None
    asked = past.asked(session, the_one) if the_one else set()
    said_yes = past.said_yes_too_late(session, the_one) if the_one else set()
    for name, read in texts.READ.items():
        columns[name] = [None if each is None else read(each) for each in columns[name]]
    columns |= {
        "type": [types[each] for each in columns.pop("type_id")],
        "busy": [
            tuple(span for visit_id, span in visits if visit_id != given_up)
            for visits, given_up in zip(_of_each(patients, busy), replaced, strict=True)
        ],
        "holding": _of_each(patients, holding),
        "offered_at": _of_each(patients, offered),
        "already_asked": _each_in(ids, asked),
        "said_yes": _each_in(ids, said_yes),
    }
    return EntryArrays.from_columns(columns)


def _of_each(ids: Sequence[UUID], found: Mapping[UUID, Sequence[T]]) -> list[tuple[T, ...]]:
    """What was found of each. Often nothing was of anybody, and looking up ten thousand ids takes its time."""
    return [tuple(found.get(each, ())) for each in ids] if found else [()] * len(ids)


def _each_in(ids: Sequence[UUID], some: set[UUID]) -> list[bool]:
    return [each in some for each in ids] if some else [False] * len(ids)


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
        withdrawn=kind.withdrawn_at is not None,
        provider_ids=provider_ids,
    )
