"""Our calls to Twilio, made for real over HTTP against the double."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest

from bot.channels import ChannelError, ChannelSilent, Outgoing
from bot.channels.twilio_message import TwilioMessages
from bot.demo.carrier.client import Carrier
from tests.system import settings_for

CLINIC = "+12125550100"
MARIA = "+12125550101"
OPENAPI = Path(__file__).parents[3] / "shared" / "twilio" / "twilio_api_v2010.json"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"


def text(body: str = "Hello", to: str = MARIA) -> Outgoing:
    return Outgoing(uuid4(), CLINIC, to, body, 600)


def test_a_text_is_handed_over_and_its_id_comes_back(carrier: Carrier, channel: TwilioMessages) -> None:
    sid = channel.send(text("Good morning"))
    assert sid.startswith("SM")
    assert carrier.sent_to(MARIA) == ["Good morning"]


def test_the_callback_address_names_our_message(carrier: Carrier, channel: TwilioMessages) -> None:
    outgoing = text()
    channel.send(outgoing)
    [request] = carrier.requests()
    address = request["form"]["StatusCallback"]
    assert address == [f"http://127.0.0.1:9/webhooks/twilio/status?m={outgoing.message_id}"]


def test_our_call_fits_twilios_own_description(carrier: Carrier, channel: TwilioMessages) -> None:
    if not OPENAPI.exists():
        pytest.skip(f"Twilio's OpenAPI file is not at {OPENAPI}")
    channel.send(text())
    [request] = carrier.requests()
    operation = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"][MESSAGES]["post"]
    schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    form = {name: _typed(value, schema["properties"][name]) for name, [value] in request["form"].items()}
    jsonschema.validate(form, schema | {"additionalProperties": False})


@pytest.mark.parametrize(("code", "what"), [(21211, "invalid number"), (21610, "opted out")])
def test_a_refusal_is_permanent_and_carries_the_code(
    carrier: Carrier, channel: TwilioMessages, code: int, what: str
) -> None:
    carrier.fault("reject", code=code)
    with pytest.raises(ChannelError) as refused:
        channel.send(text())
    assert (refused.value.code, refused.value.permanent) == (str(code), True), what


def test_too_many_requests_may_be_tried_again(carrier: Carrier, channel: TwilioMessages) -> None:
    carrier.fault("rate_limit")
    with pytest.raises(ChannelError) as refused:
        channel.send(text())
    assert (refused.value.code, refused.value.permanent) == ("20429", False)


@pytest.mark.parametrize("fault", ["server_error", "drop_after_accept", "drop_before_accept"])
def test_no_answer_is_neither_yes_nor_no(carrier: Carrier, channel: TwilioMessages, fault: str) -> None:
    carrier.fault(fault)
    with pytest.raises(ChannelSilent):
        channel.send(text())


def test_a_text_taken_without_an_answer_is_found(carrier: Carrier, channel: TwilioMessages) -> None:
    carrier.settings(list_delay=0)
    carrier.fault("drop_after_accept")
    with pytest.raises(ChannelSilent):
        channel.send(text("Did this go out?"))
    [found] = channel.find(CLINIC, MARIA, _a_minute_ago())
    assert found.body == "Did this go out?"


def test_neither_patients_texts_nor_the_carriers_own_are_found(
    carrier: Carrier, channel: TwilioMessages
) -> None:
    carrier.settings(list_delay=0)
    carrier.text(MARIA, "HELP")
    assert channel.find(CLINIC, MARIA, _a_minute_ago()) == []
    assert channel.find(MARIA, CLINIC, _a_minute_ago()) == []


def test_a_carrier_that_cannot_list_is_silent(carrier: Carrier, channel: TwilioMessages) -> None:
    carrier.fault("server_error", on="list")
    with pytest.raises(ChannelSilent):
        channel.find(CLINIC, MARIA, _a_minute_ago())


def _a_minute_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def _typed(value: str, schema: dict[str, Any]) -> object:
    return int(value) if schema["type"] == "integer" else value


@pytest.fixture
def channel(carrier: Carrier) -> TwilioMessages:
    """Ours, pointed at the double; its callbacks go nowhere."""
    return TwilioMessages(
        settings_for(
            "postgresql://unused/unused",
            "redis://unused",
            public_url="http://127.0.0.1:9",
            carrier_url=carrier.url,
            nlu_url="http://127.0.0.1:9",
        )
    )


@pytest.fixture
def carrier(running: Carrier) -> Iterator[Carrier]:
    yield running
    running.reset()


@pytest.fixture(scope="module")
def running() -> Iterator[Carrier]:
    with Carrier.start("http://127.0.0.1:9/webhooks/twilio/message", [CLINIC]) as carrier:
        yield carrier
