"""Sending through the API: what Twilio accepts, what it answers, and what it refuses with which code."""

from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from bot.demo.carrier.client import ACCOUNT_SID, AUTH_TOKEN, Carrier
from tests.carrier.people import CLINIC, JOSE, MARIA

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
GOOD = {"To": MARIA, "From": CLINIC, "Body": "Hello"}


def test_an_accepted_text_is_queued(twilio: Client) -> None:
    message = twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello 👍")
    assert (message.status, message.direction, message.error_code) == ("queued", "outbound-api", None)
    assert (message.to, message.from_, message.body) == (MARIA, CLINIC, "Hello 👍")
    assert (message.num_segments, message.num_media, message.price) == ("1", "0", None)


def test_an_accepted_text_is_delivered_in_the_end(twilio: Client, carrier: Carrier) -> None:
    sid = twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello").sid
    carrier.settle()
    message = twilio.messages(sid).fetch()
    assert message.status == "delivered"
    assert message.date_sent is not None
    assert message.date_sent >= message.date_created


def test_the_answer_has_the_shape_of_twilios(carrier: Carrier) -> None:
    answer = post(carrier, GOOD).json()
    path = MESSAGES.removesuffix(".json")
    assert answer["uri"] == f"{path}/{answer['sid']}.json"
    assert answer["subresource_uris"] == {"media": f"{path}/{answer['sid']}/Media.json"}
    assert answer["date_created"].endswith(" +0000")
    assert parsedate_to_datetime(answer["date_created"])
    assert (answer["date_sent"], answer["price"], answer["messaging_service_sid"]) == (None, None, None)


def test_a_picture_makes_it_an_mms(twilio: Client) -> None:
    message = twilio.messages.create(to=MARIA, from_=CLINIC, media_url=["https://clinic.example/map.png"])
    assert message.sid.startswith("MM")
    assert message.num_media == "1"


def test_fields_that_twilio_does_not_know_are_ignored(carrier: Carrier) -> None:
    assert post(carrier, {**GOOD, "Colour": "blue"}).status_code == 201


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"To": None}, 21604, id="no To"),
        pytest.param({"From": None}, 21603, id="no From"),
        pytest.param({"Body": None}, 21602, id="no Body"),
        pytest.param({"Body": ""}, 21602, id="an empty Body"),
        pytest.param({"To": "5555550110"}, 21211, id="To without its country"),
        pytest.param({"To": "+1555"}, 21211, id="To too short"),
        pytest.param({"To": "Maria"}, 21211, id="To no number"),
        pytest.param({"From": JOSE}, 21606, id="From not ours"),
        pytest.param({"Body": "a" * 1601}, 21617, id="Body too long"),
        pytest.param({"ValidityPeriod": "0"}, 90007, id="no validity"),
        pytest.param({"ValidityPeriod": "36001"}, 90007, id="validity over ten hours"),
        pytest.param({"ValidityPeriod": "1.5"}, 90007, id="validity no whole number"),
        pytest.param({"StatusCallback": "clinic.example/status"}, 21609, id="StatusCallback no address"),
    ],
)
def test_a_call_that_is_wrong_is_refused_with_twilios_code(
    carrier: Carrier, changes: dict[str, str | None], code: int
) -> None:
    answer = post(carrier, {name: value for name, value in (GOOD | changes).items() if value is not None})
    error = answer.json()
    assert (answer.status_code, error["code"], error["status"]) == (400, code, 400)
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert carrier.messages() == []


def test_the_longest_body_is_accepted(carrier: Carrier) -> None:
    assert post(carrier, {**GOOD, "Body": "a" * 1600}).json()["num_segments"] == "11"


def test_twilios_client_raises_the_code(twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to="+1555", from_=CLINIC, body="Hello")
    assert (refused.value.code, refused.value.status) == (21211, 400)


@pytest.mark.parametrize(
    "auth",
    [None, (ACCOUNT_SID, "not the token"), ("AC" + "0" * 32, AUTH_TOKEN)],
    ids=["none", "token", "account"],
)
def test_nobody_sends_without_the_accounts_token(carrier: Carrier, auth: tuple[str, str] | None) -> None:
    answer = httpx.post(carrier.url + MESSAGES, data=GOOD, auth=auth)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize(
    "path",
    [
        f"/2010-04-01/Accounts/{'AC' + '0' * 32}/Messages.json",
        f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{'SM' + '0' * 32}.json",
        f"/2010-04-01/Accounts/{ACCOUNT_SID}/Conferences.json",
    ],
    ids=["another account", "another message", "another resource"],
)
def test_what_is_not_there_is_20404(carrier: Carrier, path: str) -> None:
    answer = httpx.get(carrier.url + path, auth=(ACCOUNT_SID, AUTH_TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_a_method_that_twilio_lacks_is_20004(carrier: Carrier) -> None:
    answer = httpx.put(carrier.url + MESSAGES, auth=(ACCOUNT_SID, AUTH_TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


def post(carrier: Carrier, form: dict[str, Any]) -> httpx.Response:
    return httpx.post(carrier.url + MESSAGES, data=form, auth=(ACCOUNT_SID, AUTH_TOKEN))
