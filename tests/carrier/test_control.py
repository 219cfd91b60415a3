"""What tests see of the double, and how they make it forget."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from bot.demo.carrier.client import Carrier
from tests.carrier.people import CLINIC, JOSE, MARIA
from tests.carrier.receiver import Receiver


def test_texts_both_ways_are_kept_in_order(twilio: Client, carrier: Carrier) -> None:
    twilio.messages.create(to=MARIA, from_=CLINIC, body="offer")
    carrier.text(MARIA, "yes")
    twilio.messages.create(to=MARIA, from_=CLINIC, body="booked")
    assert [(m["order"], m["direction"], m["body"]) for m in carrier.messages()] == [
        (1, "outbound-api", "offer"),
        (2, "inbound", "yes"),
        (3, "outbound-api", "booked"),
    ]


def test_texts_can_be_asked_for_by_phone_and_from_a_place_on(twilio: Client, carrier: Carrier) -> None:
    twilio.messages.create(to=MARIA, from_=CLINIC, body="one")
    twilio.messages.create(to=JOSE, from_=CLINIC, body="two")
    twilio.messages.create(to=MARIA, from_=CLINIC, body="three")
    assert [m["body"] for m in carrier.messages(MARIA, since=1)] == ["three"]


def test_the_raw_call_is_kept_with_its_answer(twilio: Client, carrier: Carrier) -> None:
    carrier.fault("rate_limit")
    carrier.fault("drop_after_accept")
    for _ in range(3):
        with suppress(TwilioRestException, requests.ConnectionError):
            twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello", validity_period=60)
    calls = carrier.requests()
    assert [call["answer"] for call in calls] == [429, "dropped", 201]
    assert calls[2]["form"] == {"To": [MARIA], "From": [CLINIC], "Body": ["Hello"], "ValidityPeriod": ["60"]}


def test_a_reset_forgets_everything(twilio: Client, carrier: Carrier) -> None:
    carrier.text(MARIA, "STOP")
    carrier.fault("rate_limit")
    carrier.settings(list_delay=600)
    carrier.airplane(JOSE)
    carrier.reset()
    twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello")
    assert [message.body for message in twilio.messages.list()] == ["Hello"]
    assert (carrier.faults(), len(carrier.requests())) == ([], 2)


def test_nothing_from_before_a_reset_is_called_back(
    twilio: Client, carrier: Carrier, clinic: Receiver
) -> None:
    carrier.fault("callback", variant="late", seconds=600)
    twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello", status_callback=clinic.status_url("1"))
    carrier.reset()
    carrier.settle()
    assert clinic.posts == []


def test_settling_that_takes_too_long_is_said(twilio: Client, carrier: Carrier) -> None:
    carrier.settings(delivered_after=60)
    twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello")
    with pytest.raises(AssertionError, match="not settled"):
        carrier.settle(timeout=0.05)


def test_waiting_for_a_text_that_does_not_come_says_what_came(twilio: Client, carrier: Carrier) -> None:
    twilio.messages.create(to=MARIA, from_=CLINIC, body="only this")
    assert carrier.wait_for(MARIA, 1) == ["only this"]
    with pytest.raises(AssertionError, match=r"2 texts .* 1 came: .'only this'"):
        carrier.wait_for(MARIA, 2, timeout=0.05)


def test_the_double_can_live_at_another_time(twilio: Client, carrier: Carrier) -> None:
    carrier.settings(clock_ahead=timedelta(days=30).total_seconds())
    message = twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello")
    assert message.date_created > datetime.now(UTC) + timedelta(days=29)


@pytest.mark.parametrize(
    "changes", [{"list_delay": [5, 1]}, {"mps": 0}, {"colour": 1}, {"mps": "fast"}], ids=str
)
def test_settings_that_make_no_sense_are_refused(carrier: Carrier, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        carrier.settings(**changes)
