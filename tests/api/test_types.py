"""Types of visit through the API: made, changed, withdrawn, offered again."""

from typing import Any

import pytest

from storage.tables import AppointmentType, AuditEvent
from tests.admin.desk import NOW
from tests.api.conftest import Town
from tests.waitlist.desk import NEW_YORK


def test_a_type_is_made_and_changed(town: Town) -> None:
    made = town.program.post("/types", {"name": "Cleaning", "minutes": 45, "price_cents": 12_000})
    assert (made.status_code, made.json["external_id"], made.json["buffer_minutes"]) == (201, "cleaning", 0)
    said = {"name": "Cleaning", "minutes": 40, "provider_ids": [str(town.lee.id)]}
    now = town.program.call("PUT", f"/types/{made.json['id']}", said).json
    assert (now["minutes"], now["price_cents"]) == (40, None)
    assert [each["name"] for each in now["providers"]] == ["Dr Lee"]


def test_a_length_that_cannot_be_is_refused_with_where_it_stands(town: Town) -> None:
    response = town.program.post("/types", {"name": "Cleaning", "minutes": 0})
    assert (response.status_code, response.json["errors"][0]["where"]) == (422, "body.minutes")


def test_an_id_that_is_taken_is_refused(town: Town) -> None:
    body = {"name": "New", "minutes": 30, "external_id": town.checkup.external_id}
    assert town.program.post("/types", body).status_code == 409


def test_withdrawing_does_what_it_said_it_would(town: Town) -> None:
    town.waits()
    path = f"/types/{town.checkup.id}"
    foreseen = town.program.get(f"{path}/withdrawal")
    assert town.program.desk.get(AppointmentType, town.checkup.id).withdrawn_at is None
    done = town.program.post(f"{path}/withdraw")
    assert (done.status_code, done.json) == (200, foreseen)
    assert foreseen == {
        "texted": 1,
        "to_call": 0,
        "enrolled": 0,
        "offers": 0,
        "openings": 0,
        "visits": 0,
        "lost": 0,
    }
    assert "your place on the list has ended" in town.said_to("+12125550101")[-1]
    assert town.program.get("/waitlist")["items"] == []
    assert town.program.get(path)["withdrawn_at"] == NOW.astimezone(NEW_YORK).isoformat()


def test_withdrawn_types_are_a_list_of_their_own(town: Town) -> None:
    town.program.post(f"/types/{town.checkup.id}/withdraw")
    assert town.program.get("/types")["items"] == []
    (found,) = town.program.get("/types?withdrawn=true")["items"]
    assert found["id"] == str(town.checkup.id)


def test_offered_again_whoever_waited_waits_again(town: Town) -> None:
    entry = town.waits()["id"]
    town.program.post(f"/types/{town.checkup.id}/withdraw")
    assert town.program.post(f"/types/{town.checkup.id}/restore").json == {"waiting": 1, "told": 0}
    assert [each["id"] for each in town.program.get("/waitlist")["items"]] == [entry]


def test_each_is_in_the_audit_log_with_the_token(town: Town) -> None:
    town.program.post(f"/types/{town.checkup.id}/withdraw")
    town.program.post(f"/types/{town.checkup.id}/restore")
    lines = town.program.desk.do(
        lambda tx: [(each.action, each.token_id is not None) for each in tx.session.query(AuditEvent)]
    )
    assert {("type.withdrawn", True), ("type.restored", True)} <= set(lines)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/waitlist", {"patient": "maria"}),
        ("/openings", {"provider": "lee", "start": "2026-11-25T15:00:00-05:00", "minutes": 30}),
        ("/appointments", {"patient": "maria", "provider": "lee", "start": "2026-11-25T15:00:00-05:00"}),
    ],
)
def test_nobody_waits_for_or_is_booked_for_a_withdrawn_type(
    town: Town, path: str, more: dict[str, Any]
) -> None:
    names = {"maria": town.maria.external_id, "lee": town.lee.external_id}
    town.program.post(f"/types/{town.checkup.id}/withdraw")
    body = {key: names.get(str(value), value) for key, value in more.items()}
    response = town.program.post(path, {**body, "type": town.checkup.external_id})
    assert (response.status_code, response.json["errors"][0]["where"]) == (422, "body.type")
