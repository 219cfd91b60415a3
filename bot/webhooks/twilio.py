"""Twilio's webhooks: a text came in, or something became of one that went out."""

from collections.abc import Mapping
from uuid import UUID

import structlog
from flask import Blueprint, Response, current_app, request

from bot.access import signed
from bot.services import Services
from bot.webhooks.signed_form import signed_form
from rules.phones import to_e164
from storage.queries import inbound, status
from storage.queries.inbound import Inbound

webhooks = Blueprint("twilio", __name__, url_prefix="/webhooks/twilio")
log = structlog.get_logger()

Form = Mapping[str, str]

EMPTY_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
MOST_CHARACTERS = 1600
WHATSAPP = "whatsapp:"


@webhooks.post("/message")
@signed
def message() -> Response:
    """A patient's text. Stored once by its MessageSid; the conversation is woken after commit."""
    services: Services = current_app.extensions["services"]
    form = signed_form(services)
    if form is None:
        return Response(status=403)
    text = _read(form)
    if text is None:
        log.warning("webhook.malformed", kind="message")
        return _answer()
    with services.store.one_statement() as connection:
        stored = inbound.store_once(connection, text, services.clock())
    if not stored.ours:
        log.warning("webhook.not_ours", kind="message")
    elif stored.conversation_id is not None:
        services.store.wake("inbound", stored.conversation_id)
    return _answer()


@webhooks.post("/status")
@signed
def delivery() -> Response:
    """What became of a text of ours, known by `m`. Its state only ever moves forward."""
    services: Services = current_app.extensions["services"]
    form = signed_form(services)
    if form is None:
        return Response(status=403)
    update = _read_status(form)
    if update is None:
        log.warning("webhook.malformed", kind="status")
        return _answer()
    for kind, subject_id in _recorded(services, update):
        services.store.wake(kind, subject_id)
    return _answer()


def _recorded(services: Services, update: status.StatusUpdate) -> list[tuple[str, UUID]]:
    """Gives what is to be woken. A text that did not arrive changes more than its own row."""
    if update.state in status.UNREACHED:
        with services.store.unscoped() as session:
            return status.record(session, update, services.clock())
    with services.store.one_statement() as connection:
        return status.move(connection, update, services.clock())


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


def _read_status(form: Form) -> status.StatusUpdate | None:
    try:
        message_id = UUID(request.args.get("m", ""))
    except ValueError:
        return None
    state = status.STATES.get(_field(form, "MessageStatus"))
    sid = _field(form, "MessageSid")
    if state is None or not sid:
        return None
    return status.StatusUpdate(message_id, sid, state, _field(form, "ErrorCode") or None)


def _answer() -> Response:
    return Response(EMPTY_REPLY, mimetype="text/xml")
