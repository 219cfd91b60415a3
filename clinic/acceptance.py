"""A sure yes to an offer: one transaction, and the database has the last word."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from clinic import (
    appointments,
    calendars,
    conversations,
    filling,
    handoff,
    messages,
    next_best,
    offer_words,
    offers,
    openings,
    phrases,
    policies,
    undo,
    waitlist,
)
from clinic.appointments import Booking
from clinic.audit import BOT, PATIENT, By, record
from clinic.messages import about_offer, about_visit
from rules.facts import Span
from rules.states import (
    LIVE_OPENING,
    UPCOMING_APPOINTMENT,
    WAITING_ENTRY,
    AnsweredBy,
    AppointmentState,
    ConfirmMode,
    EscalationKind,
    FilledBy,
    OfferState,
    OpeningState,
    UndoKind,
)
from storage.tables import Appointment, AppointmentType, Conversation, Offer, Opening, WaitlistEntry
from storage.transaction import Tx


class Outcome(StrEnum):
    BOOKED = "booked"
    ALREADY = "already"  # this very offer was accepted before
    TOO_LATE = "too_late"  # somebody else has the slot
    GONE = "gone"  # the slot, or the wish for it, is no more
    CLASH = "clash"  # the patient is busy then, or the visit to give up has moved: a person decides


def accept(tx: Tx, conversation: Conversation, offer: Offer, by: By) -> Outcome:
    """Book the offer's opening for its patient, or say honestly why not.

    Locks in the order opening, visit to give up, entry, offer; the conversation is locked already.
    """
    opening = openings.lock(tx, offer.opening_id)
    tx.session.refresh(offer)
    if offer.state is OfferState.ACCEPTED:
        _already(tx, conversation, offer, opening)
        return Outcome.ALREADY
    replaced = _lock_replaced(tx, offer)
    entry = waitlist.lock(tx, offer.entry_id)
    if not to_be_had(tx, opening, offer, entry):
        return _too_late(tx, conversation, offer, opening)
    kind = tx.session.get_one(AppointmentType, entry.type_id)
    span = Span(opening.starts_at, opening.starts_at + timedelta(minutes=kind.minutes))
    if _clashes(tx, offer, span, replaced):
        return _clash(tx, conversation, offer, opening)
    state = AppointmentState.REQUESTED if staff_decide(kind, by) else AppointmentState.BOOKED
    visit = appointments.book(tx, Booking.into(opening, offer.patient_id, entry.type_id, state), by)
    if visit is None:
        filling.close(tx, opening, OpeningState.WITHDRAWN, by, winner=offer, phrase="offer_withdrawn")
        return _too_late(tx, conversation, offer, opening)
    entry.offers_accepted += 1
    _won(tx, offer, opening, visit, by)
    if by == PATIENT:
        undo.remember(tx, conversation, UndoKind.BOOKING, offer.id, patient_id=offer.patient_id)
    confirm(tx, conversation, visit, replaced, by)
    return Outcome.BOOKED


def staff_decide(kind: AppointmentType, by: By) -> bool:
    """Whether staff have the last word on what the patient books."""
    return kind.confirm_mode is ConfirmMode.STAFF and by == PATIENT


def _already(tx: Tx, conversation: Conversation, offer: Offer, opening: Opening) -> None:
    visit = tx.session.get(Appointment, offer.appointment_id)
    requested = visit is not None and visit.state is AppointmentState.REQUESTED
    _say(tx, conversation, offer, opening, "requested" if requested else "already_booked")


def _lock_replaced(tx: Tx, offer: Offer) -> Appointment | None:
    entry = tx.session.get_one(WaitlistEntry, offer.entry_id)
    return appointments.lock(tx, entry.replaces_id) if entry.replaces_id else None


def to_be_had(tx: Tx, opening: Opening, offer: Offer, entry: WaitlistEntry) -> bool:
    """Free, still ahead, and still theirs to take: a late yes counts (soft hold), and so does one to a text
    the carrier believed lost, since they have it."""
    late = offer.state is OfferState.LAPSED and not policies.of_opening(tx, opening).hard_holds
    answerable = late or offer.state in (OfferState.OPEN, OfferState.UNDELIVERABLE)
    return (
        opening.state in LIVE_OPENING
        and opening.starts_at > tx.now
        and answerable
        and entry.state in WAITING_ENTRY
    )


def _clashes(tx: Tx, offer: Offer, span: Span, replaced: Appointment | None) -> bool:
    """The patient has another visit then, or the one to be given up is no longer what it was."""
    if replaced is not None and (
        replaced.state not in UPCOMING_APPOINTMENT or replaced.starts_at <= span.start
    ):
        return True
    return appointments.busy(tx, offer.patient_id, span, but=replaced)


def _won(tx: Tx, offer: Offer, opening: Opening, visit: Appointment, by: By) -> None:
    offer.state, offer.responded_at, offer.appointment_id = OfferState.ACCEPTED, tx.now, visit.id
    offer.answered_by = AnsweredBy.STAFF if by.staff_id else AnsweredBy.TEXT
    conversations.close_prompts_beside(tx, offer.id)  # what else its text offered is not wanted any more
    conversations.close_prompts_about(tx, offer.id)
    record(tx, by, "offer.accepted", offer, after={"appointment": str(visit.id)})
    filling.filled(tx, opening, visit, FilledBy.WAITLIST, by, winner=offer)


def confirm(
    tx: Tx, conversation: Conversation, visit: Appointment, replaced: Appointment | None, by: By
) -> None:
    """A visit was booked by text: said, or staff are asked to approve it; the one it replaces is given up."""
    if visit.state is AppointmentState.REQUESTED:
        appointments.ask_approval(tx, conversation, visit)
        messages.say(tx, conversation, "requested", appointments.words(tx, visit), about=about_visit(visit))
        return
    said = messages.say(tx, conversation, "booked", appointments.words(tx, visit), about=about_visit(visit))
    if replaced is not None:
        day = phrases.day(replaced.starts_at, tx.clinic().timezone)
        appointments.give_up_for(tx, replaced, visit, by)
        said = messages.say(tx, conversation, "booked_replaced", {"day": day}, about=about_visit(visit))
    calendars.add_link(tx, said, visit)


def _too_late(tx: Tx, conversation: Conversation, offer: Offer, opening: Opening) -> Outcome:
    taken = opening.state is OpeningState.FILLED and opening.filled_by is FilledBy.WAITLIST
    offer.said_yes_too_late = True
    offer.responded_at = tx.now
    if offer.state in (OfferState.OPEN, OfferState.LAPSED):
        before = {"state": offer.state}
        offer.state = OfferState.LOST if taken else OfferState.WITHDRAWN
        record(tx, BOT, f"offer.{offer.state}", offer, before=before, after={"state": offer.state})
    conversations.close_prompts_about(tx, offer.id)
    offers.unsay_news(tx, offer)
    entry = tx.session.get_one(WaitlistEntry, offer.entry_id)
    waitlist.answered(tx, entry)
    offers.free_entry(tx, entry)
    if not offers.news_answers(tx, conversation, offer):
        over = (
            opening.state in LIVE_OPENING and entry.state in WAITING_ENTRY
        )  # free, but no longer held for them
        phrase = "offer_lost" if taken else "offer_over" if over else "offer_gone"
        _say(tx, conversation, offer, opening, phrase)
        left = offer_words.still_open(tx, offer)
        if left is not None:
            messages.say(tx, conversation, "left", {"left": left})
    next_best.offer(tx, conversation, entry)
    return Outcome.TOO_LATE if taken else Outcome.GONE


def _clash(tx: Tx, conversation: Conversation, offer: Offer, opening: Opening) -> Outcome:
    _say(tx, conversation, offer, opening, "offer_clash")
    handoff.escalate(tx, conversation, EscalationKind.COUNTER)
    return Outcome.CLASH


def _say(tx: Tx, conversation: Conversation, offer: Offer, opening: Opening, phrase: str) -> None:
    about = about_offer(offer, opening.starts_at)
    messages.say(tx, conversation, phrase, offer_words.words(tx, offer, opening), about=about)


def answerable_offers(tx: Tx, offer_ids: Sequence[UUID]) -> list[tuple[Offer, Opening]]:
    """Of these offers, those to which a yes can still mean a booking, in the order given."""
    found = []
    for offer_id in offer_ids:
        offer = tx.session.get(Offer, offer_id)
        opening = tx.session.get_one(Opening, offer.opening_id) if offer else None
        if offer and opening and opening.state in LIVE_OPENING and opening.starts_at > tx.now:
            found.append((offer, opening))
    return found
