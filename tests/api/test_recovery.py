"""Lost visits through the API."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from rules.permissions import Permission
from rules.states import AttemptResult, RecoveryState
from storage.tables import Patient
from storage.transaction import Tx
from tests.admin.desk import NOW
from tests.api.conftest import Program, Town, token
from tests.clinic.lost_visits import lost, some, tried


def one(town: Town, who: Patient | None = None, **more: Any) -> UUID:
    """Maria (or somebody else) missed a check-up, and a text has gone out."""

    def work(tx: Tx) -> UUID:
        case = lost(tx, who or town.maria, of=town.checkup, with_whom=town.lee, **more)
        tried(tx, case, AttemptResult.PENDING)
        return case.id

    return town.program.desk.do(work)


def test_a_lost_visit_tells_what_was_tried_and_what_comes_next(town: Town) -> None:
    found = town.program.get(f"/recovery/{one(town)}")
    assert (found["kind"], found["state"], found["patient"]["first_name"]) == (
        "no_show",
        "in_progress",
        "Maria",
    )
    assert [(each["touch"], each["channel"], each["result"]) for each in found["attempts"]] == [
        (1, "sms", "pending")
    ]
    assert found["next"]["step"] == "touch"


def test_the_newest_come_first_and_the_next_page_goes_on(town: Town) -> None:
    one(town, hours_ago=40)
    one(town, town.paul, hours_ago=30)
    first = town.program.get("/recovery/pending?limit=1")
    second = town.program.get(f"/recovery/pending?limit=1&cursor={first['next']}")
    found = [each["patient"]["first_name"] for each in (*first["items"], *second["items"])]
    assert (found, second["next"]) == (["Paul", "Maria"], None)


def test_what_is_settled_is_not_pending(town: Town) -> None:
    one(town, state=RecoveryState.LOST)
    assert town.program.get("/recovery/pending")["items"] == []
    assert len(town.program.get("/recovery?state=lost")["items"]) == 1
    assert town.program.get("/recovery?state=recovered")["items"] == []


def test_a_list_can_be_of_one_patient(town: Town) -> None:
    one(town)
    assert len(town.program.get(f"/recovery?patient={town.maria.external_id}")["items"]) == 1
    assert town.program.get(f"/recovery?patient={town.paul.external_id}")["items"] == []


def test_an_attempt_by_phone_is_kept_with_its_note(town: Town) -> None:
    body = {"channel": "phone", "result": "no_response", "note": "voicemail"}
    answer = town.program.post(f"/recovery/{one(town)}/attempt", body)
    made = answer.json["attempts"][-1]
    assert (made["channel"], made["result"], made["note"], made["touch"]) == (
        "phone",
        "no_response",
        "voicemail",
        None,
    )


def test_an_attempt_repeated_with_its_key_is_kept_once(town: Town) -> None:
    case = one(town)
    for _ in range(2):
        answer = town.program.post(f"/recovery/{case}/attempt", {"note": "called"}, Idempotency_Key="a")
    assert len(answer.json["attempts"]) == 2
    assert len(town.program.get(f"/recovery/{case}")["attempts"]) == 2


def test_a_no_by_phone_ends_it(town: Town) -> None:
    found = town.program.post(f"/recovery/{one(town)}/attempt", {"result": "declined"}).json
    assert (found["state"], found["ended_because"], found["next"]) == ("lost", "declined", None)


@pytest.mark.parametrize(
    ("body", "state", "because"),
    [
        ({"status": "lost"}, "lost", "given_up"),
        ({"status": "lost", "reason": "declined"}, "lost", "declined"),
        ({"status": "not_needed", "reason": "deceased"}, "not_needed", "deceased"),
    ],
)
def test_a_case_is_ended_with_a_reason(town: Town, body: Any, state: str, because: str) -> None:
    found = town.program.post(f"/recovery/{one(town)}/status", body).json
    assert (found["state"], found["ended_because"]) == (state, because)


def test_a_case_is_paused_until_a_day(town: Town) -> None:
    found = town.program.post(
        f"/recovery/{one(town)}/status", {"status": "paused", "until": "2026-12-07"}
    ).json
    assert found["paused_until"] == "2026-12-07T00:00:00-05:00"


@pytest.mark.parametrize(
    "body",
    [
        {"status": "paused"},
        {"status": "paused", "until": "2026-11-24"},
        {"status": "lost", "until": "2026-12-07"},
        {"status": "lost", "reason": "deceased"},
        {"status": "recovered"},
    ],
)
def test_a_status_has_to_make_sense(town: Town, body: Any) -> None:
    assert town.program.post(f"/recovery/{one(town)}/status", body).status_code == 422


def test_they_are_texted_now(town: Town) -> None:
    case = town.program.desk.do(
        lambda tx: lost(tx, town.maria, of=town.checkup, not_before=NOW + timedelta(days=3)).id
    )
    found = town.program.post(f"/recovery/{case}/status", {"status": "in_progress"}).json
    assert [(each["touch"], each["sent_at"]) for each in found["attempts"]] == [(1, None)]


@pytest.mark.parametrize(
    ("path", "body"), [("attempt", {}), ("status", {"status": "lost"}), ("status", {"status": "in_progress"})]
)
def test_what_is_over_cannot_be_changed(town: Town, path: str, body: Any) -> None:
    case = one(town, state=RecoveryState.RECOVERED)
    assert town.program.post(f"/recovery/{case}/{path}", body).status_code == 409


def test_who_may_look_may_not_change(town: Town) -> None:
    case = one(town)
    looker = Program(town.program.desk, token(town.program.desk, Permission.VIEW_WAITLIST))
    assert looker.get(f"/recovery/{case}")["id"] == str(case)
    assert looker.post(f"/recovery/{case}/attempt", {}).status_code == 403


def test_the_numbers_come_with_their_intervals(town: Town) -> None:
    town.program.desk.do(some)
    found = town.program.get("/recovery/analytics")
    assert found["revenue_recovered_cents"] == 24_000
    assert (found["won_back"]["won_back"], found["won_back"]["of"]) == (2, 4)
    sms = next(each for each in found["tables"]["channel"] if each["name"] == "sms")
    assert (sms["won_back"], sms["of"], round(sms["low"], 2), round(sms["high"], 2)) == (2, 3, 0.21, 0.94)


def test_numbers_of_no_period_are_refused(town: Town) -> None:
    asked = "from=2026-11-24T00:00:00Z&until=2026-11-01T00:00:00Z"
    assert town.program.call("GET", f"/recovery/analytics?{asked}").status_code == 422
