"""Lost visits won back by keyboard, in a real browser, with and without scripts."""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from typing import cast

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from rules.permissions import Role
from rules.states import AttemptChannel, AttemptResult, CancellationKind, RecoveryState
from storage.tables import Availability, Cancellation, Conversation, Hold, RecoveryCase, Staff
from storage.transaction import Tx
from tests import factories
from tests.browser.conftest import Site, Visitor, picture, visit
from tests.clinic.lost_visits import lost, some, tried

DESKTOP, TABLET, PHONE = (1440, 900), (1024, 768), (390, 844)


def furnish(tx: Tx) -> None:
    """Paul's visit was cancelled by us; Maria missed hers, was asked twice, and is shown two times."""
    lee, kind = factories.provider(tx), factories.visit_type(tx)
    for weekday in range(7):
        own = {"from_time": time(9), "until_time": time(16)}
        tx.session.add(Availability(provider_id=lee.id, weekday=weekday, **own))
    maria = factories.patient(tx, "Maria Lopez", phone="+12125550101")
    case = lost(tx, maria, of=kind, with_whom=lee, reason="transportation")
    tried(tx, case)
    tried(tx, case, AttemptResult.PENDING, touch=1, wording="again", hours_ago=1)
    talk = factories.conversation(tx, "+12125550101")
    for hours in (51, 75):
        _kept(tx, case, talk, hours)
    lost(
        tx,
        factories.patient(tx, "Paul Chen"),
        kind=CancellationKind.PRACTICE_CANCEL,
        state=RecoveryState.PENDING,
        with_whom=lee,
        of=kind,
        hours_ago=3,
    )
    ana = lost(tx, factories.patient(tx, "Ana Ruiz"), asked_staff_at=tx.now, of=kind, hours_ago=90)
    note = "Line was busy, try again in the evening"
    tried(tx, ana, touch=None, channel=AttemptChannel.PHONE, wording="staff", note=note, hours_ago=2)


def _kept(tx: Tx, case: RecoveryCase, talk: Conversation, hours: int) -> None:
    snapshot = tx.session.get_one(Cancellation, case.cancellation_id).visit
    start = (tx.now + timedelta(hours=hours)).replace(hour=19, minute=0, second=0, microsecond=0)
    held = Hold(
        conversation_id=talk.id,
        patient_id=case.patient_id,
        provider_id=snapshot["provider"],
        type_id=snapshot["type"],
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        made_at=tx.now,
        until=tx.now + timedelta(minutes=15),
    )
    tx.session.add(held)
    tx.session.flush()


def supervised(site: Site) -> None:
    def work(tx: Tx) -> None:
        furnish(tx)
        tx.session.get_one(Staff, site.sam.id).role = Role.SUPERVISOR

    site.do(work)


@pytest.fixture(params=["light", "dark"])
def supervisor(request: pytest.FixtureRequest, site: Site, browser: Browser) -> Iterator[Visitor]:
    supervised(site)
    size = cast("ViewportSize", {"width": DESKTOP[0], "height": DESKTOP[1]})
    context = browser.new_context(color_scheme=request.param, viewport=size)
    yield visit(site, context)
    context.close()


def test_a_lost_visit_is_looked_at_called_about_and_booked(supervisor: Visitor) -> None:
    page = supervisor.page
    supervisor.sign_in("/recovery")
    expect(page.locator(".group h2")).to_have_text(["We cancelled their visit", "To call", "Being asked"])
    expect(page.locator("#list .countdown")).to_have_text([re.compile(r"1[0-4]:[0-5]\d")])
    picture(supervisor, "recovery")
    page.get_by_role("link", name="Maria Lopez").press("Enter")
    supervisor.runs_scripts()
    picture(supervisor, "recovery-card")
    page.get_by_label("Note", exact=True).fill("Has a car again, would like to come")
    page.get_by_role("button", name="Write down").press("Enter")
    expect(page.locator("#standing")).to_contain_text("Has a car again")
    supervisor.runs_scripts()
    page.get_by_role("button", name="Book", exact=True).press("Enter")
    expect(page.locator("#standing")).to_contain_text("Won back")
    expect(page.get_by_role("heading", name="Book a time")).to_have_count(0)
    assert supervisor.complaints == []


def test_the_list_and_an_open_case_keep_up(supervisor: Visitor) -> None:
    supervisor.sign_in("/recovery")
    supervisor.listens()
    supervisor.site.do(_lost_and_told)
    expect(supervisor.page.locator("#list")).to_contain_text("Eve Ott")
    assert supervisor.complaints == []


def _lost_and_told(tx: Tx) -> None:
    lost(tx, factories.patient(tx, "Eve Ott"))
    tx.wake("live", tx.clinic_id)


def test_the_numbers_are_drawn(supervisor: Visitor) -> None:
    supervisor.site.do(some)
    supervisor.sign_in("/recovery/numbers")
    expect(supervisor.page.locator(".chart canvas")).to_have_count(4)
    picture(supervisor, "recovery-numbers")
    assert supervisor.complaints == []


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"])
def test_nothing_is_wider_than_the_screen(site: Site, browser: Browser, size: tuple[int, int]) -> None:
    supervised(site)
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    visitor = visit(site, context)
    visitor.sign_in("/recovery")
    picture(visitor, f"recovery-{size[0]}")
    assert _too_wide(visitor) <= 0
    visitor.page.get_by_role("link", name="Maria Lopez").click()
    visitor.runs_scripts()
    picture(visitor, f"recovery-card-{size[0]}")
    assert _too_wide(visitor) <= 0
    context.close()


def _too_wide(visitor: Visitor) -> int:
    return int(visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_it_works_without_scripts(site: Site, sam_without_scripts: Visitor) -> None:
    site.do(furnish)
    page = sam_without_scripts.page
    sam_without_scripts.sign_in("/recovery")
    page.get_by_role("link", name="Paul Chen").click()
    page.get_by_label("Nobody is to try any more").select_option("Given up")
    page.get_by_role("button", name="End it").click()
    expect(page.locator("#note")).to_contain_text("Ended")
    page.get_by_role("link", name="← Recovery").click()
    expect(page.locator("#list")).not_to_contain_text("Paul Chen")
