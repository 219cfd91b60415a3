"""Openings through the API."""

from datetime import timedelta

import pytest

from tests import factories
from tests.admin.desk import NOW
from tests.api.conftest import Town

TOMORROW = (NOW + timedelta(days=1)).isoformat()


def test_a_free_time_that_is_told_becomes_an_opening(town: Town) -> None:
    made = town.program.post(
        "/openings", {"provider": town.lee.external_id, "start": TOMORROW, "minutes": 45}
    )
    assert (made.status_code, made.json["state"], made.json["freed_by"]) == (201, "open", "new_availability")
    assert [each["id"] for each in town.program.get("/openings")["items"]] == [made.json["id"]]


def test_time_with_a_visit_in_it_is_not_free(town: Town) -> None:
    start = NOW + timedelta(days=1)
    town.program.desk.do(lambda tx: factories.visit(tx, town.maria, town.lee, town.checkup, start=start))
    body = {"provider": town.lee.external_id, "start": TOMORROW, "minutes": 45}
    assert town.program.post("/openings", body).status_code == 409


def test_two_openings_of_a_provider_do_not_overlap(town: Town) -> None:
    body = {"provider": town.lee.external_id, "start": TOMORROW, "minutes": 45}
    town.program.post("/openings", body)
    assert town.program.post("/openings", body).status_code == 409


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"start": "2026-11-25T10:00:00"}, "body.start"),
        ({"start": (NOW - timedelta(hours=1)).isoformat()}, "body.start"),
        ({"minutes": 0}, "body.minutes"),
        ({"provider": "nobody"}, "body.provider"),
    ],
)
def test_an_opening_that_makes_no_sense_is_refused(town: Town, said: dict[str, object], where: str) -> None:
    body = {"provider": town.lee.external_id, "start": TOMORROW, "minutes": 30, **said}
    response = town.program.post("/openings", body)
    assert response.status_code == 422
    assert [each["where"] for each in response.json["errors"]] == [where]


def test_one_that_is_withdrawn_is_nobodys(town: Town) -> None:
    slot = town.opening()
    assert town.program.post(f"/openings/{slot.id}/withdraw").json["state"] == "withdrawn"
    assert town.program.post(f"/openings/{slot.id}/withdraw").status_code == 409


def test_a_walk_in_takes_it(town: Town) -> None:
    slot = town.opening()
    body = {"patient": town.paul.external_id, "type": town.checkup.external_id, "walk_in": True}
    visit = town.program.post(f"/openings/{slot.id}/fill", body).json["appointment_id"]
    found = town.program.get(f"/openings/{slot.id}")
    assert (found["state"], found["filled_by"], found["appointment_id"]) == ("filled", "walk_in", visit)


def test_who_of_the_staff_booked_it_is_told(town: Town) -> None:
    slot = town.opening()
    browser = town.program.desk.browser()
    form = {"patient": str(town.paul.id), "type": str(town.checkup.id)}
    browser.post(f"/openings/{slot.id}/fill", data=form)
    assert town.program.get(f"/openings/{slot.id}")["filled_by_staff"] == "Sam Rivera"


def test_how_many_were_asked_is_told(town: Town) -> None:
    slot, entry = town.opening(hours=48), town.waits()
    assert town.program.get(f"/openings/{slot.id}")["offers_made"] == 0
    assert town.program.post(f"/openings/{slot.id}/offers", {"entry": entry["id"]}).status_code == 201
    assert town.program.get(f"/openings/{slot.id}")["offers_made"] == 1


def test_what_does_not_fit_is_not_booked(town: Town) -> None:
    slot = town.opening(minutes=15)
    body = {"patient": town.paul.external_id, "type": town.checkup.external_id}
    assert town.program.post(f"/openings/{slot.id}/fill", body).status_code == 409


def test_somebody_asked_by_hand_is_listed(town: Town) -> None:
    entry, slot = town.waits(), town.opening()
    made = town.program.post(f"/openings/{slot.id}/offers", {"entry": entry["id"]})
    assert made.status_code == 201
    found = town.program.get(f"/openings/{slot.id}/offers")["items"]
    assert [each["entry_id"] for each in found] == [entry["id"]]


def test_an_offer_that_a_hard_rule_forbids_is_not_made_and_the_rule_is_named(town: Town) -> None:
    entry, slot = town.waits(excluded_weekdays=["wed"]), town.opening()
    made = town.program.post(f"/openings/{slot.id}/offers", {"entry": entry["id"]})
    assert (made.status_code, made.json["detail"]) == (409, "The patient cannot come on this weekday.")
    assert town.said_to("+12125550101") == []
