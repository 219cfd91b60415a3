"""The waitlist, the answers and second thoughts, in a real browser."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from clinic import waitlist
from clinic.audit import by_staff
from clinic.waitlist import Wish
from rules.permissions import Role
from rules.states import AppointmentState
from storage.tables import Answer, Appointment, AppointmentType, Staff, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.browser.conftest import Site, Visitor


def joins(site: Site, name: str) -> UUID:
    """Somebody is put on the list by a colleague."""

    def work(tx: Tx) -> UUID:
        kind = tx.session.query(AppointmentType).first() or factories.visit_type(tx)
        return waitlist.add(tx, Wish(factories.patient(tx, name).id, kind.id), by_staff(site.sam.id)).id

    return site.do(work)


def becomes_admin(site: Site) -> None:
    site.do(lambda tx: setattr(tx.session.get_one(Staff, site.sam.id), "role", Role.CLINIC_ADMIN))


def test_a_name_is_found_while_it_is_typed_and_the_list_keeps_up(sam: Visitor) -> None:
    joins(sam.site, "Maria Lopez")
    joins(sam.site, "James Hall")
    sam.sign_in("/waitlist")
    sam.listens()
    sam.page.get_by_label("Name").press_sequentially("lop")
    expect(sam.page.get_by_role("link", name="James Hall")).to_have_count(0)
    joins(sam.site, "Tomas Lopez")
    expect(sam.page.get_by_role("link", name="Tomas Lopez")).to_be_visible()
    expect(sam.page.get_by_role("link", name="James Hall")).to_have_count(0)
    expect(sam.page.get_by_label("Name")).to_have_value("lop")
    assert "lop" not in sam.page.url


def test_a_score_tells_its_parts_on_focus_hover_and_tap_and_escape_puts_them_away(sam: Visitor) -> None:
    joins(sam.site, "Maria Lopez")
    sam.sign_in("/waitlist")
    sam.listens()
    score, parts = sam.page.locator(".score-of"), sam.page.locator(".score-card")
    expect(parts).not_to_be_visible()
    score.hover()
    expect(parts).to_be_visible()
    sam.page.keyboard.press("Escape")
    expect(parts).not_to_be_visible()
    sam.page.mouse.move(0, 0)
    sam.page.get_by_role("link", name="Maria Lopez").focus()
    sam.page.keyboard.press("Tab")
    expect(parts).to_be_visible()
    sam.page.keyboard.press("Enter")
    assert score.evaluate("each => each.open")
    sam.page.keyboard.press("Escape")
    expect(parts).not_to_be_visible()


def test_somebody_is_put_on_the_list_by_keyboard(sam: Visitor) -> None:
    def work(tx: Tx) -> None:
        factories.visit_type(tx)
        factories.patient(tx, "Maria Lopez")

    sam.site.do(work)
    sam.sign_in("/waitlist")
    sam.listens()
    page = sam.page
    page.get_by_role("link", name="Add a patient").press("Enter")
    expect(page.get_by_label("Patient’s name")).to_be_focused()
    page.keyboard.type("lope")
    page.get_by_role("link", name="Choose Maria Lopez").press("Enter")
    page.get_by_label("Tuesday").select_option("Never")
    page.get_by_role("button", name="Add to the list").press("Enter")
    expect(page.locator("#note")).to_contain_text("On the list.")
    expect(page.get_by_label("How it stands").get_by_text("not Tue")).to_be_visible()
    assert sam.site.do(lambda tx: tx.session.query(WaitlistEntry).one().excluded_weekdays) == [1]


def test_an_answer_is_counted_while_it_is_written(sam: Visitor) -> None:
    becomes_admin(sam.site)
    sam.sign_in("/settings/answers")
    answer = sam.page.locator("#answer-parking")
    answer.get_by_label("Parking in English").press_sequentially("Behind the building")
    expect(answer.get_by_text("19 characters · 1 segment")).to_be_visible()
    answer.get_by_role("button", name="Save the answer on parking in English").click()
    expect(sam.page.locator("#note")).to_contain_text("Saved.")
    assert sam.site.do(lambda tx: tx.session.query(Answer).one().text) == "Behind the building"


def test_a_cancel_counts_down_and_is_undone_without_a_reload(sam: Visitor) -> None:
    def work(tx: Tx) -> UUID:
        maria, lee, kind = factories.patient(tx), factories.provider(tx), factories.visit_type(tx)
        return factories.visit(tx, maria, lee, kind, start=tx.now + timedelta(days=3)).id

    visit = sam.site.do(work)
    sam.sign_in()
    page = sam.page
    page.get_by_role("navigation", name="Day").get_by_role("link").nth(3).click()
    row = page.locator(f"#visit-{visit}")
    row.get_by_text("More").first.click()
    sam.runs_scripts()
    page.evaluate("window.sameLoad = true")
    row.get_by_role("button", name="Cancel the visit").click()
    expect(row.get_by_text(re.compile(r"Cancelling in [01]:\d\d"))).to_be_visible()
    row.get_by_role("button", name="Undo").click()
    expect(row.get_by_text("Cancelling in")).to_have_count(0)
    assert page.evaluate("window.sameLoad")
    assert sam.site.do(lambda tx: tx.session.get_one(Appointment, visit).state) is AppointmentState.BOOKED


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_new_page_scrolls_sideways_or_makes_the_browser_complain(sam: Visitor, width: int) -> None:
    becomes_admin(sam.site)
    entry = joins(sam.site, "Bartholomew Featherstonehaugh-Cholmondeley")
    patient = sam.site.do(lambda tx: tx.session.get_one(WaitlistEntry, entry).patient_id)
    sam.page.set_viewport_size({"width": width, "height": 768})
    sam.sign_in()
    paths = (
        "/waitlist",
        f"/waitlist/{entry}",
        "/waitlist/new",
        f"/waitlist/new/{patient}",
        "/settings/answers",
        "/day/close",
    )
    for path in paths:
        sam.page.goto(sam.site.address + path)
        wide = sam.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        assert not wide, path
    assert sam.complaints == []
