"""What a visit is to be, by all that a practice system has told of it and what is on file here."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from clinic import phrases
from clinic.feed.problems import Problem, find, problem
from rules.facts import Span
from rules.feed import Told
from rules.states import ACTIVE_APPOINTMENT, UPCOMING_APPOINTMENT, AppointmentState
from storage.tables import Appointment, AppointmentType, Patient, Provider
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Wanted:
    """The visit as it is to be."""

    patient: Patient
    provider: Provider
    kind: AppointmentType
    span: Span
    state: AppointmentState

    @property
    def lives(self) -> bool:
        """It has its time, as a visit that was cancelled or missed has not."""
        return self.state in ACTIVE_APPOINTMENT

    def where(self, tx: Tx) -> str:
        """With whom and when, for a sentence to staff."""
        return f"with {self.provider.name} {phrases.when(self.span.start, tx.clinic().timezone)}"


def what_is_wanted(tx: Tx, external_id: str, told: Told, visit: Appointment | None) -> Wanted | Problem:
    """What was told, filled up with what is on file."""
    patient = _named(tx, Patient, told.patient, visit.patient_id if visit else None)
    provider = _named(tx, Provider, told.provider, visit.provider_id if visit else None)
    kind = _named(tx, AppointmentType, told.type, visit.type_id if visit else None)
    start = told.start or (visit.starts_at if visit else None)
    for each in (patient, provider, kind):
        if isinstance(each, Problem):
            return each
    if start is None or None in (patient, provider, kind):
        return problem(f'its visit "{external_id}" is not on file here.')
    span = Span(start, start + _length(told, kind, visit))
    return Wanted(patient, provider, kind, span, _state(told, visit))


def _named(tx: Tx, table: Any, external_id: str | None, known: Any) -> Any:
    if external_id is not None:
        return find(tx, table, external_id)
    return tx.session.get_one(table, known) if known is not None else None


def _length(told: Told, kind: AppointmentType, visit: Appointment | None) -> timedelta:
    if told.minutes is not None:
        return timedelta(minutes=told.minutes)
    same_kind = visit is not None and visit.type_id == kind.id
    return visit.ends_at - visit.starts_at if visit and same_kind else timedelta(minutes=kind.minutes)


CLOSER = {
    AppointmentState.BOOKED: UPCOMING_APPOINTMENT,
    AppointmentState.ARRIVED: (AppointmentState.COMPLETED,),
}
"""What was told → the states that say the same of a visit, only more closely: those stay."""


def _state(told: Told, visit: Appointment | None) -> AppointmentState:
    state = told.state or AppointmentState.BOOKED
    return visit.state if visit is not None and visit.state in CLOSER.get(state, ()) else state
