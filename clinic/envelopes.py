"""What a channel needs beside the words: an email's subject, links and calendar file; WhatsApp's template."""

from collections.abc import Sequence
from typing import Any

from clinic import calendars, links, messages, offer_words, offering, phrases, reaching, reminders
from clinic.reminder_answers import ANSWERS
from rules.channels import channel_of
from rules.states import AppointmentState, Channel, MessageClass, OfferState
from storage.queries.offers import of_text
from storage.tables import Appointment, Conversation, Message, Opening
from storage.transaction import Tx

NOT_NOW = "WhatsApp takes no words of ours now"

CONFIRMATIONS = ("booked", "approved", "approved_replaced")
REMINDERS = ("email_reminder", "email_reminder_several")
"""What brings the calendar file of its visits along, as confirmations do, where the channel can carry one."""


def refused(tx: Tx, message: Message, conversation: Conversation) -> str | None:
    """Why a channel would not take these words now; None where it would."""
    if reaching.takes_words(tx, conversation) or _template(tx, message) is not None:
        return None
    return NOT_NOW


def put_in(tx: Tx, message: Message, conversation: Conversation) -> None:
    """The words are final: add what goes with them."""
    channel = channel_of(message.address)
    if channel is Channel.EMAIL:
        message.extras = _of_an_email(tx, message, conversation)
    elif channel is Channel.WHATSAPP and not reaching.takes_words(tx, conversation):
        message.extras = {**(message.extras or {}), "template": _template(tx, message)}


def _template(tx: Tx, message: Message) -> str | None:
    kept = message.extras or {}
    if message.klass is MessageClass.CAMPAIGN:
        approved: str | None = kept.get("approved")
        return approved
    if message.phrase is None or "language" not in kept:
        return None
    return reaching.template_of(tx, message.phrase, kept["language"])


def _of_an_email(tx: Tx, message: Message, conversation: Conversation) -> dict[str, Any]:
    kept = message.extras or {}
    language = kept.get("language") or messages.language_of(tx, conversation, message.patient_id)
    clinic = tx.clinic()
    extras: dict[str, Any] = {
        "language": language,
        "clinic": clinic.name,
        "subject": kept.get("subject") or f"{clinic.short_name}: {_subject(message, language)}",
        "contact": _contact(tx, message, language),
        "unsubscribe": links.unsubscribe_link(tx.links, conversation),
        "unsubscribe_says": phrases.render("email_unsubscribe", language, clinic=clinic.short_name),
    }
    return extras | {"links": _links(tx, message, language)} | _calendar(tx, message, language)


def _contact(tx: Tx, message: Message, language: str) -> str:
    """Who writes; news says by law from where, too."""
    clinic = tx.clinic()
    said = phrases.render("email_contact", language, clinic=clinic.name, phone=phrases.phone(clinic.phone))
    return f"{said} {clinic.address}" if message.klass is MessageClass.CAMPAIGN else said


def _subject(message: Message, language: str) -> str:
    if message.phrase in offering.OFFER_PHRASES:
        return phrases.render("email_subject_offer", language)
    if _is_one_of(message, CONFIRMATIONS):
        return phrases.render("email_subject_booked", language)
    if _is_one_of(message, REMINDERS):
        return phrases.render("email_subject_reminder", language)
    return phrases.render("email_subject", language)


def _links(tx: Tx, message: Message, language: str) -> list[dict[str, str]]:
    """The pages on which it is answered, each with what its button says."""
    if message.phrase in offering.OFFER_PHRASES:
        return _offers(tx, message, language)
    if _is_one_of(message, REMINDERS):
        confirmed = all(v.state is AppointmentState.CONFIRMED for v in reminders.named_in(tx, message))
        answers = list(ANSWERS)[1:] if confirmed else ANSWERS
        return [
            {
                "link": links.reminder_link(tx.links, message, each),
                "says": phrases.render(ANSWERS[each], language),
            }
            for each in answers
        ]
    if message.about_recipient_id is not None:
        says = phrases.render("email_news_link", language)
        return [{"link": links.news_link(tx.links, message), "says": says}]
    return []


def _offers(tx: Tx, message: Message, language: str) -> list[dict[str, str]]:
    """Each offer by its time, where there are several."""
    going = (each for each in of_text(tx.session, message.about_offer_id) if each.state is OfferState.OPEN)
    offered = [(offer, tx.session.get_one(Opening, offer.opening_id)) for offer in going]
    says: list[phrases.Words] = [phrases.part("email_link")]
    if len(offered) > 1:
        says = offer_words.lines(tx, offered)
    return [
        {"link": links.offer_link(tx.links, offer), "says": phrases.said(each, language)}
        for (offer, _), each in zip(offered, says, strict=True)
    ]


def _calendar(tx: Tx, message: Message, language: str) -> dict[str, str]:
    if _is_one_of(message, REMINDERS):
        visits = reminders.named_in(tx, message)
    elif _is_one_of(message, CONFIRMATIONS) and message.about_appointment_id is not None:
        visits = [tx.session.get_one(Appointment, message.about_appointment_id)]
    else:
        visits = []
    return {"calendar": calendars.file_of(tx, *visits, language=language)} if visits else {}


def _is_one_of(message: Message, said: Sequence[str]) -> bool:
    return not set(said).isdisjoint((message.phrase or "").split("+"))
