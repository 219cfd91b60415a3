"""The sequence for lost visits edited by keyboard, in a real browser, with and without scripts."""

from typing import cast

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from clinic import policies
from rules.permissions import Role
from rules.recovery_terms import RecoveryTerms
from storage.tables import Staff
from storage.transaction import Tx
from tests.browser.conftest import Site, Visitor, picture, visit

PATH = "/recovery/sequence"
SIZES = [(1440, 900), (1024, 768), (390, 844)]
OWN = "Hi {first_name}, life happens."


def promoted(site: Site) -> None:
    def work(tx: Tx) -> None:
        tx.session.get_one(Staff, site.sam.id).role = Role.CLINIC_ADMIN

    site.do(work)


def decided(site: Site) -> RecoveryTerms:
    return site.do(lambda tx: policies.current(tx).recovery)


def visited(site: Site, browser: Browser, width: int, height: int, scheme: str = "light") -> Visitor:
    promoted(site)
    size = cast("ViewportSize", {"width": width, "height": height})
    dark = scheme == "dark"
    context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")
    visitor = visit(site, context)
    visitor.sign_in(PATH)
    return visitor


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_own_words_are_read_as_patients_get_them_while_they_are_written(
    site: Site, browser: Browser, scheme: str
) -> None:
    visitor = visited(site, browser, *SIZES[0], scheme)
    page = visitor.page
    page.locator(".touch summary", has_text="After a missed visit").first.press("Enter")
    words = page.get_by_label("Text 1, after a missed visit: Begins in English")
    words.fill(OWN)
    expect(page.locator("#sample-0_no_show_en")).to_contain_text("Hi Anna, life happens. How about 1)")
    picture(visitor, f"sequence-{scheme}")
    words.press("Enter")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("#note")).to_contain_text("Kept.")
    assert decided(site).touches[0].words == {"no_show": {"en": OWN}}
    assert visitor.complaints == []
    page.context.close()


def test_a_text_is_added_and_the_others_keep_what_was_written(site: Site, browser: Browser) -> None:
    visitor = visited(site, browser, *SIZES[0])
    page = visitor.page
    page.get_by_label("Given up after days").fill("12")
    page.locator("#f-1_channel").select_option("Email")
    page.get_by_role("button", name="Add a text").press("Enter")
    expect(page.get_by_role("button", name="Take out text 4")).to_be_visible()
    visitor.runs_scripts()
    page.get_by_role("button", name="Take out text 3").press("Enter")
    expect(page.get_by_role("button", name="Take out text 4")).to_have_count(0)
    visitor.runs_scripts()
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("#note")).to_contain_text("Kept.")
    terms = decided(site)
    assert ([each.channel for each in terms.touches], terms.give_up_days) == (["sms", "email", "sms"], 12)
    assert visitor.complaints == []
    page.context.close()


def test_only_the_words_that_go_with_a_texts_beginning_are_shown(site: Site, browser: Browser) -> None:
    page = visited(site, browser, *SIZES[0]).page
    second = page.locator(".touch").nth(1)
    again, last = (second.locator("summary", has_text=said) for said in ("Asking again", "The last of ours"))
    expect(again).to_be_visible()
    second.get_by_label("Begins by").select_option("saying that it is the last")
    expect(again).to_be_hidden()
    expect(last).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "tablet", "phone"])
def test_nothing_is_wider_than_the_screen(site: Site, browser: Browser, size: tuple[int, int]) -> None:
    visitor = visited(site, browser, *size)
    for summary in visitor.page.locator(".touch summary:visible").all():
        summary.press("Enter")
    picture(visitor, f"sequence-{size[0]}")
    assert visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    visitor.page.context.close()


def test_it_works_without_scripts(site: Site, sam_without_scripts: Visitor) -> None:
    promoted(site)
    page = sam_without_scripts.page
    sam_without_scripts.sign_in(PATH)
    page.get_by_role("button", name="Take out text 3").click()
    expect(page.get_by_role("button", name="Take out text 3")).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#note")).to_contain_text("Kept.")
    assert len(decided(site).touches) == 2
