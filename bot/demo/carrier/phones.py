"""The phones page: several patients' phones side by side, kept up to date by server-sent events."""

import json
from collections.abc import Iterator
from typing import Any

import phonenumbers
from flask import Blueprint, Response, current_app, jsonify, request, url_for

from bot.demo.carrier.calls import as_seen_by_the_page
from bot.demo.carrier.messages import as_seen_by_tests
from bot.demo.carrier.parts import parts
from bot.demo.carrier.state import State

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment is sent, so that a stream whose reader is gone ends."""

blueprint = Blueprint("phones", __name__)


@blueprint.get("/")
def page() -> Response:
    return current_app.send_static_file("phones.html")


@blueprint.get("/_carrier/phones")
def who() -> Response:
    """Whose phones there are, which clinics they can text, and where its staff's page and its own site are."""
    account, state = parts().account, parts().state
    with state.changed:
        phones = [{"number": number, "name": name} for number, name in state.phones.items()]
    clinics = [{"number": number, "name": name} for number, name in account.numbers.items()]
    site = url_for("site.page") if account.site else None
    return jsonify({"phones": phones, "clinics": clinics, "admin_url": account.admin_url, "site_url": site})


@blueprint.post("/_carrier/phones")
def add_phone() -> tuple[Response, int] | Response:
    """`{number, name?}`: one more phone, its number as people write it, US where no country is."""
    given = request.get_json()
    number = _e164(str(given.get("number", "")))
    if number is None:
        return jsonify({"error": "Write a phone number such as (555) 010-0123 or +15550100123."}), 400
    state = parts().state
    with state.changed:
        name = state.phones.setdefault(number, str(given.get("name") or "").strip() or number)
        state.touch()
    return jsonify({"number": number, "name": name})


@blueprint.get("/_carrier/events")
def events() -> Response:
    """A stream of what changed: `{epoch, messages, calls, airplane}`. A new epoch means: forget what you have."""
    stream = _stream(parts().state, request.headers.get("Last-Event-ID", ""))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(stream, mimetype="text/event-stream", headers=headers)


def _stream(state: State, last_id: str) -> Iterator[str]:
    epoch, seen = _place(last_id)
    while True:
        with state.changed:
            fresh = state.changed.wait_for(
                lambda: state.version > seen or state.epoch != epoch,  # noqa: B023 - called at once
                timeout=KEEP_ALIVE,
            )
            if fresh:
                seen = seen if epoch == state.epoch else -1
                event = _event(state, seen)
                epoch, seen = state.epoch, state.version
        yield event if fresh else ": still here\n\n"


def _place(last_id: str) -> tuple[int, int]:
    """Where a reader that comes back had got to: (-1, -1) for a new one."""
    epoch, _, version = last_id.partition(".")
    return (int(epoch), int(version)) if epoch.isdigit() and version.isdigit() else (-1, -1)


def _event(state: State, seen: int) -> str:
    changed = [m for m in state.messages.values() if m.version > seen]
    data: dict[str, Any] = {
        "epoch": state.epoch,
        "messages": [as_seen_by_tests(message) for message in changed],
        "calls": [as_seen_by_the_page(call) for call in state.calls.values() if call.version > seen],
        "airplane": sorted(state.airplane),
    }
    return f"id: {state.epoch}.{state.version}\ndata: {json.dumps(data)}\n\n"


def _e164(written: str) -> str | None:
    try:
        number = phonenumbers.parse(written, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
