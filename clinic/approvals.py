"""Bookings that staff have the last word on (`ConfirmMode.STAFF`): theirs at once, confirmed or refused by a
person, and pressed for when nobody does."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import (
    appointments,
    calendars,
    conversations,
    filling,
    handoff,
    messages,
    openings,
    phrases,
    policies,
    practice_system,
    waitlist,
)
from clinic.audit import BOT, By, record
from clinic.messages import about_visit
from rules.states import (
    UPCOMING_APPOINTMENT,
    AppointmentState,
    CancelledBy,
    FreedBy,
    MessageClass,
    OfferState,
)
from storage.tables import Appointment, Hold, Offer, Opening, WaitlistEntry
from storage.transaction import Tx


def approve(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """Staff say yes: it is booked, the patient is told, and the later visit it replaces is released. False where
    it does not wait for that any more."""
    later_id = _later_id(tx, appointment_id)
    visit = appointments.lock(tx, appointment_id)
    if not _waits(tx, visit):
        return False
    later = appointments.lock(tx, later_id) if later_id else None
    appointments.settle_request(tx, visit, by)
    visit.state = AppointmentState.BOOKED
    practice_system.changed(tx, visit)
    record(tx, by, "appointment.approved", visit)
    sooner = later is not None and (later.starts_at > visit.starts_at or _hold_of(tx, visit.id) is not None)
    if later is not None and later.state in UPCOMING_APPOINTMENT and sooner:
        appointments.give_up_for(tx, later, visit, by)
        _say(tx, visit, later, "approved_replaced")
    else:
        _say(tx, visit, None, "approved")
    return True


def refuse(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """Staff say no: the patient is told kindly and waits again, their later visit stays, the slot is offered on.
    False where it does not wait for an answer any more."""
    later_id = _later_id(tx, appointment_id)
    held = tx.session.scalar(select(Opening.id).where(Opening.appointment_id == appointment_id))
    opening = openings.lock(tx, held) if held else None
    visit = appointments.lock(tx, appointment_id)
    if not _waits(tx, visit):
        return False
    appointments.end(tx, visit, by, who=CancelledBy.STAFF, reason="refused")
    record(tx, by, "appointment.refused", visit)
    later = tx.session.get_one(Appointment, later_id) if later_id else None
    _say(tx, visit, later, "refused_later" if later else "refused")
    for offer in tx.session.scalars(select(Offer).where(Offer.appointment_id == visit.id)):
        before = {"state": offer.state}
        offer.state = OfferState.WITHDRAWN
        record(tx, by, "offer.withdrawn", offer, before=before, after={"state": offer.state})
        waitlist.wait_again(tx, offer.entry_id, by)
    if _hold_of(tx, visit.id) is not None:
        for entry in waitlist.ended_by(tx, visit):
            waitlist.wait_again(tx, entry.id, by)
    if opening is not None:
        filling.open_again(tx, opening, visit, FreedBy.STAFF_CANCEL, by)
    return True


def press(tx: Tx, appointment_id: UUID) -> datetime | None:
    """Nobody has answered in time: the on-call list is alerted while the desk is there, until somebody does. The
    slot stays the patient's. Gives when to do it again."""
    visit = appointments.lock(tx, appointment_id)
    if not _waits(tx, visit) or visit.approve_by is None:
        return None
    if visit.approve_by > tx.now:
        return visit.approve_by
    opens = policies.desk_opens(tx)
    if opens is not None:
        return opens
    handoff.alert_on_call(tx, f"{tx.links.public_url}/today", phrase="alert")
    record(tx, BOT, "appointment.approval_pressed", visit)
    return tx.now + timedelta(minutes=policies.current(tx).alert_repeat_minutes)


def _waits(tx: Tx, visit: Appointment) -> bool:
    return visit.state is AppointmentState.REQUESTED and visit.starts_at > tx.now


def _later_id(tx: Tx, appointment_id: UUID) -> UUID | None:
    """The visit that the patient gives up once this one is sure."""
    held = _hold_of(tx, appointment_id)
    if held is not None:
        return held.replaces_id
    return tx.session.scalar(
        select(WaitlistEntry.replaces_id)
        .join(Offer, Offer.entry_id == WaitlistEntry.id)
        .where(Offer.appointment_id == appointment_id)
    )


def _hold_of(tx: Tx, appointment_id: UUID) -> Hold | None:
    """The time they were shown and chose, where the booking came about that way."""
    return tx.session.scalar(select(Hold).where(Hold.appointment_id == appointment_id))


def _say(tx: Tx, visit: Appointment, later: Appointment | None, phrase: str) -> None:
    conversation = conversations.for_patient(tx, visit.patient_id)
    if conversation is None:
        return
    values = appointments.words(tx, visit)
    if later is not None:
        values["day"] = phrases.day(later.starts_at, tx.clinic().timezone)
    said = messages.say(
        tx, conversation, phrase, values, klass=MessageClass.REMINDER, about=about_visit(visit)
    )
    if visit.state is AppointmentState.BOOKED:
        calendars.add_link(tx, said, visit)
