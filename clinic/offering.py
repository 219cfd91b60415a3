"""An offer is made, its text written, and its hold begins when the text is handed to the carrier."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import conversations, links, messages, openings, phrases, policies, reaching, waitlist
from clinic.audit import BOT, By, record
from clinic.messages import about_offer
from clinic.reaching import Way
from rules.facts import Ranked
from rules.holds import held_until
from rules.policy import Dispatch, Policy
from rules.states import (
    LIVE_OPENING,
    WAITING_ENTRY,
    Channel,
    DeliveryState,
    EntryState,
    MessageClass,
    OfferState,
    OpeningState,
    OutboxState,
    PromptKind,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Conversation,
    Message,
    Offer,
    Opening,
    Patient,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Tx

OFFER_PHRASES = messages.OFFER_PHRASES


def make(
    tx: Tx,
    opening: Opening,
    ranked: Ranked,
    by: By = BOT,
    *,
    in_reply: bool = False,
    wave: int = 1,
    channel: Channel | None = None,
) -> Offer | None:
    """Write an offer and its text. None where the patient turns out not to be reached on any channel, or not on
    the one that staff chose.

    Its hold begins, and "answer by" is worked out, only when the text is handed to the carrier.
    """
    entry = waitlist.lock(tx, ranked.entry_id)
    ways = reaching.ways(tx, entry)
    way = next((way for way in ways if channel in (None, way.channel)), None)
    if way is None:
        return None
    offer = row(tx, opening, ranked, entry, way, in_reply=in_reply, wave=wave)
    entry.state = EntryState.OFFERED
    tx.session.flush()
    _write(tx, offer, opening, way.conversation)
    record(
        tx,
        by,
        "offer.made",
        offer,
        after={"opening": str(opening.id), "score": round(ranked.score, 3), "channel": way.channel},
    )
    return offer


def row(
    tx: Tx,
    opening: Opening,
    ranked: Ranked,
    entry: WaitlistEntry,
    way: Way,
    *,
    in_reply: bool = False,
    wave: int = 1,
) -> Offer:
    """An offer of a locked opening to a locked entry, counted, with no text yet."""
    offer = Offer(
        clinic_id=tx.clinic_id,
        opening_id=opening.id,
        entry_id=entry.id,
        patient_id=entry.patient_id,
        conversation_id=way.conversation.id,
        channel=way.channel,
        made_at=tx.now,
        in_reply=in_reply,
        wave=wave,
        score=ranked.score,
        parts=dict(ranked.parts),
        reasons=list(ranked.reasons),
    )
    tx.session.add(offer)
    entry.offers_made += 1
    entry.last_offered_at = tx.now
    tx.session.flush()
    return offer


def _write(tx: Tx, offer: Offer, opening: Opening, conversation: Conversation) -> Message:
    """Queue the offer's text; `hand_over` writes its final words."""
    zone = tx.clinic().timezone
    return messages.say(
        tx,
        conversation,
        phrase=_phrase(offer.channel),
        values={
            **words(tx, offer, opening),
            "replaces": "",
            "by": phrases.answer_by(opening.give_up_at, zone, tx.now),
            "link": "",
        },
        klass=MessageClass.OFFER,
        about=about_offer(offer, opening.give_up_at),
    )


def renew(tx: Tx, conversation: Conversation, since: datetime) -> None:
    """START: what STOP ended `since` then is offered anew, where the slot is free and nobody is being asked."""
    for offer_id, opening_id in _ended_since(tx, conversation, since):
        opening = openings.lock(tx, opening_id)
        offer = tx.session.get_one(Offer, offer_id, populate_existing=True)
        entry = waitlist.lock(tx, offer.entry_id)
        free = opening.state is OpeningState.OPEN and opening.give_up_at > tx.now
        if free and entry.state is EntryState.ACTIVE:
            _forget_unheard(tx, offer)
            offer.in_reply = True
            _make_anew(tx, offer, opening, entry, Way(offer.channel, _conversation(tx, offer)))


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


def move_on(tx: Tx, offer: Offer, opening: Opening) -> bool:
    """The offer did not arrive: the same offer is made anew on the patient's next channel. False: there is none,
    or nobody is to be asked any more."""
    entry = waitlist.lock(tx, offer.entry_id)
    if entry.state not in WAITING_ENTRY or opening.give_up_at <= tx.now:
        return False
    tried = set(
        tx.session.scalars(
            select(Message.conversation_id).where(
                Message.about_offer_id == offer.id, Message.phrase.in_(OFFER_PHRASES)
            )
        )
    )
    way = next((way for way in reaching.ways(tx, entry) if way.conversation.id not in tried), None)
    if way is not None:
        _make_anew(tx, offer, opening, entry, way)
    return way is not None


def _forget_unheard(tx: Tx, offer: Offer) -> None:
    """A text that never went out, or did not arrive, says nothing of the offer that is made anew."""
    unheard = select(Message).where(
        Message.about_offer_id == offer.id,
        Message.outbox_state.in_((OutboxState.DROPPED, OutboxState.FAILED))
        | Message.delivery_state.in_((DeliveryState.UNDELIVERED, DeliveryState.FAILED)),
    )
    for message in tx.session.scalars(unheard):
        message.about_offer_id = None


def _make_anew(tx: Tx, offer: Offer, opening: Opening, entry: WaitlistEntry, way: Way) -> None:
    conversations.close_prompts_about(tx, offer.id)
    offer.state, offer.made_at = OfferState.QUEUED, tx.now
    offer.channel, offer.conversation_id = way.channel, way.conversation.id
    offer.handed_over_at = offer.held_until = offer.responded_at = None
    entry.state, entry.last_offered_at = EntryState.OFFERED, tx.now
    opening.state = OpeningState.OFFERING
    tx.session.flush()
    _write(tx, offer, opening, way.conversation)
    record(
        tx,
        BOT,
        "offer.made_anew",
        offer,
        after={"opening": str(opening.id), "channel": way.channel},
    )


def words(tx: Tx, offer: Offer, opening: Opening) -> dict[str, phrases.Words]:
    """What a sentence about an offer may name: first name, provider, time."""
    patient = tx.session.get_one(Patient, offer.patient_id)
    provider = tx.session.get_one(Provider, opening.provider_id)
    entry = tx.session.get_one(WaitlistEntry, offer.entry_id)
    kind = tx.session.get_one(AppointmentType, entry.type_id)
    return {
        "name": patient.first_name,
        "provider": provider.name,
        "when": phrases.when(opening.starts_at, tx.clinic().timezone),
        "minutes": str(kind.minutes),
    }


def still_wanted(tx: Tx, offer: Offer) -> bool:
    """Whether an offer's text should still go out, asked again when it is claimed."""
    opening = tx.session.get_one(Opening, offer.opening_id)
    return offer.state is OfferState.QUEUED and opening.state in LIVE_OPENING and opening.give_up_at > tx.now


def hand_over(tx: Tx, message: Message, offer: Offer) -> None:
    """The offer's text is about to be handed to the carrier: the hold begins and the words are final."""
    opening = tx.session.get_one(Opening, offer.opening_id)
    policy = policies.of_opening(tx, opening)
    hours = policies.allowed_hours(tx, message.address, offer.patient_id)
    offer.state = OfferState.OPEN
    offer.handed_over_at = tx.now
    offer.held_until = held_until(tx.now, opening.give_up_at, policy, hours)
    conversation = _conversation(tx, offer)
    _final_words(tx, message, offer, opening, policy)
    conversations.ask(
        tx,
        conversation,
        PromptKind.OFFER,
        offer.id,
        patient_id=offer.patient_id,
        message=message,
        lives=opening.starts_at - tx.now,
    )
    adaptive = policy.dispatch is Dispatch.ADAPTIVE  # the next may be due before this hold ends
    openings.look_at(tx, opening.id, tx.now if adaptive else offer.held_until)


def _final_words(tx: Tx, message: Message, offer: Offer, opening: Opening, policy: Policy) -> None:
    zone = tx.clinic().timezone
    link = links.offer_link(tx.links, offer)
    values = {
        **words(tx, offer, opening),
        "replaces": replaces(tx, later_of(tx, offer)),
        "by": phrases.answer_by(offer.held_until or opening.give_up_at, zone, tx.now),
        "link": link,
    }
    if offer.channel is Channel.VOICE:
        values["when"] = phrases.in_full(opening.starts_at, zone)
    entry = tx.session.get_one(WaitlistEntry, offer.entry_id)
    phrase = _phrase(offer.channel, held=_truly_held(policy))
    if phrase == "offer" and entry.enrolled and entry.offers_made == 1:  # they never asked to be on the list
        phrase = "offer_enrolled"
    language = messages.language_of(tx, _conversation(tx, offer), offer.patient_id)
    text = phrases.render(phrase, language, **values)
    if offer.channel is Channel.WHATSAPP or (offer.channel is Channel.SMS and policy.link_in_offers):
        text = f"{text} {link}"
    message.body = f"{tx.clinic().short_name}: {text}"
    message.phrase = phrase
    messages.keep_values(message, phrase, values, language)


def _phrase(channel: Channel, *, held: bool = False) -> str:
    """Which sentence makes an offer: one that a text answers, that a link does, or that is spoken. WhatsApp has
    one template for both kinds."""
    phrase = "offer_held" if held and channel is not Channel.WHATSAPP else "offer"
    if channel is Channel.EMAIL:
        phrase = "offer_link_held" if held else "offer_link"
    elif channel is Channel.VOICE:
        phrase = "offer_call_held" if held else "offer_call"
    return phrase


def _conversation(tx: Tx, offer: Offer) -> Conversation:
    return tx.session.get_one(Conversation, offer.conversation_id)


def take_back(tx: Tx, offer: Offer) -> None:
    """The offer's text did not go out after all: its hold has not begun."""
    if offer.state is OfferState.OPEN:
        offer.state = OfferState.QUEUED
        offer.handed_over_at = offer.held_until = None
        conversations.close_prompts_about(tx, offer.id)


def _truly_held(policy: Policy) -> bool:
    return policy.hard_holds and policy.dispatch is Dispatch.SEQUENTIAL


def later_of(tx: Tx, offer: Offer) -> Appointment | None:
    """The later visit that would be given up for what is offered."""
    entry = tx.session.get_one(WaitlistEntry, offer.entry_id)
    return tx.session.get(Appointment, entry.replaces_id) if entry.replaces_id else None


def replaces(tx: Tx, later: Appointment | None) -> phrases.Words:
    """ " (replaces Jan 12)": that a later visit is given up, as a part of a sentence; empty where none is."""
    if later is None:
        return ""
    day = phrases.short_day(later.starts_at.astimezone(ZoneInfo(tx.clinic().timezone)).date())
    return phrases.part("replaces", day=day)
