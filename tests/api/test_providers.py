"""A provider is away, told through the API."""

from datetime import timedelta
from typing import Any

import pytest

from storage.tables import Appointment
from tests import factories
from tests.admin.desk import NOW
from tests.api.conftest import Town

START, END = NOW + timedelta(hours=20), NOW + timedelta(hours=30)


def away(town: Town, **said: Any) -> Any:
    body = {"start": START.isoformat(), "end": END.isoformat(), **said}
    return town.program.post(f"/providers/{town.lee.id}/time-off", body)


def test_visits_are_cancelled_and_patients_told(town: Town) -> None:
    visit = town.program.desk.do(
        lambda tx: factories.visit(tx, town.maria, town.lee, town.checkup, start=NOW + timedelta(hours=24))
    )
    slot = town.opening(hours=26)
    done = away(town, note="conference")
    assert (done.status_code, done.json) == (
        201,
        {"visits": 1, "texted": 1, "offered": 0, "to_call": 0, "openings": 1},
    )
    assert town.program.desk.get(Appointment, visit.id).state == "cancelled"
    assert town.program.get(f"/openings/{slot.id}")["state"] == "withdrawn"
    assert "can't take place" in town.said_to("+12125550101")[0]
    assert not any("conference" in text for text in town.said_to("+12125550101"))


def test_no_opening_can_be_made_of_the_time(town: Town) -> None:
    away(town)
    body = {
        "provider": town.lee.external_id,
        "start": (NOW + timedelta(hours=24)).isoformat(),
        "minutes": 30,
    }
    assert town.program.post("/openings", body).status_code == 409


@pytest.mark.parametrize(
    "end", [START, NOW - timedelta(days=1), START + timedelta(days=400)], ids=["no time", "past", "for ever"]
)
def test_a_time_that_makes_no_sense_is_refused(town: Town, end: Any) -> None:
    response = away(town, end=end.isoformat())
    assert (response.status_code, response.json["errors"][0]["where"]) == (422, "body.end")
