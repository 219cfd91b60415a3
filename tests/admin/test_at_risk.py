"""The At-risk page: who may drop out of care, why, and what staff do about it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from clinic import risk, runs
from clinic.audit import SYSTEM
from rules.dropout import ADVICE
from rules.permissions import Role
from rules.states import AppointmentState, InterventionState, PaymentStatus, RiskLevel, RiskState, RunState
from storage.tables import Patient, Provider, RiskIntervention, RiskScore, Run, Staff
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk


@dataclass
class Patients:
    """Maria (35 points) sees Dr Lee, Paul (25) Dr Kim, and both are high: each missed two visits. Ana is low."""

    maria: UUID
    paul: UUID
    ana: UUID
    lee: Provider
    kim: Provider


@pytest.fixture
def patients(desk: Desk) -> Patients:
    def work(tx: Tx) -> Patients:
        lee, kim = factories.provider(tx), factories.provider(tx, "Dr Kim")
        return Patients(
            maria=missed_twice(tx, "Maria Lopez", lee, payment_status=PaymentStatus.COLLECTIONS),
            paul=missed_twice(tx, "Paul Chen", kim),
            ana=worked_out(tx, factories.patient(tx, "Ana Ruiz").id),
            lee=lee,
            kim=kim,
        )

    return desk.do(work)


def missed_twice(tx: Tx, name: str, provider: Provider, **more: object) -> UUID:
    who, kind = factories.patient(tx, name, phone="+12125550101", **more), factories.visit_type(tx)
    for days in (20, 40):
        start = NOW - timedelta(days=days)
        factories.visit(tx, who, provider, kind, start=start, state=AppointmentState.NO_SHOW)
    return worked_out(tx, who.id)


def worked_out(tx: Tx, patient_id: UUID) -> UUID:
    return risk.work_out(tx, patient_id).patient_id


def doctor(desk: Desk, provider: Provider) -> FlaskClient:
    """Whoever signs in is this provider."""
    kim = desk.staff(Role.DOCTOR, name="Dr Kim")
    desk.do(lambda tx: setattr(tx.session.get_one(Staff, kim.id), "provider_id", provider.id))
    return desk.sign_in(kim)


def shown(text: str, *names: str) -> list[str]:
    """These names in the order in which the list shows them."""
    lines = text[text.index('id="count"') :]
    return sorted((name for name in names if name in lines), key=lines.index)


def score(desk: Desk, patient_id: UUID) -> RiskScore:
    return desk.do(lambda tx: risk.of(tx, patient_id))


NAMES = ("Maria Lopez", "Paul Chen", "Ana Ruiz")


def test_everybody_is_worked_out_when_staff_ask(desk: Desk) -> None:
    page = desk.sign_in(desk.staff(Role.DOCTOR))
    answer = page.post("/at-risk/calculate", follow_redirects=True)
    assert "Everybody is being worked out." in answer.text
    run = desk.do(lambda tx: tx.session.scalars(select(Run)).one())
    assert (run.kind, run.state) == (runs.RISK, RunState.WAITING)


def test_who_is_high_for_two_misses_alone_is_not_said_to_have_nothing_against_them(desk: Desk) -> None:
    def work(tx: Tx) -> None:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        who = tx.session.get_one(Patient, missed_twice(tx, "Maria Lopez", lee))
        start = NOW - timedelta(days=10)
        factories.visit(tx, who, lee, kind, start=start, state=AppointmentState.COMPLETED)
        worked_out(tx, who.id)

    desk.do(work)
    text = desk.sign_in(desk.staff(Role.DOCTOR)).get("/at-risk").text
    assert "Missed twice in 90 days" in text
    assert "Nothing that speaks for it" not in text


def test_the_worst_come_first_and_who_is_low_only_where_asked_for(desk: Desk, patients: Patients) -> None:
    browser = desk.browser(Role.TREATMENT_COORDINATOR)
    assert shown(browser.get("/at-risk").text, *NAMES) == ["Maria Lopez", "Paul Chen"]
    assert shown(browser.get("/at-risk?level=low").text, *NAMES) == ["Ana Ruiz"]
    assert shown(browser.get("/at-risk?level=every").text, *NAMES) == list(NAMES)


def test_doctors_see_their_own_patients_first(desk: Desk, patients: Patients) -> None:
    page = doctor(desk, patients.kim).get("/at-risk").text
    assert shown(page, "Your patients", "Other patients", *NAMES) == [
        "Your patients",
        "Paul Chen",
        "Other patients",
        "Maria Lopez",
    ]
    assert "1 of yours" in page


def test_a_provider_is_chosen(desk: Desk, patients: Patients) -> None:
    page = desk.browser(Role.SUPERVISOR).get(f"/at-risk?provider={patients.kim.id}").text
    assert shown(page, *NAMES) == ["Paul Chen"]


def test_a_state_is_chosen(desk: Desk, patients: Patients) -> None:
    browser = desk.browser(Role.SUPERVISOR)
    browser.post(f"/at-risk/{patients.paul}/review")
    assert shown(browser.get("/at-risk?state=reviewed").text, *NAMES) == ["Paul Chen"]
    assert shown(browser.get("/at-risk?state=active").text, *NAMES) == ["Maria Lopez"]


def test_a_filter_that_makes_no_sense_is_left_out(desk: Desk, patients: Patients) -> None:
    page = desk.browser(Role.SUPERVISOR).get("/at-risk?level=dire&state=x&provider=y&page=z").text
    assert shown(page, *NAMES) == ["Maria Lopez", "Paul Chen"]


def test_it_counts_each_level_and_names_who_rose(desk: Desk, patients: Patients) -> None:
    page = desk.browser(Role.SUPERVISOR).get("/at-risk").text
    tiles, risen = page.split('id="count"')[0].split("Rose in the last 7 days")
    assert ">High</a></dt><dd><strong>2</strong>" in tiles
    assert ">Low</a></dt><dd><strong>1</strong>" in tiles
    assert "Maria Lopez" in risen
    assert "was low" in risen


def test_who_has_fallen_again_did_not_rise(desk: Desk, patients: Patients) -> None:
    def falls(tx: Tx) -> None:
        tx.session.scalars(
            select(RiskScore).where(RiskScore.patient_id == patients.maria)
        ).one().level = RiskLevel.MEDIUM

    desk.do(falls)
    risen = desk.browser(Role.SUPERVISOR).get("/at-risk").text.split('id="count"')[0]
    assert "Paul Chen" in risen
    assert "Maria Lopez" not in risen


def test_a_long_list_has_pages(desk: Desk, patients: Patients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.admin.at_risk.PAGE", 1)
    page = desk.browser(Role.SUPERVISOR).get("/at-risk?page=2").text
    assert shown(page, *NAMES) == ["Paul Chen"]
    assert "page 2 of 2" in page


def test_a_card_says_every_factor_why_and_what_to_do(desk: Desk, patients: Patients) -> None:
    page = desk.browser(Role.DOCTOR).get(f"/at-risk/{patients.maria}").text
    for expected in (
        "<strong>35</strong> of 100",
        "<td>25</td><td>25</td><td>Missed 2 visits in a row</td>",
        "<td>10</td><td>10</td><td>Account in collections</td>",
        "Missed twice in 90 days: at least high",
        "Call within 2 days.",
        "no visit booked",
        "(212) 555-0101",
        "High, 35 points; before low",
    ):
        assert expected in page


@pytest.mark.parametrize("level", RiskLevel)
def test_each_level_says_what_to_do(desk: Desk, patients: Patients, level: RiskLevel) -> None:
    def stands(tx: Tx) -> None:
        tx.session.scalars(select(RiskScore).where(RiskScore.patient_id == patients.ana)).one().level = level

    desk.do(stands)
    page = desk.browser(Role.DOCTOR).get(f"/at-risk/{patients.ana}").text
    assert ("tell the doctor" in page) == ADVICE[level].tell_doctor
    assert ("Call " in page) == (ADVICE[level].call_within_days is not None)


def test_who_has_no_score_has_no_card(desk: Desk) -> None:
    nobody = desk.do(factories.patient)
    browser = desk.browser(Role.DOCTOR)
    assert browser.get(f"/at-risk/{nobody.id}").status_code == 404
    assert browser.post(f"/at-risk/{nobody.id}/review").status_code == 404


def test_a_review_is_kept_with_its_note(desk: Desk, patients: Patients) -> None:
    browser = desk.browser(Role.DOCTOR)
    said = {"notes": " moves house "}
    page = browser.post(f"/at-risk/{patients.maria}/review", data=said, follow_redirects=True).text
    assert "by Sam Rivera: moves house" in page
    assert score(desk, patients.maria).state is RiskState.REVIEWED
    assert desk.audited()[-1] == "risk.reviewed"


def test_an_intervention_is_written_down_and_ends(desk: Desk, patients: Patients) -> None:
    browser = desk.browser(Role.TREATMENT_COORDINATOR)
    said = {"what": "Called, comes Tuesday", "state": "in_progress"}
    page = browser.post(f"/at-risk/{patients.maria}/intervene", data=said, follow_redirects=True).text
    assert "Called, comes Tuesday: in progress" in page
    made = desk.do(lambda tx: tx.session.scalars(select(RiskIntervention.id)).one())
    page = browser.post(
        f"/at-risk/interventions/{made}", data={"state": "successful"}, follow_redirects=True
    ).text
    assert "Called, comes Tuesday: successful" in page
    assert "It worked" not in page
    assert desk.get(RiskIntervention, made).state is InterventionState.SUCCESSFUL
    assert desk.audited()[-2:] == ["risk.intervened", "risk.intervened"]


def test_nothing_done_is_not_written_down(desk: Desk, patients: Patients) -> None:
    answer = desk.browser(Role.DOCTOR).post(f"/at-risk/{patients.maria}/intervene", data={"what": " "})
    assert "note=say-what" in answer.location
    assert desk.do(lambda tx: tx.session.scalars(select(RiskIntervention)).all()) == []


def test_an_intervention_cannot_go_in_a_way_there_is_not(desk: Desk, patients: Patients) -> None:
    made = desk.do(lambda tx: risk.intervene(tx, patients.maria, "called", SYSTEM).id)
    answer = desk.browser(Role.DOCTOR).post(f"/at-risk/interventions/{made}", data={"state": "well"})
    assert answer.status_code == 400


def test_the_front_desk_finds_no_link_to_it(desk: Desk) -> None:
    assert "/at-risk" not in desk.browser(Role.FRONT_DESK).get("/today").text
    assert "/at-risk" in desk.browser(Role.DOCTOR).get("/today").text
