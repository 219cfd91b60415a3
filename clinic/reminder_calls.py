"""An automatic call that reminds of visits: what is said when somebody picks up, and what each key does."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from clinic import (
    calls,
    consent,
    conversations,
    messages,
    phrases,
    reminder_answers,
    reminders,
)
from clinic.calls import NO_CALLS, PERSON, Spoken
from rules.states import AnsweredBy, AppointmentState, EscalationKind, PromptKind
from storage.tables import Appointment, Conversation, Message, Prompt
from storage.transaction import Tx

CONFIRM, CHANGE, CANCEL = "1", "2", "3"
YES, KEEP = "1", "2"
WHICH = {CHANGE: "call_reminder_which_change", CANCEL: "call_reminder_which"}
"""What is asked about several visits before a key is taken to mean one of them."""

MOST_LISTED = 8
"""0 and 9 mean something else."""

ASKED_IN_THE_CALL = timedelta(minutes=10)


def picked_up(tx: Tx, message: Message) -> Spoken:
    """A person answers: who calls, the visits, and the keys."""
    language, visits = _language(tx, message), reminders.named_in(tx, message)
    hello = phrases.render("call_hello", language, clinic=tx.clinic().name)
    if not visits:
        return Spoken(f"{hello} {_gone(tx, language)}", language)
    said = message.body.removeprefix(f"{tx.clinic().short_name}: ")
    return Spoken(f"{hello} {said} {_keys(visits, language)}", language, asks=True)


def voicemail(tx: Tx, message: Message) -> Spoken:
    """A machine answers, and anybody may listen to it: only who called, and where to call back."""
    return calls.call_back(tx, _language(tx, message))


def pressed(tx: Tx, message: Message, key: str, question: UUID | None) -> Spoken:
    """Do what a key stands for. A visit is cancelled only by a yes to `question`, whether they are sure; that is
    asked, and answered, once: a key that is told twice changes nothing more."""
    line, language = conversations.lock(tx, message.conversation_id), _language(tx, message)
    if key == PERSON:
        return calls.to_desk(tx, line, EscalationKind.ASKED, language)
    if key == NO_CALLS:
        consent.no_calls(tx, line)
        return Spoken(phrases.render("call_no_more", language, clinic=tx.clinic().name), language)
    asked = tx.session.get(Prompt, question) if question is not None else None
    if asked is None or asked.message_id != message.id:
        return _chosen(tx, message, key, language)
    if asked.kind is PromptKind.LIST:
        return _which_chosen(tx, message, asked, key, language)
    return _sure(tx, message, asked, key, language)


def _chosen(tx: Tx, message: Message, key: str, language: str) -> Spoken:
    visits = reminders.named_in(tx, message)
    if not visits:
        return Spoken(_gone(tx, language), language)
    if key == CONFIRM:
        return _confirmed(tx, reminder_answers.confirm(tx, message, AnsweredBy.CALL), language)
    if key not in WHICH:
        return Spoken(_keys(visits, language), language, asks=True)
    if len(visits) > 1:
        return _which(tx, message, visits, key)
    return _wanted(tx, message, visits[0], key, language)


def _wanted(tx: Tx, message: Message, visit: Appointment, key: str, language: str) -> Spoken:
    if key == CANCEL:
        return _really(tx, message, visit, language)
    line = reminder_answers.change(tx, message, AnsweredBy.CALL, visit.id)
    return calls.to_desk(tx, line, EscalationKind.RESCHEDULE, language)


def _confirmed(tx: Tx, visits: Sequence[Appointment], language: str) -> Spoken:
    phrase = "visit_confirmed" if len(visits) == 1 else "visits_confirmed"
    return Spoken(phrases.render(phrase, language, **reminders.in_full(tx, visits)), language)


def _which(tx: Tx, message: Message, visits: Sequence[Appointment], key: str) -> Spoken:
    """Which of several is meant by a key?"""
    language, listed = _language(tx, message), visits[:MOST_LISTED]
    lines = [
        phrases.part("call_reminder_line", number=str(number), visit=reminders.at_with(tx, visit))
        for number, visit in enumerate(listed, 1)
    ]
    asked = _ask(tx, message, PromptKind.LIST, None, [f"{key}:{visit.id}" for visit in listed])
    said = phrases.render(WHICH[key], language, options=phrases.row(lines))
    return Spoken(said, language, asks=True, question=asked.id)


def _which_chosen(tx: Tx, message: Message, asked: Prompt, key: str, language: str) -> Spoken:
    visits = {str(visit.id): visit for visit in reminders.named_in(tx, message)}
    place = int(key) - 1 if key.isdecimal() else -1
    if not 0 <= place < len(asked.options):
        wanted = asked.options[0].partition(":")[0]
        still = list(visits.values())
        return _which(tx, message, still, wanted) if still else Spoken(_gone(tx, language), language)
    wanted, _, named = asked.options[place].partition(":")
    visit = visits.get(named)
    return _wanted(tx, message, visit, wanted, language) if visit else Spoken(_gone(tx, language), language)


def _really(tx: Tx, message: Message, visit: Appointment, language: str) -> Spoken:
    """Really? Nothing is cancelled before a sure yes to this."""
    asked = _ask(tx, message, PromptKind.CANCEL_CONFIRM, visit.id, ())
    said = phrases.render("call_reminder_sure", language, **reminders.in_full(tx, [visit]))
    return Spoken(said, language, asks=True, question=asked.id)


def _sure(tx: Tx, message: Message, asked: Prompt, key: str, language: str) -> Spoken:
    visit = tx.session.get_one(Appointment, asked.subject_id)
    if not reminders.still_wanted(tx, visit):
        return _cancelled(tx, visit, language)
    if asked.answered_at is not None or key not in (YES, KEEP):
        return _really(tx, message, visit, language)
    asked.answered_at = tx.now
    if key == KEEP:
        return Spoken(phrases.render("cancel_kept", language, **reminders.in_full(tx, [visit])), language)
    reminder_answers.cancel(tx, message, visit.id, AnsweredBy.CALL)
    return _cancelled(tx, visit, language)


def _cancelled(tx: Tx, visit: Appointment, language: str) -> Spoken:
    said = phrases.render("call_reminder_cancelled", language, **reminders.in_full(tx, [visit]))
    return Spoken(said, language)


def _ask(tx: Tx, message: Message, kind: PromptKind, visit_id: UUID | None, options: Sequence[str]) -> Prompt:
    asked = conversations.ask(
        tx,
        tx.session.get_one(Conversation, message.conversation_id),
        kind,
        visit_id,
        patient_id=message.patient_id,
        options=options,
        message=message,
        lives=ASKED_IN_THE_CALL,
    )
    tx.session.flush()
    return asked


def _keys(visits: Sequence[Appointment], language: str) -> str:
    """Nobody is asked twice to say that they will come."""
    again = all(visit.state is AppointmentState.CONFIRMED for visit in visits)
    return phrases.render("call_reminder_keys_again" if again else "call_reminder_keys", language)


def _gone(tx: Tx, language: str) -> str:
    return phrases.render("call_reminder_gone", language, phone=phrases.phone(tx.clinic().phone))


def _language(tx: Tx, message: Message) -> str:
    line = tx.session.get_one(Conversation, message.conversation_id)
    return messages.language_of(tx, line, message.patient_id)
