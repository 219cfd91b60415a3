"""Free times for a visit: what the clinic has, as one patient may have it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic import appointments, policies
from rules.facts import Span
from rules.policy import Policy
from rules.slot_choice import Slot, best
from rules.slots import Need, is_free, stretches
from rules.wanted import Wanted
from storage.queries import new_patients
from storage.queries import slots as loading
from storage.queries.slots import Scope
from storage.tables import AppointmentType, Hold, Patient, Provider
from storage.transaction import Tx

FURTHEST = timedelta(days=366)
"""Nothing is looked for beyond: nobody's hours are known so far ahead."""


@dataclass(frozen=True, slots=True)
class Search:
    """A visit of this type for this patient, in place of another where `replaces` names one.

    `given_up`: also time that an opening holds which nobody is asked about any more. `least`: what a time must
    score, of 1, to be of any use.
    """

    patient_id: UUID
    type_id: UUID
    wanted: Wanted = field(default_factory=Wanted)
    replaces_id: UUID | None = None
    given_up: bool = False
    least: float = 0.0


def find(tx: Tx, search: Search, *, limit: int = 10) -> list[Slot]:
    """The best free times, best first. Empty where none suits, or nobody's working hours are known
    (`can_be_searched` tells)."""
    patient = tx.session.get_one(Patient, search.patient_id)
    kind = tx.session.get_one(AppointmentType, search.type_id)
    if kind.withdrawn_at is not None:
        return []
    if kind.new_patients_only and not new_patients.is_new(tx.session, patient.id, tx.now):
        return []
    policy = policies.current(tx)
    span = _span(tx, kind, search.wanted, policy)
    times = loading.times_of(tx.session, kind, Scope(span, tx.now, given_up=search.given_up))
    providers = [each for each in times.providers if _accepts(tx, each.id, patient)]
    found = best(
        providers,
        _need(tx, kind, span, policy, _busy(tx, search)),
        search.wanted,
        rooms=times.rooms,
        now=tx.now,
        limit=limit,
    )
    return [slot for slot in found if slot.score.total >= search.least]


def can_be_searched(tx: Tx) -> bool:
    """Whether the clinic has told us when anybody works."""
    return loading.keeps_hours(tx.session)


def still_free(tx: Tx, held: Hold, *, beside_openings: bool) -> bool:
    """Whether a time that was shown can still be had: nothing else has come over it, nobody has gone away, and
    visits of the type are still offered.

    `beside_openings`: what is being offered to others then is no obstacle.
    """
    kind = tx.session.get_one(AppointmentType, held.type_id)
    if kind.withdrawn_at is not None:
        return False
    span = Span(held.starts_at, held.ends_at)
    scope = Scope(span, tx.now, but=held.id, beside_openings=beside_openings)
    times = loading.times_of(tx.session, kind, scope, only=held.provider_id)
    moment = Span(held.starts_at, held.starts_at + timedelta(minutes=1))
    need = _need(tx, kind, moment, policies.current(tx))
    return held.starts_at > tx.now and any(is_free(each, need, times.rooms) for each in times.providers)


def _span(tx: Tx, kind: AppointmentType, wanted: Wanted, policy: Policy) -> Span:
    """From when until when a visit may begin: soon enough to get ready, as far as what was asked for reaches."""
    notice = max(kind.lead_time_hours, wanted.wishes.notice_hours)
    start = max(tx.now + timedelta(hours=notice), wanted.after or tx.now)
    usual = tx.now + timedelta(days=policy.slot_search_days)
    zone = ZoneInfo(tx.clinic().timezone)
    named = [
        datetime.combine(day, datetime.min.time(), zone).astimezone(UTC) + timedelta(days=2)
        for each in wanted.any_of
        for day in (each.first, each.last)
        if day is not None
    ]
    end = min(max([usual, *named]), wanted.before or tx.now + FURTHEST, tx.now + FURTHEST)
    return Span(start, max(start, end))


def _need(tx: Tx, kind: AppointmentType, span: Span, policy: Policy, busy: Sequence[Span] = ()) -> Need:
    return Need(
        minutes=kind.minutes,
        buffer_minutes=kind.buffer_minutes,
        earliest=span.start,
        until=span.end,
        zone=ZoneInfo(tx.clinic().timezone),
        step_minutes=policy.slot_step_minutes,
        busy=stretches(busy),
    )


def _busy(tx: Tx, search: Search) -> list[Span]:
    """The patient's other visits."""
    return [
        Span(visit.starts_at, visit.ends_at)
        for visit in appointments.coming(tx, [search.patient_id])
        if visit.id != search.replaces_id
    ]


def _accepts(tx: Tx, provider_id: UUID, patient: Patient) -> bool:
    """Whether a provider may be booked for a patient by the bot: not paused, and takes their insurance."""
    provider = tx.session.get_one(Provider, provider_id)
    accepted = {name.casefold() for name in provider.insurance_accepted}
    insured = not accepted or patient.insurance is None or patient.insurance.casefold() in accepted
    return provider.paused_at is None and insured
