"""The last gate: asked when a text is claimed, a moment before it goes. Nothing is sent that it forbids."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic import (
    beforehand,
    consent,
    envelopes,
    expiry,
    inviting,
    messages,
    offering,
    openings,
    phrases,
    policies,
    recipients,
    recovery_texts,
    reminders,
    waitlist,
    withdrawing,
)
from clinic.audit import BOT, record
from rules.channels import TEXTED, channel_of
from rules.hours import Hours, NeverAllowed, add_allowed, is_allowed, next_allowed
from rules.segments import affordable
from rules.states import PROACTIVE, Channel, Holder, MessageClass, OutboxState
from storage.queries import contacts
from storage.queries.offers import openings_of_text
from storage.tables import Clinic, ContactPoint, Conversation, Message, Patient, Provider
from storage.transaction import Tx

DESPITE_STOP = ("stop_done", "start_hint", "help", "emergency")
"""What a number that said STOP may still be answered, where the carrier does not block it."""

REPLY_VALID = timedelta(hours=4)
MOST_VALID = timedelta(hours=10)
"""The carrier takes no longer a validity."""

WHILE_PAUSED = timedelta(minutes=30)
"""What a pause holds back is looked at when somebody resumes (clinic/pausing.py); so often too, as a net."""

WHILE_BUSY = timedelta(minutes=10)
"""A campaign that staff have stopped, or that would talk into something else, is asked about this often."""


@dataclass(frozen=True, slots=True)
class Drop:
    because: str


@dataclass(frozen=True, slots=True)
class Postpone:
    until: datetime


@dataclass(frozen=True, slots=True)
class Go:
    """It may go now; the carrier is to give up on it at `valid_until`."""

    valid_until: datetime


Verdict = Drop | Postpone | Go


def check(tx: Tx, message: Message, conversation: Conversation) -> Verdict:
    """Whether a text may go now. Its conversation is locked, and its opening where it makes an offer."""
    if message.expires_at is not None and message.expires_at <= tx.now:
        return Drop("stale")
    if message.klass is MessageClass.ALERT:
        return Go(tx.now + REPLY_VALID)
    point = contacts.point_of(tx, message.address)
    refused = _number_refuses(message, point) or envelopes.refused(tx, message, conversation)
    if refused:
        return Drop(refused)
    if message.klass not in PROACTIVE:
        return Go(tx.now + REPLY_VALID)
    if consent.in_doubt(tx, message.address):
        return _until_they_say(tx, message, conversation)
    if message.klass is MessageClass.CAMPAIGN:
        return _check_campaign(tx, message, conversation)
    return _check_proactive(tx, message, conversation)


def _number_refuses(message: Message, point: ContactPoint | None) -> str | None:
    if point is None:
        return None
    if point.carrier_blocked_at is not None:
        return "blocked by the carrier"
    if point.opted_out_at is not None and not set(DESPITE_STOP).intersection(
        (message.phrase or "").split("+")
    ):
        return "opted out"
    if message.klass in PROACTIVE and _out_of_use(message, point):
        return "number out of use"
    if point.no_offers_at is not None and message.phrase in offering.OFFER_PHRASES:
        return "wants no offers"
    return None


def _out_of_use(message: Message, point: ContactPoint) -> bool:
    """Somebody else has it, or no text or email reaches it; a phone that takes no texts may ring."""
    dead = point.undeliverable_at is not None and channel_of(message.address) in (Channel.SMS, Channel.EMAIL)
    return point.wrong_number_at is not None or dead


def _until_they_say(tx: Tx, message: Message, conversation: Conversation) -> Verdict:
    """They have been asked whether they meant STOP: all but an answer waits. A slot waits for nobody: the next in
    line is asked. Where a reminder waits, staff hear of it, who may ask them by phone."""
    if message.phrase in offering.OFFER_PHRASES:
        return Drop("may have said STOP")
    if message.klass is MessageClass.REMINDER:
        consent.have_staff_ask(tx, conversation, message.patient_id)
    return Postpone(tx.now + WHILE_BUSY)


def _check_proactive(tx: Tx, message: Message, conversation: Conversation) -> Verdict:
    unwanted = _unwanted(tx, message, conversation)
    if unwanted:
        return Drop(unwanted)
    if _is_paused(tx, message):
        return _until_resumed(tx, message)
    hours = policies.allowed_hours(tx, message.address, message.patient_id)
    try:
        if not is_allowed(tx.now, hours):
            return _in_the_morning(message, next_allowed(tx.now, hours))
        return Go(_valid_until(message, tx.now, hours))
    except NeverAllowed:
        return Drop("no hour is allowed in all zones of the number")


def _check_campaign(tx: Tx, message: Message, conversation: Conversation) -> Verdict:
    """News has a consent, hours and caps of its own, and never talks into anything else."""
    unwanted = recipients.unwanted(tx, message)
    if unwanted:
        return Drop(unwanted)
    if _stands_paused(tx, tx.clinic()):
        return _until_resumed(tx, message)
    if recipients.has_to_wait(tx, message, conversation):
        return Postpone(tx.now + WHILE_BUSY)
    span = recipients.span_of(tx, message)
    if span is None:
        return Drop("no hour is allowed")
    if span.start > tx.now:
        return _in_the_morning(message, span.start)
    return Go(min(filter(None, (tx.now + MOST_VALID, span.end, message.expires_at))))


def _unwanted(tx: Tx, message: Message, conversation: Conversation) -> str | None:
    patient = tx.session.get(Patient, message.patient_id) if message.patient_id else None
    if patient is None or patient.no_text:
        return "no texts for this patient"
    if not consent.has_agreed(tx, patient.id, message.address):
        return "no consent"
    if message.phrase in offering.OFFER_PHRASES:
        if conversation.holder is Holder.PERSON:
            return "a person has the conversation"
        if not offering.wanted(tx, message):
            return "the offer is no longer wanted"
    moot = _moot(tx, message)
    if moot is None and message.phrase in recovery_texts.PHRASES:
        return recovery_texts.unwanted(tx, message, conversation)
    return moot


def _moot(tx: Tx, message: Message) -> str | None:
    """Why what it is about is not so any more."""
    if message.phrase in reminders.REMINDER_PHRASES and not reminders.wanted(tx, message):
        return "the visit is not to come, or not then"
    if message.phrase in expiry.PHRASES and not expiry.still_wanted(tx, message):
        return "the entry waits no more"
    if message.phrase in withdrawing.PHRASES and not withdrawing.still_so(tx, message):
        return "the type is offered again"
    return None


def _is_paused(tx: Tx, message: Message) -> bool:
    """Everything of the clinic, or what offers time of one provider, waits until somebody resumes."""
    if _stands_paused(tx, tx.clinic()):
        return True
    if message.phrase not in offering.OFFER_PHRASES:
        return False
    providers = (
        tx.session.get_one(Provider, opening.provider_id) for _, opening in offering.wanted(tx, message)
    )
    return any(_stands_paused(tx, provider) for provider in providers)


def _stands_paused(tx: Tx, row: Clinic | Provider) -> bool:
    """Whoever resumes at this moment is waited for, or waits until this text is put off: all that was put off$
    by then is looked at again."""
    if row.paused_at is not None:
        tx.session.refresh(row, ["paused_at"], with_for_update={"read": True})
    return row.paused_at is not None


def _until_resumed(tx: Tx, message: Message) -> Verdict:
    """Until then, and no longer than it is worth anything."""
    return Postpone(min(filter(None, (tx.now + WHILE_PAUSED, message.expires_at))))


def _in_the_morning(message: Message, morning: datetime) -> Verdict:
    if message.expires_at is not None and morning >= message.expires_at:
        return Drop("no allowed hour before it is moot")
    return Postpone(morning)


def _valid_until(message: Message, now: datetime, hours: Hours) -> datetime:
    """No later than the text is worth, and never into the night: the carrier would deliver it then."""
    ends = [now + MOST_VALID, _hours_end(now, hours)]
    if message.expires_at is not None:
        ends.append(message.expires_at)
    return min(ends)


def _hours_end(now: datetime, hours: Hours) -> datetime:
    """The end of the allowed stretch `now` lies in, to the minute."""
    low, high = 0, int(MOST_VALID / timedelta(minutes=1))
    while low < high:
        middle = (low + high + 1) // 2
        if add_allowed(now, middle, hours) - now == timedelta(minutes=middle):
            low = middle
        else:
            high = middle - 1
    return now + timedelta(minutes=max(low, 1))


def hands_over(message: Message) -> bool:
    """Whether more than the text changes as it goes (a hold begins, an answer is awaited), and is locked."""
    awaited = (*offering.OFFER_PHRASES, *reminders.REMINDER_PHRASES, *expiry.PHRASES, *recovery_texts.PHRASES)
    return message.about_recipient_id is not None or message.phrase in awaited


def claim(tx: Tx, message: Message, conversation: Conversation) -> None:
    """The text is about to go: holds begin, its answer is awaited, the words are final, the claim is marked."""
    if message.phrase in offering.OFFER_PHRASES:
        offering.hand_over(tx, message)
    if message.phrase in reminders.REMINDER_PHRASES:
        reminders.hand_over(tx, message)
    if message.phrase in expiry.PHRASES:
        expiry.hand_over(tx, message)
    if message.phrase in recovery_texts.PHRASES:
        recovery_texts.hand_over(tx, message)
    if message.about_recipient_id is not None:
        recipients.hand_over(tx, message)
    if message.klass in PROACTIVE and channel_of(message.address) in TEXTED:
        _add_stop_notice(tx, message, conversation)
    if message.klass in PROACTIVE and message.about_entry_id is not None:
        waitlist.texted(tx, message.about_entry_id)
    # A person's words go out as they wrote them, and only texts are paid for by the letter.
    if message.staff_id is None and channel_of(message.address) is Channel.SMS:
        inviting.add(tx, message, conversation)
        message.body = affordable(message.body)
    envelopes.put_in(tx, message, conversation)
    message.segments = messages.segments_on(message.address, message.body)
    message.outbox_state = OutboxState.CLAIMED
    message.claimed_at = tx.now
    message.attempts += 1


def _add_stop_notice(tx: Tx, message: Message, conversation: Conversation) -> None:
    """The first text to a number, and one every 30 days, says how to opt out."""
    every = timedelta(days=policies.current(tx).stop_notice_days)
    if conversation.stop_notice_at is None or conversation.stop_notice_at <= tx.now - every:
        notice = phrases.render("stop_notice", messages.language_of(tx, conversation, message.patient_id))
        message.body = f"{message.body} {notice}"
        conversation.stop_notice_at = tx.now


def drop(tx: Tx, message: Message, because: str) -> None:
    """It is not sent, and the log says why. An offer that is not sent asked nobody: the next in line is."""
    messages.drop(message, because)
    record(tx, BOT, "message.dropped", message, after={"because": because})
    if message.about_recipient_id is not None:
        recipients.dropped(tx, message, because)
    if message.phrase in recovery_texts.PHRASES:
        recovery_texts.dropped(tx, message, because)
    if message.phrase in (*offering.OFFER_PHRASES, *beforehand.PHRASES):
        for opening_id in openings_of_text(tx.session, message.about_offer_id):
            openings.look_at(tx, opening_id, tx.now)


def put_back(tx: Tx, message: Message, not_before: datetime) -> None:
    """It did not go out: it is queued again, and the holds of what it offers have not begun after all."""
    message.outbox_state = OutboxState.QUEUED
    message.not_before = not_before
    message.not_found = 0
    if message.klass in PROACTIVE and message.about_entry_id is not None:
        waitlist.texted(tx, message.about_entry_id, -1)
    if message.phrase in offering.OFFER_PHRASES:
        offering.take_back(tx, message)
    if message.phrase in reminders.REMINDER_PHRASES:
        reminders.take_back(tx, message)
    if message.phrase in expiry.PHRASES:
        expiry.take_back(tx, message)
    if message.phrase in recovery_texts.PHRASES:
        recovery_texts.take_back(tx, message)
    if message.about_recipient_id is not None:
        recipients.take_back(tx, message)
