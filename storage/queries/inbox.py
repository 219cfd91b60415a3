"""What the Inbox shows: conversations that need somebody, their texts, and who is on the number."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from rules.channels import CONSENT, channel_of, contact_of
from rules.states import (
    UPCOMING_APPOINTMENT,
    WAITING_ENTRY,
    Direction,
    EscalationKind,
    Holder,
    MessageClass,
)
from storage.queries.new_patients import is_new
from storage.queries.recovery_list import Open, open_of
from storage.tables import (
    Appointment,
    AppointmentType,
    Consent,
    ContactPoint,
    Conversation,
    Correction,
    Escalation,
    Message,
    Patient,
    PatientContact,
    Provider,
    Staff,
    WaitlistEntry,
)

RECENT = timedelta(days=7)
RECENT_SHOWN = 30
THREAD_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation in the list. `escalations` are the open ones, oldest first; `held_by` a person's name.

    `last` is the newest text, `heard` the newest of the patient's own.
    """

    conversation: Conversation
    escalations: tuple[Escalation, ...]
    names: tuple[str, ...]
    last: Message | None
    heard: Message | None
    held_by: str | None

    @property
    def urgent(self) -> bool:
        return any(each.kind is EscalationKind.EMERGENCY for each in self.escalations)

    @property
    def unseen(self) -> bool:
        return any(each.seen_at is None for each in self.escalations)

    @property
    def unanswered(self) -> bool:
        """A person has it, and the last word is the patient's."""
        by_person = self.conversation.holder is Holder.PERSON
        return by_person and self.last is not None and self.last.direction is Direction.IN

    @property
    def since(self) -> datetime:
        """How long it has waited: from the first thing it was escalated for, else from when it was taken."""
        return (
            self.escalations[0].opened_at
            if self.escalations
            else self.conversation.staff_acted_at or self.conversation.created_at
        )


@dataclass(frozen=True, slots=True)
class Unseen:
    """Conversations that nobody has opened since they were escalated, and how many may be emergencies."""

    conversations: int
    emergencies: int


@dataclass(frozen=True, slots=True)
class Bubble:
    """A text, the name of the member of staff who wrote it, and what staff say it meant."""

    message: Message
    author: str | None
    meant: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A patient on the number. `lost` are visits that should happen after all. `may_text` is what they agreed to
    on this number; None: never asked."""

    patient: Patient
    visits: tuple[tuple[Appointment, AppointmentType, Provider], ...]
    entries: tuple[tuple[WaitlistEntry, AppointmentType], ...]
    lost: tuple[Open, ...]
    may_text: bool | None
    new: bool


def needing_somebody(session: Session) -> list[Line]:
    """Conversations that a person has or should have: emergencies first, then whoever waits longest."""
    escalated = exists().where(Escalation.conversation_id == Conversation.id, Escalation.closed_at.is_(None))
    found = session.scalars(
        select(Conversation).where(or_(escalated, Conversation.holder == Holder.PERSON))
    ).all()
    return sorted(_lines(session, found), key=lambda line: (not line.urgent, line.since))


def with_the_bot(session: Session, now: datetime) -> list[Line]:
    """The newest of the conversations that need nobody, those of the last days."""
    lately = (
        select(Message.conversation_id, func.max(Message.created_at).label("at"))
        .where(Message.created_at > now - RECENT, _not_an_alert())
        .group_by(Message.conversation_id)
        .subquery()
    )
    escalated = exists().where(Escalation.conversation_id == Conversation.id, Escalation.closed_at.is_(None))
    found = session.scalars(
        select(Conversation)
        .join(lately, lately.c.conversation_id == Conversation.id)
        .where(Conversation.holder == Holder.BOT, ~escalated)
        .order_by(lately.c.at.desc())
        .limit(RECENT_SHOWN)
    ).all()
    return _lines(session, found)


def line(session: Session, conversation: Conversation) -> Line:
    return _lines(session, [conversation])[0]


def unseen(session: Session) -> Unseen:
    emergency = Escalation.kind == EscalationKind.EMERGENCY
    row = session.execute(
        select(
            func.count(Escalation.conversation_id.distinct()).label("all"),
            func.count(Escalation.conversation_id.distinct()).filter(emergency).label("urgent"),
        ).where(Escalation.closed_at.is_(None), Escalation.seen_at.is_(None))
    ).one()
    return Unseen(conversations=row.all, emergencies=row.urgent)


def thread(session: Session, conversation_id: UUID) -> list[Bubble]:
    """The newest texts of a conversation, oldest of them first."""
    rows = session.execute(
        select(Message, Staff.name, Correction.meant)
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(Correction, Correction.message_id == Message.id)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.id.desc())
        .limit(THREAD_SHOWN)
    ).all()
    return [Bubble(*row) for row in reversed(rows)]


def cards(session: Session, patients: Sequence[Patient], address: str, now: datetime) -> list[Card]:
    ids = [patient.id for patient in patients]
    visits, entries = _visits(session, ids, now), _entries(session, ids)
    agreed, lost = _agreed(session, ids, address), open_of(session, ids)
    return [
        Card(
            patient=patient,
            visits=tuple(visits[patient.id]),
            entries=tuple(entries[patient.id]),
            lost=tuple(lost.get(patient.id, ())),
            may_text=agreed.get(patient.id),
            new=is_new(session, patient.id, now),
        )
        for patient in patients
    ]


def _visits(
    session: Session, patients: Sequence[UUID], now: datetime
) -> dict[UUID, list[tuple[Appointment, AppointmentType, Provider]]]:
    found: dict[UUID, list[tuple[Appointment, AppointmentType, Provider]]] = defaultdict(list)
    rows = session.execute(
        select(Appointment, AppointmentType, Provider)
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .join(Provider, Provider.id == Appointment.provider_id)
        .where(
            Appointment.patient_id.in_(patients),
            Appointment.state.in_(UPCOMING_APPOINTMENT),
            Appointment.ends_at > now,
        )
        .order_by(Appointment.starts_at)
    )
    for visit, kind, provider in rows:
        found[visit.patient_id].append((visit, kind, provider))
    return found


def _entries(
    session: Session, patients: Sequence[UUID]
) -> dict[UUID, list[tuple[WaitlistEntry, AppointmentType]]]:
    found: dict[UUID, list[tuple[WaitlistEntry, AppointmentType]]] = defaultdict(list)
    rows = session.execute(
        select(WaitlistEntry, AppointmentType)
        .join(AppointmentType, AppointmentType.id == WaitlistEntry.type_id)
        .where(WaitlistEntry.patient_id.in_(patients), WaitlistEntry.state.in_(WAITING_ENTRY))
        .order_by(WaitlistEntry.added_at)
    )
    for entry, kind in rows:
        found[entry.patient_id].append((entry, kind))
    return found


def _agreed(session: Session, patients: Sequence[UUID], address: str) -> dict[UUID, bool]:
    rows = session.execute(
        select(Consent.patient_id, Consent.granted)
        .join(ContactPoint, ContactPoint.id == Consent.contact_point_id)
        .where(
            Consent.patient_id.in_(patients),
            ContactPoint.address == contact_of(address),
            Consent.kind == CONSENT[channel_of(address)],
            Consent.superseded_at.is_(None),
        )
    )
    return {patient_id: granted for patient_id, granted in rows}


def _lines(session: Session, conversations: Sequence[Conversation]) -> list[Line]:
    ids = [conversation.id for conversation in conversations]
    escalations = _open_escalations(session, ids)
    names = _names(session, [contact_of(conversation.address) for conversation in conversations])
    last, heard = _last(session, ids, _not_an_alert()), _last(session, ids, Message.direction == Direction.IN)
    staff = _staff_names(session, conversations)
    return [
        Line(
            conversation=conversation,
            escalations=tuple(escalations[conversation.id]),
            names=tuple(names[contact_of(conversation.address)]),
            last=last.get(conversation.id),
            heard=heard.get(conversation.id),
            held_by=staff.get(conversation.staff_id) if conversation.staff_id else None,
        )
        for conversation in conversations
    ]


def _open_escalations(session: Session, conversations: Sequence[UUID]) -> dict[UUID, list[Escalation]]:
    found: dict[UUID, list[Escalation]] = defaultdict(list)
    rows = session.scalars(
        select(Escalation)
        .where(Escalation.conversation_id.in_(conversations), Escalation.closed_at.is_(None))
        .order_by(Escalation.opened_at)
    )
    for escalation in rows:
        found[escalation.conversation_id].append(escalation)
    return found


def _names(session: Session, contacts: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = session.execute(
        select(ContactPoint.address, Patient.first_name, Patient.last_name)
        .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
        .join(Patient, Patient.id == PatientContact.patient_id)
        .where(ContactPoint.address.in_(contacts))
        .order_by(Patient.id)
    )
    for address, first_name, last_name in rows:
        found[address].append(f"{first_name} {last_name}")
    return found


def _last(session: Session, conversations: Sequence[UUID], which: ColumnElement[bool]) -> dict[UUID, Message]:
    newest = (
        select(Message)
        .ext(distinct_on(Message.conversation_id))
        .where(Message.conversation_id.in_(conversations), which)
        .order_by(Message.conversation_id, Message.id.desc())
    )
    return {message.conversation_id: message for message in session.scalars(newest)}


def _staff_names(session: Session, conversations: Sequence[Conversation]) -> dict[UUID, str]:
    ids = {each.staff_id for each in conversations if each.staff_id}
    return {each.id: each.name for each in session.scalars(select(Staff).where(Staff.id.in_(ids)))}


def _not_an_alert() -> ColumnElement[bool]:
    """Alerts go to staff's own phones: those are not conversations with patients."""
    return or_(Message.klass.is_(None), Message.klass != MessageClass.ALERT)
