"""Visits that nobody came to: written down by itself, by staff or another system, and taken back."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic import appointments, cancellation_record, filling, messages, openings, practice_system, risk
from clinic.audit import PATIENT, By, record
from clinic.messages import about_visit
from clinic.openings import Freed
from rules.facts import Span
from rules.openings import next_five_minutes
from rules.states import (
    UPCOMING_APPOINTMENT,
    Actor,
    AppointmentState,
    CancelledBy,
    FreedBy,
    OpeningState,
    TaskKind,
)
from storage.tables import Appointment, Conversation, Task
from storage.transaction import Tx

A_DAY = timedelta(days=1)
LATELY = timedelta(days=7)

CAME = "Says that they came. The no-show is taken back, with its fee: please check."
CAME_TAKEN = "Says that they came. The no-show still stands, since another visit has that time: please check."


def mark(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """Nobody came. What is left of a long visit may still be of use to the desk. False where it has not begun, or
    is not one that could be missed."""
    visit = appointments.lock(tx, appointment_id)
    if visit.state not in UPCOMING_APPOINTMENT or visit.starts_at > tx.now:
        return False
    before = appointments.snapshot(visit)
    visit.state = AppointmentState.NO_SHOW
    who = CancelledBy.STAFF if by.actor is Actor.STAFF else CancelledBy.SYSTEM
    cancellation_record.write(tx, visit, by, who=who, reason=None, was=before)
    tx.session.flush()
    practice_system.changed(tx, visit)
    record(tx, by, "appointment.no_show", visit, before=before, after=appointments.snapshot(visit))
    open_rest(tx, visit, by)
    risk.work_out(tx, visit.patient_id)
    return True


def open_rest(tx: Tx, visit: Appointment, by: By) -> None:
    """Somebody did not come: what is left of their time, from the next five minutes on, if the provider's shortest
    visit fits."""
    begins = max(visit.starts_at, next_five_minutes(tx.now))
    shortest = openings.shortest_visit(tx, visit.provider_id)
    if shortest is None or visit.ends_at - begins < timedelta(minutes=shortest):
        return
    rest = Freed(
        provider_id=visit.provider_id,
        span=Span(begins, visit.ends_at),
        by=FreedBy.NO_SHOW,
        room_id=visit.room_id,
        location_id=visit.location_id,
        type_id=visit.type_id,  # how long before its start people are still asked is the type's to say
        appointment_id=visit.id,
    )
    openings.open_slot(tx, rest, by)


def undo(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """They came after all, and what was free of their time is not. False where it was no no-show, or somebody has
    its time."""
    peeked = tx.session.get_one(Appointment, appointment_id)
    free = openings.lock_over(tx, [peeked.provider_id], Span(peeked.starts_at, peeked.ends_at))
    visit = appointments.lock(tx, appointment_id)
    if visit.state is not AppointmentState.NO_SHOW:
        return False
    before = appointments.snapshot(visit)
    try:
        with tx.session.begin_nested():
            visit.state = AppointmentState.ARRIVED
            tx.session.flush()
    except IntegrityError:
        tx.session.refresh(visit)
        return False
    for opening in free:
        filling.close(tx, opening, OpeningState.WITHDRAWN, by, phrase="offer_withdrawn")
    cancellation_record.take_back(tx, visit, by)
    practice_system.changed(tx, visit)
    record(tx, by, "appointment.no_show_undone", visit, before=before, after=appointments.snapshot(visit))
    risk.work_out(tx, visit.patient_id)
    return True


def arrive(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """They are here. False where the visit is not one that somebody can come to."""
    visit = appointments.lock(tx, appointment_id)
    if visit.state not in UPCOMING_APPOINTMENT:
        return False
    before = appointments.snapshot(visit)
    visit.state = AppointmentState.ARRIVED
    if visit.cancel_due_at is not None:
        appointments.no_longer_waits(tx, visit)
    record(tx, by, "appointment.arrived", visit, before=before, after=appointments.snapshot(visit))
    return True


def coming(tx: Tx, patient_ids: Sequence[UUID]) -> None:
    """Somebody texts that they are on their way, late, or here: none of these patients' visits of today is marked
    missed by itself."""
    zone = ZoneInfo(tx.clinic().timezone)
    today = tx.now.astimezone(zone).date()
    near = select(Appointment).where(
        Appointment.patient_id.in_(patient_ids),
        Appointment.starts_at > tx.now - A_DAY,
        Appointment.starts_at < tx.now + A_DAY,
        Appointment.state.in_(UPCOMING_APPOINTMENT),
        Appointment.said_coming_at.is_(None),
    )
    for visit in tx.session.scalars(near.order_by(Appointment.id).with_for_update(key_share=True)).all():
        if visit.starts_at.astimezone(zone).date() == today:
            visit.said_coming_at = tx.now
            record(tx, PATIENT, "appointment.said_coming", visit)


def lately_missed(tx: Tx, patient_ids: Sequence[UUID]) -> Sequence[Appointment]:
    """Visits of these patients that count as missed, of the last days, the newest first."""
    return tx.session.scalars(
        select(Appointment)
        .where(
            Appointment.patient_id.in_(patient_ids),
            Appointment.state == AppointmentState.NO_SHOW,
            Appointment.starts_at > tx.now - LATELY,
        )
        .order_by(Appointment.starts_at.desc())
    ).all()


def was_there(tx: Tx, conversation: Conversation, visit: Appointment) -> None:
    """A patient says that they came to a visit that counts as missed: their word stands, we apologise, and
    somebody has a look. Where another visit has that time by now only somebody can set it right."""
    undone = undo(tx, visit.id, PATIENT)
    tx.session.add(
        Task(
            clinic_id=tx.clinic_id,
            kind=TaskKind.LOOK_AT,
            patient_id=visit.patient_id,
            conversation_id=conversation.id,
            appointment_id=visit.id,
            note=CAME if undone else CAME_TAKEN,
            made_at=tx.now,
        )
    )
    messages.say(
        tx,
        conversation,
        "was_there" if undone else "was_there_taken",
        appointments.words(tx, visit),
        about=about_visit(visit),
    )
