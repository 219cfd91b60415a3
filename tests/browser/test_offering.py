"""Offering times to somebody who waits, and steering a slot, in a real browser."""

from datetime import time, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from rules.permissions import Role
from rules.states import OfferState
from storage.tables import Availability, Offer, Staff
from storage.transaction import Tx
from tests import factories
from tests.browser.conftest import Site, Visitor


def maria_waits(site: Site) -> tuple[UUID, UUID]:
    """Her entry, and the slot with Dr Lee that suits her."""

    def work(tx: Tx) -> tuple[UUID, UUID]:
        kind, lee = factories.visit_type(tx), factories.provider(tx)
        entry = factories.entry(tx, factories.patient(tx, phone="+12125550101"), kind)
        start = tx.now.replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=3)
        return entry.id, factories.opening(tx, lee, start=start, type_id=kind.id, automatic=False).id

    return site.do(work)


def keeps_every_hour(site: Site) -> None:
    """Dr Roy sees patients on every day from nine to five."""

    def work(tx: Tx) -> None:
        roy = factories.provider(tx, "Dr Roy")
        for weekday in range(7):
            tx.session.add(
                Availability(provider_id=roy.id, weekday=weekday, from_time=time(9), until_time=time(17))
            )

    site.do(work)


def asked(site: Site) -> list[OfferState]:
    return site.do(lambda tx: [offer.state for offer in tx.session.query(Offer)])


def test_times_are_chosen_and_offered_in_a_dialog_by_keyboard(sam: Visitor) -> None:
    entry, _ = maria_waits(sam.site)
    sam.sign_in(f"/waitlist/{entry}")
    opener = sam.page.get_by_role("link", name="Choose times")
    opener.focus()
    sam.page.keyboard.press("Enter")
    dialog = sam.page.get_by_role("dialog", name="Offer or book: Maria Lopez")
    expect(dialog).to_be_visible()
    sam.page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(opener).to_be_focused()
    sam.page.keyboard.press("Enter")
    time = dialog.get_by_role("checkbox", name="Dr Lee")
    expect(time).to_be_checked()
    time.focus()
    sam.page.keyboard.press("Space")
    expect(time).not_to_be_checked()
    sam.page.keyboard.press("Space")
    sam.page.keyboard.press("Tab")
    sam.page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Send offer")).to_be_focused()
    sam.page.keyboard.press("Enter")
    expect(sam.page.get_by_text("The offer is on its way.")).to_be_visible()
    assert asked(sam.site) == [OfferState.QUEUED]
    assert sam.complaints == []


def test_without_scripts_the_times_are_a_page_of_their_own(sam_without_scripts: Visitor) -> None:
    sam = sam_without_scripts
    entry, _ = maria_waits(sam.site)
    sam.sign_in(f"/waitlist/{entry}")
    sam.page.get_by_role("link", name="Choose times").click()
    expect(sam.page.get_by_role("heading", name="Offer or book: Maria Lopez")).to_be_visible()
    sam.page.get_by_role("button", name="Send offer").click()
    expect(sam.page.get_by_text("The offer is on its way.")).to_be_visible()
    assert asked(sam.site) == [OfferState.QUEUED]


def test_a_slot_is_steered_without_leaving_its_page(sam: Visitor) -> None:
    _, slot = maria_waits(sam.site)
    sam.sign_in(f"/openings/{slot}")
    sam.page.get_by_role("button", name="Skip Maria Lopez").click()
    expect(sam.page.get_by_text("Skipped for this slot.")).to_be_visible()
    sam.page.get_by_text("1 skipped").click()
    sam.page.get_by_role("button", name="Put back").click()
    expect(sam.page.get_by_text("In line for this slot again.")).to_be_visible()
    sam.page.get_by_role("button", name="Go on asking").click()
    expect(sam.page.get_by_role("button", name="Stop asking")).to_be_visible()
    assert sam.complaints == []


def test_why_not_maria_is_answered_while_it_is_typed(sam: Visitor) -> None:
    _, slot = maria_waits(sam.site)
    sam.sign_in(f"/openings/{slot}")
    sam.page.get_by_label("Somebody who waits, by name").press_sequentially("lop")
    expect(sam.page.get_by_text("Automatic offers are stopped for this slot.")).to_be_visible()
    assert "lop" not in sam.page.url


def test_on_a_phone_the_dialog_keeps_the_time_of_day_and_its_buttons_in_sight(sam: Visitor) -> None:
    entry, _ = maria_waits(sam.site)
    keeps_every_hour(sam.site)
    sam.page.set_viewport_size({"width": 360, "height": 640})
    sam.sign_in(f"/waitlist/{entry}")
    opener = sam.page.get_by_role("link", name="Choose times")
    expect(opener).to_be_in_viewport()
    opener.click()
    dialog = sam.page.get_by_role("dialog", name="Offer or book: Maria Lopez")
    expect(dialog.get_by_role("button", name="Send offer")).to_be_in_viewport()
    times = dialog.get_by_role("region", name="Times to choose from")
    expect(times.get_by_role("checkbox", checked=True)).to_be_in_viewport(ratio=1)
    scrolled = times.evaluate("times => { times.scrollLeft = 1000; return times.scrollLeft; }")
    assert scrolled > 200
    expect(times.get_by_role("rowheader").first).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [360, 820])
def test_no_page_of_these_scrolls_sideways(sam: Visitor, width: int) -> None:
    entry, slot = maria_waits(sam.site)
    sam.site.do(lambda tx: setattr(tx.session.get_one(Staff, sam.site.sam.id), "role", Role.CLINIC_ADMIN))
    sam.page.set_viewport_size({"width": width, "height": 768})
    sam.sign_in("/waitlist/match-all")
    for path in (
        "/waitlist/match-all",
        f"/waitlist/{entry}",
        f"/waitlist/{entry}/offer",
        f"/openings/{slot}",
        "/settings",
        "/reports",
        "/cancellations",
        "/recovery",
        "/campaigns/new",
    ):
        sam.page.goto(sam.site.address + path)
        assert sam.page.evaluate("document.documentElement.scrollWidth") <= width, path
