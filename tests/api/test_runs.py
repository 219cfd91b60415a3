"""Matching and scoring everything at once, through the API; the due work is done as a worker would."""

from typing import Any

import pytest
from sqlalchemy import select

from bot import due
from rules.permissions import Permission
from rules.states import DueKind
from storage.tables import DueWork, Message
from tests.api.conftest import Program, Town, token


def worked(town: Town, *kinds: DueKind) -> None:
    """Everything that is due of these kinds, once."""
    desk = town.program.desk
    for kind in kinds:
        rows = select(DueWork.id).where(DueWork.kind == kind, DueWork.done_at.is_(None))
        for due_id in desk.do(lambda tx, rows=rows: tx.session.scalars(rows).all()):
            due.do(desk.app.extensions["services"], due_id)


def status(town: Town, run: Any) -> Any:
    return town.program.get(f"/waitlist/job-status?run={run['id']}")


def test_all_openings_are_matched_and_the_run_tells_how_far_it_is(town: Town) -> None:
    town.waits()
    town.waits(town.paul)
    slots = [town.opening(), town.opening(hours=26)]
    asked = town.program.post("/waitlist/match-all")
    assert (asked.status_code, asked.json["kind"], asked.json["state"]) == (202, "match_all", "waiting")
    worked(town, DueKind.MATCHING)
    found = status(town, asked.json)
    assert (found["state"], found["total"], found["done"]) == ("running", 2, 0)
    worked(town, DueKind.OPENING)
    for slot in slots:
        assert len(town.program.get(f"/openings/{slot.id}/offers")["items"]) == 1
    assert town.program.post("/waitlist/match-all").json["id"] == asked.json["id"]


def test_scores_are_written_when_somebody_asks(town: Town) -> None:
    town.waits()
    asked = town.program.post("/waitlist/scores/update")
    assert (asked.status_code, asked.json["kind"]) == (202, "scores")
    worked(town, DueKind.SCORES)
    found = status(town, asked.json)
    assert (found["state"], found["done"], found["total"]) == ("done", 1, 1)
    assert found["result"] == {"entries": 1, "with_an_opening": 0}


def test_what_is_due_is_done_now(town: Town) -> None:
    entry, slot = town.waits(), town.opening()
    woken = town.program.post("/waitlist/process-now")
    assert (woken.status_code, woken.json["woken"] >= 1) == (202, True)
    worked(town, DueKind.OPENING)
    assert [each["entry_id"] for each in town.program.get(f"/openings/{slot.id}/offers")["items"]] == [
        entry["id"]
    ]
    assert town.program.desk.do(lambda tx: len(tx.session.scalars(select(Message)).all())) == 1


def test_without_an_id_it_is_the_newest_run(town: Town) -> None:
    assert town.program.call("GET", "/waitlist/job-status").status_code == 404
    town.program.post("/waitlist/match-all")
    asked = town.program.post("/waitlist/scores/update").json
    assert town.program.get("/waitlist/job-status")["id"] == asked["id"]


def test_everybodys_risk_is_worked_out_when_somebody_asks(town: Town) -> None:
    asked = town.program.post("/at-risk/calculate")
    assert (asked.status_code, asked.json["kind"]) == (202, "risk")
    worked(town, DueKind.RISK)
    found = town.program.get("/at-risk/job-status")
    assert (found["id"], found["state"], found["done"]) == (asked.json["id"], "done", found["total"])
    assert town.program.get("/at-risk?level=low")["items"]


def test_the_waitlist_tells_nothing_of_other_runs(town: Town) -> None:
    asked = town.program.post("/at-risk/calculate").json
    assert town.program.call("GET", f"/waitlist/job-status?run={asked['id']}").status_code == 404


@pytest.mark.parametrize("path", ["/waitlist/match-all", "/waitlist/scores/update", "/waitlist/process-now"])
def test_the_desk_may_not_start_them(town: Town, path: str) -> None:
    desk = Program(town.program.desk, token(town.program.desk, Permission.MANAGE_WAITLIST))
    assert desk.post(path).status_code == 403
