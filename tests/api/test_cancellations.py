"""Visits that came to nothing, through the API."""

from datetime import timedelta
from typing import Any

import pytest

from clinic import appointments, no_shows
from clinic.audit import PATIENT, SYSTEM
from rules.states import CancelledBy
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW
from tests.api.conftest import Town
from tests.clinic.test_cancellation_numbers import usual


@pytest.fixture
def lost(town: Town) -> Town:
    """Maria cancelled late, Paul did not come."""

    def work(tx: Tx) -> None:
        kind = factories.visit_type(tx, "Cleaning", late_fee_cents=2500, no_show_fee_cents=5000)
        late = factories.visit(tx, town.maria, town.lee, kind, start=NOW + timedelta(hours=5))
        appointments.cancel(tx, late.id, PATIENT, who=CancelledBy.PATIENT)
        tx.now += timedelta(seconds=1)
        missed = factories.visit(tx, town.paul, town.lee, kind, start=NOW - timedelta(hours=1))
        no_shows.mark(tx, missed.id, SYSTEM)
        tx.now -= timedelta(seconds=1)

    town.program.desk.do(work)
    return town


def listed(town: Town, asked: str = "") -> list[Any]:
    found: list[Any] = town.program.get(f"/cancellations?until={END}{asked}")["items"]
    return found


END = (NOW + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_they_are_listed_with_what_each_was(lost: Town) -> None:
    found = listed(lost)
    assert [(each["kind"], each["patient"]["first_name"], each["notice_hours"]) for each in found] == [
        ("late_cancel", "Maria", 5.0),
        ("no_show", "Paul", pytest.approx(-1.0, abs=0.02)),
    ]
    assert lost.program.get(f"/cancellations/{found[0]['id']}") == found[0]


def test_a_list_can_be_narrowed(lost: Town) -> None:
    assert [each["kind"] for each in listed(lost, "&kind=no_show")] == ["no_show"]
    assert [each["kind"] for each in listed(lost, f"&patient={lost.maria.external_id}")] == ["late_cancel"]
    assert listed(lost, "&recovery=recovered") == []


def test_a_reason_is_kept(lost: Town) -> None:
    one = listed(lost)[0]["id"]
    told = lost.program.post(f"/cancellations/{one}/reason", {"reason": "illness", "details": "flu"}).json
    assert (told["reason"], told["details"]) == ("illness", "flu")


def test_what_is_owed_is_listed_and_waived_once(lost: Town) -> None:
    fees = lost.program.get(f"/cancellations/fees?until={END}")["items"]
    assert [each["fee_cents"] for each in fees] == [2500, 5000]
    address = f"/cancellations/{fees[1]['cancellation']}/waive-fee"
    assert lost.program.post(address, {"why": "hospital"}).json["waived_why"] == "hospital"
    assert lost.program.post(address, {"why": "again"}).status_code == 409


@pytest.mark.parametrize("why", ["", "   "])
def test_a_fee_is_not_waived_without_a_reason(lost: Town, why: str) -> None:
    one = listed(lost)[0]["id"]
    assert lost.program.post(f"/cancellations/{one}/waive-fee", {"why": why}).status_code == 422


def test_a_cancel_by_staff_can_say_why(town: Town) -> None:
    start = NOW + timedelta(days=2)
    visit = town.program.desk.do(
        lambda tx: factories.visit(tx, town.maria, town.lee, town.checkup, start=start)
    )
    response = town.program.post(f"/appointments/{visit.id}/cancel", {"reason": "weather"})
    assert response.status_code == 200
    assert town.program.post(f"/appointments/{visit.id}/cancel", {"reason": "bored"}).status_code == 422


def test_the_numbers_are_told(town: Town) -> None:
    town.program.desk.do(usual)
    found = town.program.get("/cancellations/analytics")
    assert (found["all"]["rate"], found["late_share"], found["all"]["revenue_lost_cents"]) == (
        0.75,
        0.5,
        48_000,
    )
    assert found["tables"]["reason"][0]["name"] == "illness"
    assert found["patients"][0]["no_show"] == 1
    assert found["patterns"] == []


@pytest.mark.parametrize("asked", ["from=2026-11-25T00:00:00Z", "from=2020-01-01T00:00:00Z", "until=x"])
def test_a_period_that_makes_no_sense_is_refused(town: Town, asked: str) -> None:
    assert town.program.call("GET", f"/cancellations/analytics?{asked}").status_code == 422
