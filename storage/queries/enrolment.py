"""Where the entries that come with a later visit, and the visits of a type, do not agree."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from rules.states import UPCOMING_APPOINTMENT, WAITING_ENTRY
from storage.tables import Appointment, AppointmentType, WaitlistEntry

_TO_COME = (Appointment.id == WaitlistEntry.replaces_id, Appointment.state.in_(UPCOMING_APPOINTMENT))


def astray(session: Session, kind: AppointmentType, limit: int) -> Sequence[UUID]:
    """Waiting entries that came with a visit which is not to come any more; all of those that came with one, where
    the type enrols nobody. In the order of their ids."""
    waiting = select(WaitlistEntry.id).where(_waiting(kind))
    if kind.enrols:
        waiting = waiting.where(~exists().where(*_TO_COME))
    return session.scalars(waiting.order_by(WaitlistEntry.id).limit(limit)).all()


def moved(session: Session, kind: AppointmentType, limit: int) -> Sequence[Appointment]:
    """Visits to come that are at another time than their entry knows of."""
    visits = (
        select(Appointment)
        .join(WaitlistEntry, and_(*_TO_COME))
        .where(_waiting(kind), WaitlistEntry.expires_at != Appointment.starts_at)
    )
    return session.scalars(visits.order_by(Appointment.id).limit(limit)).all()


def missing(
    session: Session, kind: AppointmentType, now: datetime, limit: int, *, returning: Sequence[str]
) -> Sequence[Appointment]:
    """Visits to come of patients who do not wait for the type, soonest first. Who came on the list with that
    visit, and left it for another reason than those after which one returns, stays off it."""
    left = ~func.coalesce(WaitlistEntry.resolution, "").in_(returning)
    waits = exists().where(
        WaitlistEntry.patient_id == Appointment.patient_id,
        WaitlistEntry.type_id == kind.id,
        or_(WaitlistEntry.state.in_(WAITING_ENTRY), and_(WaitlistEntry.replaces_id == Appointment.id, left)),
    )
    visits = (
        select(Appointment)
        .where(
            Appointment.type_id == kind.id,
            Appointment.state.in_(UPCOMING_APPOINTMENT),
            Appointment.starts_at > now,
            ~waits,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(limit)
    )
    return session.scalars(visits).all()


def _waiting(kind: AppointmentType) -> ColumnElement[bool]:
    return and_(
        WaitlistEntry.type_id == kind.id, WaitlistEntry.enrolled, WaitlistEntry.state.in_(WAITING_ENTRY)
    )
