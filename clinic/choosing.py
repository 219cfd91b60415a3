"""A patient chooses one of the times they were shown: one transaction, and the database has the last word."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from clinic import (
    acceptance,
    appointments,
    conversations,
    filling,
    holds,
    messages,
    openings,
    slots,
    undo,
    waitlist,
)
from clinic.appointments import Booking
from clinic.audit import PATIENT, By, record
from clinic.messages import About, about_visit
from rules.facts import Span
from rules.states import (
    ANSWERABLE_OFFER,
    UPCOMING_APPOINTMENT,
    AppointmentState,
    HoldState,
    OpeningState,
    PromptKind,
    UndoKind,
)
from storage.tables import Appointment, AppointmentType, Conversation, Hold, Offer
from storage.transaction import Tx


class Outcome(StrEnum):
    BOOKED = "booked"
    ALREADY = "already"  # this very time was chosen before
    GONE = "gone"  # it cannot be had any more


def choose(tx: Tx, conversation: Conversation, hold_id: UUID, by: By = PATIENT) -> Outcome:
    """Book a time that was shown, or say honestly that it is gone. After its minutes it still counts while nobody
    else has it (as a late yes to an offer does).

    Locks in the order opening, visit to give up, hold; the conversation is locked already.
    """
    shown = tx.session.get_one(Hold, hold_id)
    span = Span(shown.starts_at, shown.ends_at)
    offered = openings.lock_over(tx, [shown.provider_id], span)
    replaced = appointments.lock(tx, shown.replaces_id) if shown.replaces_id else None
    held = holds.lock(tx, hold_id)
    if held.state is HoldState.BOOKED:
        return _again(tx, conversation, held)
    kept = held.state is HoldState.LIVE and held.until > tx.now
    visit = _book(tx, held, by) if _can_be_had(tx, held, replaced, kept=kept) else None
    if visit is None:
        return _gone(tx, conversation, held)
    for opening in offered:
        filling.close(tx, opening, OpeningState.WITHDRAWN, by, phrase="offer_withdrawn")
    _won(tx, conversation, held, visit, by)
    coming = replaced is not None and appointments.is_coming(tx, replaced)
    acceptance.confirm(tx, conversation, visit, replaced if coming else None, by)
    return Outcome.BOOKED


def _can_be_had(tx: Tx, held: Hold, replaced: Appointment | None, *, kept: bool) -> bool:
    """Free, and the patient has nothing else then. What was kept comes before an opening made meanwhile."""
    if not slots.still_free(tx, held, beside_openings=kept):
        return False
    kind = tx.session.get_one(AppointmentType, held.type_id)
    theirs = Span(held.starts_at, held.starts_at + timedelta(minutes=kind.minutes))
    others = [visit for visit in appointments.coming(tx, [held.patient_id]) if visit is not replaced]
    return not any(theirs.overlaps(Span(visit.starts_at, visit.ends_at)) for visit in others)


def _book(tx: Tx, held: Hold, by: By) -> Appointment | None:
    kind = tx.session.get_one(AppointmentType, held.type_id)
    staff_decide = acceptance.staff_decide(kind, by)
    booking = Booking(
        patient_id=held.patient_id,
        provider_id=held.provider_id,
        type_id=held.type_id,
        start=held.starts_at,
        room_id=held.room_id,
        location_id=held.location_id,
        state=AppointmentState.REQUESTED if staff_decide else AppointmentState.BOOKED,
    )
    return appointments.book(tx, booking, by)


def _won(tx: Tx, conversation: Conversation, held: Hold, visit: Appointment, by: By) -> None:
    held.state, held.appointment_id = HoldState.BOOKED, visit.id
    tx.session.flush()
    holds.release_all(tx, conversation.id)
    conversations.close_prompts(tx, conversation.id, PromptKind.LIST)
    _await_no_more(tx, visit)
    record(tx, by, "time.chosen", held, after={"appointment": str(visit.id)})
    if by == PATIENT:
        undo.remember(tx, conversation, UndoKind.BOOKING, held.id, patient_id=held.patient_id)


def _await_no_more(tx: Tx, visit: Appointment) -> None:
    """What they were offered before is not asked any more."""
    entries = [entry.id for entry in waitlist.ended_by(tx, visit)]
    asked = select(Offer.id).where(Offer.entry_id.in_(entries), Offer.state.in_(ANSWERABLE_OFFER))
    for offer_id in tx.session.scalars(asked):
        conversations.close_prompts_about(tx, offer_id)


def _again(tx: Tx, conversation: Conversation, held: Hold) -> Outcome:
    visit = tx.session.get_one(Appointment, held.appointment_id)
    if visit.state not in UPCOMING_APPOINTMENT:
        return _gone(tx, conversation, held)
    requested = visit.state is AppointmentState.REQUESTED
    phrase = "requested" if requested else "already_booked"
    messages.say(tx, conversation, phrase, holds.words(tx, held), about=about_visit(visit))
    return Outcome.ALREADY


def _gone(tx: Tx, conversation: Conversation, held: Hold) -> Outcome:
    if held.state is HoldState.LIVE:
        held.state = HoldState.RELEASED
    messages.say(
        tx, conversation, "time_gone", holds.words(tx, held), about=About(patient_id=held.patient_id)
    )
    return Outcome.GONE
