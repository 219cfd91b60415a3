"""Letters on the page of a campaign: printed by a button, as pages and as addresses."""

import csv
import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from clinic import campaign_plans, campaign_previews, campaign_sending, campaigns
from clinic.audit import SYSTEM
from rules.permissions import Role
from storage.tables import Clinic
from storage.transaction import Tx
from tests.admin.desk import Desk
from tests.clinic.campaigning import lapsed
from tests.clinic.test_letters import BY_LETTER, HOME


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    return desk.browser(Role.MARKETING)


@pytest.fixture
def campaign_id(desk: Desk) -> UUID:
    """A campaign with two letters to print, one to a name that is not in Latin letters alone."""

    def work(tx: Tx) -> UUID:
        tx.session.get_one(Clinic, tx.clinic_id).address = "1 Lake St, Buffalo, NY 14201"
        lapsed(tx, 1, **HOME)
        lapsed(tx, 2, **{**HOME, "postcode": "14150"}).last_name = "Nguyễn"
        made = campaign_plans.create(tx, BY_LETTER, SYSTEM)
        confirmed = campaign_previews.preview(tx, BY_LETTER).texted
        campaigns.launch(tx, made.id, SYSTEM, confirmed=confirmed)
        return made.id

    made = desk.do(work)
    campaign_sending.run(desk.store, desk.clinic.id, made)
    return made


def links(page: str) -> list[str]:
    return re.findall(r'href="(/campaigns/[^"]+/letters/\d+\.\w+)"', page)


def test_they_are_printed_by_a_button_as_pages_and_addresses(browser: FlaskClient, campaign_id: UUID) -> None:
    assert "Print 2 letters" in browser.get(f"/campaigns/{campaign_id}").text
    assert "note=letters-taken" in browser.post(f"/campaigns/{campaign_id}/letters").location
    pages, addresses = links(browser.get(f"/campaigns/{campaign_id}").text)
    assert browser.get(pages).data.startswith(b"%PDF-")
    rows = list(csv.DictReader(browser.get(addresses).text.splitlines()))
    assert [(row["name"], row["postcode"]) for row in rows] == [("P2 Nguyễn", "14150"), ("P1 Test", "14201")]


def test_a_batch_that_is_not_there_is_not_found(browser: FlaskClient, campaign_id: UUID) -> None:
    numbers = ("7", "9" * 30)
    found = {browser.get(f"/campaigns/{campaign_id}/letters/{each}.pdf").status_code for each in numbers}
    assert found == {404}
