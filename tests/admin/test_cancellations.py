"""The Cancellations page and its CSV."""

import csv
import io

import pytest

from rules.permissions import Role
from tests.admin.desk import Desk
from tests.clinic.test_cancellation_numbers import usual


def test_the_page_shows_what_came_to_nothing(desk: Desk) -> None:
    desk.do(usual)
    page = desk.browser(Role.SUPERVISOR).get("/cancellations").text
    assert "<strong>75%</strong>" in page
    assert "3 of 4 visits" in page
    assert "<strong>$480</strong>" in page
    assert '<th scope="row">Illness</th>' in page
    assert "Nothing that could not be chance." in page
    assert "Maria Lopez" in page


def test_a_page_of_nothing_says_so(desk: Desk) -> None:
    assert "Nothing in these days." in desk.browser(Role.SUPERVISOR).get("/cancellations").text


@pytest.mark.parametrize(
    ("table", "first", "rate"),
    [("weekday", "Monday", "0.0000"), ("reason", "illness", "0.5000"), ("week", "2026-11-16", "0.7500")],
)
def test_each_table_comes_as_csv(desk: Desk, table: str, first: str, rate: str) -> None:
    desk.do(usual)
    response = desk.browser(Role.SUPERVISOR).get(f"/cancellations/{table}.csv")
    row = next(csv.DictReader(io.StringIO(response.text)))
    assert response.mimetype == "text/csv"
    assert (row[table], row["rate"]) == (first, rate)


def test_days_that_make_no_sense_are_refused(desk: Desk) -> None:
    browser = desk.browser(Role.SUPERVISOR)
    assert browser.get("/cancellations?from=2026-11-24&until=2026-11-01").status_code == 400
