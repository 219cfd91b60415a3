"""Twilio's Messages API: create, fetch and list, with basic authentication and Twilio's errors."""

import hmac
import json
import re
import time
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from flask import Blueprint, Response, g, jsonify, request

from bot.demo.carrier import listing
from bot.demo.carrier.connection import drop
from bot.demo.carrier.errors import ApiError
from bot.demo.carrier.faults import ANSWERS, GATES, Fault, Kind
from bot.demo.carrier.messages import API_VERSION, Direction, Message, Status, as_twilio, new_sid
from bot.demo.carrier.parts import parts

WHATSAPP = "whatsapp:"
LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000

blueprint = Blueprint("api", __name__, url_prefix=f"/{API_VERSION}")


@blueprint.before_request
def note_request() -> None:
    """Keep the raw call for tests, then let nobody in without the account's token."""
    g.record = {
        "method": request.method,
        "path": request.path,
        "query": request.args.to_dict(flat=False),
        "form": request.form.to_dict(flat=False),
        "at": parts().state.now().isoformat(),
        "answer": None,
    }
    with parts().state.changed:
        parts().state.requests.append(g.record)
    given, account = request.authorization, parts().account
    if given is None or given.username != account.sid:
        raise ApiError(20003)
    if not hmac.compare_digest((given.password or "").encode(), account.token.encode()):
        raise ApiError(20003)


@blueprint.after_request
def note_answer(response: Response) -> Response:
    g.record["answer"] = "dropped" if "dropped" in g else response.status_code
    return response


@blueprint.errorhandler(ApiError)
def refused(error: ApiError) -> tuple[Response, int]:
    return jsonify(error.as_json()), error.status


@blueprint.get("/Accounts/<account_sid>.json")
def account(account_sid: str) -> Response:
    """Of the account itself only what a caller looks at to see that its credentials are good."""
    check_account(account_sid)
    return jsonify(sid=account_sid, status="active", type="Full", friendly_name="The double's account")


@blueprint.post("/Accounts/<account_sid>/Messages.json")
def create(account_sid: str) -> tuple[Response, int] | Response:
    check_account(account_sid)
    to = request.form.get("To")
    if stopped_at_the_gate("create", to):
        return drop()
    message = _accept()
    answer = as_twilio(message, account_sid)  # as it is now: queued, whatever happens before we answer
    parts().lives.begin(message)
    fault = take_fault(*ANSWERS, to=to, on="create")
    if fault is not None and fault.kind is Kind.DROP_AFTER_ACCEPT:
        return drop()
    if fault is not None:
        time.sleep(fault.seconds)
    return jsonify(answer), 201


@blueprint.get("/Accounts/<account_sid>/Messages/<sid>.json")
def fetch(account_sid: str, sid: str) -> Response:
    check_account(account_sid)
    if stopped_at_the_gate("fetch", None):
        return drop()
    with parts().state.changed:
        message = parts().state.messages.get(sid)
        if message is None:
            raise ApiError(20404, request.path)
        return jsonify(as_twilio(message, account_sid))


@blueprint.get("/Accounts/<account_sid>/Messages.json")
def list_messages(account_sid: str) -> Response:
    check_account(account_sid)
    query = request.args.to_dict()
    if stopped_at_the_gate("list", query.get("To")):
        return drop()
    with parts().state.changed:
        now = time.monotonic()
        listed = [m for m in parts().state.messages.values() if m.listed_from <= now]
        page = listing.page(listed, query)
        shown: list[dict[str, Any]] = [as_twilio(message, account_sid) for message in page.messages]
    return jsonify({"messages": shown, **page.links(account_sid, query)})


def check_account(account_sid: str) -> None:
    if account_sid != parts().account.sid:
        raise ApiError(20404, request.path)


def stopped_at_the_gate(on: str, to: str | None) -> bool:
    """Raise what a fault wants raised; True where it wants the connection dropped."""
    fault = take_fault(*GATES, to=to, on=on)
    if fault is None:
        return False
    match fault.kind:
        case Kind.RATE_LIMIT:
            raise ApiError(20429)
        case Kind.SERVER_ERROR:
            raise ApiError(20503 if fault.code == 503 else 20500)
        case Kind.REJECT:
            raise ApiError(fault.code or 21211, to or "")
        case _:
            return True


def take_fault(*kinds: Kind, to: str | None, on: str) -> Fault | None:
    with parts().state.changed:
        return parts().state.faults.take(*kinds, to=to, on=on)


def _accept() -> Message:
    """Check a create call in Twilio's order and take the message."""
    form, state = request.form, parts().state
    to, sender = form.get("To", ""), form.get("From", "")
    body = _filled(form["ContentSid"]) if "ContentSid" in form else form.get("Body", "")
    media = form.getlist("MediaUrl")
    _check_numbers(to, sender)
    if not body and not media:
        raise ApiError(21602)
    if len(body) > LONGEST_BODY:
        raise ApiError(21617)
    message = Message(
        sid=new_sid(len(media)),
        direction=Direction.OUTBOUND,
        sender=sender,
        to=to,
        body=body,
        status=Status.QUEUED,
        created=state.now(),
        media=len(media),
        callback_url=_callback_url(form.get("StatusCallback")),
        validity=_validity(form.get("ValidityPeriod")),
        template=form.get("ContentSid"),
    )
    with state.changed:
        if (sender, to) in state.blocked:
            raise ApiError(21610)
        state.add(message)
    return message


def _filled(content_sid: str) -> str:
    """A template's words with their places filled, as the phone shows them."""
    words = parts().state.templates.get(content_sid)
    if words is None:
        raise ApiError(21655, content_sid)
    try:
        variables = json.loads(request.form.get("ContentVariables", "{}"))
        return re.sub(r"{{(\w+)}}", lambda place: str(variables[place[1]]), words)
    except (ValueError, KeyError, TypeError):
        raise ApiError(21656) from None


def _check_numbers(to: str, sender: str) -> None:
    if not to:
        raise ApiError(21604)
    if not sender:
        raise ApiError(21603)
    if not possible(to):
        raise ApiError(21211, to)
    if to.startswith(WHATSAPP) != sender.startswith(WHATSAPP):
        raise ApiError(21606, sender)
    if sender.removeprefix(WHATSAPP) not in parts().account.numbers:
        raise ApiError(21606, sender)


def possible(number: str) -> bool:
    """E.164 of a possible length. Whether anybody has the number, only the callback tells."""
    bare = number.removeprefix(WHATSAPP)
    try:
        return bare.startswith("+") and phonenumbers.is_possible_number(phonenumbers.parse(bare))
    except phonenumbers.NumberParseException:
        return False


def _callback_url(given: str | None) -> str | None:
    if not given:
        return None
    where = urlsplit(given)
    if where.scheme not in ("http", "https") or not where.hostname:
        raise ApiError(21609, given)
    return given


def _validity(given: str | None) -> int:
    if given is None:
        return LONGEST_VALIDITY
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= LONGEST_VALIDITY:
        raise ApiError(90007)
    return int(given)
