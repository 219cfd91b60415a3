"""Who and what a clinic has: patients, providers, types of visit, locations."""

import base64
from typing import Any

import pytest

from storage.tables import AppointmentType, Room, TypeProvider
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW
from tests.api.conftest import Program, Town, token


def names(found: Any) -> list[str]:
    return [each["first_name"] for each in found["items"]]


def test_patients_come_in_pages(town: Town) -> None:
    first = town.program.get("/patients?limit=1")
    second = town.program.get(f"/patients?limit=1&cursor={first['next']}")
    assert (names(first), names(second), second["next"]) == (["Maria"], ["Paul"], None)


def test_a_cursor_holds_nothing_personal(town: Town) -> None:
    cursor = town.program.get("/patients?limit=1")["next"]
    assert str(town.maria.id) in base64.urlsafe_b64decode(cursor + "==").decode()
    assert "Lopez" not in base64.urlsafe_b64decode(cursor + "==").decode()


def test_a_patient_is_shown_with_their_numbers(town: Town) -> None:
    found = town.program.get(f"/patients/{town.maria.id}")
    assert (found["last_name"], found["numbers"]) == ("Lopez", ["+12125550101"])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"name": "maria l"}, ["Maria"]),
        ({"name": "o"}, None),
        ({"name": "OR"}, ["Paul"]),
        ({"name": "%%"}, []),
        ({"number": "(212) 555-0102"}, ["Paul"]),
        ({"name": "maria", "number": "+12125550102"}, []),
        ({"number": "12"}, None),
        ({}, None),
    ],
)
def test_patients_are_found_by_name_and_number(
    town: Town, wanted: dict[str, str], found: list[str] | None
) -> None:
    response = town.program.post("/patients/search", wanted)
    assert (response.status_code, names(response.json) if found is not None else None) == (
        422 if found is None else 200,
        found,
    )


def test_providers_come_by_name(town: Town) -> None:
    found = town.program.get("/providers")["items"]
    assert [each["name"] for each in found] == ["Dr Kim", "Dr Lee"]
    assert town.program.get(f"/providers/{town.lee.id}")["external_id"] == town.lee.external_id


def test_a_type_says_who_sees_it(town: Town) -> None:
    town.program.desk.do(
        lambda tx: tx.session.add(TypeProvider(type_id=town.checkup.id, provider_id=town.lee.id))
    )
    (found,) = town.program.get("/types")["items"]
    assert (found["name"], found["minutes"]) == ("Check-up", 30)
    assert [each["name"] for each in found["providers"]] == ["Dr Lee"]


def test_a_type_that_was_withdrawn_is_listed_no_more(town: Town) -> None:
    def work(tx: Tx) -> None:
        tx.session.get_one(AppointmentType, town.checkup.id).withdrawn_at = NOW

    town.program.desk.do(work)
    assert town.program.get("/types")["items"] == []
    assert town.program.get(f"/types/{town.checkup.id}")["name"] == "Check-up"


def test_a_location_has_its_rooms(town: Town) -> None:
    def work(tx: Tx) -> None:
        where = factories.location(tx, "Main Street", address="1 Main St")
        tx.session.add(Room(name="Room 2", location_id=where.id))

    town.program.desk.do(work)
    (found,) = town.program.get("/locations")["items"]
    assert (found["address"], [each["name"] for each in found["rooms"]]) == ("1 Main St", ["Room 2"])


@pytest.mark.parametrize("path", ["/patients", "/providers", "/types", "/locations"])
def test_another_clinics_are_not_listed(town: Town, path: str) -> None:
    with town.program.desk.store.unscoped() as session:
        elsewhere = factories.clinic(session, NOW, name="Hillside")
    stranger = Program(town.program.desk, token(town.program.desk, at=elsewhere))
    assert stranger.get(path)["items"] == []


def test_another_clinics_patients_are_not_found(town: Town) -> None:
    with town.program.desk.store.unscoped() as session:
        elsewhere = factories.clinic(session, NOW, name="Hillside")
    stranger = Program(town.program.desk, token(town.program.desk, at=elsewhere))
    assert stranger.post("/patients/search", {"name": "maria"}).json["items"] == []
