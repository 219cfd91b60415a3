"""What patients owe for visits they gave up late or missed: for billing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import Appointment, AppointmentType, Cancellation, Patient, Provider, Staff

MOST = 1000


@dataclass(frozen=True, slots=True)
class Owed:
    """A fee, waived or not, and what it is for. `waived_by` is None where it stands, or a program waived it."""

    cancellation: Cancellation
    visit: Appointment
    patient: Patient
    provider: Provider
    kind: AppointmentType
    waived_by: Staff | None


def owed(session: Session, start: datetime, end: datetime) -> Sequence[Owed]:
    """Fees that came up from `start` until `end`, newest first; the first thousand."""
    rows = session.execute(
        select(Cancellation, Appointment, Patient, Provider, AppointmentType, Staff)
        .join(Appointment, Appointment.id == Cancellation.appointment_id)
        .join(Patient, Patient.id == Cancellation.patient_id)
        .join(Provider, Provider.id == Appointment.provider_id)
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .outerjoin(Staff, Staff.id == Cancellation.fee_waived_by)
        .where(Cancellation.fee_cents > 0, Cancellation.at >= start, Cancellation.at < end)
        .order_by(Cancellation.at.desc(), Cancellation.id)
        .limit(MOST)
    )
    return [Owed(*row) for row in rows]
