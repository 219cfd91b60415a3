"""A patient passes on an offer, or asks for another time: the next in line is asked."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import offers, openings, policies, undo, waitlist
from clinic.audit import BOT, PATIENT, By, record
from rules.states import (
    ANSWERABLE_OFFER,
    WAITING_ENTRY,
    AnsweredBy,
    EntryState,
    OfferState,
    UndoKind,
)
from storage.queries.offers import told_with
from storage.tables import Conversation, Offer, Opening, WaitlistEntry
from storage.transaction import Tx


def decline(tx: Tx, offer: Offer, by: By, *, counts: bool = True) -> None:
    """The patient passes: their place is kept, the next in line is asked. Not everything that passes is a mark
    against them (`counts`): "not this week" and a wish that rules it out are none, and all that one text offered
    is one at most."""
    opening = openings.lock(tx, offer.opening_id)
    tx.session.refresh(offer)
    entry = waitlist.lock(tx, offer.entry_id)
    if offer.state not in (OfferState.QUEUED, *ANSWERABLE_OFFER):
        return
    counts = counts and not any(other.state is OfferState.DECLINED for other in told_with(tx.session, offer))
    if by == PATIENT:
        _remember_decline(tx, offer, entry, counts=counts)
    entry.offers_declined += counts
    waitlist.answered(tx, entry)
    offer.responded_at = tx.now
    offer.answered_by = AnsweredBy.TEXT if by == PATIENT else AnsweredBy.STAFF
    offers.unsay(tx, offer, "declined")
    offers.end(tx, offer, entry, OfferState.DECLINED, by)
    if entry.state in WAITING_ENTRY and entry.offers_declined >= policies.current(tx).declines_per_entry:
        waitlist.end(tx, entry, EntryState.DECLINED, "declined all offers")
        record(tx, BOT, "entry.declined", entry)
    openings.look_at(tx, opening.id, tx.now)


def _remember_decline(tx: Tx, offer: Offer, entry: WaitlistEntry, *, counts: bool) -> None:
    """What had switched automatic offers off is forgiven for good: taken back or not, they have answered."""
    unanswered = entry.unanswered_in_row if entry.auto_match else 0
    undo.remember(
        tx,
        tx.session.get_one(Conversation, offer.conversation_id),
        UndoKind.DECLINE,
        offer.id,
        patient_id=offer.patient_id,
        before={"unanswered_in_row": unanswered, "counted": counts},
    )


def passed_twice_on(tx: Tx, offer: Offer) -> int | None:
    """The weekday of an offer just declined, where it is the second of that weekday that the entry passed on."""
    entry = tx.session.get_one(WaitlistEntry, offer.entry_id)
    zone = ZoneInfo(tx.clinic().timezone)
    starts = tx.session.execute(
        select(Offer.id, Opening.starts_at)
        .join(Opening, Opening.id == Offer.opening_id)
        .where(Offer.entry_id == entry.id, Offer.state == OfferState.DECLINED)
    )
    weekdays = {offer_id: start.astimezone(zone).weekday() for offer_id, start in starts}
    weekday = weekdays.get(offer.id)
    twice = sum(each == weekday for each in weekdays.values()) == 2
    wanted = entry.state in WAITING_ENTRY and weekday not in entry.excluded_weekdays
    return weekday if twice and wanted else None


def pass_on(tx: Tx, offer: Offer, by: By) -> None:
    """The patient asked for another time: the next in line is asked, a plain yes still counts."""
    opening = openings.lock(tx, offer.opening_id)
    tx.session.refresh(offer)
    entry = waitlist.lock(tx, offer.entry_id)
    if offer.state is OfferState.OPEN:
        waitlist.answered(tx, entry)
        offer.responded_at = tx.now
        offers.end(tx, offer, entry, OfferState.LAPSED, by)
        openings.look_at(tx, opening.id, tx.now)
