"""Every route × every role, nobody, and staff of another clinic: access is declared and enforced."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from bot.chat.frame import KEPT_SECONDS
from clinic import appointments, campaign_plans, risk
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, StepPlan
from rules.permissions import Permission, Role, allows
from rules.states import CancelledBy, Direction, InboundState, TaskKind
from storage.tables import Cancellation, Message, Offer, Task, TimeOff
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.clinic.lost_visits import lost

OPEN_TO_ALL = ("public", "signed", "static")


@dataclass
class Staffed:
    """A desk with a row for every id in an address, a browser a role, and one of another clinic."""

    desk: Desk
    ids: dict[str, Any]
    form: dict[str, str]
    browsers: dict[Role, FlaskClient]
    stranger: FlaskClient

    def call(self, browser: FlaskClient, rule: Rule) -> TestResponse:
        with self.desk.app.test_request_context():
            address = self.desk.app.url_map.bind("localhost").build(rule.endpoint, self._values(rule))
        return browser.open(address, method=method(rule), data=self.form)

    def _values(self, rule: Rule) -> dict[str, Any]:
        missing = rule.arguments - self.ids.keys()
        assert not missing, f"give this test an id for {missing} of {rule.rule}"
        return {name: self.ids[name] for name in rule.arguments}


def method(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or ()) else "GET"


def access(app: Flask, rule: Rule) -> Any:
    if rule.endpoint == "static":
        return "static"
    return getattr(app.view_functions[rule.endpoint], "access", None)


def guarded(staffed: Staffed) -> list[Rule]:
    """The pages' routes; who may call the API is tested in tests/api/test_callers.py."""
    app = staffed.desk.app
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("api.")]
    return [rule for rule in rules if access(app, rule) not in OPEN_TO_ALL]


def test_every_route_declares_who_may_call_it(staffed: Staffed) -> None:
    app = staffed.desk.app
    undeclared = [rule.rule for rule in app.url_map.iter_rules() if access(app, rule) is None]
    assert undeclared == []


def test_what_is_open_to_all_is_a_short_list(staffed: Staffed) -> None:
    app = staffed.desk.app
    public = {rule.rule for rule in app.url_map.iter_rules() if access(app, rule) == "public"}
    by_link = {"/o/<token>", "/c/<token>.ics", "/u/<token>", "/r/<token>", "/n/<token>"}
    docs = {"/api/docs", "/api/openapi.json"}
    chat = {"/chat/<slug>", "/chat/<slug>/session", "/chat/messages", *map("/chat/{}".format, KEPT_SECONDS)}
    assert public <= {"/sign-in", "/healthz", "/readyz", *by_link, *docs, *chat}


def test_nothing_but_looking_answers_a_get(staffed: Staffed) -> None:
    both = [rule.rule for rule in guarded(staffed) if {"GET", "POST"} <= (rule.methods or set())]
    assert both == []


@pytest.mark.parametrize("role", Role)
def test_a_role_may_call_what_the_table_says_and_nothing_else(staffed: Staffed, role: Role) -> None:
    wrong = []
    for rule in guarded(staffed):
        declared = access(staffed.desk.app, rule)
        may = declared == "staff" or allows(role, Permission(declared))
        if rule.endpoint == "sign_in.leave":
            continue  # open to every role; it would end the session this test still needs
        response = staffed.call(staffed.browsers[role], rule)
        if (response.status_code != 403) != may or response.status_code in (401, 500):
            wrong.append((rule.rule, declared, response.status_code))
    assert wrong == []


def test_without_signing_in_every_guarded_route_leads_to_the_sign_in_page(staffed: Staffed) -> None:
    nobody = staffed.desk.app.test_client()
    answers = {staffed.call(nobody, rule).location.partition("?")[0] for rule in guarded(staffed)}
    assert answers == {"/sign-in"}


def test_a_row_of_another_clinic_is_not_there(staffed: Staffed) -> None:
    with_ids = [rule for rule in guarded(staffed) if any(each.endswith("_id") for each in rule.arguments)]
    assert {staffed.call(staffed.stranger, rule).status_code for rule in with_ids} == {404}


def test_staff_of_another_clinic_see_no_name_of_this_one(staffed: Staffed) -> None:
    shown = [staffed.call(staffed.stranger, rule).text for rule in guarded(staffed) if method(rule) == "GET"]
    assert not any("Maria" in page for page in shown)


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(staffed: Staffed) -> None:
    response = staffed.desk.app.test_client().get(
        "/today/board", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/today?day=x"}
    )
    assert (response.status_code, response.headers["HX-Redirect"]) == (401, "/sign-in?next=/today")


@pytest.mark.parametrize(
    "address", ["/sign-in", "/sign-out", "/tasks/{task_id}/done", "/inbox/{conversation_id}/reply"]
)
def test_a_form_without_its_csrf_token_is_refused(staffed: Staffed, address: str) -> None:
    staffed.desk.app.config["WTF_CSRF_ENABLED"] = True
    try:
        response = staffed.browsers[Role.CLINIC_ADMIN].post(address.format(**staffed.ids), data=staffed.form)
    finally:
        staffed.desk.app.config["WTF_CSRF_ENABLED"] = False
    assert response.status_code == 400


@pytest.fixture(scope="module")
def staffed(first_desk: Desk) -> Staffed:
    with first_desk.store.unscoped() as session:
        other = factories.clinic(session, NOW, name="Hillside")
    outsider = first_desk.do(lambda tx: factories.staff(tx, Role.CLINIC_ADMIN), at=other)
    ids, form = first_desk.do(_rows)
    return Staffed(
        desk=first_desk,
        ids=ids,
        form=form,
        browsers={role: first_desk.browser(role) for role in Role},
        stranger=first_desk.sign_in(outsider),
    )


def _rows(tx: Tx) -> tuple[dict[str, Any], dict[str, str]]:
    lee, kind = factories.provider(tx), factories.visit_type(tx)
    maria = factories.patient(tx, phone="+12125550101")
    entry = factories.entry(tx, maria, kind)
    slot = factories.opening(tx, lee, start=NOW + timedelta(days=1))
    talk = factories.conversation(tx, "+12125550101")
    given_up = factories.visit(tx, maria, lee, kind, start=NOW + timedelta(days=3))
    appointments.cancel(tx, given_up.id, SYSTEM, who=CancelledBy.STAFF)
    offer = Offer(
        opening_id=slot.id, entry_id=entry.id, patient_id=maria.id, conversation_id=talk.id, made_at=NOW
    )
    task = Task(kind=TaskKind.CALL_PATIENT, patient_id=maria.id, made_at=NOW)
    text = Message(
        conversation_id=talk.id,
        sender_id=talk.sender_id,
        address=talk.address,
        direction=Direction.IN,
        inbound_state=InboundState.DONE,
        body="is it far",
        created_at=NOW,
    )
    off = TimeOff(provider_id=lee.id, starts_at=NOW + timedelta(days=20), ends_at=NOW + timedelta(days=21))
    tx.session.add_all([offer, task, text, off])
    tx.session.flush()
    risk.work_out(tx, maria.id)
    ids = {
        "opening_id": slot.id,
        "offer_id": offer.id,
        "visit_id": factories.visit(tx, maria, lee, kind, start=NOW + timedelta(days=2)).id,
        "task_id": task.id,
        "conversation_id": talk.id,
        "message_id": text.id,
        "entry_id": entry.id,
        "patient_id": maria.id,
        "provider_id": lee.id,
        "type_id": kind.id,
        "sender_id": talk.sender_id,
        "off_id": off.id,
        "cancellation_id": tx.session.scalars(
            select(Cancellation.id).where(Cancellation.appointment_id == given_up.id)
        ).one(),
        "by": "provider",
        "table": "provider",
        "campaign_id": campaign_plans.create(tx, Plan("Back", [StepPlan([{"en": "Hi Maria"}])]), SYSTEM).id,
        "deed": "pause",
        "group": "offers",
        "batch": 1,
        "case_id": lost(tx, maria).id,
        "split": "reason",
        "intervention_id": risk.intervene(tx, maria.id, "called", SYSTEM).id,
    }
    form = {
        "entry": str(entry.id),
        "patient": str(maria.id),
        "type": str(kind.id),
        "text": "Hello",
        "name": "ma",
        "reason": "patient removed",
        "topic": "hours",
        "meant": "question",
        "until": (NOW + timedelta(days=9)).date().isoformat(),
        "channel": "sms",
        "result": "pending",
        "because": "given_up",
        "time": f"{lee.id}/{(NOW + timedelta(days=9)).isoformat()}",
    }
    return ids, form
