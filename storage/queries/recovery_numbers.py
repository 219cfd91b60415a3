"""What became of lost visits. How often each way of asking succeeds is counted in queries/recovery.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from rules.states import RecoveryState
from storage.tables import Appointment, AppointmentType, Cancellation, RecoveryCase


@dataclass(frozen=True, slots=True)
class Came:
    """So many cases, and what their visits would have brought, by the price of their type."""

    cases: int = 0
    cents: int = 0


def came_to(session: Session, start: datetime, end: datetime) -> Mapping[RecoveryState, Came]:
    """The cases opened from `start` until `end`, by how they stand now."""
    rows = session.execute(
        select(
            Cancellation.recovery,
            func.count(),
            func.coalesce(cast(func.sum(AppointmentType.price_cents), BigInteger), 0),
        )
        .join(RecoveryCase, RecoveryCase.cancellation_id == Cancellation.id)
        .join(Appointment, Appointment.id == Cancellation.appointment_id)
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .where(RecoveryCase.opened_at >= start, RecoveryCase.opened_at < end)
        .group_by(Cancellation.recovery)
    )
    found = {state: Came(cases, cents) for state, cases, cents in rows}
    return {state: found.get(state, Came()) for state in RecoveryState}
