"""Twilio's webhooks: a text came in, or something became of one that went out."""

from uuid import UUID

import structlog
from flask import Blueprint, Response, current_app, request
from twilio.request_validator import RequestValidator

from bot.access import signed
from bot.services import Services
from rules.phones import to_e164
from storage.queries import inbound, status
from storage.queries.inbound import Inbound

webhooks = Blueprint("twilio", __name__, url_prefix="/webhooks/twilio")
log = structlog.get_logger()

EMPTY_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
MOST_CHARACTERS = 1600
WHATSAPP = "whatsapp:"


@webhooks.post("/message")
@signed
def message() -> Response:
    """A patient's text. Stored once by its MessageSid; the conversation is woken after commit."""
    services: Services = current_app.extensions["services"]
    if not signature_holds(services):
        return Response(status=403)
    text = _read()
    if text is None:
        log.warning("webhook.malformed", kind="message")
        return _answer()
    with services.store.statements() as session:
        stored = inbound.store_once(session, text, services.clock())
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
    if not signature_holds(services):
        return Response(status=403)
    update = _read_status()
    if update is None:
        log.warning("webhook.malformed", kind="status")
        return _answer()
    # A text that did not arrive changes more than its own row.
    whole = update.state in status.UNREACHED
    with services.store.unscoped() if whole else services.store.statements() as session:
        wakes = status.record(session, update, services.clock())
    for kind, subject_id in wakes:
        services.store.wake(kind, subject_id)
    return _answer()


def signature_holds(services: Services) -> bool:
    """Checked against our public address, which is what Twilio signed, whatever a proxy made of it."""
    settings = services.settings
    validator = RequestValidator(settings.twilio_auth_token.get_secret_value())
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    url = f"{settings.public_url}{request.path}{query}"
    signature = request.headers.get("X-Twilio-Signature", "")
    return bool(validator.validate(url, request.form, signature))


def _read() -> Inbound | None:
    sid, sender, to = _field("MessageSid"), _number("From"), _number("To")
    if not sid or sender is None or to is None:
        return None
    media = _field("NumMedia")
    return Inbound(
        sid=sid,
        sender=sender,
        to=to,
        body=_field("Body")[:MOST_CHARACTERS],
        media_count=int(media) if media.isdecimal() and len(media) < 4 else 0,
        opt_out_type=_field("OptOutType") or None,
    )


def _field(name: str) -> str:
    """A field of the form, "" where it is missing; without zero bytes, which PostgreSQL does not keep."""
    return request.form.get(name, "").replace("\x00", "")


def _number(field: str) -> str | None:
    """A number in E.164; a short code or an alphanumeric sender is nobody we could answer."""
    text = _field(field)
    prefix = WHATSAPP if text.startswith(WHATSAPP) else ""
    number = to_e164(text.removeprefix(prefix), None)
    return f"{prefix}{number}" if number else None


def _read_status() -> status.StatusUpdate | None:
    try:
        message_id = UUID(request.args.get("m", ""))
    except ValueError:
        return None
    state = status.STATES.get(_field("MessageStatus"))
    sid = _field("MessageSid")
    if state is None or not sid:
        return None
    return status.StatusUpdate(message_id, sid, state, _field("ErrorCode") or None)


def _answer() -> Response:
    return Response(EMPTY_REPLY, mimetype="text/xml")
