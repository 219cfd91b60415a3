"""Signing in and out, and what a session is worth."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.admin.sign_in import is_our_path
from clinic import staff as accounts
from clinic.audit import by_staff
from rules.permissions import Role
from storage.tables import Staff
from tests import factories
from tests.admin.desk import NOW, Desk


def enter(browser: FlaskClient, sam: Staff, password: str = factories.PASSWORD, **more: str) -> TestResponse:
    return browser.post("/sign-in", data={"email": sam.email, "password": password, **more})


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def test_the_right_password_leads_to_the_first_page(desk: Desk, sam: Staff) -> None:
    response = enter(desk.app.test_client(), sam)
    assert (response.status_code, response.location) == (303, "/")


def test_the_address_may_be_written_in_capitals(desk: Desk, sam: Staff) -> None:
    response = desk.app.test_client().post(
        "/sign-in", data={"email": f" {sam.email.upper()} ", "password": factories.PASSWORD}
    )
    assert response.status_code == 303


def test_after_signing_in_one_lands_where_one_was_going(desk: Desk, sam: Staff) -> None:
    assert enter(desk.app.test_client(), sam, next="/inbox").location == "/inbox"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "inbox",
        "/\tx",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(elsewhere: str) -> None:
    assert not is_our_path(elsewhere)


def test_a_wrong_password_an_unknown_address_and_a_locked_account_look_alike(desk: Desk, sam: Staff) -> None:
    browser = desk.app.test_client()
    wrong = enter(browser, sam, "not the password")
    unknown = browser.post("/sign-in", data={"email": "who@else.example", "password": "x"})
    for _ in range(accounts.TRIES):
        enter(browser, sam, "not the password")
    locked = enter(browser, sam)
    assert {(each.status_code, without_tokens(each.text)) for each in (wrong, unknown, locked)} == {
        (401, without_tokens(wrong.text))
    }


def test_five_wrong_passwords_lock_an_account(desk: Desk, sam: Staff) -> None:
    browser = desk.app.test_client()
    for _ in range(accounts.TRIES):
        enter(browser, sam, "not the password")
    assert desk.get(Staff, sam.id).locked_until == NOW + accounts.LOCKED_FOR
    assert enter(browser, sam).status_code == 401


def test_a_lock_ends_by_itself(desk: Desk, sam: Staff) -> None:
    browser = desk.app.test_client()
    for _ in range(accounts.TRIES):
        enter(browser, sam, "not the password")
    later = NOW + accounts.LOCKED_FOR + timedelta(seconds=1)
    with desk.store.unscoped() as session:
        tried = accounts.authenticate(session, sam.email, factories.PASSWORD, later)
    assert tried.outcome is accounts.SignInOutcome.SIGNED_IN


def test_the_right_password_forgets_the_wrong_ones(desk: Desk, sam: Staff) -> None:
    browser = desk.app.test_client()
    for _ in range(accounts.TRIES - 1):
        enter(browser, sam, "not the password")
    enter(browser, sam)
    assert desk.get(Staff, sam.id).failed_sign_ins == 0


def test_somebody_who_has_left_does_not_get_in(desk: Desk, sam: Staff) -> None:
    desk.do(lambda tx: setattr(tx.session.get_one(Staff, sam.id), "left_at", NOW))
    assert enter(desk.app.test_client(), sam).status_code == 401


def test_the_session_holds_who_it_is_and_nothing_else(desk: Desk, sam: Staff) -> None:
    browser = desk.app.test_client()
    with browser.session_transaction() as session:
        session["left by somebody else"] = "x"
    enter(browser, sam)
    with browser.session_transaction() as session:
        assert dict(session) == {"staff": sam.id, "epoch": 0, "_permanent": True}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk, sam: Staff) -> None:
    cookie = enter(desk.app.test_client(), sam).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_session_is_not_made_longer_by_use(desk: Desk, sam: Staff) -> None:
    browser = desk.app.test_client()
    enter(browser, sam)
    browser.get("/today")  # the first page adds its CSRF token
    assert "Set-Cookie" not in browser.get("/today").headers


def test_signing_out_ends_the_session(desk: Desk, sam: Staff) -> None:
    browser = desk.app.test_client()
    enter(browser, sam)
    browser.post("/sign-out")
    assert browser.get("/today").location == "/sign-in?next=/today"


def test_signing_out_everywhere_ends_the_sessions_on_other_devices(desk: Desk, sam: Staff) -> None:
    tablet, laptop = desk.app.test_client(), desk.app.test_client()
    enter(tablet, sam)
    enter(laptop, sam)
    tablet.post("/sign-out", data={"everywhere": "yes"})
    assert laptop.get("/today").status_code == 303


def test_a_new_password_ends_every_session(desk: Desk, sam: Staff) -> None:
    browser = desk.sign_in(sam)
    desk.do(lambda tx: accounts.set_password(tx, sam.id, "a wholly new password", by_staff(sam.id)))
    assert browser.get("/today").status_code == 303
    assert enter(browser, sam, "a wholly new password").location == "/"


def test_signing_in_and_out_is_audited(desk: Desk, sam: Staff) -> None:
    browser = desk.app.test_client()
    enter(browser, sam, "not the password")
    enter(browser, sam)
    browser.post("/sign-out")
    assert desk.audited() == ["staff.sign_in_refused", "staff.signed_in", "staff.signed_out"]


def test_whoever_is_signed_in_needs_no_form(desk: Desk, sam: Staff) -> None:
    assert desk.sign_in(sam).get("/sign-in").location == "/"


def test_a_role_without_a_page_is_told_so(desk: Desk) -> None:
    assert "There is no page for your role" in desk.browser(Role.MARKETING).get("/").text


@pytest.fixture
def sam(desk: Desk) -> Staff:
    return desk.do(lambda tx: factories.staff(tx))
