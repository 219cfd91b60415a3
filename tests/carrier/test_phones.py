"""The phones page and what it is fed with."""

import json
from typing import Any

import httpx
import pytest
from twilio.rest import Client

from bot.demo.carrier.client import Carrier
from tests.carrier.people import CLINIC, MARIA, OTHER_CLINIC

ASSETS = ("/page/phones.css", "/page/thread.js", "/page/call.js", "/page/phones.js")


def test_the_page_is_served_with_all_it_needs(carrier: Carrier) -> None:
    page = httpx.get(carrier.url)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Phones · Standby demo</title>" in page.text
    for asset in ASSETS:
        assert asset in page.text
        assert httpx.get(carrier.url + asset).status_code == 200


def test_nothing_is_fetched_from_elsewhere(carrier: Carrier) -> None:
    page = "".join(httpx.get(carrier.url + path).text for path in ("/", *ASSETS))
    assert "//" not in page.replace("http://www.w3.org/", "").replace("\n//", "").replace("  //", "")


def test_the_page_learns_which_clinics_can_be_texted(carrier: Carrier) -> None:
    answer = httpx.get(f"{carrier.url}/_carrier/phones").json()
    assert answer["clinics"] == [
        {"number": CLINIC, "name": "Lakeside"},
        {"number": OTHER_CLINIC, "name": "Hilltop"},
    ]


@pytest.mark.parametrize("written", ["(555) 555-0177", "+1 555 555 0177", "5555550177"])
def test_a_number_can_be_added_as_people_write_it(carrier: Carrier, written: str) -> None:
    answer = httpx.post(f"{carrier.url}/_carrier/phones", json={"number": written})
    assert answer.json() == {"number": "+15555550177", "name": "+15555550177"}
    phones = httpx.get(f"{carrier.url}/_carrier/phones").json()["phones"]
    assert {"number": "+15555550177", "name": "+15555550177"} in phones


@pytest.mark.parametrize("written", ["", "Maria", "12", "+1555"])
def test_what_is_no_number_is_refused_with_an_example(carrier: Carrier, written: str) -> None:
    answer = httpx.post(f"{carrier.url}/_carrier/phones", json={"number": written})
    assert answer.status_code == 400
    assert "(555) 010-0123" in answer.json()["error"]


def test_the_stream_tells_a_newcomer_everything(carrier: Carrier) -> None:
    carrier.text(MARIA, "hello")
    carrier.airplane(MARIA)
    event = next_event(carrier)
    assert [message["body"] for message in event["data"]["messages"]] == ["hello"]
    assert event["data"]["airplane"] == [MARIA]


def test_the_stream_tells_one_who_comes_back_only_what_is_new(carrier: Carrier, twilio: Client) -> None:
    carrier.text(MARIA, "hello")
    seen = next_event(carrier)["id"]
    twilio.messages.create(to=MARIA, from_=CLINIC, body="news")
    bodies = [message["body"] for message in next_event(carrier, after=seen)["data"]["messages"]]
    assert bodies == ["news"]


def test_after_a_reset_the_stream_starts_over(carrier: Carrier) -> None:
    carrier.text(MARIA, "hello")
    before = next_event(carrier)
    carrier.reset()
    carrier.text(MARIA, "again")
    after = next_event(carrier, after=before["id"])
    assert after["data"]["epoch"] == before["data"]["epoch"] + 1
    assert [message["body"] for message in after["data"]["messages"]] == ["again"]


def next_event(carrier: Carrier, after: str = "") -> dict[str, Any]:
    """The first event of a new stream: its id and its data."""
    headers = {"Last-Event-ID": after}
    with httpx.stream("GET", f"{carrier.url}/_carrier/events", headers=headers, timeout=20) as stream:
        lines = stream.iter_lines()
        event = {name: value for name, _, value in (next(lines).partition(": ") for _ in range(2))}
    return {"id": event["id"], "data": json.loads(event["data"])}
