"""The Fees page: what is owed, for billing; waived by a clinic admin, with a reason."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from clinic import no_shows
from clinic.audit import SYSTEM
from rules.permissions import Role
from storage.tables import Cancellation
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk


@pytest.fixture
def owed(desk: Desk) -> UUID:
    """Maria missed a visit that costs 50 dollars."""

    def work(tx: Tx) -> UUID:
        kind = factories.visit_type(tx, no_show_fee_cents=5000)
        visit = factories.visit(
            tx, factories.patient(tx), factories.provider(tx), kind, start=NOW - timedelta(hours=2)
        )
        no_shows.mark(tx, visit.id, SYSTEM)
        return tx.session.scalars(select(Cancellation.id)).one()

    return desk.do(work)


def test_billing_sees_what_is_owed_and_cannot_waive_it(desk: Desk, owed: UUID) -> None:
    page = desk.browser(Role.BILLING).get("/fees").text
    assert "Maria Lopez" in page
    assert "$50.00 owed" in page
    assert f"/fees/{owed}/waive" not in page


def test_an_admin_waives_it_and_says_why(desk: Desk, owed: UUID) -> None:
    browser = desk.browser(Role.CLINIC_ADMIN)
    said = browser.post(f"/fees/{owed}/waive", data={"why": "was in hospital"}, follow_redirects=True).text
    assert "Waived. It stays on the list" in said
    assert "was in hospital" in said
    assert "$0.00 owed" in said
    assert "cancellation.fee_waived" in desk.audited()


def test_without_a_reason_nothing_is_waived(desk: Desk, owed: UUID) -> None:
    desk.browser(Role.CLINIC_ADMIN).post(f"/fees/{owed}/waive", data={"why": " "})
    assert desk.get(Cancellation, owed).fee_waived_at is None


def test_the_same_comes_as_csv(desk: Desk, owed: UUID) -> None:
    header, line = desk.browser(Role.BILLING).get("/fees.csv").text.splitlines()
    found = dict(zip(header.split(","), line.split(","), strict=True))
    assert (found["last_name"], found["kind"], found["fee_cents"]) == ("Lopez", "no_show", "5000")


def test_nothing_owed_says_so(desk: Desk) -> None:
    assert "Nothing is owed from these days." in desk.browser(Role.BILLING).get("/fees").text
