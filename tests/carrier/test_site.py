"""The made-up clinic's own site, on which the demo shows the web chat."""

from collections.abc import Iterator

import httpx
import pytest

from bot.demo.carrier.client import Carrier
from tests.carrier.people import CLINIC

WEB = "http://127.0.0.1:9"


def test_it_has_the_chat_s_tag_as_a_clinic_would_copy_it(with_a_site: Carrier) -> None:
    page = httpx.get(f"{with_a_site.url}/clinic").text
    assert f'<script src="{WEB}/chat/widget.js" data-clinic="lakeside" defer></script>' in page
    assert "<title>Lakeside</title>" in page


def test_it_allows_no_more_than_a_careful_site_would(with_a_site: Carrier) -> None:
    policy = httpx.get(f"{with_a_site.url}/clinic").headers["Content-Security-Policy"]
    assert policy == f"default-src 'self'; script-src {WEB}; frame-src {WEB}; frame-ancestors 'none'"


@pytest.mark.parametrize("file", ["site.css", "site.svg"])
def test_its_files_are_there(with_a_site: Carrier, file: str) -> None:
    assert f"/page/{file}" in httpx.get(f"{with_a_site.url}/clinic").text
    assert httpx.get(f"{with_a_site.url}/page/{file}").status_code == 200


def test_the_phones_page_links_it(with_a_site: Carrier) -> None:
    assert httpx.get(f"{with_a_site.url}/_carrier/phones").json()["site_url"] == "/clinic"


def test_a_double_without_a_clinic_of_its_own_has_none(carrier: Carrier) -> None:
    assert httpx.get(f"{carrier.url}/clinic").status_code == 404
    assert httpx.get(f"{carrier.url}/_carrier/phones").json()["site_url"] is None


@pytest.fixture(scope="module")
def with_a_site() -> Iterator[Carrier]:
    arguments = ["--chat", f"lakeside={WEB}/chat/widget.js"]
    with Carrier.start(f"{WEB}/webhooks", [f"{CLINIC}=Lakeside"], arguments=arguments) as carrier:
        yield carrier
