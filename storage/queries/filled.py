"""Who has a slot that came free: how it was filled, by whom, and when."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.states import Actor, OpeningState
from storage.tables import Appointment, AppointmentType, AuditEvent, Opening, Patient, Staff


@dataclass(frozen=True, slots=True)
class Filled:
    """The visit that a slot became. `actor` filled it, the patient by a yes of theirs say; `staff` is who of them,
    where it was somebody."""

    patient: Patient
    kind: AppointmentType
    actor: Actor
    staff: Staff | None


def of_opening(session: Session, opening: Opening) -> Filled | None:
    """None where nobody has it."""
    if opening.state is not OpeningState.FILLED:
        return None
    row = session.execute(
        select(Patient, AppointmentType, AuditEvent.actor, Staff)
        .select_from(AuditEvent)
        .join(Appointment, Appointment.id == opening.appointment_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .outerjoin(Staff, Staff.id == AuditEvent.staff_id)
        .where(
            AuditEvent.subject_kind == Opening.__tablename__,
            AuditEvent.subject_id == opening.id,
            AuditEvent.action == f"opening.{OpeningState.FILLED}",
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()
    return Filled(*row) if row is not None else None
