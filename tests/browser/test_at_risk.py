"""Who may drop out of care, looked at and worked on by keyboard, in a real browser."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from clinic import risk
from rules.permissions import Role
from rules.states import AppointmentState, PaymentStatus
from storage.tables import Provider, Staff
from storage.transaction import Tx
from tests import factories
from tests.browser.conftest import Site, Visitor, picture, visit


@pytest.fixture(params=["light", "dark"])
def doctor(request: pytest.FixtureRequest, site: Site, browser: Browser) -> Iterator[Visitor]:
    """Sam is Dr Kim, who sees Paul; Maria, who is worse, sees somebody else."""

    def work(tx: Tx) -> None:
        lee, kim = factories.provider(tx), factories.provider(tx, "Dr Kim")
        missed(tx, "Maria Lopez", lee, phone="+12125550101", payment_status=PaymentStatus.COLLECTIONS)
        missed(tx, "Paul Chen", kim)
        sam = tx.session.get_one(Staff, site.sam.id)
        sam.role, sam.provider_id = Role.DOCTOR, kim.id

    site.do(work)
    context = browser.new_context(color_scheme=request.param, viewport={"width": 1180, "height": 900})
    yield visit(site, context)
    context.close()


def missed(tx: Tx, name: str, provider: Provider, **more: object) -> None:
    who, kind = factories.patient(tx, name, **more), factories.visit_type(tx)
    for days in (20, 40):
        start = tx.now - timedelta(days=days)
        factories.visit(tx, who, provider, kind, start=start, state=AppointmentState.NO_SHOW)
    risk.work_out(tx, who.id)


def test_a_patient_is_looked_at_and_called(doctor: Visitor) -> None:
    page = doctor.page
    doctor.sign_in("/at-risk")
    expect(page.locator(".group h2")).to_have_text(["Your patients", "Other patients"])
    page.get_by_role("link", name="Maria Lopez").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".score-card").last).to_be_visible()
    picture(doctor, "at-risk")
    page.get_by_role("link", name="Maria Lopez").last.press("Enter")
    expect(page.locator("#standing")).to_contain_text("Call within 2 days.")
    page.get_by_label("What you found").fill("Lost her job; pays by the month now.")
    page.get_by_role("button", name="Mark reviewed").press("Enter")
    expect(page.locator("#standing")).to_contain_text("by Sam Rivera: Lost her job")
    page.get_by_label("Write down what is done").fill("Called, comes Tuesday")
    page.keyboard.press("Enter")
    expect(page.locator("#standing")).to_contain_text("Called, comes Tuesday: not begun")
    picture(doctor, "at-risk-card")
    page.get_by_role("button", name="It worked").press("Enter")
    expect(page.locator("#standing")).to_contain_text("Called, comes Tuesday: successful")
    assert doctor.complaints == []


def test_the_list_and_an_open_card_keep_up(doctor: Visitor) -> None:
    doctor.sign_in("/at-risk")
    doctor.listens()
    doctor.site.do(lambda tx: missed(tx, "Ana Ruiz", factories.provider(tx)))
    expect(doctor.page.locator("#list .entries")).to_contain_text(["Paul Chen", "Ana Ruiz"])
