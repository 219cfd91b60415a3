"""An automatic call about a lost visit: what is said when somebody picks up, and what each key does.

The times that were kept for it as it began are named one after the other; which one a key answers stands in the
call's own address.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from clinic import (
    calls,
    choosing,
    consent,
    conversations,
    holds,
    messages,
    phrases,
    reaching,
    recovery_cases,
)
from clinic.calls import NO_CALLS, PERSON, Spoken
from clinic.choosing import Outcome
from rules.states import AppointmentState, EscalationKind, HoldState
from storage.queries import recovery as queries
from storage.tables import Appointment, Conversation, Hold, Message
from storage.transaction import Tx

TAKE, NEXT = "1", "2"


def picked_up(tx: Tx, message: Message) -> Spoken:
    """A person answers: who calls, what was lost, and the first of the times; what is settled is not asked."""
    language = _language(tx, message)
    hello = phrases.render("call_hello", language, clinic=tx.clinic().name)
    if not _is_open(tx, message):
        return Spoken(f"{hello} {_settled(tx, language)}", language)
    said = message.body.removeprefix(f"{tx.clinic().short_name}: ")
    return _named(tx, _kept(tx, message), language, begin=f"{hello} {said} ")


def voicemail(tx: Tx, message: Message) -> Spoken:
    """A machine answers, and anybody may listen to it: only who called, and where to call back."""
    return calls.call_back(tx, _language(tx, message))


def pressed(tx: Tx, message: Message, key: str, question: UUID | None) -> Spoken:
    """Do what a key stands for. `question`: the time that was named last; None where all of them were, or there
    are none. A key that is told twice books once."""
    line, language = conversations.lock(tx, message.conversation_id), _language(tx, message)
    if key == PERSON:
        spoken = calls.to_desk(tx, line, EscalationKind.ASKED, language)
        recovery_cases.heard_from(tx, line)
        return spoken
    if key == NO_CALLS:
        consent.no_calls(tx, line)
        holds.release_all(tx, line.id)
        return Spoken(phrases.render("call_no_more", language, clinic=tx.clinic().name), language)
    asked = tx.session.get(Hold, question) if question is not None else None
    if asked is not None and asked.conversation_id == line.id and key == TAKE:
        return _take(tx, message, line, asked, language)
    if not _is_open(tx, message):
        return Spoken(_settled(tx, language), language)
    if key == NEXT:
        recovery_cases.heard_from(tx, line)
    return _named(tx, _kept(tx, message), language, after=asked if key == NEXT else None)


def _take(tx: Tx, message: Message, line: Conversation, asked: Hold, language: str) -> Spoken:
    """Book it; it is confirmed, and may be taken back, by text where they agreed to texts."""
    if asked.state is not HoldState.BOOKED:
        place = reaching.place_for(tx, line, "booked", language)
        told = line if place is None else conversations.lock(tx, place.id)
        if choosing.choose(tx, told, asked.id) is Outcome.GONE:
            recovery_cases.heard_from(tx, line)
            gone = phrases.render("call_recovery_taken", language, **_words(tx, asked))
            return _named(tx, _kept(tx, message), language, begin=f"{gone} ")
        holds.release_all(tx, line.id)
    visit = tx.session.get_one(Appointment, asked.appointment_id)
    phrase = "page_requested" if visit.state is AppointmentState.REQUESTED else "page_booked"
    return Spoken(phrases.render(phrase, language, **_words(tx, asked)), language)


def _named(
    tx: Tx, kept: Sequence[Hold], language: str, *, begin: str = "", after: Hold | None = None
) -> Spoken:
    """The time behind `after`, and the keys; past the last of them what else can be done."""
    following = [held for held in kept if after is None or _place(held) > _place(after)]
    if following:
        said = phrases.render("call_recovery_time", language, **_words(tx, following[0]))
        return Spoken(f"{begin}{said}", language, asks=True, question=following[0].id)
    return Spoken(
        f"{begin}{phrases.render('call_recovery_all' if kept else 'call_recovery_none', language)}",
        language,
        asks=True,
    )


def _place(held: Hold) -> tuple[object, ...]:
    return held.starts_at, held.provider_id


def _kept(tx: Tx, message: Message) -> Sequence[Hold]:
    """The times that the call can still name, in the order of the calendar."""
    kept = select(Hold).where(
        Hold.conversation_id == message.conversation_id,
        Hold.patient_id == message.patient_id,
        Hold.state == HoldState.LIVE,
    )
    return tx.session.scalars(kept.order_by(Hold.starts_at, Hold.provider_id)).all()


def _is_open(tx: Tx, message: Message) -> bool:
    made = queries.of_message(tx.session, message.id)
    case = recovery_cases.find(tx, made.case_id) if made is not None else None
    return case is not None and case.is_open


def _words(tx: Tx, held: Hold) -> dict[str, phrases.Words]:
    """For the ear."""
    return {**holds.words(tx, held), "when": phrases.in_full(held.starts_at, tx.clinic().timezone)}


def _settled(tx: Tx, language: str) -> str:
    return phrases.render("call_recovery_settled", language, phone=phrases.phone(tx.clinic().phone))


def _language(tx: Tx, message: Message) -> str:
    line = tx.session.get_one(Conversation, message.conversation_id)
    return messages.language_of(tx, line, message.patient_id)
