"""Campaigns through the API: written, looked at, launched once confirmed, and their numbers."""

from datetime import timedelta
from typing import Any

import pytest

from clinic import consent
from clinic.audit import SYSTEM
from rules.states import ConsentKind, ConsentSource, DueKind
from storage.tables import Patient
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW
from tests.api.conftest import Town
from tests.api.test_runs import worked

HELLO = {"wordings": [{"en": "Hi {first_name}, time for a visit? Reply YES."}]}


def lapsed(town: Town, number: int, **more: Any) -> Patient:
    def work(tx: Tx) -> Patient:
        phone = f"+1212558{number:04}"
        who = factories.patient(tx, f"P{number} Test", phone=phone, **more)
        point = consent.contact_point(tx, phone)
        consent.grant(
            tx,
            who.id,
            point,
            ConsentKind.MARKETING_TEXT,
            granted=True,
            source=ConsentSource.INTAKE,
            by=SYSTEM,
        )
        start = NOW - timedelta(days=200, minutes=30 * number)
        factories.visit(tx, who, town.lee, town.checkup, start=start, state="completed")
        return who

    return town.program.desk.do(work)


def draft(town: Town, **more: Any) -> Any:
    response = town.program.post("/campaigns", {"name": "Come back", "steps": [HELLO], **more})
    assert response.status_code == 201, response.text
    return response.json


def test_a_campaign_is_written_and_read_back(town: Town) -> None:
    made = draft(town, audience={"not_seen_days": 120, "tags": ["vip"]}, hold_out_percent=10)
    found = town.program.get(f"/campaigns/{made['id']}")
    assert (found["state"], found["audience"]["not_seen_days"], found["steps"]) == (
        "draft",
        120,
        [{**HELLO, "channel": "sms", "subject": {}, "templates": [], "after_days": 0}],
    )
    assert [each["id"] for each in town.program.get("/campaigns?state=draft")["items"]] == [made["id"]]


def test_the_rest_may_get_the_winner(town: Town) -> None:
    two = {"wordings": [{"en": "One"}, {"en": "Two"}]}
    made = draft(town, steps=[two], trial={"percent": 20})
    assert (made["trial"], made["winner"]) == ({"percent": 20, "days": 7}, None)


def test_it_is_written_anew_as_a_whole(town: Town) -> None:
    made = draft(town)
    body = {"name": "Again", "steps": [HELLO, {**HELLO, "after_days": 3}]}
    response = town.program.call("PUT", f"/campaigns/{made['id']}", body)
    assert (response.status_code, response.json["name"], len(response.json["steps"])) == (200, "Again", 2)


@pytest.mark.parametrize(
    ("text", "says"), [("Hi {stage}", "{stage} cannot be filled in"), ("Book at {link}", "no link")]
)
def test_a_text_that_cannot_be_filled_in_is_a_problem_that_says_why(town: Town, text: str, says: str) -> None:
    body = {"name": "Bad", "steps": [{"wordings": [{"en": text}]}]}
    response = town.program.post("/campaigns", body)
    assert response.status_code == 422
    assert says in response.json["detail"]


def test_the_preview_counts_and_shows_who_would_get_it(town: Town) -> None:
    who = lapsed(town, 1)
    lapsed(town, 2, no_text=True)
    found = town.program.get(f"/campaigns/{draft(town)['id']}/preview")
    assert (found["recipients"], found["left_out"], found["cents"]) == (1, {"no_text": 1}, 2)
    assert found["sample"][0]["patient_id"] == str(who.id)
    assert found["sample"][0]["reads"].startswith("Lakeside: Hi P1, time for a visit?")


def test_a_launch_has_to_confirm_how_many_get_it(town: Town) -> None:
    lapsed(town, 1)
    path = f"/campaigns/{draft(town)['id']}/launch"
    assert town.program.post(path, {}).status_code == 422
    assert town.program.post(path, {"recipients": 50}).status_code == 409
    assert town.program.post(path, {"recipients": 1}).status_code == 200
    assert town.program.post(path, {"recipients": 1}).status_code == 409


def test_launched_it_gathers_writes_and_tells_its_numbers(town: Town) -> None:
    for number in range(3):
        lapsed(town, number)
    made = draft(town)
    town.program.post(f"/campaigns/{made['id']}/launch", {"recipients": 3})
    worked(town, DueKind.CAMPAIGN)
    found = town.program.get(f"/campaigns/{made['id']}/stats")
    assert (found["gathered"], found["expected"], found["left"]) == (3, 3, 3)
    assert [(each["variant"], each["targeted"]) for each in found["variants"]] == [("A", 3)]
    assert [(each["sent"], each["cents_per_rebooking"]) for each in found["variants"]] == [(0, None)]


def test_it_is_paused_resumed_and_ended(town: Town) -> None:
    lapsed(town, 1)
    made = draft(town)
    town.program.post(f"/campaigns/{made['id']}/launch", {"recipients": 1})
    states = [
        town.program.post(f"/campaigns/{made['id']}/{each}").json["state"]
        for each in ("pause", "resume", "cancel")
    ]
    assert states == ["paused", "active", "cancelled"]
    assert town.program.post(f"/campaigns/{made['id']}/resume").status_code == 409


def test_a_test_goes_to_one_of_the_staff(town: Town) -> None:
    town.program.desk.do(lambda tx: factories.staff(tx, email="sam@lakeside.test", phone="+12125550190"))
    path = f"/campaigns/{draft(town)['id']}/test"
    assert town.program.post(path, {"email": "nobody@lakeside.test"}).status_code == 422
    assert town.program.post(path, {"email": "sam@lakeside.test"}).json == {"texts": 1}
    assert town.said_to("+12125550190") == ["Lakeside: Hi Sam, time for a visit? Reply YES. STOP to opt out"]
