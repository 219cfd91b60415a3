"""The waitlist's numbers through the API."""

import pytest

from storage.transaction import Tx
from tests.api.conftest import Program
from tests.clinic.test_reports import Week


def _filled(tx: Tx) -> None:
    week = Week(tx)
    slot = week.opening()
    week.filled(slot, week.offer(slot, answered=5))


def test_what_was_filled_is_told(program: Program) -> None:
    program.desk.do(_filled)
    found = program.get("/waitlist/stats")
    assert (found["filling"]["fill_rate"], found["booked"], found["match_rate"]) == (1.0, 0, 1.0)
    assert [each["name"] for each in found["by_provider"]] == ["Dr Lee"]
    assert found["response_curve"][3] == {"minutes": 10, "share": 1.0}


def test_a_clinic_in_which_nothing_happened_has_no_rates(program: Program) -> None:
    found = program.get("/waitlist/stats")
    assert (found["filling"]["fill_rate"], found["mean_match_score"], found["by_type"]) == (None, None, [])


@pytest.mark.parametrize(
    "asked",
    ["from=2026-11-25T00:00:00Z", "from=2020-01-01T00:00:00Z", "until=2026-11-25", "until=x"],
)
def test_a_period_that_makes_no_sense_is_refused(program: Program, asked: str) -> None:
    assert program.call("GET", f"/waitlist/stats?{asked}").status_code == 422


@pytest.mark.parametrize("page", ["waitlist/stats", "cancellations/analytics", "recovery/analytics"])
@pytest.mark.parametrize(
    "asked",
    [
        "until=0001-01-05T00:00:00Z",
        "until=9999-12-31T23:59:59-12:00",
        "from=0001-01-01T00:00:00%2B14:00&until=0001-01-02T00:00:00Z",
    ],
)
def test_moments_at_the_ends_of_the_calendar_are_refused(program: Program, page: str, asked: str) -> None:
    assert program.call("GET", f"/{page}?{asked}").status_code == 422
