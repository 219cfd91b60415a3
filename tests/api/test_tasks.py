"""Tasks through the API."""

from uuid import UUID

from rules.states import TaskKind
from storage.tables import Task
from storage.transaction import Tx
from tests.admin.desk import NOW
from tests.api.conftest import Town


def task(town: Town, kind: TaskKind = TaskKind.CALL_PATIENT) -> UUID:
    made = Task(kind=kind, patient_id=town.maria.id, note="Call today.", made_at=NOW)

    def work(tx: Tx) -> UUID:
        tx.session.add(made)
        tx.session.flush()
        return made.id

    return town.program.desk.do(work)


def test_what_is_to_do_is_listed_until_it_is_done(town: Town) -> None:
    made = task(town)
    [found] = town.program.get("/tasks")["items"]
    assert (found["id"], found["kind"], found["note"]) == (str(made), "call_patient", "Call today.")
    assert town.program.post(f"/tasks/{made}/done").json["state"] == "done"
    assert town.program.get("/tasks")["items"] == []
    assert [each["id"] for each in town.program.get("/tasks?state=done")["items"]] == [str(made)]


def test_the_list_is_narrowed_by_kind_and_patient(town: Town) -> None:
    made = task(town)
    assert town.program.get("/tasks?kind=recovery")["items"] == []
    assert town.program.get(f"/tasks?patient={town.paul.external_id}")["items"] == []
    found = town.program.get(f"/tasks?kind=call_patient&patient={town.maria.external_id}")["items"]
    assert [each["id"] for each in found] == [str(made)]


def test_a_booking_to_approve_is_answered_and_not_done(town: Town) -> None:
    assert town.program.post(f"/tasks/{task(town, TaskKind.APPROVE)}/done").status_code == 409
