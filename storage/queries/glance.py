"""What a text that came in may touch, looked for in one statement: for most texts most of it is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, DateTime, Text, Uuid, any_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from rules.channels import contact_of
from rules.states import WAITING_ENTRY, AppointmentState, Direction, RecipientState
from storage.tables import (
    Appointment,
    ClinicScoped,
    ContactPoint,
    Conversation,
    Message,
    Prompt,
    Recipient,
    RecoveryCase,
    Undoable,
    WaitlistEntry,
)


@dataclass(frozen=True, slots=True)
class Glance:
    """How many, or whether there is any."""

    replies: int  # automatic texts in the conversation, lately
    opted_out: bool  # the number, by STOP to us or to the carrier
    done_by_text: bool  # whenever that was, taken back since or not
    missed: bool  # a visit, lately
    unanswered: bool  # offers to an entry that waits
    in_campaign: bool  # that has texted them and was not answered
    lost_visit: bool  # with a case of its own, open or not
    asked: bool  # something in the conversation that was not answered, in time or not


_CLINIC = bindparam("clinic_id", type_=Uuid())


def _some(of: type[ClinicScoped], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(of.clinic_id == _CLINIC, *conditions)


def _since(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=DateTime(timezone=True))


_CONVERSATION = bindparam("conversation_id", type_=Uuid())
_CONTACT = bindparam("contact", type_=Text())
_PATIENTS = any_(bindparam("patient_ids", type_=ARRAY(Uuid)))

_LOOK = select(
    select(func.count())
    .where(
        Message.clinic_id == _CLINIC,
        Message.conversation_id == _CONVERSATION,
        Message.direction == Direction.OUT,
        Message.staff_id.is_(None),
        Message.answers_id.is_not(None),
        Message.created_at >= _since("replied_since"),
    )
    .scalar_subquery(),
    _some(
        ContactPoint,
        ContactPoint.address == _CONTACT,
        ContactPoint.opted_out_at.is_not(None) | ContactPoint.carrier_blocked_at.is_not(None),
    ),
    _some(Undoable, Undoable.conversation_id == _CONVERSATION),
    _some(
        Appointment,
        Appointment.patient_id == _PATIENTS,
        Appointment.state == AppointmentState.NO_SHOW,
        Appointment.starts_at > _since("missed_since"),
    ),
    _some(
        WaitlistEntry,
        WaitlistEntry.patient_id == _PATIENTS,
        WaitlistEntry.state.in_(WAITING_ENTRY),
        WaitlistEntry.unanswered_in_row > 0,
    ),
    # Gathered by a mailbox, they may have been texted since.
    _some(
        Recipient,
        (Recipient.address == _CONTACT) | (Recipient.patient_id == _PATIENTS),
        Recipient.state == RecipientState.CONTACTED,
    ),
    _some(RecoveryCase, RecoveryCase.patient_id == _PATIENTS),
    _some(Prompt, Prompt.conversation_id == _CONVERSATION, Prompt.answered_at.is_(None)),
)
"""Made once, and asked of the connection itself: it names the clinic where a session would."""


def look(
    session: Session,
    conversation: Conversation,
    patient_ids: Sequence[UUID],
    *,
    replied_since: datetime,
    missed_since: datetime,
) -> Glance:
    """What there is about a conversation's number and the patients on it."""
    values = {
        "clinic_id": session.info["clinic_id"],
        "conversation_id": conversation.id,
        "contact": contact_of(conversation.address),
        "patient_ids": list(patient_ids),
        "replied_since": replied_since,
        "missed_since": missed_since,
    }
    return Glance(*session.connection().execute(_LOOK, values).one())
