"""Everybody's risk worked out anew: at night, and as a run that somebody asked for."""

from datetime import UTC, datetime

import pytest

from clinic import risk_runs, runs
from clinic.audit import SYSTEM
from rules.states import RiskLevel, RunState
from storage.tables import Run
from tests.clinic.care import night, patient, score
from tests.clinic.conftest import NOW, House


def test_every_patient_is_worked_out_at_night(house: House) -> None:
    steady, unsteady = patient(house, kept=[10, 40, 70]), patient(house, missed=[200, 300])
    assert night(house) == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert (score(house, steady).level, score(house, steady).score) == (RiskLevel.LOW, 0)
    assert (score(house, unsteady).level, score(house, unsteady).score) == (RiskLevel.MEDIUM, 25)


def test_worked_out_tonight_nobody_is_worked_out_again(house: House) -> None:
    who = patient(house)
    night(house)
    first = score(house, who).computed_at
    house.later(minutes=5)
    night(house)
    assert score(house, who).computed_at == first
    house.later(days=1)
    night(house)
    assert score(house, who).computed_at == house.now


def test_more_than_fit_at_once_go_on_in_a_moment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(risk_runs, "BATCH", 1)
    monkeypatch.setattr(risk_runs, "BATCHES_AT_ONCE", 2)
    everybody = [patient(house) for _ in range(3)]
    assert night(house) == NOW
    assert night(house) != NOW
    assert all(score(house, who) for who in everybody)


def asked(house: House) -> Run:
    return house.run(lambda tx: runs.ask(tx, runs.RISK, SYSTEM))


def state(house: House, run: Run) -> Run:
    return house.run(lambda tx: tx.session.get_one(Run, run.id))


def test_who_asks_has_everybody_worked_out_now(house: House) -> None:
    who = patient(house, missed=[20, 30])
    night(house)
    house.later(hours=5)
    assert risk_runs.work(house.store, house.clinic_id, asked(house).id) is None
    assert score(house, who).computed_at == house.now


def test_a_run_tells_how_far_it_is_and_what_came_of_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(risk_runs, "BATCH", 1)
    monkeypatch.setattr(risk_runs, "BATCHES_AT_ONCE", 2)
    patient(house, missed=[20, 30])
    for _ in range(2):
        patient(house)
    run = asked(house)
    assert risk_runs.work(house.store, house.clinic_id, run.id) == NOW
    found = state(house, run)
    assert (found.state, found.done, found.total) == (RunState.RUNNING, 2, 3)
    assert risk_runs.work(house.store, house.clinic_id, run.id) is None
    found = state(house, run)
    assert (found.state, found.done) == (RunState.DONE, 3)
    assert found.result == {"patients": 3, "critical": 0, "high": 1, "medium": 0, "low": 2}


def test_a_run_that_is_over_does_nothing(house: House) -> None:
    who, run = patient(house), asked(house)
    risk_runs.work(house.store, house.clinic_id, run.id)
    first = score(house, who).computed_at
    house.later(hours=1)
    assert risk_runs.work(house.store, house.clinic_id, run.id) is None
    assert score(house, who).computed_at == first
