"""An automatic call about an offer: what is said when somebody picks up, and what each key does."""

from dataclasses import dataclass
from uuid import UUID

from clinic import (
    consent,
    conversations,
    declining,
    direct_answers,
    handoff,
    messages,
    offer_words,
    offering_again,
    openings,
    phrases,
    policies,
    reaching,
)
from clinic.audit import PATIENT
from clinic.direct_answers import Standing
from rules.states import AnsweredBy, EscalationKind, OfferState
from storage.tables import Conversation, Message, Offer, Opening
from storage.transaction import Tx

ACCEPT, PASS, PERSON, NO_CALLS = "1", "2", "0", "9"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the call says next. `asks`: a key is waited for; `question`: which open question it then answers, where
    that is not what the call began with. `connect`: the number of who is to take the call."""

    words: str
    language: str
    asks: bool = False
    connect: str | None = None
    question: UUID | None = None


def picked_up(tx: Tx, message: Message) -> Spoken:
    """A person answers: who calls, what is offered, and the keys. What is over by now is said instead."""
    offer = _offer(tx, message)
    stands = direct_answers.standing(tx, offer)
    language = _language(tx, offer)
    hello = phrases.render("call_hello", language, clinic=tx.clinic().name)
    if stands is not Standing.OPEN:
        return Spoken(f"{hello} {_how_it_stands(tx, offer, stands, language)}", language)
    offered = message.body.removeprefix(f"{tx.clinic().short_name}: ")
    return Spoken(f"{hello} {offered} {phrases.render('call_keys', language)}", language, asks=True)


def voicemail(tx: Tx, message: Message) -> Spoken:
    """A machine answers, and anybody may listen to it: only who called, and where to call back."""
    return call_back(tx, _language(tx, _offer(tx, message)))


def call_back(tx: Tx, language: str) -> Spoken:
    """Who called, and where to call back."""
    clinic = tx.clinic()
    values = {"clinic": clinic.name, "phone": phrases.phone(clinic.phone)}
    return Spoken(phrases.render("call_voicemail", language, **values), language)


def pressed(tx: Tx, message: Message, key: str, _question: UUID | None = None) -> Spoken:
    """Do what a key stands for; pressed again it only says how things stand."""
    offer = _offer(tx, message)
    language = _language(tx, offer)
    if key == PERSON:
        return to_desk(tx, _conversation(tx, offer), EscalationKind.ASKED, language)
    if key == NO_CALLS:
        return _no_more(tx, offer, language)
    if key == ACCEPT:
        stands = direct_answers.accept(tx, offer.id, AnsweredBy.CALL)
    elif key == PASS:
        stands = direct_answers.decline(tx, offer.id, AnsweredBy.CALL)
    else:
        return Spoken(phrases.render("call_keys", language), language, asks=True)
    return Spoken(_how_it_stands(tx, offer, stands, language), language)


def to_desk(tx: Tx, conversation: Conversation, kind: EscalationKind, language: str) -> Spoken:
    """The desk has the conversation, and takes the call too while it is there."""
    talk = reaching.texted_instead(tx, conversation)
    handoff.escalate(tx, conversations.lock(tx, talk.id), kind)
    if policies.desk_opens(tx) is None:
        return Spoken(phrases.render("call_connect", language), language, connect=tx.clinic().phone)
    return Spoken(phrases.render("call_closed", language), language)


def _no_more(tx: Tx, offer: Offer, language: str) -> Spoken:
    """No calls any more. The offer goes by their next channel; where there is none the next in line is asked, and
    a yes still counts while the time is free."""
    conversation = conversations.lock(tx, offer.conversation_id)
    consent.no_calls(tx, conversation)
    opening = openings.lock(tx, offer.opening_id)
    tx.session.refresh(offer)
    if offer.state is OfferState.OPEN and not offering_again.move_on(tx, offer, opening):
        declining.pass_on(tx, offer, PATIENT)
    return Spoken(phrases.render("call_no_more", language, clinic=tx.clinic().name), language)


def _how_it_stands(tx: Tx, offer: Offer, stands: Standing, language: str) -> str:
    opening = tx.session.get_one(Opening, offer.opening_id)
    values = {
        **offer_words.words(tx, offer, opening),
        "when": phrases.in_full(opening.starts_at, tx.clinic().timezone),
        "replaces": offer_words.replaces(tx, offer_words.later_of(tx, offer)),
    }
    return phrases.render(f"page_{stands}", language, **values)


def goodbye(tx: Tx, language: str) -> str:
    """What is said when no key came."""
    return phrases.render("call_bye", language, phone=phrases.phone(tx.clinic().phone))


def _offer(tx: Tx, message: Message) -> Offer:
    return tx.session.get_one(Offer, message.about_offer_id)


def _conversation(tx: Tx, offer: Offer) -> Conversation:
    return tx.session.get_one(Conversation, offer.conversation_id)


def _language(tx: Tx, offer: Offer) -> str:
    return messages.language_of(tx, _conversation(tx, offer), offer.patient_id)
