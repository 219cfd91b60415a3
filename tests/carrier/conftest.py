"""A running double, the clinic's side that it posts to, and the real Twilio client pointed at it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.demo.carrier.client import ACCOUNT_SID, AUTH_TOKEN, Carrier
from tests.carrier.people import CLINIC, OTHER_CLINIC
from tests.carrier.receiver import Receiver


@pytest.fixture
def carrier(running_carrier: Carrier, clinic: Receiver) -> Iterator[Carrier]:
    """The double, with nothing left of the test before."""
    yield running_carrier
    running_carrier.reset()


@pytest.fixture
def clinic(running_clinic: Receiver) -> Iterator[Receiver]:
    yield running_clinic
    running_clinic.clear()


@pytest.fixture
def twilio(carrier: Carrier) -> Iterator[Client]:
    """Twilio's own client, its calls sent to the double."""
    http = _Redirected(carrier.url)
    yield Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http)
    assert http.session is not None
    http.session.close()


@pytest.fixture
def phones(browser: Browser, carrier: Carrier) -> Iterator[Page]:
    """The page, live, with no phone open; it must not complain of anything."""
    complaints: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script("localStorage.clear()")
    page.goto(carrier.url)
    expect(page.get_by_role("status")).to_have_text("Live")
    expect(page.locator(".phone")).to_have_count(0)
    yield page
    page.close()
    assert complaints == []


@pytest.fixture(scope="session")
def running_clinic() -> Iterator[Receiver]:
    with Receiver.listening() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def running_carrier(running_clinic: Receiver) -> Iterator[Carrier]:
    with Carrier.start(
        running_clinic.webhook_url, [f"{CLINIC}=Lakeside", f"{OTHER_CLINIC}=Hilltop"]
    ) as carrier:
        yield carrier


class _Redirected(TwilioHttpClient):  # type: ignore[misc] # twilio brings no types
    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=10)
        self._base = urlsplit(base_url)

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        moved = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc).geturl()
        return super().request(method, moved, *args, **more)
