"""What an offer's text says: one time, or several with numbers."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from clinic import links, messages, phrases, policies
from rules.offer_policy import Dispatch
from rules.states import LIVE_OPENING, WAITING_ENTRY, Channel, MessageClass, OfferState
from storage.queries.offers import head_of, of_text
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

Offered = tuple[Offer, Opening]


def words(tx: Tx, offer: Offer, opening: Opening) -> dict[str, phrases.Words]:
    """What a sentence about an offer may name: first name, provider, time, and whether they keep their place."""
    patient = tx.session.get_one(Patient, offer.patient_id)
    provider = tx.session.get_one(Provider, opening.provider_id)
    entry = tx.session.get_one(WaitlistEntry, offer.entry_id)
    kind = tx.session.get_one(AppointmentType, entry.type_id)
    return {
        "name": patient.first_name,
        "provider": provider.name,
        "when": phrases.when(opening.starts_at, tx.clinic().timezone),
        "minutes": str(kind.minutes),
        "place_kept": phrases.part("place_kept") if entry.state in WAITING_ENTRY else "",
    }


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


def queue(tx: Tx, offered: Sequence[Offered], conversation: Conversation, *, alone: bool) -> Message:
    """Queue the text that makes these offers, soonest first; `final` writes its last words. `alone`: on this
    channel no other offer can be in it."""
    first, last = offered[0][0], max(opening.give_up_at for _, opening in offered)
    phrase = _phrase(first.channel, several=len(offered) > 1)
    about = messages.About(
        patient_id=first.patient_id,
        offer_id=first.id if alone else head_of(first),
        entry_id=first.entry_id,
        expires_at=last,
    )
    return messages.say(
        tx,
        conversation,
        phrase=phrase,
        values=_values(tx, offered, last),
        klass=MessageClass.OFFER,
        about=about,
    )


def final(tx: Tx, message: Message, offered: Sequence[Offered]) -> None:
    """The last words of a text that goes out now: the holds of its offers have begun."""
    first, opening = offered[0]
    by = min(offer.held_until or opening.give_up_at for offer, opening in offered)
    values = _values(tx, offered, by)
    policy = policies.of_opening(tx, opening)
    held = all(truly_held(tx, each) for _, each in offered)
    phrase = _phrase(first.channel, several=len(offered) > 1, held=held)
    entry = tx.session.get_one(WaitlistEntry, first.entry_id)
    if entry.enrolled and entry.offers_made == 1:  # they never asked to be on the list
        if phrase == "offer":
            phrase = "offer_enrolled"
        elif phrase == "offer_several":
            phrase = "offer_several_enrolled"
    if first.channel is Channel.VOICE:
        values["when"] = phrases.in_full(opening.starts_at, tx.clinic().timezone)
    conversation = tx.session.get_one(Conversation, first.conversation_id)
    language = messages.language_of(tx, conversation, first.patient_id)
    text = phrases.render(phrase, language, **values)
    linked = first.channel is Channel.WHATSAPP or (first.channel is Channel.SMS and policy.link_in_offers)
    if linked and len(offered) == 1:
        text = f"{text} {values['link']}"
    message.body = f"{tx.clinic().short_name}: {text}"
    message.phrase = phrase
    messages.keep_values(message, phrase, values, language)


def _values(tx: Tx, offered: Sequence[Offered], by: datetime) -> dict[str, phrases.Words]:
    first, opening = offered[0]
    values: dict[str, phrases.Words] = {
        **words(tx, first, opening),
        "replaces": replaces(tx, later_of(tx, first)),
        "by": phrases.answer_by(by, tx.clinic().timezone, tx.now),
        "link": links.offer_link(tx.links, first),
    }
    if len(offered) > 1:
        values["options"] = _options(tx, offered, linked=first.channel is Channel.EMAIL)
    return values


def still_open(tx: Tx, offer: Offer) -> phrases.Words | None:
    """What else the text of an offer has offered and is still open, with the numbers it had there; None where that
    is nothing."""
    text = [
        (each, tx.session.get_one(Opening, each.opening_id))
        for each in of_text(tx.session, head_of(offer))
        if each.handed_over_at == offer.handed_over_at
    ]
    places = [
        number
        for number, (each, opening) in enumerate(text, 1)
        if each is not offer and each.state is OfferState.OPEN and opening.state in LIVE_OPENING
    ]
    left = [text[number - 1] for number in places]
    if not left:
        return None
    if len(left) == 1:
        return phrases.part("offer_still_open", when=words(tx, *left[0])["when"])
    return phrases.part("offers_still_open", options=phrases.numbered(lines(tx, left), places))


def lines(tx: Tx, offered: Sequence[Offered]) -> list[phrases.Words]:
    """Each as a line of a list: when, and with whom where they differ in that."""
    alike = len({opening.provider_id for _, opening in offered}) == 1
    said = [words(tx, *each) for each in offered]
    return [each["when"] if alike else phrases.part("line", **each) for each in said]


def _options(tx: Tx, offered: Sequence[Offered], *, linked: bool) -> phrases.Words:
    """`Dr Lee has 1) Tue Dec 1, 3:00pm, 2) Wed Dec 2, 9:30am`; each with its provider where they differ, and with
    its link where it takes one to answer."""
    said = lines(tx, offered)
    if linked:
        to_tap = [links.offer_link(tx.links, offer) for offer, _ in offered]
        said = [
            phrases.part("line_link", line=line, link=link) for line, link in zip(said, to_tap, strict=True)
        ]
    listed = phrases.numbered(said)
    if len({opening.provider_id for _, opening in offered}) > 1:
        return phrases.part("several_with", options=listed)
    return phrases.part("several_of", provider=words(tx, *offered[0])["provider"], options=listed)


def _phrase(channel: Channel, *, several: bool, held: bool = False) -> str:
    """Which sentence makes an offer: one that a text answers, that a link does, or that is spoken. WhatsApp has
    one template for both kinds."""
    if several:
        phrase = "offer_several_held" if held else "offer_several"
    else:
        phrase = "offer_held" if held and channel is not Channel.WHATSAPP else "offer"
    if channel is Channel.EMAIL and several:
        phrase = "offer_several_link_held" if held else "offer_several_link"
    elif channel is Channel.EMAIL:
        phrase = "offer_link_held" if held else "offer_link"
    elif channel is Channel.VOICE:
        phrase = "offer_call_held" if held else "offer_call"
    return phrase


def truly_held(tx: Tx, opening: Opening) -> bool:
    """Whether an opening is kept for the one it is offered to, until their time is up."""
    policy = policies.of_opening(tx, opening)
    return policy.hard_holds and policy.dispatch is Dispatch.SEQUENTIAL
