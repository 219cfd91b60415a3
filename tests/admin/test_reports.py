"""The Reports page and its CSV."""

import csv
import io

import pytest

from clinic import policies
from clinic.audit import SYSTEM
from rules.offer_policy import Dispatch
from rules.permissions import Role
from storage.transaction import Tx
from tests.admin.desk import Desk
from tests.clinic.test_reports import Week


def fill(desk: Desk, name: str = "Dr Lee") -> None:
    def work(tx: Tx) -> None:
        week = Week(tx)
        week.lee.name = name
        slot = week.opening()
        week.filled(slot, week.offer(slot, answered=5))

    desk.do(work)


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_page_shows_what_was_filled(desk: Desk) -> None:
    fill(desk)
    page = desk.browser(Role.SUPERVISOR).get("/reports").text
    assert "<strong>100%</strong>" in page
    assert "1 of 1" in page
    assert '<th scope="row">Dr Lee</th>' in page


def test_what_to_aim_at_stands_beside_the_figures(desk: Desk) -> None:
    page = desk.browser(Role.SUPERVISOR).get("/reports").text
    assert all(goal in page for goal in ("goal 70%", "goal 0.75", "goal under 1 s"))


@pytest.mark.parametrize(("dispatch", "told"), [(Dispatch.SEQUENTIAL, True), (Dispatch.ADAPTIVE, False)])
def test_how_many_should_say_yes_is_told_where_they_are_asked_one_by_one(
    desk: Desk, dispatch: Dispatch, told: bool
) -> None:
    def decide(tx: Tx) -> None:
        policy = policies.current(tx).model_copy(update={"dispatch": dispatch})
        policies.change(tx, policy, SYSTEM)

    desk.do(decide)
    assert ("goal 60%" in desk.browser(Role.SUPERVISOR).get("/reports").text) is told


def test_a_page_of_nothing_says_so(desk: Desk) -> None:
    assert "Nothing came free in these days." in desk.browser(Role.SUPERVISOR).get("/reports").text


def test_the_days_asked_for_count_to_their_end(desk: Desk) -> None:
    fill(desk)
    browser = desk.browser(Role.SUPERVISOR)
    assert "1 of 1" in browser.get("/reports?from=2026-11-22&until=2026-11-22").text
    assert "1 of 1" not in browser.get("/reports?from=2026-11-23&until=2026-11-24").text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=x", "A day is written as"),
        ("from=2026-11-24&until=2026-11-01", "The last day lies before the first"),
        ("from=2020-01-01", "Two years at most"),
        ("from=9999-12-01&until=9999-12-31", "of the years 2000 to 2099"),
        ("from=0001-01-01&until=0001-01-05", "of the years 2000 to 2099"),
    ],
)
def test_days_that_make_no_sense_are_refused_with_a_sentence(desk: Desk, asked: str, said: str) -> None:
    refused = desk.browser(Role.SUPERVISOR).get(f"/reports?{asked}", headers={"Accept": "text/html"})
    assert (refused.status_code, said in refused.text) == (400, True)


def test_a_name_cannot_end_the_script_that_the_pictures_are_drawn_from(desk: Desk) -> None:
    fill(desk, "Dr </script><script>alert(1)</script>")
    shown = desk.browser(Role.SUPERVISOR).get("/reports").text
    assert "<script>alert(1)" not in shown


def test_the_same_numbers_come_as_csv(desk: Desk) -> None:
    fill(desk)
    response = desk.browser(Role.SUPERVISOR).get("/reports/provider.csv")
    row = lines(response.text)[0]
    assert response.mimetype == "text/csv"
    assert (row["provider"], row["fill_rate"], row["revenue_recovered_cents"]) == (
        "Dr Lee",
        "1.0000",
        "12000",
    )


def test_all_together_is_one_line(desk: Desk) -> None:
    fill(desk)
    assert len(lines(desk.browser(Role.SUPERVISOR).get("/reports/all.csv").text)) == 1


def test_all_together_has_the_numbers_of_the_waitlist_too(desk: Desk) -> None:
    fill(desk)
    row = lines(desk.browser(Role.SUPERVISOR).get("/reports/all.csv").text)[0]
    assert (row["entries_waited"], row["match_rate"], row["mean_match_score"]) == ("1", "1.0000", "0.8000")


def test_a_name_is_no_formula_in_a_spreadsheet(desk: Desk) -> None:
    fill(desk, name="=1+1")
    assert lines(desk.browser(Role.SUPERVISOR).get("/reports/provider.csv").text)[0]["provider"] == "'=1+1"
