"""Twilio's webhooks of texts: one came in, or something became of one that went out.

They are answered before Flask. A text and its reply take four of them, and what pages need (a route among two
hundred, a session, headers for browsers) would be made for each.
"""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Request, Response

from bot.access import signed
from bot.services import Services
from bot.webhooks.signed_form import signed_form
from rules.phones import to_e164
from storage.queries import inbound, status
from storage.queries.inbound import Inbound

log = structlog.get_logger()

Form = Mapping[str, str]

EMPTY_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
LONGEST_BODY = 64_000
MOST_CHARACTERS = 1600
WHATSAPP = "whatsapp:"


@signed
def message(services: Services, form: Form, _query: Form) -> None:
    """A patient's text. Stored once by its MessageSid; the conversation is woken after commit."""
    text = _read(form)
    if text is None:
        log.warning("webhook.malformed", kind="message")
        return
    with services.store.one_statement() as cursor:
        stored = inbound.store_once(cursor, text, services.clock())
    if not stored.ours:
        log.warning("webhook.not_ours", kind="message")
    elif stored.conversation_id is not None:
        services.store.wake("inbound", stored.conversation_id)


@signed
def delivery(services: Services, form: Form, query: Form) -> None:
    """What became of a text of ours, known by `m`. Its state only ever moves forward."""
    update = _read_status(form, query)
    if update is None:
        log.warning("webhook.malformed", kind="status")
        return
    for kind, subject_id in _recorded(services, update):
        services.store.wake(kind, subject_id)


WEBHOOKS: Mapping[str, Callable[[Services, Form, Form], None]] = {
    "/webhooks/twilio/message": message,
    "/webhooks/twilio/status": delivery,
}


class Texts:
    """A WSGI application: these webhooks, and `pages` for everything else."""

    def __init__(self, pages: WSGIApplication, services: Services) -> None:
        self._pages = pages
        self._services = services

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] not in WEBHOOKS:
            return self._pages(environ, start_response)
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response | HTTPException:
        request.max_content_length = LONGEST_BODY
        try:
            if request.method != "POST":
                raise MethodNotAllowed(["POST"])
            form = signed_form(self._services, request)
            if form is None:
                return Response(status=403)
            WEBHOOKS[request.path](self._services, form, request.args)
        except HTTPException as error:
            return error
        except Exception as error:  # the edge: Twilio tries again
            log.error("request.failed", route=request.path, exc_info=error)
            return Response(status=500)
        return Response(EMPTY_REPLY, mimetype="text/xml")


def _recorded(services: Services, update: status.StatusUpdate) -> list[tuple[str, UUID]]:
    """Gives what is to be woken. A text that did not arrive changes more than its own row."""
    if update.state in status.UNREACHED:
        with services.store.unscoped() as session:
            return status.record(session, update, services.clock())
    with services.store.one_statement() as cursor:
        return status.move(cursor, update, services.clock())


def _read(form: Form) -> Inbound | None:
    sid, sender, to = _field(form, "MessageSid"), _number(form, "From"), _number(form, "To")
    if not sid or sender is None or to is None:
        return None
    media = _field(form, "NumMedia")
    return Inbound(
        sid=sid,
        sender=sender,
        to=to,
        body=_field(form, "Body")[:MOST_CHARACTERS],
        media_count=int(media) if media.isdecimal() and len(media) < 4 else 0,
        opt_out_type=_field(form, "OptOutType") or None,
    )


def _field(form: Form, name: str) -> str:
    """A field of the form, "" where it is missing; without zero bytes, which PostgreSQL does not keep."""
    return form.get(name, "").replace("\x00", "")


def _number(form: Form, field: str) -> str | None:
    """A number in E.164; a short code or an alphanumeric sender is nobody we could answer."""
    text = _field(form, field)
    prefix = WHATSAPP if text.startswith(WHATSAPP) else ""
    number = to_e164(text.removeprefix(prefix), None)
    return f"{prefix}{number}" if number else None


def _read_status(form: Form, query: Form) -> status.StatusUpdate | None:
    try:
        message_id = UUID(query.get("m", ""))
    except ValueError:
        return None
    state = status.STATES.get(_field(form, "MessageStatus"))
    sid = _field(form, "MessageSid")
    if state is None or not sid:
        return None
    return status.StatusUpdate(message_id, sid, state, _field(form, "ErrorCode") or None)
