"""Twilio's Calls API: create, list; and what a test asks of a phone that rings."""

from typing import Any

from flask import Response, jsonify, request

from bot.demo.carrier import api, control
from bot.demo.carrier.calls import Call, PicksUp, as_seen_by_tests, as_twilio, new_call_sid
from bot.demo.carrier.connection import drop
from bot.demo.carrier.errors import ApiError
from bot.demo.carrier.faults import Kind
from bot.demo.carrier.parts import parts


@api.blueprint.post("/Accounts/<account_sid>/Calls.json")
def create_call(account_sid: str) -> tuple[Response, int] | Response:
    api.check_account(account_sid)
    if api.stopped_at_the_gate("create", request.form.get("To")):
        return drop()
    form, state = request.form, parts().state
    to, sender, url = form.get("To", ""), form.get("From", ""), form.get("Url", "")
    if not to or not api.possible(to):
        raise ApiError(21211, to)
    if sender not in parts().account.numbers:
        raise ApiError(21210, sender)
    if not url:
        raise ApiError(21205)
    call = Call(
        sid=new_call_sid(),
        sender=sender,
        to=to,
        url=url,
        callback_url=form.get("StatusCallback"),
        detects_machines="MachineDetection" in form,
        created=state.now(),
        rings_for=form.get("Timeout", 60.0, type=float),
    )
    state.ring(call)
    answer = as_twilio(call, account_sid)
    parts().ringing.begin(call)
    if api.take_fault(Kind.DROP_AFTER_ACCEPT, to=to, on="create") is not None:
        return drop()
    return jsonify(answer), 201


@api.blueprint.get("/Accounts/<account_sid>/Calls.json")
def list_calls(account_sid: str) -> Response:
    """One page, newest first, by `To` and `From`."""
    api.check_account(account_sid)
    wanted = {"to": request.args.get("To"), "sender": request.args.get("From")}
    with parts().state.changed:
        calls = [
            call
            for call in reversed(parts().state.calls.values())
            if all(value in (None, getattr(call, name)) for name, value in wanted.items())
        ]
    address = f"{request.path}?PageSize=1000&Page=0"
    return jsonify(
        calls=[as_twilio(call, account_sid) for call in calls],
        end=max(0, len(calls) - 1),
        first_page_uri=address,
        next_page_uri=None,
        page=0,
        page_size=1000,
        previous_page_uri=None,
        start=0,
        uri=address,
    )


@control.blueprint.get("/calls")
def calls() -> Response:
    """Every call in order, with the TwiML that it was given."""
    with parts().state.changed:
        return jsonify(calls=[as_seen_by_tests(call) for call in parts().state.calls.values()])


@control.blueprint.post("/picks_up")
def picks_up() -> Response:
    """`{phone, picks_up}`: what happens when it rings (`calls.PicksUp`), until the next reset."""
    given = _given()
    with parts().state.changed:
        parts().state.picks_up[given["phone"]] = PicksUp(given["picks_up"])
    return jsonify(given)


@control.blueprint.post("/calls/<sid>/<what>")
def in_a_call(sid: str, what: str) -> Response:
    """`press` or `repeat` with `{digit}`, `pick_up` with `{how}` while it rings by hand, or `hang_up`."""
    ringing = parts().ringing
    match what:
        case "press":
            call = ringing.press(sid, _given()["digit"])
        case "repeat":
            call = ringing.repeat(sid, _given()["digit"])
        case "pick_up":
            call = ringing.pick_up(sid, PicksUp(_given()["how"]))
        case "hang_up":
            call = ringing.hang_up(sid)
        case _:
            raise ValueError("press, repeat, pick_up or hang_up")
    return jsonify(as_seen_by_tests(call))


def _given() -> dict[str, Any]:
    given: dict[str, Any] = request.get_json()
    return given
