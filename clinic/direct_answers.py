"""An offer answered without words: by a link that is tapped, or a key pressed in a call. Sure, and at once.

The answer goes the way of every other (clinic/acceptance.py, clinic/declining.py). Asked twice, the second time
only shows how things stand: nothing is booked, or said, again.
"""

from enum import StrEnum
from uuid import UUID

from clinic import acceptance, conversations, declining, messages, reaching
from clinic.acceptance import Outcome
from clinic.audit import PATIENT
from rules.states import (
    ACTIVE_APPOINTMENT,
    LIVE_OPENING,
    AnsweredBy,
    AppointmentState,
    OfferState,
    OpeningState,
)
from storage.tables import Appointment, Conversation, Offer, Opening, WaitlistEntry
from storage.transaction import Tx


class Standing(StrEnum):
    """How things stand with an offer, as its patient may be told."""

    OPEN = "open"
    BOOKED = "booked"
    REQUESTED = "requested"  # theirs, and staff have yet to approve it
    PASSED = "passed"
    TAKEN = "taken"
    GONE = "gone"
    OVER = "over"  # free, but no longer held for them
    DESK = "desk"  # their visits have changed: a person decides


def standing(tx: Tx, offer: Offer) -> Standing:
    if offer.state is OfferState.ACCEPTED:
        return _of_visit(tx, offer)
    if offer.state is OfferState.DECLINED:
        return Standing.PASSED
    opening = tx.session.get_one(Opening, offer.opening_id)
    if acceptance.to_be_had(tx, opening, offer, tx.session.get_one(WaitlistEntry, offer.entry_id)):
        return Standing.OPEN
    if opening.state is OpeningState.FILLED:
        return Standing.TAKEN
    late = offer.state in (OfferState.LAPSED, OfferState.QUEUED) or offer.said_yes_too_late
    return Standing.OVER if late and opening.state in LIVE_OPENING else Standing.GONE


def _of_visit(tx: Tx, offer: Offer) -> Standing:
    visit = tx.session.get_one(Appointment, offer.appointment_id)
    if visit.state is AppointmentState.REQUESTED:
        return Standing.REQUESTED
    return Standing.BOOKED if visit.state in ACTIVE_APPOINTMENT else Standing.GONE


def accept(tx: Tx, offer_id: UUID, how: AnsweredBy) -> Standing:
    """Their yes. The first one counts, and is confirmed in words where their channel can carry them."""
    offer = _locked(tx, offer_id)
    if _was_answered(offer):
        return standing(tx, offer)
    outcome = acceptance.accept(tx, _to_be_told(tx, offer), offer, PATIENT)
    offer.answered_by = how
    return Standing.DESK if outcome is Outcome.CLASH else standing(tx, offer)


def decline(tx: Tx, offer_id: UUID, how: AnsweredBy) -> Standing:
    """Their no. The next in line is asked."""
    offer = _locked(tx, offer_id)
    if not _was_answered(offer):
        declining.decline(tx, offer, PATIENT)
        if offer.state is OfferState.DECLINED:
            offer.answered_by = how
    return standing(tx, offer)


def _to_be_told(tx: Tx, offer: Offer) -> Conversation:
    """Where it is confirmed, and may be taken back: by text, where the offer was a call."""
    conversation = tx.session.get_one(Conversation, offer.conversation_id)
    language = messages.language_of(tx, conversation, offer.patient_id)
    place = reaching.place_for(tx, conversation, "booked", language)
    return conversation if place is None else conversations.lock(tx, place.id)


def _locked(tx: Tx, offer_id: UUID) -> Offer:
    """The offer as it is once its conversation is ours: whoever answers at the same moment comes after."""
    conversations.lock(tx, tx.session.get_one(Offer, offer_id).conversation_id)
    return tx.session.get_one(Offer, offer_id, populate_existing=True)


def _was_answered(offer: Offer) -> bool:
    return offer.said_yes_too_late or offer.state in (OfferState.ACCEPTED, OfferState.DECLINED)
