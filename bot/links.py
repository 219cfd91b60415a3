"""One-tap pages: `/o/<token>` answers an offer, `/c/<token>.ics` is a visit's calendar file, `/u/<token>` ends
emails. Those of reminders and campaigns: bot/answer_links.py."""

from flask import Blueprint, Flask, Response, make_response, request
from flask_wtf.csrf import CSRFProtect

from bot import answer_links
from bot.access import public
from bot.link_pages import clinic_of, is_ours, key, page, private, signed_form, unknown
from bot.services import Services
from clinic import calendars, consent, conversations, direct_answers, links, messages, offer_words, phrases
from clinic.audit import PATIENT
from clinic.direct_answers import Standing
from rules.states import AnsweredBy
from storage.tables import Appointment, Conversation, Offer, Opening
from storage.transaction import Tx

pages = Blueprint("links", __name__, template_folder="pages")

AGAIN = "again"
"""What the button answers that takes "no more emails" back."""

YES, NO = "accept", "pass"


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    for each in (pages, answer_links.pages):
        app.register_blueprint(each)
        # No session to protect: a form of ours is signed, and RFC 8058 unsubscribes without one.
        csrf.exempt(each)


# Offers


@pages.get("/o/<token>")
@public
@private
def offer(services: Services, token: str) -> Response:
    """How things stand with an offer, and while it can be had a form to answer it."""
    return _of_offer(services, token, None)


@pages.post("/o/<token>")
@public
@private
def answer(services: Services, token: str) -> Response:
    """Their answer. It counts where the form was shown by us, which no preview and no other site can say."""
    said = request.form.get("answer") if is_ours(services, request.form.get("form", ""), token) else None
    return _of_offer(services, token, said)


def _of_offer(services: Services, token: str, said: str | None) -> Response:
    named = links.read_offer(key(services), token)
    clinic_id = clinic_of(services, Offer, named.offer_id) if named else None
    if named is None or clinic_id is None:
        return unknown()

    def show(tx: Tx) -> Response:
        found = tx.session.get_one(Offer, named.offer_id)
        opening = tx.session.get_one(Opening, found.opening_id)
        if found.made_at != named.made_at or opening.starts_at <= tx.now:
            return _expired(tx, found)
        return _offer_page(tx, found, opening, _act(tx, found, said), signed_form(services, token))

    return services.store.run(clinic_id, show)


def _act(tx: Tx, offer: Offer, said: str | None) -> Standing:
    if said == YES:
        return direct_answers.accept(tx, offer.id, AnsweredBy.LINK)
    if said == NO:
        return direct_answers.decline(tx, offer.id, AnsweredBy.LINK)
    return direct_answers.standing(tx, offer)


def _offer_page(tx: Tx, offer: Offer, opening: Opening, stands: Standing, form: str) -> Response:
    language, clinic = _language(tx, offer), tx.clinic()
    values = {
        **offer_words.words(tx, offer, opening),
        "when": phrases.in_full(opening.starts_at, clinic.timezone),
        "replaces": offer_words.replaces(tx, offer_words.later_of(tx, offer)),
    }
    visit = tx.session.get(Appointment, offer.appointment_id) if stands is Standing.BOOKED else None
    return page(
        tx,
        language,
        phrases.render("page_title", language, clinic=clinic.name),
        phrases.render(f"page_{stands}", language, **values),
        form=form if stands is Standing.OPEN else None,
        buttons=[
            (YES, phrases.render("page_accept", language)),
            (NO, phrases.render("page_pass", language)),
        ],
        link=links.calendar_link(tx.links, visit) if visit else None,
        link_says=phrases.render("page_calendar", language),
    )


def _expired(tx: Tx, offer: Offer) -> Response:
    language, clinic = _language(tx, offer), tx.clinic()
    title = phrases.render("page_title", language, clinic=clinic.name)
    return page(tx, language, title, phrases.render("page_expired", language), status=410)


def _language(tx: Tx, offer: Offer) -> str:
    conversation = tx.session.get_one(Conversation, offer.conversation_id)
    return messages.language_of(tx, conversation, offer.patient_id)


# Calendar files


@pages.get("/c/<token>.ics")
@public
@private
def calendar(services: Services, token: str) -> Response:
    """A visit's calendar file, as the visit is now."""
    visit_id = links.read_calendar(key(services), token)
    clinic_id = clinic_of(services, Appointment, visit_id) if visit_id else None
    if clinic_id is None:
        return unknown()

    def show(tx: Tx) -> Response:
        visit = tx.session.get_one(Appointment, visit_id)
        if not calendars.is_kept(visit, tx.now):
            return unknown()
        response = make_response(calendars.file_of(tx, visit))
        response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
        response.headers["Content-Disposition"] = 'attachment; filename="visit.ics"'
        return response

    return services.store.run(clinic_id, show)


# No more emails


@pages.get("/u/<token>")
@public
@private
def unsubscribe(services: Services, token: str) -> Response:
    """Asks whether emails are to end."""
    return _of_emails(services, token, end=None)


@pages.post("/u/<token>")
@public
@private
def unsubscribed(services: Services, token: str) -> Response:
    """Emails end: by the page's button, or by that of a mail program (RFC 8058), which shows no page first. A tap
    too many is taken back on the page that says so."""
    return _of_emails(services, token, end=request.form.get("answer") != AGAIN)


def _of_emails(services: Services, token: str, *, end: bool | None) -> Response:
    conversation_id = links.read_unsubscribe(key(services), token)
    clinic_id = clinic_of(services, Conversation, conversation_id) if conversation_id else None
    if conversation_id is None or clinic_id is None:
        return unknown()

    def show(tx: Tx) -> Response:
        conversation = conversations.lock(tx, conversation_id)
        language, name = messages.language_of(tx, conversation, None), tx.clinic().name
        title = phrases.render("page_unsubscribe_title", language, clinic=name)
        says = phrases.render("page_unsubscribe", language, clinic=name)
        button = ("yes", phrases.render("page_unsubscribe_yes", language))
        if end:
            consent.opt_out(tx, conversation, PATIENT)
            says = phrases.render("page_unsubscribed", language, clinic=name)
            button = (AGAIN, phrases.render("page_unsubscribe_undo", language))
        elif end is False:
            consent.opt_in(tx, conversation, PATIENT)
            says = phrases.render("page_subscribed", language, clinic=name)
        return page(tx, language, title, says, form="", buttons=[button])

    return services.store.run(clinic_id, show)
