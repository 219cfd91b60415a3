"""One-tap pages of emails: `/r/<token>` answers a reminder, `/n/<token>` a campaign."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from flask import Blueprint, Response, request

from bot.access import public
from bot.link_pages import clinic_of, is_ours, key, page, private, signed_form, unknown
from bot.services import Services
from clinic import (
    links,
    messages,
    news_answers,
    phrases,
    recipients,
    reminder_answers,
    reminders,
)
from clinic.reminder_answers import ANSWERS, CANCEL, CHANGE, CONFIRM
from rules.states import AnsweredBy
from rules.states import Response as Said
from storage.tables import Appointment, Conversation, Message
from storage.transaction import Tx

pages = Blueprint("answer_links", __name__)

SURE, KEEP = "sure:", "keep"
"""`sure:<visit>`: that visit is cancelled."""

YES, NO = "yes", "no"
Buttons = Sequence[tuple[str, str]]
NO_WORDS: Mapping[str, phrases.Words] = {}


# Reminders


@pages.get("/r/<token>")
@public
@private
def reminder(services: Services, token: str) -> Response:
    """The visits, and what can be said to them; first what was tapped in the email, `?a=`."""
    return _of_reminder(services, token, None)


@pages.post("/r/<token>")
@public
@private
def answer_reminder(services: Services, token: str) -> Response:
    """Their answer. It counts where the form was shown by us."""
    return _of_reminder(services, token, _said(services, token))


def _of_reminder(services: Services, token: str, said: str | None) -> Response:
    def show(tx: Tx, message: Message) -> Response:
        if said is not None and said.startswith(SURE):
            return _cancel(tx, message, said.removeprefix(SURE))
        visits = reminders.named_in(tx, message)
        if not visits:
            return _shown(tx, message, "page_reminder_gone", status=410)
        return _answered(tx, message, visits, said) or _ask(
            tx, message, visits, signed_form(services, token), said
        )

    return _about(services, links.read_reminder(key(services), token), show)


def _answered(tx: Tx, message: Message, visits: Sequence[Appointment], said: str | None) -> Response | None:
    """What was said is done; None where something is to be asked first."""
    if said == CONFIRM:
        reminder_answers.confirm(tx, message, AnsweredBy.LINK)
        phrase = "visit_confirmed" if len(visits) == 1 else "visits_confirmed"
        return _shown(tx, message, phrase, reminders.in_full(tx, visits))
    if said == CHANGE:
        reminder_answers.change(tx, message, AnsweredBy.LINK)
        return _shown(tx, message, "page_reminder_asked", reminders.in_full(tx, visits))
    return None


def _ask(tx: Tx, message: Message, visits: Sequence[Appointment], form: str, said: str | None) -> Response:
    """What they would like to say, or whether they are sure that they cannot come."""
    language, tapped = _language(tx, message), request.args.get("a") if said is None else said
    if tapped == CANCEL:
        phrase = "page_reminder_sure" if len(visits) == 1 else "page_reminder_which"
        return _shown(tx, message, phrase, reminders.in_full(tx, visits), form, _sure(tx, visits, language))
    first = [each for each in ANSWERS if each == tapped]
    ordered = [*first, *(each for each in ANSWERS if each != tapped)]
    phrase = "page_reminder" if len(visits) == 1 else "page_reminder_several"
    buttons = [(each, phrases.render(ANSWERS[each], language)) for each in ordered]
    return _shown(tx, message, phrase, reminders.in_full(tx, visits), form, buttons)


def _sure(tx: Tx, visits: Sequence[Appointment], language: str) -> Buttons:
    keep = (KEEP, phrases.render("page_reminder_keep", language))
    if len(visits) == 1:
        return [(f"{SURE}{visits[0].id}", phrases.render("page_reminder_sure_yes", language)), keep]
    return [
        *((f"{SURE}{each.id}", phrases.said(reminders.at_with(tx, each), language)) for each in visits),
        keep,
    ]


def _cancel(tx: Tx, message: Message, named: str) -> Response:
    try:
        visit = tx.session.get(Appointment, UUID(named))
    except ValueError:
        return unknown()
    if visit is None or not reminder_answers.cancel(tx, message, visit.id, AnsweredBy.LINK):
        return _shown(tx, message, "page_reminder_gone", status=410)
    return _shown(tx, message, "page_reminder_cancelled", reminders.in_full(tx, [visit]))


# Campaigns


@pages.get("/n/<token>")
@public
@private
def news(services: Services, token: str) -> Response:
    """Whether they would like to come."""
    return _of_news(services, token, None)


@pages.post("/n/<token>")
@public
@private
def answer_news(services: Services, token: str) -> Response:
    """Their answer. It counts where the form was shown by us."""
    return _of_news(services, token, _said(services, token))


def _of_news(services: Services, token: str, said: str | None) -> Response:
    def show(tx: Tx, message: Message) -> Response:
        if said == YES:
            news_answers.interested(tx, message)
        elif said == NO:
            news_answers.not_interested(tx, message)
        response = recipients.of_message(tx, message).response
        if response in (Said.INTERESTED, Said.REBOOKED):
            return _shown(tx, message, "page_news_thanks")
        if response is Said.NOT_INTERESTED and said is not None:
            return _shown(tx, message, "page_news_no")
        language = _language(tx, message)
        buttons = [
            (YES, phrases.render("page_news_yes", language)),
            (NO, phrases.render("page_pass", language)),
        ]
        return _shown(tx, message, "page_news", NO_WORDS, signed_form(services, token), buttons)

    return _about(services, links.read_news(key(services), token), show)


# What they share


def _said(services: Services, token: str) -> str | None:
    return request.form.get("answer") if is_ours(services, request.form.get("form", ""), token) else None


def _about(services: Services, message_id: UUID | None, show: Callable[[Tx, Message], Response]) -> Response:
    clinic_id = clinic_of(services, Message, message_id) if message_id else None
    if clinic_id is None:
        return unknown()
    return services.store.run(clinic_id, lambda tx: show(tx, tx.session.get_one(Message, message_id)))


def _shown(
    tx: Tx,
    message: Message,
    phrase: str,
    values: Mapping[str, phrases.Words] = NO_WORDS,
    form: str | None = None,
    buttons: Buttons = (),
    *,
    status: int = 200,
) -> Response:
    language = _language(tx, message)
    title = phrases.render("page_title", language, clinic=tx.clinic().name)
    says = phrases.render(phrase, language, **values)
    return page(tx, language, title, says, status=status, form=form, buttons=buttons)


def _language(tx: Tx, message: Message) -> str:
    conversation = tx.session.get_one(Conversation, message.conversation_id)
    return messages.language_of(tx, conversation, message.patient_id)
