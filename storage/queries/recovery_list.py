"""What the Recovery page shows of lost visits, loaded for many cases in a few questions."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from rules.channels import addresses_of
from rules.dropout import Plan
from rules.states import OPEN_RECOVERY, HoldState, RecoveryState
from storage.queries.recovery import KEPT
from storage.tables import (
    Appointment,
    Cancellation,
    ContactPoint,
    Conversation,
    Hold,
    Message,
    PatientContact,
    Provider,
    RecoveryAttempt,
    RecoveryCase,
    Staff,
    TreatmentPlan,
)

Care = tuple[UUID, UUID]
"""A patient and a type of visit: what a treatment plan is about."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt, the text that it is, and who of the staff made it."""

    attempt: RecoveryAttempt
    message: Message | None
    by: Staff | None


@dataclass(frozen=True, slots=True)
class Open:
    """A case that is open, and the visit that was lost."""

    case: RecoveryCase
    lost: Cancellation
    visit: Appointment


@dataclass(frozen=True, slots=True)
class Kept:
    """A time that is kept for a patient while they think."""

    hold: Hold
    provider: Provider


def counts(session: Session) -> Mapping[RecoveryState, int]:
    """How many cases stand in each way."""
    rows = session.execute(
        select(Cancellation.recovery, func.count())
        .join(RecoveryCase, RecoveryCase.cancellation_id == Cancellation.id)
        .group_by(Cancellation.recovery)
    )
    found: dict[RecoveryState, int] = {state: count for state, count in rows}
    return {state: found.get(state, 0) for state in RecoveryState}


def tried(session: Session, case_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Tried]]:
    """The attempts of these cases, oldest first."""
    found: dict[UUID, list[Tried]] = defaultdict(list)
    rows = session.execute(
        select(RecoveryAttempt, Message, Staff)
        .outerjoin(Message, Message.id == RecoveryAttempt.message_id)
        .outerjoin(Staff, Staff.id == RecoveryAttempt.staff_id)
        .where(RecoveryAttempt.case_id.in_(case_ids))
        .order_by(RecoveryAttempt.id)
    )
    for attempt, message, by in rows:
        found[attempt.case_id].append(Tried(attempt, message, by))
    return found


def conversations(session: Session, patient_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Conversation]]:
    """The conversations with each patient, on whatever channel, the newest last."""
    contacts: dict[UUID, list[str]] = defaultdict(list)
    rows = session.execute(
        select(PatientContact.patient_id, ContactPoint.address)
        .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
        .where(PatientContact.patient_id.in_(patient_ids), ContactPoint.wrong_number_at.is_(None))
    )
    for patient_id, address in rows:
        contacts[patient_id].extend(addresses_of(address))
    wanted = {address for each in contacts.values() for address in each}
    talks = session.scalars(
        select(Conversation).where(Conversation.address.in_(wanted)).order_by(Conversation.id)
    ).all()
    return {
        patient_id: [talk for talk in talks if talk.address in addresses]
        for patient_id, addresses in contacts.items()
    }


def kept_times(session: Session, talks: Collection[UUID], now: datetime) -> Mapping[Care, Sequence[Kept]]:
    """The times that are kept for somebody in these conversations, by patient and type, soonest first."""
    found: dict[Care, list[Kept]] = defaultdict(list)
    rows = session.execute(
        select(Hold, Provider)
        .join(Provider, Provider.id == Hold.provider_id)
        .where(Hold.conversation_id.in_(talks), Hold.state == HoldState.LIVE, Hold.until > now)
        .order_by(Hold.starts_at, Hold.id)
    )
    for hold, provider in rows:
        found[hold.patient_id, hold.type_id].append(Kept(hold, provider))
    return found


def open_of(session: Session, patient_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Open]]:
    """The open cases of these patients, oldest first."""
    found: dict[UUID, list[Open]] = defaultdict(list)
    rows = session.execute(
        select(RecoveryCase, Cancellation, Appointment)
        .join(Cancellation, Cancellation.id == RecoveryCase.cancellation_id)
        .join(Appointment, Appointment.id == Cancellation.appointment_id)
        .where(Cancellation.patient_id.in_(patient_ids), Cancellation.recovery.in_(OPEN_RECOVERY))
        .order_by(RecoveryCase.id)
    )
    for case, lost, visit in rows:
        found[case.patient_id].append(Open(case, lost, visit))
    return found


def plans(session: Session, cares: Collection[Care]) -> Mapping[Care, Plan]:
    """The treatments that visits belong to: of several the one that began last."""
    rows = session.scalars(
        select(TreatmentPlan)
        .where(tuple_(TreatmentPlan.patient_id, TreatmentPlan.type_id).in_(cares))
        .order_by(TreatmentPlan.started_on, TreatmentPlan.id)
    )
    return {
        (row.patient_id, row.type_id): Plan(
            row.visits_planned, row.interval_days, row.started_on, len(row.milestones)
        )
        for row in rows
    }


def kept_visits(session: Session, cares: Collection[Care], zone: ZoneInfo) -> Mapping[Care, Sequence[date]]:
    """The days of the visits that took place."""
    found: dict[Care, list[date]] = defaultdict(list)
    rows = session.execute(
        select(Appointment.patient_id, Appointment.type_id, Appointment.starts_at).where(
            tuple_(Appointment.patient_id, Appointment.type_id).in_(cares), Appointment.state.in_(KEPT)
        )
    )
    for patient_id, type_id, start in rows:
        found[patient_id, type_id].append(start.astimezone(zone).date())
    return found
