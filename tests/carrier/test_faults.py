"""Calls that go wrong: what the caller sees, and whether the text was taken all the same."""

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from bot.demo.carrier.client import Carrier
from tests.carrier.people import CLINIC, JOSE, MARIA


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        pytest.param({"kind": "rate_limit"}, 429, 20429, id="too many requests"),
        pytest.param({"kind": "server_error"}, 500, 20500, id="server error"),
        pytest.param({"kind": "server_error", "code": 503}, 503, 20503, id="unavailable"),
        pytest.param({"kind": "reject", "code": 21211}, 400, 21211, id="no such number"),
        pytest.param({"kind": "reject", "code": 21610}, 400, 21610, id="opted out"),
    ],
)
def test_a_call_is_refused_and_nothing_is_taken(
    twilio: Client, carrier: Carrier, fault: dict[str, object], status: int, code: int
) -> None:
    carrier.fault(**fault)  # type: ignore[arg-type] # each has a kind
    with pytest.raises(TwilioRestException) as refused:
        send(twilio)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert carrier.messages() == []


def test_a_fault_hits_as_often_as_asked_and_no_more(twilio: Client, carrier: Carrier) -> None:
    carrier.fault("server_error", count=2)
    for _ in range(2):
        with pytest.raises(TwilioRestException):
            send(twilio)
    send(twilio)
    assert [(fault["count"], fault["hits"]) for fault in carrier.faults()] == [(0, 2)]


def test_a_fault_can_wait_for_one_number(twilio: Client, carrier: Carrier) -> None:
    carrier.fault("reject", code=21610, to=JOSE)
    send(twilio, to=MARIA)
    with pytest.raises(TwilioRestException):
        send(twilio, to=JOSE)


def test_faults_are_used_in_the_order_asked(twilio: Client, carrier: Carrier) -> None:
    carrier.fault("rate_limit")
    carrier.fault("server_error")
    codes = []
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refused:
            send(twilio)
        codes.append(refused.value.code)
    assert codes == [20429, 20500]


def test_a_text_can_be_taken_and_the_connection_dropped(twilio: Client, carrier: Carrier) -> None:
    carrier.fault("drop_after_accept")
    with pytest.raises(requests.ConnectionError):
        send(twilio)
    carrier.settle()
    assert [(message["body"], message["status"]) for message in carrier.messages()] == [
        ("Hello", "delivered")
    ]


def test_a_connection_can_be_dropped_with_nothing_taken(twilio: Client, carrier: Carrier) -> None:
    carrier.fault("drop_before_accept")
    with pytest.raises(requests.ConnectionError):
        send(twilio)
    assert carrier.messages() == []


def test_a_slow_answer_comes_after_the_text_was_taken(twilio: Client, carrier: Carrier) -> None:
    carrier.fault("slow", seconds=30)
    twilio.http_client.timeout = 0.5
    with pytest.raises(requests.Timeout):
        send(twilio)
    assert carrier.sent_to(MARIA) == ["Hello"]


def test_lists_and_fetches_can_go_wrong_too(twilio: Client, carrier: Carrier) -> None:
    sid = send(twilio)
    carrier.fault("server_error", on="list")
    carrier.fault("rate_limit", on="fetch")
    with pytest.raises(TwilioException, match="500"):  # for lists the client raises no more than this
        twilio.messages.list()
    with pytest.raises(TwilioRestException, match="429"):
        twilio.messages(sid).fetch()
    assert len(twilio.messages.list()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "callback"},
        {"kind": "callback", "variant": "sideways"},
        {"kind": "reject"},
        {"kind": "fail_code", "code": 1},
        {"kind": "server_error", "code": 404},
        {"kind": "rate_limit", "count": 0},
        {"kind": "rate_limit", "on": "delete"},
        {"kind": "rate_limit", "colour": "blue"},
    ],
    ids=str,
)
def test_a_fault_that_could_not_happen_is_refused(carrier: Carrier, fault: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        carrier.fault(**fault)  # type: ignore[arg-type] # each has a kind
    assert carrier.faults() == []


def send(twilio: Client, to: str = MARIA) -> str:
    return str(twilio.messages.create(to=to, from_=CLINIC, body="Hello").sid)
