"""Offers that did not arrive, or that STOP ended, are made anew: as one text, where they were in one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic import conversations, offer_words, offering, openings, reaching, waitlist
from clinic.audit import BOT, record
from clinic.offer_words import Offered
from clinic.offering import OFFER_PHRASES
from clinic.reaching import Way
from rules.states import (
    LIVE_OPENING,
    OUTSTANDING_OFFER,
    WAITING_ENTRY,
    DeliveryState,
    EntryState,
    OfferState,
    OpeningState,
    OutboxState,
)
from storage.queries.offers import head_of, queued_texts_of, texts_of, told_with
from storage.tables import Conversation, Offer, Opening, WaitlistEntry
from storage.transaction import Tx


def move_on(tx: Tx, offer: Offer, opening: Opening) -> bool:
    """The offer did not arrive: the same offer is made anew on the patient's next channel, and with it what else
    the text had offered. False: there is no other, or it takes one offer only and another suits better, or nobody
    is to be asked any more."""
    entry = waitlist.lock(tx, offer.entry_id)
    if entry.state not in WAITING_ENTRY or opening.give_up_at <= tx.now:
        return False
    tried = {message.conversation_id for message in texts_of(tx.session, offer, OFFER_PHRASES)}
    way = next((way for way in reaching.ways(tx, entry) if way.conversation.id not in tried), None)
    if way is None:
        return False
    others = [each for each in told_with(tx.session, offer) if each.state in OUTSTANDING_OFFER]
    alone = not offering.takes_several(tx, way)
    if alone and any((other.score, offer.id) > (offer.score, other.id) for other in others):
        return False
    lost = [(offer, opening)]
    if not alone:
        lost += _lost_with(tx, offer, others)
    _make_anew(tx, sorted(lost, key=lambda each: each[1].starts_at), entry, way, alone=alone)
    return True


def _lost_with(tx: Tx, offer: Offer, others: Sequence[Offer]) -> list[Offered]:
    """What was in the same text, but for openings that somebody works on right now: those follow by themselves."""
    found = []
    for other in others:
        opening = openings.lock_if_free(tx, other.opening_id)
        if opening is None or opening.state not in LIVE_OPENING or opening.give_up_at <= tx.now:
            continue
        tx.session.refresh(other)
        if other.state in OUTSTANDING_OFFER and other.conversation_id == offer.conversation_id:
            found.append((other, opening))
    return found


def renew(tx: Tx, conversation: Conversation, since: datetime) -> None:
    """START: what STOP ended `since` then is offered anew, where the slot is free and nobody is being asked."""
    free: dict[UUID, list[Offered]] = defaultdict(list)
    for offer_id, opening_id in _ended_since(tx, conversation, since):
        opening = openings.lock(tx, opening_id)
        offer = tx.session.get_one(Offer, offer_id, populate_existing=True)
        if opening.state is OpeningState.OPEN and opening.give_up_at > tx.now:
            free[head_of(offer)].append((offer, opening))
    for offered in free.values():
        first = offered[0][0]
        entry = waitlist.lock(tx, first.entry_id)
        if entry.state is not EntryState.ACTIVE:
            continue
        for offer, _ in offered:
            _forget_unheard(tx, offer)
            offer.in_reply = True
        way = Way(first.channel, tx.session.get_one(Conversation, first.conversation_id))
        alone = not offering.takes_several(tx, way)
        if alone:
            offered = [max(offered, key=lambda each: each[0].score)]
        _make_anew(tx, sorted(offered, key=lambda each: each[1].starts_at), entry, way, alone=alone)


def lock_ended(tx: Tx, conversation: Conversation, since: datetime) -> None:
    """Lock the openings that `renew` will want, before any entry is locked."""
    for _, opening_id in _ended_since(tx, conversation, since):
        openings.lock(tx, opening_id)


def _ended_since(tx: Tx, conversation: Conversation, since: datetime) -> Sequence[tuple[UUID, UUID]]:
    """Offer and opening of what was ended for the number, in the order of openings."""
    rows = tx.session.execute(
        select(Offer.id, Offer.opening_id)
        .where(
            Offer.conversation_id == conversation.id,
            Offer.state == OfferState.WITHDRAWN,
            Offer.responded_at >= since,
        )
        .order_by(Offer.opening_id)
    ).all()
    return [(offer_id, opening_id) for offer_id, opening_id in rows]


def _forget_unheard(tx: Tx, offer: Offer) -> None:
    """A text that never went out, or did not arrive, says nothing of the offer that is made anew."""
    for message in texts_of(tx.session, offer, OFFER_PHRASES):
        unsent = message.outbox_state in (OutboxState.DROPPED, OutboxState.FAILED)
        if unsent or message.delivery_state in (DeliveryState.UNDELIVERED, DeliveryState.FAILED):
            message.about_offer_id = None


def _make_anew(tx: Tx, offered: Sequence[Offered], entry: WaitlistEntry, way: Way, *, alone: bool) -> None:
    """One text for all of them; the one that waits to go out already, where another of them has gone ahead."""
    for offer, opening in offered:
        conversations.close_prompts_about(tx, offer.id)
        offer.state, offer.made_at = OfferState.QUEUED, tx.now
        offer.channel, offer.conversation_id = way.channel, way.conversation.id
        offer.handed_over_at = offer.held_until = offer.responded_at = None
        opening.state = OpeningState.OFFERING
    entry.state, entry.last_offered_at = EntryState.OFFERED, tx.now
    tx.session.flush()
    waiting = queued_texts_of(tx.session, offered[0][0], OFFER_PHRASES)
    if not any(text.conversation_id == way.conversation.id for text in waiting):
        offer_words.queue(tx, offered, way.conversation, alone=alone)
    for offer, opening in offered:
        after = {"opening": str(opening.id), "channel": way.channel}
        record(tx, BOT, "offer.made_anew", offer, after=after)
