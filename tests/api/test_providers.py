"""A provider is away, told through the API."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from rules.permissions import Permission
from storage.tables import Appointment, Availability
from tests import factories
from tests.admin.desk import NOW
from tests.api.conftest import Program, Town, token
from tests.waitlist.desk import NEW_YORK

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


def more(town: Town, start: datetime, end: datetime) -> Any:
    body = {"start": start.isoformat(), "end": end.isoformat()}
    return town.program.post(f"/providers/{town.lee.id}/availability", body)


def test_time_that_a_provider_adds_becomes_openings(town: Town) -> None:
    start = NOW + timedelta(days=2)
    done = more(town, start, start + timedelta(hours=1))
    assert (done.status_code, done.json) == (201, {"openings": 1})
    (opening,) = town.program.get("/openings")["items"]
    assert opening["freed_by"] == "new_availability"


def test_time_that_a_provider_has_already_is_refused_with_why(town: Town) -> None:
    start = NOW + timedelta(days=2)
    more(town, start, start + timedelta(hours=1))
    again = more(town, start, start + timedelta(hours=1))
    assert (again.status_code, again.json["errors"][0]["where"]) == (422, "body.start")


def works(town: Town) -> None:
    """Dr Lee sees people on the day that `START` is on."""
    hours = Availability(provider_id=town.lee.id, weekday=2, from_time=time(9), until_time=time(12))
    town.program.desk.do(lambda tx: tx.session.add(hours))


def test_when_a_provider_is_away_can_be_read(town: Town) -> None:
    away(town, note="conference")
    (off,) = town.program.get(f"/providers/{town.lee.id}/time-off")["items"]
    assert (off["provider"]["name"], off["note"], off["by_practice_system"]) == (
        "Dr Lee",
        "conference",
        False,
    )
    assert off["start"] == START.astimezone(NEW_YORK).isoformat()


def test_a_provider_who_is_back_is_offered_again(town: Town) -> None:
    works(town)
    away(town)
    (off,) = town.program.get(f"/providers/{town.lee.id}/time-off")["items"]
    done = town.program.call("DELETE", f"/time-off/{off['id']}")
    assert (done.status_code, done.json) == (200, {"openings": 1})
    (opening,) = town.program.get("/openings")["items"]
    assert opening["freed_by"] == "provider_back"
    assert town.program.get(f"/providers/{town.lee.id}/time-off")["items"] == []


def test_the_front_desk_cannot_bring_a_provider_back(town: Town) -> None:
    away(town)
    (off,) = town.program.get(f"/providers/{town.lee.id}/time-off")["items"]
    seeing = Program(town.program.desk, token(town.program.desk, Permission.VIEW_CALENDAR))
    assert seeing.call("DELETE", f"/time-off/{off['id']}").status_code == 403
