"""The pages of types of visit: listed, made, changed, withdrawn after a look at what that does, offered again."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from clinic import visit_types
from rules.permissions import Role
from rules.states import EntryState
from rules.visit_types import TypeTerms
from storage.tables import AppointmentType, Message, Task, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_today import MARIA

CHECKUP: dict[str, Any] = {"name": "Check-up", "minutes": "30"}


def a_type(desk: Desk, **more: Any) -> UUID:
    return desk.do(lambda tx: factories.visit_type(tx, **more)).id


def the_type(desk: Desk) -> AppointmentType:
    return desk.do(lambda tx: tx.session.query(AppointmentType).one())


def decided(desk: Desk, type_id: UUID) -> TypeTerms:
    return desk.do(lambda tx: visit_types.terms_of(tx, tx.session.get_one(AppointmentType, type_id)))


def test_the_page_lists_what_is_offered_and_what_is_not(desk: Desk) -> None:
    a_type(desk, minutes=45, buffer_minutes=10, price_cents=12_050)
    a_type(desk, name="Surgery", withdrawn_at=NOW)
    page = desk.browser(Role.CLINIC_ADMIN).get("/settings/types").text
    for expected in ("Check-up", "45 min", "10 min", "$120.50", "Withdrawn Tue Nov 24", "Offer again"):
        assert expected in page


def test_a_new_type_is_kept_as_the_form_says(desk: Desk) -> None:
    lee = desk.do(factories.provider)
    said = {**CHECKUP, "provider_ids": str(lee.id), "price_cents": "120.50", "new_patients_only": "yes"}
    response = desk.browser(Role.CLINIC_ADMIN).post("/settings/types/new", data=said)
    assert response.location == "/settings/types?note=type-saved"
    kind = the_type(desk)
    assert (kind.name, kind.minutes, kind.price_cents, kind.new_patients_only) == (
        "Check-up",
        30,
        12_050,
        True,
    )
    assert decided(desk, kind.id).provider_ids == {lee.id}


def test_what_is_shown_and_saved_again_changes_nothing(desk: Desk) -> None:
    kind = a_type(desk, price_cents=9_999, late_hours=12, specialty="dental", enrols=True)
    before = decided(desk, kind)
    said = {
        **CHECKUP,
        "price_cents": "99.99",
        "late_hours": "12",
        "specialty": "dental",
        "enrols": "yes",
        "confirm_mode": "auto",
    }
    page = desk.browser(Role.CLINIC_ADMIN).get(f"/settings/types/{kind}").text
    assert 'value="99.99"' in page
    desk.browser(Role.CLINIC_ADMIN).post(f"/settings/types/{kind}", data=said)
    assert decided(desk, kind) == before
    assert "type.changed" not in desk.audited()


def began_with(page: str) -> str:
    """The mark of what a form that was opened began with."""
    found = re.search(r'name="since" value="(\w+)"', page)
    assert found
    return found[1]


def changed_meanwhile(desk: Desk) -> tuple[FlaskClient, str, str]:
    """Who is signed in, a type's page, and the mark of before somebody else raised its price to 150."""
    browser, path = desk.browser(Role.CLINIC_ADMIN), f"/settings/types/{a_type(desk)}"
    since = began_with(browser.get(path).text)
    browser.post(path, data={**CHECKUP, "price_cents": "150", "since": since})
    return browser, path, since


def test_a_type_that_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(desk: Desk) -> None:
    lee, kind = desk.do(factories.provider), a_type(desk, price_cents=12_000)
    browser, path = desk.browser(Role.CLINIC_ADMIN), f"/settings/types/{kind}"
    since = began_with(browser.get(path).text)
    theirs = {**CHECKUP, "price_cents": "150", "provider_ids": str(lee.id), "since": since}
    desk.browser(Role.CLINIC_ADMIN).post(path, data=theirs)
    answer = browser.post(path, data={**CHECKUP, "price_cents": "130", "since": since})
    assert answer.status_code == 409
    for said in (
        "Somebody else has changed this type",
        "Holds now: 150",
        f"Holds now: {lee.name}",
        'value="130"',
    ):
        assert said in answer.text
    assert the_type(desk).price_cents == 15_000


def test_who_has_seen_what_somebody_else_changed_may_save_all_the_same(desk: Desk) -> None:
    browser, path, since = changed_meanwhile(desk)
    again = began_with(browser.post(path, data={**CHECKUP, "price_cents": "130", "since": since}).text)
    browser.post(path, data={**CHECKUP, "price_cents": "130", "since": again})
    assert the_type(desk).price_cents == 13_000


def test_a_mistake_put_right_does_not_hide_what_somebody_else_changed(desk: Desk) -> None:
    browser, path, since = changed_meanwhile(desk)
    kept = began_with(browser.post(path, data={**CHECKUP, "minutes": "soon", "since": since}).text)
    assert browser.post(path, data={**CHECKUP, "minutes": "20", "since": kept}).status_code == 409


def test_what_cannot_be_is_shown_again_with_why(desk: Desk) -> None:
    said = {**CHECKUP, "minutes": "soon", "price_cents": "12.345"}
    response = desk.browser(Role.CLINIC_ADMIN).post("/settings/types/new", data=said)
    assert response.status_code == 422
    assert "Write a whole number, such as 24." in response.text
    assert "Write an amount such as 120 or 120.50." in response.text
    assert 'value="soon"' in response.text


def test_a_name_that_is_taken_is_refused_with_a_sentence(desk: Desk) -> None:
    admin = desk.browser(Role.CLINIC_ADMIN)
    admin.post("/settings/types/new", data=CHECKUP)
    response = admin.post("/settings/types/new", data=CHECKUP)
    assert response.status_code == 422
    assert "There is a type of visit with the id" in response.text


def who_waits(desk: Desk) -> UUID:
    """Maria and James, who has no number, wait; Ana is booked."""

    def work(tx: Tx) -> UUID:
        kind, lee = factories.visit_type(tx), factories.provider(tx)
        factories.entry(tx, factories.patient(tx, phone=MARIA), kind)
        factories.entry(tx, factories.patient(tx, "James Hall"), kind)
        ana = factories.patient(tx, "Ana Ruiz")
        factories.visit(tx, ana, lee, kind, start=NOW + timedelta(days=3))
        return kind.id

    return desk.do(work)


def test_before_it_is_withdrawn_the_page_says_whom_that_meets_and_changes_nothing(desk: Desk) -> None:
    kind = who_waits(desk)
    page = desk.browser(Role.CLINIC_ADMIN).get(f"/settings/types/{kind}/withdraw").text
    for expected in (
        "Stop offering Check-up?",
        "1 patient who waits gets a text",
        "1 cannot be reached by text and becomes a task to call",
        "1 booked visit stays as it is",
    ):
        assert expected in page
    assert the_type(desk).withdrawn_at is None
    assert desk.audited() == []


def test_withdrawn_it_does_what_the_page_said(desk: Desk) -> None:
    kind = who_waits(desk)
    response = desk.browser(Role.CLINIC_ADMIN).post(f"/settings/types/{kind}/withdraw")
    assert response.location == "/settings/types?note=type-withdrawn"
    assert desk.do(lambda tx: [each.phrase for each in tx.session.query(Message)]) == ["type_gone"]
    assert desk.do(lambda tx: tx.session.query(Task).count()) == 1
    assert desk.audited()[0] == "type.withdrawn"


def test_offered_again_everybody_is_back(desk: Desk) -> None:
    kind = who_waits(desk)
    admin = desk.browser(Role.CLINIC_ADMIN)
    admin.post(f"/settings/types/{kind}/withdraw")
    assert admin.post(f"/settings/types/{kind}/restore").location == "/settings/types?note=type-restored"
    states = desk.do(lambda tx: {each.state for each in tx.session.query(WaitlistEntry)})
    assert states == {EntryState.ACTIVE}


def test_the_page_of_an_entry_says_why_it_ended(desk: Desk) -> None:
    kind = who_waits(desk)
    desk.browser(Role.CLINIC_ADMIN).post(f"/settings/types/{kind}/withdraw")
    entry = desk.do(lambda tx: tx.session.query(WaitlistEntry).first())
    assert entry is not None
    page = desk.browser(Role.SUPERVISOR).get(f"/waitlist/{entry.id}").text
    assert "the type of visit is no longer offered" in page
