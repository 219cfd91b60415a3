"""Patients at risk through the API."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.permissions import Permission
from rules.states import AppointmentState, PaymentStatus
from storage.tables import Patient
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW
from tests.api.conftest import Program, Town, token

NEW_YORK = ZoneInfo("America/New_York")


def at_risk(town: Town, who: Patient, **known: object) -> None:
    """They missed two visits, and their score was worked out."""

    def work(tx: Tx) -> None:
        patient = tx.session.get_one(Patient, who.id)
        for name, value in known.items():
            setattr(patient, name, value)
        for days in (20, 40):
            start = NOW - timedelta(days=days) + timedelta(minutes=who.id.int % 7 * 60)
            state = AppointmentState.NO_SHOW
            factories.visit(tx, who, town.lee, town.checkup, start=start, state=state)

    town.program.desk.do(work)
    assert town.program.post(f"/at-risk/{who.id}/calculate").status_code == 200


def test_the_highest_score_comes_first(town: Town) -> None:
    at_risk(town, town.paul)
    at_risk(town, town.maria, payment_status=PaymentStatus.COLLECTIONS)
    items = town.program.get("/at-risk")["items"]
    assert [(each["patient"]["first_name"], each["score"]) for each in items] == [("Maria", 35), ("Paul", 25)]
    assert {each["level"] for each in items} == {"high"}


def test_a_page_goes_on_where_the_one_before_ended(town: Town) -> None:
    at_risk(town, town.paul)
    at_risk(town, town.maria, payment_status=PaymentStatus.COLLECTIONS)
    first = town.program.get("/at-risk?limit=1")
    second = town.program.get(f"/at-risk?limit=1&cursor={first['next']}")
    found = [each["patient"]["first_name"] for each in (*first["items"], *second["items"])]
    assert (found, second["next"]) == (["Maria", "Paul"], None)


def test_a_provider_has_their_own_patients(town: Town) -> None:
    at_risk(town, town.paul)
    assert len(town.program.get(f"/at-risk?provider={town.lee.external_id}")["items"]) == 1
    assert town.program.get(f"/at-risk?provider={town.kim.external_id}")["items"] == []


def test_a_card_has_every_factor_and_what_happened(town: Town) -> None:
    at_risk(town, town.paul)
    card = town.program.get(f"/at-risk/{town.paul.id}")
    said = {each["name"]: each["sentence"] for each in card["score"]["parts"]}
    assert said["no_shows_in_row"] == "missed 2 visits in a row"
    assert len(said) == 7
    assert [each["what"] for each in card["history"]] == ["risk.level_changed"]


def test_a_review_is_kept_with_its_notes(town: Town) -> None:
    at_risk(town, town.paul)
    answer = town.program.post(f"/at-risk/{town.paul.id}/review", {"notes": "all is well"})
    assert (answer.json["state"], answer.json["review_notes"]) == ("reviewed", "all is well")


def test_an_intervention_stands_on_the_card(town: Town) -> None:
    at_risk(town, town.paul)
    said = {"what": "called, comes Tuesday", "state": "successful"}
    assert town.program.post(f"/at-risk/{town.paul.id}/intervene", said).status_code == 201
    (made,) = town.program.get(f"/at-risk/{town.paul.id}")["interventions"]
    assert (made["what"], made["state"]) == ("called, comes Tuesday", "successful")
    assert made["ended_at"] is not None


def test_how_an_intervention_went_is_said_later(town: Town) -> None:
    at_risk(town, town.paul)
    made = town.program.post(f"/at-risk/{town.paul.id}/intervene", {"what": "called"}).json
    went = town.program.call("PATCH", f"/interventions/{made['id']}", {"state": "unsuccessful"}).json
    assert (went["state"], went["ended_at"]) == ("unsuccessful", NOW.astimezone(NEW_YORK).isoformat())


def test_an_intervention_that_is_not_there_is_not_found(town: Town) -> None:
    answer = town.program.call("PATCH", f"/interventions/{town.paul.id}", {"state": "successful"})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["review", "intervene"])
def test_who_has_no_score_is_not_there(town: Town, path: str) -> None:
    body = {"what": "called"} if path == "intervene" else {}
    assert town.program.post(f"/at-risk/{town.maria.id}/{path}", body).status_code == 404


def test_who_may_look_may_not_change(town: Town) -> None:
    at_risk(town, town.paul)
    looker = Program(town.program.desk, token(town.program.desk, Permission.VIEW_RISK))
    assert len(looker.get("/at-risk")["items"]) == 1
    assert looker.post(f"/at-risk/{town.paul.id}/review", {}).status_code == 403
