"""Whether somebody is a new patient: worked out from their visits, since nobody keeps a mark of it up to date."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from rules.states import ACTIVE_APPOINTMENT
from storage.tables import Appointment, Patient

NEW_AGAIN = timedelta(days=3 * 365)
"""Who has not been seen for three years counts as new, as billing codes (CPT) have it."""


_VISIT = aliased(Appointment)
"""Made once: SQLAlchemy makes aliases slowly."""


def seen(patient_id: InstrumentedAttribute[UUID], now: datetime) -> ColumnElement[bool]:
    """Whether a patient has been here. A visit that has begun, and was neither cancelled nor missed, took place:
    not every desk writes down who arrived."""
    return (
        select(_VISIT.id)
        .where(
            _VISIT.patient_id == patient_id,
            _VISIT.state.in_(ACTIVE_APPOINTMENT),
            _VISIT.starts_at <= now,
            _VISIT.starts_at > now - NEW_AGAIN,
        )
        .exists()
    )


def is_new(session: Session, patient_id: UUID, now: datetime) -> bool:
    return not session.scalar(select(seen(Patient.id, now)).where(Patient.id == patient_id))
