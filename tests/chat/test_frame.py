"""The chat's script and page: who may fetch and frame them, and what they say."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from bot.asgi import CHAT_SOCKET
from bot.chat import frame
from clinic import clinics, policies
from clinic.audit import SYSTEM
from rules.policy import Language
from tests.admin.desk import Desk

ORIGIN = "https://www.lakeside.example"


def test_the_script_is_small_and_browsers_may_keep_it(desk: Desk) -> None:
    script = desk.app.test_client().get("/chat/widget.js")
    assert script.status_code == 200
    assert len(script.data) < 6_000
    assert script.headers["Cache-Control"] == "public, max-age=3600"
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_script_that_is_still_the_same_is_not_sent_again(desk: Desk) -> None:
    browser = desk.app.test_client()
    tag = browser.get("/chat/widget.js").headers["ETag"]
    assert browser.get("/chat/widget.js", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("name", frame.KEPT_SECONDS)
def test_every_file_of_the_chat_is_there(desk: Desk, name: str) -> None:
    assert desk.app.test_client().get(f"/chat/{name}").status_code == 200


def test_no_clinic_can_be_called_what_stands_below_the_chats_address(desk: Desk) -> None:
    fixed = [rule.rule for rule in desk.app.url_map.iter_rules() if rule.rule.startswith("/chat/")]
    names = {path.split("/")[2] for path in (*fixed, CHAT_SOCKET)}
    assert {each for each in names if clinics.SLUG.fullmatch(each)} == set(clinics.TAKEN)


def test_only_the_listed_sites_may_frame_the_page(desk: Desk) -> None:
    page = shown(desk, chat=True, chat_origins=(ORIGIN, "http://localhost:8080"))
    assert allowed(page, "frame-ancestors") == f"'self' {ORIGIN} http://localhost:8080"
    assert "X-Frame-Options" not in page.headers


def test_the_page_runs_and_loads_nothing_but_our_own_files(desk: Desk) -> None:
    page = shown(desk, chat=True)
    assert allowed(page, "default-src") == "'none'"
    assert allowed(page, "script-src") == allowed(page, "style-src") == "'self'"
    assert not re.search(r"<style|style=|<script>|\son\w+=", page.text)


def test_other_pages_still_may_be_framed_by_nobody(desk: Desk) -> None:
    page = desk.app.test_client().get("/sign-in")
    assert (page.headers["X-Frame-Options"], allowed(page, "frame-ancestors")) == ("DENY", "'none'")


def test_where_the_chat_is_off_the_page_says_whom_to_call(desk: Desk) -> None:
    page = shown(desk, chat=False, chat_origins=(ORIGIN,))
    assert page.status_code == 404
    assert "This chat is closed for now. Please call us: (" in page.text
    assert "<form" not in page.text
    assert ORIGIN in allowed(page, "frame-ancestors")


def test_a_clinic_that_is_not_there_has_no_page(desk: Desk) -> None:
    assert desk.app.test_client().get("/chat/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("es", "es"), ("en", "en"), ("fr", "en"), ("", "en")],
    ids=lambda each: each or "none",
)
def test_it_speaks_the_language_asked_for_where_it_can(desk: Desk, asked: str, spoken: str) -> None:
    page = shown(desk, chat=True, languages=(Language.ENGLISH, Language.SPANISH), asked=asked)
    assert f'<html lang="{spoken}">' in page.text


def test_a_language_the_clinic_does_not_speak_is_not_spoken(desk: Desk) -> None:
    page = shown(desk, chat=True, languages=(Language.ENGLISH,), asked="es")
    assert '<html lang="en">' in page.text


def test_an_emergency_and_who_reads_along_are_named(desk: Desk) -> None:
    page = shown(desk, chat=True, emergency_phone="112").text
    assert 'If this is an emergency, call <a href="tel:112">112</a>' in page
    assert "Our staff can read this chat" in page


@pytest.mark.parametrize("name", ["widget.js", "frame.js", "hearing.js"])
def test_no_script_writes_html(name: str) -> None:
    script = (Path(frame.FOLDER) / name).read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


def shown(desk: Desk, *, asked: str = "", **policy: Any) -> TestResponse:
    desk.do(lambda tx: policies.change(tx, policies.current(tx).model_copy(update=policy), SYSTEM))
    return desk.app.test_client().get(f"/chat/{desk.clinic.slug}?language={asked}")


def allowed(page: TestResponse, what: str) -> str:
    """What the page's content security policy allows of a kind."""
    rules: Mapping[str, str] = dict(
        each.strip().split(" ", 1) for each in page.headers["Content-Security-Policy"].split(";")
    )
    return rules[what]
