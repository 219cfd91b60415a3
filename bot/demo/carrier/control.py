"""What a test, or the phones page, can ask of the double: everything under `/_carrier/`, in JSON."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.demo.carrier.faults import Fault
from bot.demo.carrier.inbound import Delivery, Text
from bot.demo.carrier.messages import as_seen_by_tests
from bot.demo.carrier.parts import parts

blueprint = Blueprint("control", __name__, url_prefix="/_carrier")


@blueprint.errorhandler(ValueError)
@blueprint.errorhandler(TypeError)
def refused(error: Exception) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400


@blueprint.post("/inbound")
def inbound() -> Response:
    """`{from, to, body, num_media?, copies?, retries?, sid?, signature?}` → `{sid, statuses, answers}`."""
    return jsonify(_shown(parts().inbound.bring([Text.read(_given())])[0]))


@blueprint.post("/inbound/many")
def inbound_many() -> Response:
    """A list of the same, all posted at the same instant; the answers in the order of the list."""
    texts = [Text.read(given) for given in request.get_json()]
    return jsonify([_shown(delivery) for delivery in parts().inbound.bring(texts)])


@blueprint.get("/messages")
def messages() -> Response:
    """All texts in order of arrival; `phone` keeps one phone's, `since` those after that `order`."""
    phone, since = request.args.get("phone"), request.args.get("since", 0, type=int)
    with parts().state.changed:
        found = [
            as_seen_by_tests(message)
            for message in parts().state.messages.values()
            if message.order > since and phone in (None, message.phone)
        ]
    return jsonify({"messages": found})


@blueprint.get("/requests")
def requests() -> Response:
    """Every call to the API with its raw fields, and what it was answered: a status or `dropped`."""
    with parts().state.changed:
        return jsonify({"requests": parts().state.requests})


@blueprint.get("/callbacks")
def callbacks() -> Response:
    """Every status callback in order, with what it was answered: 0 for no answer, null while under way."""
    with parts().state.changed:
        return jsonify({"callbacks": parts().state.callbacks})


@blueprint.post("/faults")
def add_faults() -> Response:
    """One fault, or a list of them: see `faults.Fault`."""
    given = request.get_json()
    faults = [Fault.read(entry) for entry in (given if isinstance(given, list) else [given])]
    with parts().state.changed:
        for fault in faults:
            parts().state.faults.add(fault)
    return faults_so_far()


@blueprint.get("/faults")
def faults_so_far() -> Response:
    """Every fault asked for, with `count` still to come and `hits` so far."""
    with parts().state.changed:
        return jsonify({"faults": [asdict(fault) for fault in parts().state.faults.all()]})


@blueprint.post("/settings")
def change_settings() -> Response:
    """Change some of `settings.Manners`, until the next reset."""
    with parts().state.changed:
        parts().state.manners = parts().state.manners.changed(_given())
        return jsonify(asdict(parts().state.manners))


@blueprint.post("/airplane")
def airplane() -> Response:
    """`{phone, on}`: while on, what is sent to that phone ends undelivered with 30003."""
    given, state = _given(), parts().state
    with state.changed:
        (state.airplane.add if given["on"] else state.airplane.discard)(given["phone"])
        state.touch()
        return jsonify({"airplane": sorted(state.airplane)})


@blueprint.post("/templates")
def templates() -> Response:
    """`{sid: words}`: templates that WhatsApp has approved, their places written {{1}}."""
    with parts().state.changed:
        parts().state.templates |= _given()
        return jsonify(parts().state.templates)


@blueprint.post("/settle")
def settle() -> Response:
    """Wait until every message has come to its end and every callback is out; `{timeout?}` in seconds."""
    given = request.get_json(silent=True) or {}
    return jsonify({"settled": parts().scheduler.wait_idle(float(given.get("timeout", 30)))})


@blueprint.post("/reset")
def reset() -> Response:
    """Be as at the start; what was still to be sent is dropped."""
    parts().state.reset()
    parts().scheduler.clear()
    return jsonify({"epoch": parts().state.epoch})


def _given() -> dict[str, Any]:
    given = request.get_json()
    if not isinstance(given, dict):
        raise ValueError("Send one JSON object")
    return given


def _shown(delivery: Delivery) -> dict[str, Any]:
    return {
        "sid": delivery.sid,
        "statuses": [answer.status for answer in delivery.answers],
        "answers": [answer.text for answer in delivery.answers],
    }
