"""Staff steer how an opening is filled: more time to answer, somebody skipped, the bot stopped or let on again.

Whom to ask or book by hand: clinic/by_hand.py, clinic/desk_booking.py. Taking an offer back: clinic/offers.py.
"""

from datetime import datetime, timedelta
from uuid import UUID

from clinic import offers, openings, reaching
from clinic.audit import By, record
from rules.states import ANSWERABLE_OFFER, LIVE_OPENING, OfferState, OpeningState
from storage.tables import Offer, Opening, WaitlistEntry
from storage.tables.waitlist import SKIPPED_WAVE
from storage.transaction import Tx


def extend(tx: Tx, offer_id: UUID, by: By, *, minutes: int) -> datetime | None:
    """Give somebody longer to answer, never beyond the opening's give-up time; they are not told.

    The new end of the hold; None where no hold runs, or it lasts to the give-up time already. The next is asked by
    the opening's due row, which comes at the old time and finds that it must wait.
    """
    offer = tx.session.get_one(Offer, offer_id)
    opening = openings.lock(tx, offer.opening_id)
    tx.session.refresh(offer)
    before = offer.held_until
    if offer.state is not OfferState.OPEN or before is None or opening.state not in LIVE_OPENING:
        return None
    until = min(max(before, tx.now) + timedelta(minutes=minutes), opening.give_up_at)
    if until <= before:
        return None
    offer.held_until = until
    record(
        tx,
        by,
        "offer.extended",
        offer,
        before={"held_until": before.isoformat()},
        after={"held_until": until.isoformat()},
    )
    return until


def skip(tx: Tx, opening_id: UUID, entry_id: UUID, by: By) -> bool:
    """Somebody is not to be asked about this opening; they keep their place for every other. An offer that they
    have of it is taken back. False where the opening is gone, they do not wait or had their say already."""
    opening = openings.lock(tx, opening_id)
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    offer = next((each for each in offers.of_opening(tx, opening.id) if each.entry_id == entry.id), None)
    if opening.state not in LIVE_OPENING:
        return False
    if offer is not None:
        return offer.state in (OfferState.QUEUED, *ANSWERABLE_OFFER) and offers.withdraw(tx, offer.id, by)
    way = next(iter(reaching.ways(tx, entry)), None)
    if way is None:
        return False  # nobody who cannot be reached is asked anyway
    skipped = Offer(
        clinic_id=tx.clinic_id,
        opening_id=opening.id,
        entry_id=entry.id,
        patient_id=entry.patient_id,
        conversation_id=way.conversation.id,
        channel=way.channel,
        state=OfferState.WITHDRAWN,
        made_at=tx.now,
        wave=SKIPPED_WAVE,
    )
    tx.session.add(skipped)
    tx.session.flush()
    record(tx, by, "offer.skipped", skipped, after={"opening": str(opening.id), "entry": str(entry.id)})
    openings.look_at(tx, opening.id, tx.now)
    return True


def put_back(tx: Tx, offer_id: UUID, by: By) -> bool:
    """Somebody who was skipped is in line again. False where they were asked in truth."""
    offer = tx.session.get_one(Offer, offer_id)
    opening = openings.lock(tx, offer.opening_id)
    if not offer.skipped or opening.state not in LIVE_OPENING:
        return False
    record(tx, by, "offer.put_back", offer, after={"opening": str(opening.id), "entry": str(offer.entry_id)})
    tx.session.delete(offer)
    tx.session.flush()
    openings.look_at(tx, opening.id, tx.now)
    return True


def set_automatic(tx: Tx, opening_id: UUID, by: By, *, on: bool) -> bool:
    """Have the bot ask the next in line by itself, or stop that; whoever is being asked still may answer. False
    where that changes nothing."""
    opening: Opening = openings.lock(tx, opening_id)
    if opening.state not in LIVE_OPENING or opening.automatic is on:
        return False
    opening.automatic = on
    record(tx, by, "opening.resumed" if on else "opening.stopped", opening)
    if on and opening.state is not OpeningState.EXPIRED:
        openings.look_at(tx, opening.id, tx.now)
    return True
