"""The nightly look at who may not come."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from clinic import foreseeing
from rules.no_show.model import LEAST_VISITS
from rules.states import AppointmentState
from storage.tables import Appointment, NoShowModel, Patient, Provider, VisitRisk
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import NOW, House

WEDNESDAY = datetime(2026, 12, 2, 15, tzinfo=UTC)


def looked_at(house: House) -> tuple[NoShowModel, list[VisitRisk]]:
    foreseeing.work(house.store, house.clinic_id, house.clinic_id)

    def found(tx: Tx) -> tuple[NoShowModel, list[VisitRisk]]:
        newest = tx.session.scalars(select(NoShowModel).order_by(NoShowModel.trained_at.desc())).first()
        assert newest is not None
        visits = select(VisitRisk).join(Appointment).order_by(Appointment.booked_at)
        return newest, list(tx.session.scalars(visits))

    return house.run(found)


@pytest.fixture
def maria(house: House) -> tuple[Patient, Provider]:
    """She missed one of two visits, and has one on Wednesday."""

    def work(tx: Tx) -> tuple[Patient, Provider]:
        lee, who, kind = factories.provider(tx), factories.patient(tx), factories.visit_type(tx)
        for days, state in ((20, AppointmentState.NO_SHOW), (10, AppointmentState.COMPLETED)):
            start = NOW - timedelta(days=days)
            visit = factories.visit(tx, who, lee, kind, start=start, state=state)
            visit.booked_at = start - timedelta(days=5)
        factories.visit(tx, who, lee, kind, start=WEDNESDAY)
        return who, lee

    return house.run(work)


@pytest.mark.usefixtures("maria")
def test_with_few_visits_the_rule_of_thumb_speaks(house: House) -> None:
    taught, (risk,) = looked_at(house)
    assert (risk.chance, risk.reasons, risk.model_id) == (0.5, ["missed 1 of 2 visits"], None)
    assert (taught.used, taught.visits) == (False, 2)
    assert "fewer than 1,000" in taught.why_not


@pytest.mark.usefixtures("maria")
def test_looked_at_again_a_visit_has_its_newest_chance_only(house: House) -> None:
    looked_at(house)
    house.later(hours=1)
    _, (risk,) = looked_at(house)
    assert risk.foreseen_at == house.now


def test_who_never_came_before_has_the_usual_chance(house: House, maria: tuple[Patient, Provider]) -> None:
    def book(tx: Tx) -> None:
        who, kind = factories.patient(tx, "Ann Lee"), factories.visit_type(tx)
        factories.visit(tx, who, maria[1], kind, start=WEDNESDAY + timedelta(hours=1))

    house.later(minutes=1)
    house.run(book)
    _, risks = looked_at(house)
    assert [(each.chance, each.reasons) for each in risks][1] == (0.15, ["no visit before"])


def test_it_comes_round_in_the_next_night(house: House) -> None:
    again_at = foreseeing.work(house.store, house.clinic_id, house.clinic_id)
    assert again_at == datetime(2026, 12, 1, 8, 40, tzinfo=UTC)


def test_with_a_past_that_teaches_more_the_learned_model_speaks(house: House) -> None:
    """Here who books long ahead often does not come."""
    chance, visits = np.random.default_rng(5), LEAST_VISITS + 200

    def work(tx: Tx) -> None:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        patients = [factories.patient(tx, f"Pat {number}") for number in range(200)]
        for number in range(visits):
            start, lead = NOW - timedelta(days=100) + timedelta(hours=2 * number), int(chance.choice([1, 30]))
            missed = chance.random() < 0.02 + 0.015 * lead
            state = AppointmentState.NO_SHOW if missed else AppointmentState.COMPLETED
            visit = factories.visit(tx, patients[number % 200], lee, kind, start=start, state=state)
            visit.booked_at = start - timedelta(days=lead)
        for lead in (30, 1):
            visit = factories.visit(tx, patients[0], lee, kind, start=WEDNESDAY + timedelta(hours=lead))
            visit.booked_at = visit.starts_at - timedelta(days=lead)

    house.run(work)
    taught, (far, near) = looked_at(house)
    assert (taught.used, taught.why_not, taught.visits) == (True, "", visits)
    assert far.model_id == near.model_id == taught.id
    assert far.chance > 2 * near.chance
    assert far.reasons[0] == "booked 30 days ahead"
