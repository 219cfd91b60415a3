"""An automatic call of a campaign: what is said when somebody picks up, and what each key does."""

from uuid import UUID

from clinic import calls, consent, conversations, messages, phrases, recipients
from clinic.calls import NO_CALLS, PERSON, Spoken
from rules.states import EscalationKind
from storage.tables import Conversation, Message
from storage.transaction import Tx

COME, PASS = "1", "2"


def picked_up(tx: Tx, message: Message) -> Spoken:
    """A person answers: who calls, what the campaign says, and the keys."""
    language = _language(tx, message)
    hello = phrases.render("call_hello", language, clinic=tx.clinic().name)
    return Spoken(f"{hello} {message.body} {phrases.render('call_news_keys', language)}", language, asks=True)


def voicemail(tx: Tx, message: Message) -> Spoken:
    """A machine answers, and anybody may listen to it: only who called, and where to call back."""
    return calls.call_back(tx, _language(tx, message))


def pressed(tx: Tx, message: Message, key: str, _question: UUID | None = None) -> Spoken:
    """Do what a key stands for."""
    language, recipient = _language(tx, message), recipients.of_message(tx, message)
    if key == COME:
        recipients.interested(tx, recipient.id)
        return calls.to_desk(tx, _conversation(tx, message), EscalationKind.BOOK, language)
    if key == PERSON:
        return calls.to_desk(tx, _conversation(tx, message), EscalationKind.ASKED, language)
    if key == PASS:
        recipients.not_interested(tx, recipient.id)
        return Spoken(phrases.render("call_news_no", language), language)
    if key == NO_CALLS:
        consent.no_calls(tx, conversations.lock(tx, message.conversation_id))
        recipients.not_interested(tx, recipient.id)
        return Spoken(phrases.render("call_no_more", language, clinic=tx.clinic().name), language)
    return Spoken(phrases.render("call_news_keys", language), language, asks=True)


def _conversation(tx: Tx, message: Message) -> Conversation:
    return tx.session.get_one(Conversation, message.conversation_id)


def _language(tx: Tx, message: Message) -> str:
    return messages.language_of(tx, _conversation(tx, message), message.patient_id)
