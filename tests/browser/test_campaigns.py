"""A campaign written, counted while one types, launched from its dialog, and watched, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from clinic import campaign_sending
from rules.permissions import Role
from rules.states import RecipientState
from storage.tables import Campaign, Recipient, Staff
from storage.transaction import Tx
from tests.browser.conftest import Site, Visitor, picture, visit
from tests.clinic.campaigning import lapsed


@pytest.fixture(params=["light", "dark"])
def marketer(request: pytest.FixtureRequest, site: Site, browser: Browser) -> Iterator[Visitor]:
    def promoted(tx: Tx) -> None:
        tx.session.get_one(Staff, site.sam.id).role = Role.CLINIC_ADMIN

    site.do(promoted)
    context = browser.new_context(color_scheme=request.param, viewport={"width": 1180, "height": 1000})
    yield visit(site, context)
    context.close()


def test_a_campaign_from_the_first_word_to_its_results(marketer: Visitor) -> None:
    page, site = marketer.page, marketer.site
    site.do(some_patients)
    marketer.sign_in("/campaigns/new")
    expect(page.locator("#preview")).to_contain_text("12 patients get it")
    expect(page.locator("#preview")).to_contain_text("3 did not agree to news")
    page.get_by_label("Text", exact=True).fill("Hi {stage}")
    expect(page.locator("#preview")).to_contain_text("{stage} cannot be filled in")
    page.get_by_label("Text", exact=True).fill("Hi {first_name}, time to see {provider} again? Reply YES.")
    expect(page.locator("#preview")).to_contain_text("time to see Dr Lee again?")
    page.get_by_label("Name for staff").fill("Spring check-ups")
    page.get_by_role("button", name="Try another wording").click()
    page.get_by_label("Wording B", exact=True).fill("Hi {first_name}, would you like to come in? Reply YES.")
    page.get_by_role("button", name="Add a step").click()
    page.get_by_label("Text", exact=True).fill("Still here for you, {first_name}. Reply YES.")
    expect(page.get_by_label("Wording A", exact=True)).to_have_value(
        re.compile("time to see {provider} again")
    )
    expect(page.locator("#preview")).to_contain_text("At most 24 texts")
    page.get_by_label("By", exact=True).last.select_option("Email")
    expect(page.get_by_label("Subject, English").last).to_be_visible()
    page.get_by_label("By", exact=True).last.select_option("Text")
    expect(page.get_by_label("Subject, English").last).to_be_hidden()
    picture(marketer, "campaign-form")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_text("Kept as a draft")).to_be_visible()
    marketer.runs_scripts()
    page.get_by_role("link", name="Launch…").click()
    expect(page.get_by_role("dialog")).to_contain_text("12 patients get it")
    picture(marketer, "campaign-launch")
    page.get_by_role("button", name=re.compile("Launch: up to 24 texts")).click()
    expect(page.get_by_text("0 of 12 contacted")).to_be_visible()
    marketer.listens()
    site.do(goes_on)
    expect(page.get_by_text("10 of 12 contacted")).to_be_visible()
    picture(marketer, "campaign-results")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    page.get_by_role("link", name="← Campaigns").click()
    expect(page.get_by_role("row", name=re.compile("Spring check-ups"))).to_contain_text("Paused")
    picture(marketer, "campaigns")
    assert marketer.complaints == []


def some_patients(tx: Tx) -> None:
    for number in range(15):
        lapsed(tx, number, news=number < 12)


def goes_on(tx: Tx) -> None:
    """As if the worker had worked for a while, whatever the hour."""
    campaign = tx.session.query(Campaign).one()
    if campaign.prepared_at is None:
        campaign_sending.gather(tx, campaign)
    for number, each in enumerate(tx.session.query(Recipient).order_by(Recipient.id).limit(10)):
        each.contacted_at, each.state = tx.now, RecipientState.CONTACTED
        if number < 3:
            each.responded_at, each.state = tx.now, RecipientState.RESPONDED
    tx.wake("live", tx.clinic_id)
