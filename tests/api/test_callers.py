"""Who may call: tokens and their permissions, sessions and their CSRF token, nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.api.table import ENDPOINTS
from clinic import appointments, campaign_plans, tokens
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, StepPlan
from rules.permissions import Permission, Role
from rules.states import CancelledBy, TaskKind
from storage.tables import ApiToken, AuditEvent, Cancellation, Task
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.api.conftest import Program, Town, token
from tests.clinic.lost_visits import lost

IDS = [f"{each.method} {each.path}" for each in ENDPOINTS]


def asked(program: Program, endpoint: Any, subject: Any) -> int:
    path = endpoint.path.replace("{id}", str(subject))
    return program.call(endpoint.method, path, {} if endpoint.writes else None).status_code


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=IDS)
def test_a_token_without_the_permission_is_refused(desk: Desk, endpoint: Any) -> None:
    others = [each for each in Permission if each is not endpoint.permission]
    assert asked(Program(desk, token(desk, *others)), endpoint, desk.clinic.id) == 403


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=IDS)
def test_a_token_with_the_permission_alone_is_let_in(desk: Desk, endpoint: Any) -> None:
    status = asked(Program(desk, token(desk, endpoint.permission)), endpoint, desk.clinic.id)
    assert status not in (401, 403, 500)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=IDS)
def test_nobody_is_let_in_without_a_token(desk: Desk, endpoint: Any) -> None:
    assert asked(Program(desk, "standby_of-nobody"), endpoint, desk.clinic.id) == 401


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if "{id}" in each.path])
def test_a_row_of_another_clinic_is_not_there(town: Town, desk: Desk, endpoint: Any) -> None:
    entry = town.waits()["id"]
    subjects = {
        "waitlist": entry,
        "openings": str(town.opening().id),
        "appointments": str(_visit(town)),
        "providers": str(town.lee.id),
        "patients": str(town.maria.id),
        "types": str(town.checkup.id),
        "locations": str(desk.do(lambda tx: factories.location(tx, "Main Street").id)),
        "cancellations": str(_cancellation(town)),
        "campaigns": str(_campaign(town)),
        "at-risk": str(town.maria.id),
        "tasks": str(_task(town)),
        "recovery": str(town.program.desk.do(lambda tx: lost(tx, town.maria).id)),
        "time-off": str(_time_off(town)),
    }
    assert town.program.post(f"/at-risk/{town.maria.id}/calculate").status_code == 200
    made = town.program.post(f"/at-risk/{town.maria.id}/intervene", {"what": "called"})
    subjects["interventions"] = made.json["id"]
    subject = subjects["openings" if "match/" in endpoint.path else endpoint.path.split("/")[1]]
    with desk.store.unscoped() as session:
        elsewhere = factories.clinic(session, NOW, name="Hillside")
    stranger = Program(desk, token(desk, at=elsewhere))
    body = BODIES.get(endpoint.name)
    response = stranger.call(
        endpoint.method,
        endpoint.path.replace("{id}", subject),
        body(town) if body else ({} if endpoint.writes else None),
    )
    assert response.status_code in (404, 422), response.text
    assert "Maria" not in response.text


BODIES: dict[str, Any] = {
    "matches_notify": lambda town: {"opening": str(town.opening(hours=48).id)},
    "matches_book": lambda town: {"opening": str(town.opening(hours=48).id)},
    "offers_respond": lambda town: {"offer": str(town.lee.id), "response": "accept"},
    "openings_offer": lambda town: {"entry": str(town.lee.id)},
    "openings_fill": lambda town: {"patient": town.maria.external_id, "type": town.checkup.external_id},
    "campaigns_update": lambda _town: {"name": "Back", "steps": [{"wordings": [{"en": "Hi"}]}]},
    "campaigns_test": lambda _town: {"email": "sam@example.com"},
    "campaigns_launch": lambda _town: {"recipients": 1},
    "at_risk_intervene": lambda _town: {"what": "called"},
    "at_risk_went": lambda _town: {"state": "successful"},
    "recovery_status": lambda _town: {"status": "lost"},
    "providers_time_off": lambda _town: {
        "start": NOW.isoformat(),
        "end": (NOW + timedelta(days=3)).isoformat(),
    },
    "providers_more_time": lambda _town: {
        "start": (NOW + timedelta(days=2)).isoformat(),
        "end": (NOW + timedelta(days=2, hours=1)).isoformat(),
    },
    "types_change": lambda _town: {"name": "Check-up", "minutes": 30},
    "cancellations_reason": lambda _town: {"reason": "illness"},
    "cancellations_waive_fee": lambda _town: {"why": "first time"},
    "appointments_reschedule": lambda _town: {"start": (NOW + timedelta(days=3)).isoformat()},
}


def _time_off(town: Town) -> Any:
    body = {"start": (NOW + timedelta(days=20)).isoformat(), "end": (NOW + timedelta(days=21)).isoformat()}
    assert town.program.post(f"/providers/{town.kim.id}/time-off", body).status_code == 201
    return town.program.get(f"/providers/{town.kim.id}/time-off")["items"][0]["id"]


def _cancellation(town: Town) -> Any:
    start = NOW + timedelta(days=4)

    def work(tx: Tx) -> Any:
        visit = factories.visit(tx, town.maria, town.kim, town.checkup, start=start)
        appointments.cancel(tx, visit.id, SYSTEM, who=CancelledBy.STAFF)
        return tx.session.scalars(
            select(Cancellation.id).where(Cancellation.appointment_id == visit.id)
        ).one()

    return town.program.desk.do(work)


def _campaign(town: Town) -> Any:
    plan = Plan("Back", [StepPlan([{"en": "Hi Maria"}])])
    return town.program.desk.do(lambda tx: campaign_plans.create(tx, plan, SYSTEM).id)


def _task(town: Town) -> Any:
    def work(tx: Tx) -> Any:
        task = Task(kind=TaskKind.CALL_PATIENT, patient_id=town.maria.id, made_at=NOW)
        tx.session.add(task)
        tx.session.flush()
        return task.id

    return town.program.desk.do(work)


def _visit(town: Town) -> Any:
    start = NOW + timedelta(days=2)
    return town.program.desk.do(
        lambda tx: factories.visit(tx, town.maria, town.kim, town.checkup, start=start).id
    )


def test_a_token_that_was_taken_back_works_no_more(desk: Desk) -> None:
    program = Program(desk, token(desk))
    assert program.get("/waitlist") == {"items": [], "next": None}
    made = desk.do(lambda tx: tokens.all_of(tx)[-1].id)
    desk.do(lambda tx: tokens.revoke(tx, made, SYSTEM))
    assert program.call("GET", "/waitlist").status_code == 401


def test_a_token_that_has_run_out_works_no_more(desk: Desk) -> None:
    assert Program(desk, token(desk, expires_at=NOW)).call("GET", "/waitlist").status_code == 401


def test_only_a_hash_of_a_token_is_kept(desk: Desk) -> None:
    written = token(desk)
    kept = desk.do(lambda tx: tokens.all_of(tx)[-1])
    assert written not in str(vars(kept))
    assert len(kept.hash) == 64


def test_it_is_kept_when_a_token_was_last_used(desk: Desk) -> None:
    Program(desk, token(desk)).get("/waitlist")
    made = desk.do(lambda tx: tokens.all_of(tx)[-1].id)
    assert desk.get(ApiToken, made).used_at == NOW


def test_whoever_is_signed_in_may_read(desk: Desk) -> None:
    assert desk.browser(Role.FRONT_DESK).get("/api/v1/waitlist").status_code == 200


def test_a_role_without_the_permission_is_refused(desk: Desk) -> None:
    response = desk.browser(Role.BILLING).get("/api/v1/waitlist")
    assert (response.status_code, response.mimetype) == (403, "application/problem+json")


def test_a_write_of_a_session_needs_the_csrf_token(desk: Desk) -> None:
    response = desk.browser(Role.CLINIC_ADMIN).post("/api/v1/waitlist", json={})
    assert response.status_code == 403
    assert "X-CSRFToken" in response.json["detail"]


def test_what_a_program_did_is_audited_with_its_token(town: Town) -> None:
    town.waits()
    found = town.program.desk.do(
        lambda tx: tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "entry.added")).one()
    )
    assert found.token_id == town.program.desk.do(lambda tx: tokens.all_of(tx)[0].id)
