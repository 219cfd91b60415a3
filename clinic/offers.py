"""How offers end, in every way but a yes (that is clinic/acceptance.py). How they begin: clinic/offering.py."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select

from clinic import (
    conversations,
    messages,
    offer_words,
    offering,
    offering_again,
    openings,
    policies,
    waitlist,
)
from clinic.audit import BOT, By, record
from clinic.messages import about_offer
from rules import eligibility
from rules.states import (
    ANSWERABLE_OFFER,
    OUTSTANDING_OFFER,
    WAITING_ENTRY,
    DeliveryState,
    EntryPriority,
    EntryState,
    MessageClass,
    OfferState,
    OpeningState,
    OutboxState,
    TaskKind,
)
from storage.queries import contacts
from storage.queries import matching as loading
from storage.queries.inbound import oldest_unread_at
from storage.queries.offers import TOLD_IN, queued_texts_of, told_with
from storage.queries.outbox import gone_about_offer, queued_about_offer
from storage.tables import (
    Conversation,
    Message,
    Offer,
    Opening,
    Task,
    WaitlistEntry,
)
from storage.transaction import Tx

NEWS = ("offer_taken", "offer_withdrawn", "offer_taken_left", "offer_withdrawn_left")
"""What those are told who were asked and did not get it."""

PRESSING = (EntryPriority.URGENT, EntryPriority.HIGH)
UNANSWERED = "Waits urgently, and has answered none of the last offers: automatic offers are off"

SETTLED = (OfferState.LAPSED, OfferState.DECLINED, OfferState.ACCEPTED)

UNREACHED = (DeliveryState.FAILED, DeliveryState.UNDELIVERED)


def of_opening(tx: Tx, opening_id: UUID) -> Sequence[Offer]:
    """The offers of an opening, read afresh. They change only while their opening is locked."""
    return tx.session.scalars(
        select(Offer)
        .where(Offer.opening_id == opening_id)
        .order_by(Offer.id)
        .execution_options(populate_existing=True)
    ).all()


def settle(tx: Tx, opening: Opening) -> None:
    """An opening is `offering` while somebody is asked, `open` while nobody is."""
    if opening.state in (OpeningState.OPEN, OpeningState.OFFERING):
        tx.session.flush()
        asked = any(offer.state in OUTSTANDING_OFFER for offer in of_opening(tx, opening.id))
        opening.state = OpeningState.OFFERING if asked else OpeningState.OPEN


def with_priority(tx: Tx, opening_id: UUID) -> Sequence[tuple[Offer, EntryPriority]]:
    """The offers of an opening, each with how pressing its entry is."""
    rows = tx.session.execute(
        select(Offer, WaitlistEntry.priority)
        .join(WaitlistEntry, WaitlistEntry.id == Offer.entry_id)
        .where(Offer.opening_id == opening_id)
        .order_by(Offer.id)
    )
    return [(offer, priority) for offer, priority in rows]


def next_wave(tx: Tx, opening_id: UUID) -> int:
    """The number of the wave that goes out next: 1 is the first."""
    waves = tx.session.scalar(select(func.max(Offer.wave)).where(Offer.opening_id == opening_id))
    return (waves or 0) + 1


def lapse(tx: Tx, offer_id: UUID) -> None:
    """The time to answer ran out. A later yes still counts while the slot is free (soft hold)."""
    offer = tx.session.get_one(Offer, offer_id)
    if offer.state not in OUTSTANDING_OFFER:
        return
    entry = waitlist.lock(tx, offer.entry_id)
    if offer.state is OfferState.OPEN and not _counted(tx, offer):
        entry.offers_lapsed += 1
        entry.unanswered_in_row += 1
        left_alone = entry.unanswered_in_row >= policies.current(tx).offers_per_entry
        if left_alone and entry.auto_match and entry.priority in PRESSING:
            _have_it_looked_at(tx, offer)
        entry.auto_match = not left_alone
    unsay(tx, offer, "lapsed")
    end(tx, offer, entry, OfferState.LAPSED, BOT)


def _counted(tx: Tx, offer: Offer) -> bool:
    """Whether the text it was in has been answered, or counted as unanswered, by what became of another in it. Its
    entry is locked, so that two are not counted in the same moment."""
    return any(other.state in SETTLED for other in told_with(tx.session, offer))


def _have_it_looked_at(tx: Tx, offer: Offer) -> None:
    """Somebody it is pressing for does not answer; all others are a filter of the Waitlist page."""
    tx.session.add(
        Task(
            clinic_id=tx.clinic_id,
            kind=TaskKind.LOOK_AT,
            patient_id=offer.patient_id,
            conversation_id=offer.conversation_id,
            note=UNANSWERED,
            made_at=tx.now,
        )
    )


def close(tx: Tx, offer: Offer, opening: Opening, phrase: str, *, tell: bool = True) -> None:
    """The opening is gone: whoever was asked is told, unless their offer never went out."""
    entry = waitlist.lock(tx, offer.entry_id)
    told = tell and offer.state in ANSWERABLE_OFFER
    state = OfferState.LOST if phrase == "offer_taken" else OfferState.WITHDRAWN
    unsay(tx, offer, "opening gone")
    end(tx, offer, entry, state, BOT)
    if told:
        left = offer_words.still_open(tx, offer)
        values = offer_words.words(tx, offer, opening) | ({"left": left} if left else {})
        messages.say(
            tx,
            tx.session.get_one(Conversation, offer.conversation_id),
            f"{phrase}_left" if left else phrase,
            values,
            klass=MessageClass.OFFER,
            about=about_offer(offer, opening.starts_at),
        )


def withdraw(tx: Tx, offer_id: UUID, by: By) -> bool:
    """Staff take one offer back; the next in line is asked. False where it has been answered or ended already."""
    offer = tx.session.get_one(Offer, offer_id)
    opening = openings.lock(tx, offer.opening_id)
    tx.session.refresh(offer)
    if offer.state not in (OfferState.QUEUED, *ANSWERABLE_OFFER):
        return False
    close(tx, offer, opening, "offer_withdrawn")
    record(tx, by, "offer.withdrawn", offer)
    settle(tx, opening)
    openings.look_at(tx, opening.id, tx.now)
    return True


def end_all_of(tx: Tx, conversation: Conversation, *, only_entries: Collection[UUID] | None = None) -> None:
    """STOP, a wrong number, off the list: every open offer of the number (or of some entries, wherever they were
    made) ends without a word, the next in line is asked."""
    sharing = [each.id for each in contacts.sharing(tx.session, conversation.address)]
    whose = Offer.conversation_id.in_(sharing) if only_entries is None else Offer.entry_id.in_(only_entries)
    theirs = (
        select(Offer.id, Offer.opening_id)
        .where(whose, Offer.state.in_((OfferState.QUEUED, *ANSWERABLE_OFFER)))
        .order_by(Offer.opening_id)
    )
    for offer_id, opening_id in tx.session.execute(theirs).all():
        opening = openings.lock(tx, opening_id)
        offer = tx.session.get_one(Offer, offer_id, populate_existing=True)
        if offer.state in (OfferState.QUEUED, *ANSWERABLE_OFFER):
            unsay(tx, offer, "stopped")
            offer.responded_at = tx.now  # so that START knows which to offer anew
            end(tx, offer, waitlist.lock(tx, offer.entry_id), OfferState.WITHDRAWN, BOT)
            openings.look_at(tx, opening.id, tx.now)


def end_undelivered(tx: Tx, opening: Opening) -> None:
    """Offers that did not arrive are made anew on the patient's next channel, or are over: they asked nobody."""
    lost = tx.session.scalars(
        select(Offer)
        .join(Message, TOLD_IN & (Message.conversation_id == Offer.conversation_id))
        .where(
            Offer.opening_id == opening.id,
            Offer.state.in_(OUTSTANDING_OFFER),
            Message.phrase.in_(offering.OFFER_PHRASES),
            (Message.delivery_state.in_(UNREACHED))
            | (Message.outbox_state.in_((OutboxState.FAILED, OutboxState.DROPPED))),
        )
    ).unique()
    for offer in lost.all():
        if not offering_again.move_on(tx, offer, opening):
            end(tx, offer, waitlist.lock(tx, offer.entry_id), OfferState.UNDELIVERABLE, BOT)


def end_unwanted(tx: Tx, opening: Opening) -> None:
    """Offers whose entry waits no more (booked elsewhere, removed), or wishes for something else by now, are over,
    without a word."""
    for offer in of_opening(tx, opening.id):
        if offer.state not in OUTSTANDING_OFFER:
            continue
        entry = tx.session.get_one(WaitlistEntry, offer.entry_id, populate_existing=True)
        if entry.state not in WAITING_ENTRY or against_wishes(tx, offer):
            unsay(tx, offer, "not wanted any more")
            end(tx, offer, waitlist.lock(tx, entry.id), OfferState.WITHDRAWN, BOT)


def against_wishes(tx: Tx, offer: Offer) -> bool:
    """Whether the patient's own words rule out by now what was offered."""
    opening = tx.session.get_one(Opening, offer.opening_id)
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    tx.session.flush()
    entries = loading.candidate(tx.session, facts, offer.entry_id, tx.now)
    policy = policies.of_opening(tx, opening)
    return any(eligibility.against_wishes(entry, facts, policy, tx.now) for entry in entries)


def end(tx: Tx, offer: Offer, entry: WaitlistEntry, state: OfferState, by: By) -> None:
    before = offer.state
    offer.state = state
    if state is not OfferState.LAPSED:  # a lapsed one's yes still counts, so it is still awaited
        conversations.close_prompts_about(tx, offer.id)
    free_entry(tx, entry)
    record(tx, by, f"offer.{state}", offer, before={"state": before}, after={"state": state})


def free_entry(tx: Tx, entry: WaitlistEntry) -> None:
    """An entry with no outstanding offer left waits again."""
    tx.session.flush()
    outstanding = tx.session.scalar(
        select(func.count())
        .select_from(Offer)
        .where(Offer.entry_id == entry.id, Offer.state.in_(OUTSTANDING_OFFER))
    )
    if entry.state is EntryState.OFFERED and not outstanding:
        entry.state = EntryState.ACTIVE


def unsay(tx: Tx, offer: Offer, because: str) -> None:
    """A text that has not gone out yet, and offers nothing else that is still wanted, is not wanted any more."""
    if any(other.state is OfferState.QUEUED for other in told_with(tx.session, offer)):
        return
    for message in queued_texts_of(tx.session, offer, offering.OFFER_PHRASES):
        messages.drop(message, because)


def unsay_news(tx: Tx, offer: Offer) -> None:
    """A queued "it has been taken" is not wanted where a reply is about to say the same."""
    for message in queued_about_offer(tx.session, offer.id, NEWS):
        messages.drop(message, "said in a reply")


def news_answers(tx: Tx, conversation: Conversation, offer: Offer) -> bool:
    """Whether "it has been taken" went out after the text at hand had come in: then it reads as the answer."""
    came_at = oldest_unread_at(tx.session, conversation.id)
    return came_at is not None and gone_about_offer(tx.session, offer.id, NEWS, came_at)
