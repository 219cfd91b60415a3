"""Cases of lost visits, their attempts, and how often those succeed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from rules.channels import addresses_of, contact_of
from rules.dropout import Plan
from rules.states import (
    OPEN_RECOVERY,
    AppointmentState,
    AttemptChannel,
    AttemptResult,
    CancellationKind,
    RecoveryState,
)
from rules.trials import Tally
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    ContactPoint,
    Message,
    Patient,
    PatientContact,
    Provider,
    RecoveryAttempt,
    RecoveryCase,
    TreatmentPlan,
)

BETWEEN = ": "
"""Between a wording and the clinic's own words, in the name of its tally."""

KEPT = (AppointmentState.ARRIVED, AppointmentState.COMPLETED)


@dataclass(frozen=True, slots=True)
class Found:
    """A case with what a list or a page shows of it; how it stands is `cancellation.recovery`."""

    case: RecoveryCase
    cancellation: Cancellation
    visit: Appointment
    patient: Patient
    provider: Provider
    type: AppointmentType


def _cases() -> Select[RecoveryCase, Cancellation, Appointment, Patient, Provider, AppointmentType]:
    return (
        select(RecoveryCase, Cancellation, Appointment, Patient, Provider, AppointmentType)
        .join(Cancellation, Cancellation.id == RecoveryCase.cancellation_id)
        .join(Appointment, Appointment.id == Cancellation.appointment_id)
        .join(Patient, Patient.id == RecoveryCase.patient_id)
        .join(Provider, Provider.id == Appointment.provider_id)
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
    )


def find(session: Session, case_id: UUID) -> Found | None:
    row = session.execute(_cases().where(RecoveryCase.id == case_id)).one_or_none()
    return Found(*row) if row is not None else None


def listed(
    session: Session, states: Collection[RecoveryState], *, offset: int = 0, limit: int = 50
) -> list[Found]:
    """Cases that stand so, who to win back first first: whose visit we took away, whom staff are to call, the
    newest."""
    ours = Cancellation.kind == CancellationKind.PRACTICE_CANCEL
    rows = session.execute(
        _cases()
        .where(Cancellation.recovery.in_(states))
        .order_by(
            ours.desc(),
            RecoveryCase.asked_staff_at.is_(None),
            RecoveryCase.opened_at.desc(),
            RecoveryCase.id.desc(),
        )
        .offset(offset)
        .limit(limit)
    )
    return [Found(*row) for row in rows]


def those(session: Session, case_ids: Collection[UUID]) -> list[Found]:
    """These cases, in no order."""
    return [Found(*row) for row in session.execute(_cases().where(RecoveryCase.id.in_(case_ids)))]


def attempts_of(session: Session, case_ids: Collection[UUID]) -> dict[UUID, list[RecoveryAttempt]]:
    """The attempts of these cases, oldest first."""
    found: dict[UUID, list[RecoveryAttempt]] = defaultdict(list)
    rows = select(RecoveryAttempt).where(RecoveryAttempt.case_id.in_(case_ids)).order_by(RecoveryAttempt.id)
    for attempt in session.scalars(rows):
        found[attempt.case_id].append(attempt)
    return found


def settle(session: Session, case_id: UUID, result: AttemptResult) -> None:
    """The newest attempt of a case came to this, where nothing had come of it; those before it to nothing."""
    for attempt in attempts_of(session, [case_id])[case_id][::-1]:
        if attempt.result is AttemptResult.PENDING:
            attempt.result, result = result, AttemptResult.NO_RESPONSE


def of_cancellation(session: Session, cancellation_id: UUID) -> RecoveryCase | None:
    return session.scalar(select(RecoveryCase).where(RecoveryCase.cancellation_id == cancellation_id))


def of_message(session: Session, message_id: UUID) -> RecoveryAttempt | None:
    """The attempt that a text of ours is."""
    return session.scalar(select(RecoveryAttempt).where(RecoveryAttempt.message_id == message_id))


def texts_about(
    session: Session, visit_id: UUID, phrases: Collection[str], moment: datetime
) -> Sequence[Message]:
    """The texts of these phrases about a lost visit that were written since then, oldest first."""
    return session.scalars(
        select(Message)
        .where(
            Message.about_appointment_id == visit_id,
            Message.phrase.in_(phrases),
            Message.created_at >= moment,
        )
        .order_by(Message.id)
    ).all()


def open_on(session: Session, address: str) -> Sequence[UUID]:
    """The cancellations of whoever a number reaches whose cases are open, in the order of locks."""
    return session.scalars(
        select(Cancellation.id)
        .join(RecoveryCase, RecoveryCase.cancellation_id == Cancellation.id)
        .join(PatientContact, PatientContact.patient_id == RecoveryCase.patient_id)
        .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
        .where(ContactPoint.address == contact_of(address), Cancellation.recovery.in_(OPEN_RECOVERY))
        .order_by(Cancellation.id)
    ).all()


def open_of_type(session: Session, type_id: UUID) -> Sequence[UUID]:
    """The cancellations of a type's lost visits whose cases are open, in the order of locks."""
    return session.scalars(
        select(Cancellation.id)
        .join(RecoveryCase, RecoveryCase.cancellation_id == Cancellation.id)
        .join(Appointment, Appointment.id == Cancellation.appointment_id)
        .where(Appointment.type_id == type_id, Cancellation.recovery.in_(OPEN_RECOVERY))
        .order_by(Cancellation.id)
    ).all()


def last_touched(session: Session, address: str, *, of_others: UUID) -> datetime | None:
    """When a number was last asked, by text or call, about a lost visit other than that of case `of_others`."""
    return session.scalar(
        select(func.max(RecoveryAttempt.sent_at))
        .join(Message, Message.id == RecoveryAttempt.message_id)
        .where(Message.address.in_(addresses_of(contact_of(address))), RecoveryAttempt.case_id != of_others)
    )


def last_text(session: Session, case_id: UUID, phrases: Collection[str]) -> datetime | None:
    """When a text of one of these phrases last went out for a case."""
    return session.scalar(
        select(func.max(RecoveryAttempt.sent_at))
        .join(Message, Message.id == RecoveryAttempt.message_id)
        .where(RecoveryAttempt.case_id == case_id, Message.phrase.in_(phrases))
    )


def plan_of(session: Session, visit: Appointment) -> Plan | None:
    """The treatment a visit belongs to: of its type, the one that began last."""
    row = session.scalar(
        select(TreatmentPlan)
        .where(TreatmentPlan.patient_id == visit.patient_id, TreatmentPlan.type_id == visit.type_id)
        .order_by(TreatmentPlan.started_on.desc(), TreatmentPlan.id.desc())
        .limit(1)
    )
    return Plan(row.visits_planned, row.interval_days, row.started_on, len(row.milestones)) if row else None


def kept_of(session: Session, visit: Appointment) -> Sequence[datetime]:
    """When the patient's visits of that type began that took place."""
    return session.scalars(
        select(Appointment.starts_at).where(
            Appointment.patient_id == visit.patient_id,
            Appointment.type_id == visit.type_id,
            Appointment.state.in_(KEPT),
        )
    ).all()


# How often it succeeds


@dataclass(frozen=True, slots=True)
class Success:
    """Of lost visits by reason, and of attempts by touch (from 1; staff's own are left out), channel and wording:
    how many there were, and how many led to another visit."""

    reasons: list[Tally]
    touches: list[Tally]
    channels: list[Tally]
    wordings: list[Tally]


def success(session: Session, start: datetime, end: datetime) -> Success:
    """Of cases opened between two moments."""
    opened = (RecoveryCase.opened_at >= start, RecoveryCase.opened_at < end)
    recovered = Cancellation.recovery == RecoveryState.RECOVERED
    reasons = (
        select(func.coalesce(Cancellation.reason, "not said"), *_counts(recovered))
        .join(RecoveryCase, RecoveryCase.cancellation_id == Cancellation.id)
        .where(*opened, Cancellation.recovery != RecoveryState.NOT_NEEDED)
    )
    return Success(
        _tallies(session, reasons, Cancellation.reason),
        _of_attempts(session, RecoveryAttempt.touch + 1, *opened, RecoveryAttempt.touch.is_not(None)),
        _of_attempts(session, _channel(), *opened),
        _of_attempts(session, _wording(), *opened),
    )


AUTOMATIC = "automatic"
"""How an automatic call is named among the channels, beside staff's own by phone."""


def _channel() -> SQLColumnExpression[str]:
    automatic = (RecoveryAttempt.channel == AttemptChannel.PHONE, RecoveryAttempt.touch.is_not(None))
    return case(
        (and_(*automatic), literal(AUTOMATIC, literal_execute=True)),
        else_=cast(RecoveryAttempt.channel, Text),
    )


def _wording() -> SQLColumnExpression[str]:
    """What was said, and behind it the clinic's own words, if it had any."""
    between = literal(BETWEEN, literal_execute=True)  # a parameter would not be the same in GROUP BY
    own = RecoveryAttempt.wording.concat(between).concat(RecoveryAttempt.words)
    return func.coalesce(own, RecoveryAttempt.wording)


def _of_attempts(session: Session, by: SQLColumnExpression[Any], *which: ColumnElement[bool]) -> list[Tally]:
    succeeded = RecoveryAttempt.result == AttemptResult.RESCHEDULED
    rows = (
        select(by, *_counts(succeeded))
        .join(RecoveryCase, RecoveryCase.id == RecoveryAttempt.case_id)
        .where(*which, RecoveryAttempt.sent_at.is_not(None))
    )
    return _tallies(session, rows, by)


def _counts(hit: ColumnElement[bool]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.count().filter(hit), func.count()


def _tallies(session: Session, rows: Select[Any, int, int], by: SQLColumnExpression[Any]) -> list[Tally]:
    return [Tally(str(name), hits, of) for name, hits, of in session.execute(rows.group_by(by).order_by(by))]
