"""Staff book somebody from the waitlist without asking, or write down that they will come."""

from datetime import datetime, timedelta
from uuid import UUID

from clinic import appointments, conversations, filling, messages, openings, practice_system, waitlist
from clinic.appointments import Booking
from clinic.audit import By, record
from clinic.messages import about_visit
from rules.facts import Span
from rules.openings import fits
from rules.slot_choice import Slot
from rules.states import LIVE_OPENING, UPCOMING_APPOINTMENT, AppointmentState, FilledBy, MessageClass
from storage.tables import Appointment, AppointmentType, WaitlistEntry
from storage.transaction import Tx


def book(tx: Tx, booking: Booking, by: By, *, tell: bool) -> Appointment | None:
    """Book a visit into free time; an opening that it takes is filled. None where somebody has that time."""
    kind = tx.session.get_one(AppointmentType, booking.type_id)
    span = Span(booking.start, booking.start + timedelta(minutes=kind.minutes))
    taken = openings.lock_over(tx, [booking.provider_id], span)
    visit = appointments.book(tx, booking, by)
    if visit is None:
        return None
    for opening in taken:
        filling.filled(tx, opening, visit, FilledBy.STAFF, by)
    if tell:
        tell_patient(tx, visit, "booked")
    return visit


def book_entry(tx: Tx, opening_id: UUID, entry_id: UUID, by: By, *, tell: bool) -> Appointment | None:
    """Book an entry into an opening; the later visit it replaces is given up, and with `tell` the patient is
    texted. None where the slot is gone, the visit does not fit, or the patient is busy then.

    Locks in the order opening, visit to give up, entry.
    """
    opening = openings.lock(tx, opening_id)
    entry, later = _locked(tx, entry_id, opening.starts_at)
    kind = openings.type_facts(tx, tx.session.get_one(AppointmentType, entry.type_id))
    if opening.state not in LIVE_OPENING or not fits(kind, Span(opening.starts_at, opening.ends_at)):
        return None
    span = Span(opening.starts_at, opening.starts_at + timedelta(minutes=kind.minutes))
    if appointments.busy(tx, entry.patient_id, span, but=later):
        return None
    visit = appointments.book(tx, Booking.into(opening, entry.patient_id, entry.type_id), by)
    if visit is None:
        return None
    filling.filled(tx, opening, visit, FilledBy.STAFF, by)
    return _for_entry(tx, visit, later, by, tell=tell)


def book_entry_at(tx: Tx, slot: Slot, entry_id: UUID, by: By, *, tell: bool) -> Appointment | None:
    """The same into free time that is no opening. None where it is taken or the patient is busy then."""
    openings.lock_over(tx, [slot.provider_id], slot.span)
    entry, later = _locked(tx, entry_id, slot.span.start)
    kind = tx.session.get_one(AppointmentType, entry.type_id)
    span = Span(slot.span.start, slot.span.start + timedelta(minutes=kind.minutes))
    if appointments.busy(tx, entry.patient_id, span, but=later):
        return None
    booking = Booking(
        patient_id=entry.patient_id,
        provider_id=slot.provider_id,
        type_id=entry.type_id,
        start=slot.span.start,
        room_id=slot.room_id,
        location_id=slot.location_id,
    )
    visit = book(tx, booking, by, tell=False)
    return _for_entry(tx, visit, later, by, tell=tell) if visit is not None else None


def _locked(tx: Tx, entry_id: UUID, start: datetime) -> tuple[WaitlistEntry, Appointment | None]:
    """An entry, and the visit later than `start` that it would give up; locked, that visit first."""
    peeked = tx.session.get_one(WaitlistEntry, entry_id)
    later = appointments.lock(tx, peeked.replaces_id) if peeked.replaces_id else None
    entry = waitlist.lock(tx, entry_id)
    if later is not None and (later.state not in UPCOMING_APPOINTMENT or later.starts_at <= start):
        later = None
    return entry, later


def _for_entry(tx: Tx, visit: Appointment, later: Appointment | None, by: By, *, tell: bool) -> Appointment:
    if later is not None:
        appointments.give_up_for(tx, later, visit, by)
    if tell:
        tell_patient(tx, visit, "booked")
    return visit


def confirm(tx: Tx, appointment_id: UUID, by: By) -> bool:
    """The patient said that they will come. False where there is nothing to confirm."""
    visit = appointments.lock(tx, appointment_id)
    if visit.state is not AppointmentState.BOOKED or not appointments.is_coming(tx, visit):
        return visit.state is AppointmentState.CONFIRMED
    before = appointments.snapshot(visit)
    visit.state = AppointmentState.CONFIRMED
    practice_system.changed(tx, visit)
    record(tx, by, "appointment.confirmed", visit, before=before, after=appointments.snapshot(visit))
    return True


def tell_patient(tx: Tx, visit: Appointment, phrase: str) -> None:
    """Text the patient about what staff did with a visit, in their allowed hours."""
    conversation = conversations.for_patient(tx, visit.patient_id)
    if conversation is not None:
        words = appointments.words(tx, visit)
        messages.say(tx, conversation, phrase, words, klass=MessageClass.REMINDER, about=about_visit(visit))
