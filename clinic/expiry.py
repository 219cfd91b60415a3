"""An entry that has waited as long as the clinic lets one wait: a week before, they are asked whether they still
want it, and without an answer it ends silently. One whose later visit has begun ends then: nothing is sooner."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import conversations, messages, phrases, policies, reaching, waitlist
from clinic.audit import SYSTEM, By, record
from clinic.lasting import ASKED_BEFORE, asked_from, replaced_begins, watch
from clinic.messages import About
from rules.states import WAITING_ENTRY, EntryState, MessageClass, OfferState, PromptKind
from storage.tables import Conversation, Message, Offer, Patient, WaitlistEntry
from storage.transaction import Tx

A_DAY = timedelta(days=1)
PHRASES = ("still_waiting",)
"""What asks whether they still want their place."""


def keep(tx: Tx, entry: WaitlistEntry, by: By) -> None:
    """They still want it: it lasts as long again as the clinic lets one wait."""
    before, entry.expires_at = entry.expires_at, _as_long_again(tx)
    after = {"until": entry.expires_at.isoformat()}
    record(tx, by, "entry.kept", entry, before={"until": before.isoformat()}, after=after)
    watch(tx, entry)


def work(tx: Tx, entry_id: UUID) -> datetime | None:
    """Ask, end, or wait on. Gives when to look again; None where it waits no more. What due rows call; may run at
    any time and any number of times."""
    entry = waitlist.lock(tx, entry_id)
    begins = replaced_begins(tx, entry)
    if entry.state not in WAITING_ENTRY:
        return None
    if begins is not None and begins <= tx.now:
        _end(tx, entry)
        return None
    if entry.expires_at <= tx.now:
        if entry.state is EntryState.OFFERED:
            return tx.now + A_DAY  # first they answer what they were asked
        if not _answered_lately(tx, entry):
            _end(tx, entry)
            return None
        keep(tx, entry, SYSTEM)
    return min(filter(None, (begins, _ask_in_time(tx, entry))))


def _ask_in_time(tx: Tx, entry: WaitlistEntry) -> datetime:
    if asked_from(entry) > tx.now:
        return asked_from(entry)
    resumes = _resumes(tx, entry)
    if resumes is not None and resumes > tx.now:  # "not till January": nobody is asked meanwhile, nor dropped
        entry.expires_at = max(entry.expires_at, resumes + ASKED_BEFORE)
        return resumes
    if not _was_asked(tx, entry):
        _ask(tx, entry)
    return entry.expires_at


def _ask(tx: Tx, entry: WaitlistEntry) -> None:
    way = reaching.by_text(tx, entry)
    if way is None:
        return
    messages.say(
        tx,
        way.conversation,
        "still_waiting",
        {"name": tx.session.get_one(Patient, entry.patient_id).first_name, "day": _last_day(tx, entry)},
        klass=MessageClass.REMINDER,
        about=About(entry.patient_id, entry_id=entry.id, expires_at=entry.expires_at),
    )
    record(tx, SYSTEM, "entry.asked_whether_to_stay", entry)


def still_wanted(tx: Tx, message: Message) -> bool:
    """Whether the question should still go out, asked again when it is claimed."""
    entry = tx.session.get(WaitlistEntry, message.about_entry_id)
    return entry is not None and entry.state in WAITING_ENTRY and asked_from(entry) <= tx.now


def hand_over(tx: Tx, message: Message) -> None:
    """The question is about to be handed to the carrier: an answer is awaited."""
    entry = tx.session.get_one(WaitlistEntry, message.about_entry_id)
    conversations.ask(
        tx,
        tx.session.get_one(Conversation, message.conversation_id),
        PromptKind.KEEP_PLACE,
        entry.id,
        patient_id=entry.patient_id,
        message=message,
        lives=entry.expires_at - tx.now,
    )


def take_back(tx: Tx, message: Message) -> None:
    """It did not go out after all: nothing is awaited of it."""
    conversations.close_prompts(tx, message.conversation_id, PromptKind.KEEP_PLACE, message.about_entry_id)


def stay(tx: Tx, conversation: Conversation, entry_id: UUID, by: By) -> bool:
    """They want to stay on the list, and hear until when. False where they wait no more."""
    entry = waitlist.lock(tx, entry_id)
    if entry.state not in WAITING_ENTRY:
        return False
    keep(tx, entry, by)
    patient = tx.session.get_one(Patient, entry.patient_id)
    values = {"name": patient.first_name, "day": _last_day(tx, entry)}
    messages.say(tx, conversation, "stays_on_list", values)
    return True


def _end(tx: Tx, entry: WaitlistEntry) -> None:
    waitlist.end(tx, entry, EntryState.EXPIRED, "expired")
    record(tx, SYSTEM, "entry.expired", entry)
    tx.session.flush()
    waitlist.look_again(tx, entry)


def _as_long_again(tx: Tx) -> datetime:
    return tx.now + timedelta(days=policies.current(tx).entry_expires_days)


def _resumes(tx: Tx, entry: WaitlistEntry) -> datetime | None:
    if entry.paused_until is None:
        return None
    return datetime.combine(entry.paused_until, time(), ZoneInfo(tx.clinic().timezone))


def _was_asked(tx: Tx, entry: WaitlistEntry) -> bool:
    asked = select(Message.id).where(
        Message.about_entry_id == entry.id,
        Message.phrase.in_(PHRASES),
        Message.created_at >= asked_from(entry),
    )
    return tx.session.scalar(asked.limit(1)) is not None


def _answered_lately(tx: Tx, entry: WaitlistEntry) -> bool:
    """Whether they have answered an offer since they were asked: then they want others too."""
    answered = select(Offer.id).where(
        Offer.entry_id == entry.id,
        Offer.state == OfferState.DECLINED,
        Offer.responded_at >= asked_from(entry),
    )
    return tx.session.scalar(answered.limit(1)) is not None


def _last_day(tx: Tx, entry: WaitlistEntry) -> phrases.Words:
    return phrases.calendar(entry.expires_at.astimezone(ZoneInfo(tx.clinic().timezone)).date())
