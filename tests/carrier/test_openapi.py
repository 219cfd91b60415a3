"""What the double answers, and takes, is checked against Twilio's own OpenAPI file where that is found."""

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from twilio.rest import Client

from bot.demo.carrier.client import ACCOUNT_SID, AUTH_TOKEN, Carrier
from tests.carrier.people import CLINIC, MARIA
from tests.carrier.receiver import Receiver

FILE = Path(__file__).parents[3] / "shared" / "twilio" / "twilio_api_v2010.json"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"


@pytest.fixture(scope="module")
def openapi() -> Any:
    if not FILE.exists():
        pytest.skip(f"Twilio's OpenAPI file is not at {FILE}")
    return json.loads(FILE.read_text(encoding="utf-8"))


def test_a_message_has_all_of_twilios_properties_and_no_other(
    carrier: Carrier, twilio: Client, openapi: Any
) -> None:
    carrier.fault("fail_code", code=30003)
    sid = twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello").sid
    carrier.settle()
    answer = call(carrier, f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}.json")
    schema = openapi["components"]["schemas"]["api.v2010.account.message"]
    check(answer, schema, openapi)
    assert answer.keys() == schema["properties"].keys()


def test_a_list_has_the_shape_of_twilios(carrier: Carrier, twilio: Client, openapi: Any) -> None:
    twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello")
    carrier.text(MARIA, "STOP")
    answer = call(carrier, MESSAGES.format(AccountSid=ACCOUNT_SID))
    schema = openapi["paths"][MESSAGES]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    check(answer, schema, openapi)
    assert answer.keys() == schema["properties"].keys()


def test_a_real_clients_call_fits_the_form(
    carrier: Carrier, twilio: Client, clinic: Receiver, openapi: Any
) -> None:
    twilio.messages.create(
        to=MARIA, from_=CLINIC, body="Hello", status_callback=clinic.status_url("1"), validity_period=600
    )
    [request] = carrier.requests()
    content = openapi["paths"][MESSAGES]["post"]["requestBody"]["content"]
    schema = content["application/x-www-form-urlencoded"]["schema"]
    form = {name: typed(value, schema["properties"][name]) for name, [value] in request["form"].items()}
    check(form, schema, openapi)


def test_the_list_knows_every_filter_that_twilio_has(openapi: Any) -> None:
    from bot.demo.carrier.listing import FILTERS

    parameters = [entry["name"] for entry in openapi["paths"][MESSAGES]["get"]["parameters"]]
    assert set(parameters) == {"AccountSid", "PageSize", "Page", "PageToken", *FILTERS}


def typed(value: str, schema: dict[str, Any]) -> object:
    """A form field as the type that its schema names: a form has only strings."""
    return int(value) if schema["type"] == "integer" else value


def call(carrier: Carrier, path: str) -> Any:
    return httpx.get(carrier.url + path, auth=(ACCOUNT_SID, AUTH_TOKEN)).json()


def check(value: object, schema: dict[str, Any], openapi: Any) -> None:
    whole = nullable(schema | {"components": openapi["components"], "additionalProperties": False})
    jsonschema.Draft202012Validator(whole).validate(value)


def nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable: true` where JSON Schema says `type: [..., "null"]`."""
    if isinstance(schema, list):
        return [nullable(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: nullable(value) for name, value in schema.items()}
    if changed.get("nullable") is True and isinstance(changed.get("type"), str):
        changed["type"] = [changed["type"], "null"]
    return changed
