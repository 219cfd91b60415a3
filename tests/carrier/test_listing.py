"""Listing: only Twilio's filters, newest first, in pages, and never quite up to date."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from twilio.rest import Client

from bot.demo.carrier.client import ACCOUNT_SID, AUTH_TOKEN, Carrier
from tests.carrier.people import CLINIC, JOSE, MARIA, OTHER_CLINIC

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"


@pytest.fixture
def three(twilio: Client, carrier: Carrier) -> None:
    """One to Maria, one to José, one to Maria from the other clinic; all delivered."""
    twilio.messages.create(to=MARIA, from_=CLINIC, body="first")
    twilio.messages.create(to=JOSE, from_=CLINIC, body="second")
    twilio.messages.create(to=MARIA, from_=OTHER_CLINIC, body="third")
    carrier.settle()


@pytest.mark.usefixtures("three")
def test_the_newest_comes_first(twilio: Client) -> None:
    assert [message.body for message in twilio.messages.list()] == ["third", "second", "first"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("filters", "bodies"),
    [
        pytest.param({"to": MARIA}, ["third", "first"], id="to"),
        pytest.param({"from_": CLINIC}, ["second", "first"], id="from"),
        pytest.param({"to": MARIA, "from_": CLINIC}, ["first"], id="both"),
        pytest.param({"to": CLINIC}, [], id="nobody"),
    ],
)
def test_numbers_filter(twilio: Client, filters: dict[str, str], bodies: list[str]) -> None:
    assert [message.body for message in twilio.messages.list(**filters)] == bodies


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("name", "days", "count"),
    [
        pytest.param("date_sent", 0, 3, id="on the day"),
        pytest.param("date_sent", -1, 0, id="on another day"),
        pytest.param("date_sent_before", 0, 3, id="up to and with the day"),
        pytest.param("date_sent_before", -1, 0, id="up to the day before"),
        pytest.param("date_sent_after", 0, 3, id="from the day on"),
        pytest.param("date_sent_after", 1, 0, id="from the next day on"),
    ],
)
def test_whole_days_filter(twilio: Client, name: str, days: int, count: int) -> None:
    sent = twilio.messages.list()[0].date_sent
    assert len(twilio.messages.list(**{name: sent + timedelta(days=days)})) == count


@pytest.mark.usefixtures("three")
def test_the_hour_of_a_date_filter_is_not_looked_at(twilio: Client) -> None:
    last_minute = twilio.messages.list()[0].date_sent.replace(hour=23, minute=59)
    assert len(twilio.messages.list(date_sent_after=last_minute)) == 3


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("name", ["Body", "Status", "StatusCallback"])
def test_filters_that_twilio_lacks_are_ignored(carrier: Carrier, name: str) -> None:
    assert len(get(carrier, {name: "nothing like it"})["messages"]) == 3


@pytest.mark.usefixtures("three")
def test_pages_are_followed_to_the_end(twilio: Client) -> None:
    assert [message.body for message in twilio.messages.list(page_size=1)] == ["third", "second", "first"]


@pytest.mark.usefixtures("three")
def test_a_page_keeps_its_filters(carrier: Carrier) -> None:
    first = get(carrier, {"To": MARIA, "PageSize": "1"})
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 1, 0, 0)
    second = httpx.get(carrier.url + first["next_page_uri"], auth=(ACCOUNT_SID, AUTH_TOKEN)).json()
    assert [message["body"] for message in second["messages"]] == ["first"]
    assert second["next_page_uri"] is None


def test_a_later_page_needs_its_token(carrier: Carrier) -> None:
    answer = httpx.get(carrier.url + MESSAGES, params={"Page": "1"}, auth=(ACCOUNT_SID, AUTH_TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


@pytest.mark.parametrize("query", [{"PageSize": "many"}, {"DateSent": "today"}], ids=str)
def test_a_value_that_cannot_be_read_is_20001(carrier: Carrier, query: dict[str, str]) -> None:
    answer = httpx.get(carrier.url + MESSAGES, params=query, auth=(ACCOUNT_SID, AUTH_TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_a_new_message_is_not_in_lists_yet(twilio: Client, carrier: Carrier) -> None:
    carrier.settings(list_delay=600)
    sid = twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello").sid
    carrier.settle()
    assert twilio.messages.list(to=MARIA) == []
    assert twilio.messages(sid).fetch().status == "delivered"


def test_a_message_not_sent_yet_has_no_day_to_be_found_by(twilio: Client, carrier: Carrier) -> None:
    carrier.settings(mps=0.001)
    twilio.messages.create(to=MARIA, from_=CLINIC, body="goes at once")
    twilio.messages.create(to=MARIA, from_=CLINIC, body="waits")
    assert "waits" in [message.body for message in twilio.messages.list()]
    assert "waits" not in [message.body for message in twilio.messages.list(date_sent=datetime.now(UTC))]


def test_what_patients_and_the_carrier_said_is_listed_too(twilio: Client, carrier: Carrier) -> None:
    carrier.text(MARIA, "STOP")
    directions = [message.direction for message in twilio.messages.list()]
    assert directions == ["outbound-reply", "inbound"]


def get(carrier: Carrier, query: dict[str, str]) -> Any:
    return httpx.get(carrier.url + MESSAGES, params=query, auth=(ACCOUNT_SID, AUTH_TOKEN)).json()
