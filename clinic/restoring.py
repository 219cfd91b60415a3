"""Taking back: what a patient did by text is put back as it was, within the clinic's undo time. One function a
kind, all of them in `RESTORERS`."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import select

from clinic import (
    appointments,
    beforehand,
    conversations,
    filling,
    handoff,
    holds,
    joining,
    messages,
    next_best,
    offer_words,
    offering,
    offers,
    openings,
    phrases,
    policies,
    quieting,
    undo,
    waitlist,
    wishes,
)
from clinic.audit import PATIENT, record
from clinic.messages import about_offer, about_visit
from rules.facts import Span
from rules.states import (
    LIVE_OPENING,
    OUTSTANDING_OFFER,
    UPCOMING_APPOINTMENT,
    WAITING_ENTRY,
    AppointmentState,
    CancelledBy,
    EntryState,
    EscalationKind,
    FilledBy,
    FreedBy,
    HoldState,
    OfferState,
    OpeningState,
    PromptKind,
    UndoKind,
)
from storage.queries.offers import head_of, of_text
from storage.tables import Appointment, Conversation, Hold, Offer, Opening, Undoable, WaitlistEntry
from storage.transaction import Tx

Restorer = Callable[[Tx, Conversation, Undoable], bool]
"""Puts back what one undoable changed and says so, or says honestly what became of it. False, and nothing said,
where its subject has gone another way since. The conversation is locked."""


def put_back(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """Take back one thing, and with it what else the same text did ("no, I work Tuesdays"). False where that makes
    no sense any more; then nothing was changed or said."""
    return any([_put_back(tx, conversation, each) for each in undo.of_one_text(tx, undoable)])


def _put_back(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    if not RESTORERS[undoable.kind](tx, conversation, undoable):
        return False
    undoable.undone_at = tx.now
    record(tx, PATIENT, f"{undoable.kind}.undone", undoable, after={"subject": str(undoable.subject_id)})
    return True


# A booking


def undo_booking(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """The visit is no more; the patient waits again, and a visit they had given up for it stands again if it is
    still free."""
    offer = tx.session.get(Offer, undoable.subject_id)
    if offer is None:
        return _undo_choice(tx, conversation, tx.session.get_one(Hold, undoable.subject_id))
    return _undo_yes(tx, conversation, offer)


def _undo_yes(tx: Tx, conversation: Conversation, offer: Offer) -> bool:
    """Booked by a yes to an offer: its slot is offered on at once."""
    opening = openings.lock(tx, offer.opening_id)
    tx.session.refresh(offer)
    replaces_id = tx.session.get_one(WaitlistEntry, offer.entry_id).replaces_id
    visit = _unbook(tx, conversation, offer.appointment_id, replaces_id)
    if visit is None:
        return False
    before = {"state": offer.state}
    offer.state = OfferState.DECLINED
    record(tx, PATIENT, "offer.declined", offer, before=before, after={"state": offer.state})
    waitlist.lock(tx, offer.entry_id).offers_accepted -= 1
    waitlist.wait_again(tx, offer.entry_id, PATIENT)
    filling.open_again(tx, opening, visit, FreedBy.UNDO, PATIENT)
    return True


def _undo_choice(tx: Tx, conversation: Conversation, held: Hold) -> bool:
    """Booked by choosing a time that was shown: it is as free as it was before."""
    visit = _unbook(tx, conversation, held.appointment_id, held.replaces_id)
    if visit is None:
        return False
    held.state = HoldState.RELEASED
    for entry in waitlist.ended_by(tx, visit):
        waitlist.wait_again(tx, entry.id, PATIENT)
    return True


def _unbook(
    tx: Tx, conversation: Conversation, visit_id: UUID | None, replaces_id: UUID | None
) -> Appointment | None:
    """The booked visit ended, and the one given up for it put back. `replaces_id` is the one that is to be given
    up only once staff have approved. None where the visit is not to come any more."""
    given_up = select(Appointment.id).where(Appointment.replaced_by_id == visit_id)
    later_id = (tx.session.scalar(given_up) if visit_id else None) or replaces_id
    later_free = _lock_free(tx, tx.session.get_one(Appointment, later_id)) if later_id else ()
    visit = appointments.lock(tx, visit_id) if visit_id else None
    if visit is None or not appointments.is_coming(tx, visit):
        return None
    later = appointments.lock(tx, later_id) if later_id else None
    appointments.end(tx, visit, PATIENT, who=CancelledBy.SYSTEM, reason="undone")
    _say(tx, conversation, visit, "undo_booking")
    if later is not None:
        _later_again(tx, conversation, later, later_free)
    return visit


def _later_again(tx: Tx, conversation: Conversation, later: Appointment, free: Sequence[Opening]) -> None:
    day = {"day": phrases.day(later.starts_at, tx.clinic().timezone)}
    about = about_visit(later)
    if later.state in UPCOMING_APPOINTMENT or _stands_again(tx, conversation, later, free):
        messages.say(tx, conversation, "undo_later_stands", day, about=about)
    else:
        messages.say(tx, conversation, "undo_later_gone", day, about=about)
        handoff.escalate(tx, conversation, EscalationKind.RESCHEDULE)


# A cancel


def undo_cancel(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """The same visit stands again, if nobody has its time; offers that were out for it are taken back."""
    found = tx.session.get_one(Appointment, undoable.subject_id)
    free = _lock_free(tx, found)
    visit = appointments.lock(tx, found.id)
    if visit.state is not AppointmentState.CANCELLED or visit.starts_at <= tx.now:
        return False
    conversations.close_prompts(tx, conversation.id, PromptKind.REASON)
    conversations.close_prompts(tx, conversation.id, PromptKind.JOIN)
    holds.release_all(tx, conversation.id)  # other times, shown in its place
    if _stands_again(tx, conversation, visit, free):
        _say(tx, conversation, visit, "undo_cancel")
    else:
        _say(tx, conversation, visit, "undo_cancel_taken")
        handoff.escalate(tx, conversation, EscalationKind.RESCHEDULE)
    return True


def _lock_free(tx: Tx, visit: Appointment) -> Sequence[Opening]:
    return openings.lock_over(tx, [visit.provider_id], Span(visit.starts_at, visit.ends_at))


def _stands_again(tx: Tx, conversation: Conversation, visit: Appointment, free: Sequence[Opening]) -> bool:
    """A visit that had been given up is there again, and nobody is asked about its time any more."""
    away = openings.is_away(tx, visit.provider_id, Span(visit.starts_at, visit.ends_at))
    if away or not appointments.bring_back(tx, visit, PATIENT):
        return False
    if visit.state is AppointmentState.REQUESTED:
        appointments.ask_approval(tx, conversation, visit)
    for opening in free:
        filling.close(tx, opening, OpeningState.WITHDRAWN, PATIENT, phrase="offer_withdrawn")
    return True


# A no to an offer


def undo_decline(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """The patient would like it after all: while the slot is free they are asked back, and a yes counts again.

    The hold goes on only while nobody else has been asked meanwhile.
    """
    offer = tx.session.get_one(Offer, undoable.subject_id)
    opening = openings.lock(tx, offer.opening_id)
    tx.session.refresh(offer)
    entry = waitlist.lock(tx, offer.entry_id)
    if offer.state is not OfferState.DECLINED or entry.state not in (*WAITING_ENTRY, EntryState.DECLINED):
        return False
    ended = _why_not_again(tx, offer, opening)
    if ended is not None:
        about = about_offer(offer, opening.starts_at)
        messages.say(tx, conversation, ended, offer_words.words(tx, offer, opening), about=about)
        next_best.offer(tx, conversation, entry)
        return True
    offer.state, offer.responded_at = _state_again(tx, offer, opening), None
    record(tx, PATIENT, "offer.asked_again", offer, after={"state": offer.state})
    offer.decline_reason = None
    entry.offers_declined -= undoable.before["counted"]
    entry.unanswered_in_row = undoable.before["unanswered_in_row"]
    entry.state = EntryState.OFFERED if offer.state is OfferState.OPEN else entry.state
    if entry.state is EntryState.DECLINED:
        waitlist.back(tx, entry, PATIENT)
    offers.settle(tx, opening)
    if offer.state is OfferState.OPEN and offer.held_until is not None:
        openings.look_at(tx, opening.id, offer.held_until)
    also = (each for each in undo.of_one_text(tx, undoable) if each.kind is UndoKind.DECLINE)
    if all(each is undoable for each in also):  # the last of those that the text had passed on
        _ask_back(tx, conversation, offer)
    return True


def _ask_back(tx: Tx, conversation: Conversation, offer: Offer) -> None:
    """Whether they would like it; which they would like, where its text had offered more that still stand."""
    offered = [
        (each, tx.session.get_one(Opening, each.opening_id))
        for each in of_text(tx.session, head_of(offer))
        if each.state in (OfferState.OPEN, OfferState.LAPSED)
    ]
    offered = [(each, opening) for each, opening in offered if opening.state in LIVE_OPENING]
    if len(offered) > 1:
        options = phrases.numbered(offer_words.lines(tx, offered))
        message = messages.say(tx, conversation, "offer_which", {"options": options})
        offering.await_answer(tx, message, offered)
        return
    opening = tx.session.get_one(Opening, offer.opening_id)
    about = about_offer(offer, opening.starts_at)
    message = messages.say(
        tx, conversation, "offer_check", offer_words.words(tx, offer, opening), about=about
    )
    conversations.ask(
        tx, conversation, PromptKind.CONFIRM, offer.id, patient_id=offer.patient_id, message=message
    )


def _state_again(tx: Tx, offer: Offer, opening: Opening) -> OfferState:
    others = any(other.state in OUTSTANDING_OFFER for other in offers.of_opening(tx, opening.id))
    held = offer.held_until is not None and offer.held_until > tx.now
    return OfferState.OPEN if held and not others else OfferState.LAPSED


def _why_not_again(tx: Tx, offer: Offer, opening: Opening) -> str | None:
    """The sentence that says why a yes cannot count any more, if it cannot."""
    if opening.state not in LIVE_OPENING or opening.starts_at <= tx.now:
        taken = opening.state is OpeningState.FILLED and opening.filled_by is FilledBy.WAITLIST
        return "offer_lost" if taken else "offer_gone"
    hard = policies.of_opening(tx, opening).hard_holds
    return "offer_over" if hard and _state_again(tx, offer, opening) is OfferState.LAPSED else None


def _say(tx: Tx, conversation: Conversation, visit: Appointment, phrase: str) -> None:
    messages.say(tx, conversation, phrase, appointments.words(tx, visit), about=about_visit(visit))


RESTORERS: dict[UndoKind, Restorer] = {
    UndoKind.BOOKING: undo_booking,
    UndoKind.CANCEL: undo_cancel,
    UndoKind.DECLINE: undo_decline,
    UndoKind.WISHES: wishes.restore,
    UndoKind.JOINED: joining.undo_join,
    UndoKind.LEFT: quieting.undo_leave,
    UndoKind.PAUSED: quieting.undo_pause,
    UndoKind.FEWER_TEXTS: quieting.undo_fewer,
    UndoKind.NO_OFFERS: quieting.undo_no_offers,
    UndoKind.AUTO_BOOK: beforehand.restore,
}
