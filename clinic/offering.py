"""Offers are made, one a text or several with numbers, and their holds begin when the text is handed to the
carrier. What it says: clinic/offer_words.py."""

from collections.abc import Sequence
from typing import NamedTuple

from clinic import conversations, messages, offer_words, openings, policies, reaching, waitlist
from clinic.audit import BOT, By, record
from clinic.offer_words import Offered
from clinic.reaching import Way
from rules.facts import Ranked
from rules.holds import held_until
from rules.offer_policy import Dispatch
from rules.states import LIVE_OPENING, Channel, EntryState, OfferState, PromptKind
from storage.queries.offers import of_text
from storage.tables import Conversation, Message, Offer, Opening, WaitlistEntry
from storage.transaction import Tx

OFFER_PHRASES = messages.OFFER_PHRASES

LINE = "offer"
"""What a number stands for in a text that makes several: `offer:<id>`."""


class Chosen(NamedTuple):
    """A locked opening that an entry is to be asked about."""

    opening: Opening
    ranked: Ranked
    wave: int = 1


def make(
    tx: Tx, opening: Opening, ranked: Ranked, by: By = BOT, *, channel: Channel | None = None
) -> Offer | None:
    """Write an offer and its text. None where the patient turns out not to be reached on any channel, or not on
    the one that staff chose."""
    made = make_several(tx, [Chosen(opening, ranked)], by, channel=channel)
    return made[0] if made else None


def make_several(
    tx: Tx, chosen: Sequence[Chosen], by: By = BOT, *, channel: Channel | None = None
) -> list[Offer]:
    """Write the offers of several openings to one entry, and the one text that lists them, soonest first. Where
    the channel's text can make one only, the one that suits best; none where the patient is not reached.

    The holds begin, and "answer by" is worked out, only when the text is handed to the carrier.
    """
    entry = waitlist.lock(tx, chosen[0].ranked.entry_id)
    ways = reaching.ways(tx, entry)
    way = next((way for way in ways if channel in (None, way.channel)), None)
    if way is None:
        return []
    alone = not takes_several(tx, way)
    if alone:
        chosen = [max(chosen, key=lambda each: each.ranked.score)]
    made: list[Offered] = []
    for each in sorted(chosen, key=lambda each: (each.opening.starts_at, each.opening.id)):
        head = made[0][0] if made else None
        made.append((row(tx, each, entry, way, told_with=head), each.opening))
    entry.state = EntryState.OFFERED
    tx.session.flush()
    offer_words.queue(tx, made, way.conversation, alone=alone)
    for offer, opening in made:
        after = {"opening": str(opening.id), "score": round(offer.score, 3), "channel": way.channel}
        record(tx, by, "offer.made", offer, after=after)
    return [offer for offer, _ in made]


def takes_several(tx: Tx, way: Way) -> bool:
    """Whether one text there can make several offers: not a call, nor what WhatsApp takes as a template only."""
    return way.channel is not Channel.VOICE and reaching.takes_words(tx, way.conversation)


def row(tx: Tx, chosen: Chosen, entry: WaitlistEntry, way: Way, *, told_with: Offer | None = None) -> Offer:
    """An offer of a locked opening to a locked entry, with no text yet. What one text offers counts once."""
    ranked = chosen.ranked
    offer = Offer(
        clinic_id=tx.clinic_id,
        opening_id=chosen.opening.id,
        entry_id=entry.id,
        patient_id=entry.patient_id,
        conversation_id=way.conversation.id,
        channel=way.channel,
        made_at=tx.now,
        told_with_id=told_with.id if told_with else None,
        wave=chosen.wave,
        score=ranked.score,
        parts=dict(ranked.parts),
        reasons=list(ranked.reasons),
    )
    tx.session.add(offer)
    if told_with is None:
        entry.offers_made += 1
    entry.last_offered_at = tx.now
    tx.session.flush()
    return offer


def wanted(tx: Tx, message: Message) -> list[Offered]:
    """What an offer's text should still offer, asked again when it is claimed; soonest first."""
    found = [
        (offer, tx.session.get_one(Opening, offer.opening_id))
        for offer in of_text(tx.session, message.about_offer_id)
    ]
    return [
        (offer, opening)
        for offer, opening in found
        if offer.state is OfferState.QUEUED and opening.state in LIVE_OPENING and opening.give_up_at > tx.now
    ]


def hand_over(tx: Tx, message: Message) -> None:
    """The text is about to be handed to the carrier: the holds of its offers begin and the words are final."""
    offered = wanted(tx, message)
    for offer, opening in offered:
        policy = policies.of_opening(tx, opening)
        hours = policies.allowed_hours(tx, message.address, offer.patient_id)
        offer.state = OfferState.OPEN
        offer.handed_over_at = tx.now
        offer.held_until = held_until(tx.now, opening.give_up_at, policy, hours)
        adaptive = policy.dispatch is Dispatch.ADAPTIVE  # the next may be due before this hold ends
        openings.look_at(tx, opening.id, tx.now if adaptive else offer.held_until)
    offer_words.final(tx, message, offered)
    await_answer(tx, message, offered)


def await_answer(tx: Tx, message: Message, offered: Sequence[Offered]) -> None:
    """A yes or no to each, and a number where there are several."""
    conversation = tx.session.get_one(Conversation, message.conversation_id)
    for offer, opening in offered:
        conversations.ask(
            tx,
            conversation,
            PromptKind.OFFER,
            offer.id,
            patient_id=offer.patient_id,
            message=message,
            lives=opening.starts_at - tx.now,
        )
    if len(offered) > 1:
        conversations.ask(
            tx,
            conversation,
            PromptKind.LIST,
            None,
            patient_id=offered[0][0].patient_id,
            options=[f"{LINE}:{offer.id}" for offer, _ in offered],
            message=message,
            lives=max(opening.starts_at for _, opening in offered) - tx.now,
        )


def take_back(tx: Tx, message: Message) -> None:
    """The text did not go out after all: the holds of its offers have not begun."""
    for offer in of_text(tx.session, message.about_offer_id):
        if offer.state is OfferState.OPEN:
            offer.state = OfferState.QUEUED
            offer.handed_over_at = offer.held_until = None
    conversations.close_prompts_of(tx, message.id)
