"""Booked beforehand: a patient has agreed to the first time that fits, and is booked without being asked.

They are told at once and may give it back with one word for some time. Nobody is booked so at night, at short
notice, or over the head of somebody who is being asked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import (
    appointments,
    enrolment,
    messages,
    offer_words,
    offering,
    phrases,
    policies,
    reaching,
    undo,
    waitlist,
    wishes,
)
from clinic.appointments import Booking
from clinic.audit import BOT, PATIENT, By, record
from clinic.messages import About
from clinic.offering import Chosen
from rules.facts import Ranked, Span
from rules.hours import NeverAllowed, is_allowed, next_allowed
from rules.policy import Policy
from rules.states import (
    UPCOMING_APPOINTMENT,
    WAITING_ENTRY,
    AnsweredBy,
    AppointmentState,
    ConfirmMode,
    DeliveryState,
    MessageClass,
    OfferState,
    OutboxState,
    TaskKind,
    UndoKind,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Conversation,
    Message,
    Offer,
    Opening,
    Patient,
    Task,
    Undoable,
    WaitlistEntry,
)
from storage.transaction import Tx

PHRASES = ("booked_beforehand", "requested_beforehand")
"""What tells them. `UNHEARD` is for staff, where it did not arrive."""

UNHEARD = "Booked without being asked, as they had agreed; our text did not arrive"
NOT_ARRIVED = (DeliveryState.FAILED, DeliveryState.UNDELIVERED)


# Agreeing to it


def agree(tx: Tx, conversation: Conversation, entry_ids: Sequence[UUID], by: By) -> bool:
    """They agree to the first time that fits, and hear how to end that. False where they wait no more."""
    entries = _waiting(tx, entry_ids)
    if not entries:
        return False
    _remember(tx, conversation, entries)
    for entry in entries:
        enrolment.claim(tx, entry, by)
        _set(tx, entry, by, on=True)
    minutes = str(policies.current(tx).auto_undo_minutes)
    messages.say(tx, conversation, "auto_book_on", {"name": wishes.names_of(tx, entries), "minutes": minutes})
    for entry in entries:
        waitlist.wake_openings_for(tx, entry.patient_id)
    return True


def ask_first(tx: Tx, conversation: Conversation, entry_ids: Sequence[UUID], by: By) -> None:
    """They want to be asked, as everybody else is."""
    agreed = [entry for entry in _waiting(tx, entry_ids) if entry.auto_book]
    if agreed:
        _remember(tx, conversation, agreed)
    for entry in agreed:
        _set(tx, entry, by, on=False)
    messages.say(tx, conversation, "auto_book_off")


def restore(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """As it was before. False where they wait no more."""
    entries = _waiting(tx, [UUID(each) for each in undoable.before])
    for entry in entries:
        _set(tx, entry, PATIENT, on=undoable.before[str(entry.id)])
    if entries:
        any_on = any(entry.auto_book for entry in entries)
        messages.say(tx, conversation, "auto_book_again" if any_on else "auto_book_off")
    return bool(entries)


def _waiting(tx: Tx, entry_ids: Sequence[UUID]) -> list[WaitlistEntry]:
    locked = (waitlist.lock(tx, entry_id) for entry_id in sorted(entry_ids))
    return [entry for entry in locked if entry.state in WAITING_ENTRY]


def _set(tx: Tx, entry: WaitlistEntry, by: By, *, on: bool) -> None:
    before, entry.auto_book = entry.auto_book, on
    record(tx, by, "entry.auto_book", entry, before={"on": before}, after={"on": on})


def _remember(tx: Tx, conversation: Conversation, entries: Sequence[WaitlistEntry]) -> None:
    first = entries[0]
    before = {str(entry.id): entry.auto_book for entry in entries}
    undo.remember(tx, conversation, UndoKind.AUTO_BOOK, first.id, patient_id=first.patient_id, before=before)


# Booking


def applies(tx: Tx, opening: Opening, entry: WaitlistEntry, policy: Policy) -> bool:
    """Whether the entry is booked into the opening without being asked. With less notice than the clinic wants for
    that, they are asked like everybody else."""
    notice = timedelta(hours=max(policy.auto_book_least_hours, entry.notice_hours))
    return entry.auto_book and opening.starts_at - tx.now >= notice


def may_tell_from(tx: Tx, entry: WaitlistEntry) -> datetime | None:
    """From when the patient may be told: now, or the next allowed hour. None where they never may be."""
    way = reaching.by_text(tx, entry)
    if way is None:
        return None
    hours = policies.allowed_hours(tx, way.conversation.address, entry.patient_id)
    try:
        return tx.now if is_allowed(tx.now, hours) else next_allowed(tx.now, hours)
    except NeverAllowed:
        return None


def book(tx: Tx, opening: Opening, ranked: Ranked) -> Offer | None:
    """Book a locked opening for an entry that agreed beforehand, and tell them. Gives the offer, accepted; the
    opening is the caller's to close. None, and nothing changed, where it cannot be.

    Locks in the order patient, visit to give up, entry: two openings never book one patient twice.
    """
    peeked = tx.session.get_one(WaitlistEntry, ranked.entry_id)
    tx.session.execute(
        select(Patient.id).where(Patient.id == peeked.patient_id).with_for_update(key_share=True)
    )
    later = appointments.lock(tx, peeked.replaces_id) if peeked.replaces_id else None
    entry = waitlist.lock(tx, peeked.id)
    way = reaching.by_text(tx, entry)
    kind = tx.session.get_one(AppointmentType, entry.type_id)
    if way is None or not _can_be_booked(tx, opening, entry, kind, later):
        return None
    staff_decide = kind.confirm_mode is ConfirmMode.STAFF
    state = AppointmentState.REQUESTED if staff_decide else AppointmentState.BOOKED
    visit = appointments.book(tx, Booking.into(opening, entry.patient_id, kind.id, state), BOT)
    if visit is None:
        return None
    offer = offering.row(tx, Chosen(opening, ranked), entry, way)
    offer.state, offer.answered_by = OfferState.ACCEPTED, AnsweredBy.BEFOREHAND
    offer.responded_at, offer.appointment_id = tx.now, visit.id
    entry.offers_accepted += 1
    record(tx, BOT, "offer.accepted", offer, after={"appointment": str(visit.id), "beforehand": True})
    _tell(tx, way.conversation, offer, visit, later)
    return offer


def _can_be_booked(
    tx: Tx, opening: Opening, entry: WaitlistEntry, kind: AppointmentType, later: Appointment | None
) -> bool:
    span = Span(opening.starts_at, opening.starts_at + timedelta(minutes=kind.minutes))
    if entry.state not in WAITING_ENTRY:
        return False
    if later is not None and (later.state not in UPCOMING_APPOINTMENT or later.starts_at <= span.start):
        return False
    others = (visit for visit in appointments.coming(tx, [entry.patient_id]) if visit is not later)
    return not any(span.overlaps(Span(visit.starts_at, visit.ends_at)) for visit in others)


def _tell(
    tx: Tx, conversation: Conversation, offer: Offer, visit: Appointment, later: Appointment | None
) -> None:
    """The text that says so, and for how long it can be given back. A later visit is released with that."""
    minutes = policies.current(tx).auto_undo_minutes
    zone = tx.clinic().timezone
    undo.remember(tx, conversation, UndoKind.BOOKING, offer.id, patient_id=offer.patient_id, minutes=minutes)
    requested = visit.state is AppointmentState.REQUESTED
    values = appointments.words(tx, visit) | {
        "by": phrases.answer_by(tx.now + timedelta(minutes=minutes), zone, tx.now),
        "replaces": offer_words.replaces(tx, later),
    }
    messages.say(
        tx,
        conversation,
        "requested_beforehand" if requested else "booked_beforehand",
        values,
        klass=MessageClass.OFFER,
        about=About(offer.patient_id, offer.id, visit.id, offer.entry_id, visit.starts_at),
    )
    if requested:
        appointments.ask_approval(tx, conversation, visit)
    elif later is not None:
        appointments.give_up_for(tx, later, visit, BOT, undo_minutes=minutes)


def see_that_they_heard(tx: Tx, opening: Opening) -> None:
    """Somebody booked without being asked whose text did not arrive does not know of it: staff call them."""
    unheard = tx.session.scalar(
        select(Message)
        .join(Offer, Offer.id == Message.about_offer_id)
        .where(
            Offer.opening_id == opening.id,
            Offer.state == OfferState.ACCEPTED,
            Message.phrase.in_(PHRASES),
            Message.delivery_state.in_(NOT_ARRIVED)
            | Message.outbox_state.in_((OutboxState.FAILED, OutboxState.DROPPED)),
        )
        .limit(1)
    )
    if unheard is None or _is_known(tx, unheard):
        return
    tx.session.add(
        Task(
            clinic_id=tx.clinic_id,
            kind=TaskKind.CALL_PATIENT,
            patient_id=unheard.patient_id,
            conversation_id=unheard.conversation_id,
            appointment_id=unheard.about_appointment_id,
            note=UNHEARD,
            made_at=tx.now,
        )
    )


def _is_known(tx: Tx, message: Message) -> bool:
    known = select(Task.id).where(Task.appointment_id == message.about_appointment_id, Task.note == UNHEARD)
    return tx.session.scalar(known.limit(1)) is not None
