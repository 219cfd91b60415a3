"""Offers: what an entry or an opening had, making one by hand, and writing down what somebody said to it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from bot.api.endpoint import Call, Nothing, Shape
from bot.api.problems import conflict, wrong
from clinic import acceptance, by_hand, conversations, declining, openings
from clinic import offers as operations
from clinic.acceptance import Outcome
from rules.states import ANSWERABLE_OFFER, AnsweredBy, CancelReason, Channel, OfferState
from storage.tables import Offer, Opening, WaitlistEntry
from storage.transaction import Tx

NOT_ON_THAT_CHANNEL = "The patient cannot be reached on that channel."


class OfferOut(Shape):
    """Somebody asked about an opening."""

    id: UUID
    opening_id: UUID
    entry_id: UUID
    start: datetime = Field(description="Of the slot.")
    state: OfferState
    channel: Channel
    made_at: datetime
    sent_at: datetime | None
    held_until: datetime | None
    responded_at: datetime | None
    answered_by: AnsweredBy | None
    said_yes_too_late: bool
    decline_reason: CancelReason | None = Field(description="Why they passed, where they said so.")
    wave: int = Field(description="1 was asked first; 0: staff said not to ask them.")
    score: float
    parts: dict[str, float] = Field(description="The score by factor; they add up to it.")
    reasons: list[str]
    appointment_id: UUID | None


class OfferMade(OfferOut):
    also: list[OfferOut] = Field(description="The others in the same text, soonest first.")


class Offers(Shape):
    items: list[OfferOut]


class Said(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"


class OfferResponse(Shape):
    """What the patient said, on the phone or at the desk."""

    offer: UUID
    response: Said


class Answered(Shape):
    outcome: str = Field(description="booked, declined, already, or why not: too_late, gone, clash.")
    offer: OfferOut


def of_entry(tx: Tx, call: Call[Nothing, Nothing]) -> Offers:
    """Every offer an entry had, newest first."""
    entry = tx.session.get_one(WaitlistEntry, call.id)
    rows = tx.session.scalars(select(Offer).where(Offer.entry_id == entry.id).order_by(Offer.id.desc())).all()
    return _listed(tx, call, rows)


def of_opening(tx: Tx, call: Call[Any, Any], opening: Opening) -> Offers:
    return _listed(tx, call, operations.of_opening(tx, opening.id))


def made(tx: Tx, call: Call[Any, Any], opening_id: UUID, entry_id: UUID) -> OfferOut:
    """Ask an entry about a locked opening. Raises a `Problem` that says why not."""
    return _made(tx, call, [opening_id], entry_id)[0]


def made_together(
    tx: Tx,
    call: Call[Any, Any],
    opening_ids: Collection[UUID],
    entry_id: UUID,
    channel: Channel | None = None,
) -> OfferMade:
    """The same about several locked openings, in one text; on a channel, where one is named."""
    first, *others = _made(tx, call, opening_ids, entry_id, channel)
    return OfferMade(**first.model_dump(), also=others)


def _made(
    tx: Tx,
    call: Call[Any, Any],
    opening_ids: Collection[UUID],
    entry_id: UUID,
    channel: Channel | None = None,
) -> list[OfferOut]:
    tx.session.get_one(WaitlistEntry, entry_id)
    offers = by_hand.offer_several(tx, opening_ids, entry_id, call.by, channel=channel)
    if not offers:
        raise conflict(_why_not(tx, opening_ids, entry_id))
    return [shaped(tx, call, offer) for offer in offers]


def _why_not(tx: Tx, opening_ids: Collection[UUID], entry_id: UUID) -> str:
    """What forbids an offer of any of these, each reason once."""
    asked = (tx.session.get_one(Opening, each) for each in opening_ids)
    found = [by_hand.explained(tx, opening, entry_id) for opening in asked]
    said = dict.fromkeys(each for each in found if isinstance(each, str))
    return " ".join(said) or NOT_ON_THAT_CHANNEL


def respond(tx: Tx, call: Call[Nothing, OfferResponse]) -> Answered:
    """Write down what a patient said to an offer on the phone: yes books, no passes."""
    offer = tx.session.get_one(Offer, call.body.offer)
    if offer.entry_id != call.id:
        raise wrong("body.offer", "This offer was made to somebody else.")
    conversation = conversations.lock(tx, offer.conversation_id)
    if call.body.response is Said.ACCEPT:
        outcome = acceptance.accept(tx, conversation, offer, call.by)
        if outcome is Outcome.BOOKED:
            offer.answered_by = AnsweredBy.STAFF
        return Answered(outcome=outcome, offer=shaped(tx, call, offer))
    opening = openings.lock(tx, offer.opening_id)
    tx.session.refresh(offer)
    if offer.state not in (OfferState.QUEUED, *ANSWERABLE_OFFER):
        raise conflict(f"The offer is over: it is {offer.state}.")
    declining.decline(tx, offer, call.by)
    operations.settle(tx, opening)
    offer.answered_by = AnsweredBy.STAFF
    return Answered(outcome="declined", offer=shaped(tx, call, offer))


def _listed(tx: Tx, call: Call[Any, Any], rows: Sequence[Offer]) -> Offers:
    return Offers(items=[shaped(tx, call, row) for row in rows])


def shaped(tx: Tx, call: Call[Any, Any], offer: Offer) -> OfferOut:
    def local(moment: datetime | None) -> datetime | None:
        return call.local(moment) if moment else None

    return OfferOut(
        id=offer.id,
        opening_id=offer.opening_id,
        entry_id=offer.entry_id,
        start=call.local(tx.session.get_one(Opening, offer.opening_id).starts_at),
        state=offer.state,
        channel=offer.channel,
        made_at=call.local(offer.made_at),
        sent_at=local(offer.handed_over_at),
        held_until=local(offer.held_until),
        responded_at=local(offer.responded_at),
        answered_by=offer.answered_by,
        said_yes_too_late=offer.said_yes_too_late,
        decline_reason=CancelReason(offer.decline_reason) if offer.decline_reason else None,
        wave=offer.wave,
        score=offer.score,
        parts=offer.parts,
        reasons=offer.reasons,
        appointment_id=offer.appointment_id,
    )
