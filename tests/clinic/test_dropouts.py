"""The nightly look at who drops out of care, and the chance beside the score."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import select

from clinic import dropouts
from rules import dropout_learning
from rules.states import AppointmentState
from storage.tables import Appointment, DropoutModel
from storage.transaction import Tx
from tests import factories
from tests.clinic.care import night, patient, score
from tests.clinic.conftest import NOW, House


def learned(house: House) -> DropoutModel:
    dropouts.work(house.store, house.clinic_id, house.clinic_id)
    newest = select(DropoutModel).order_by(DropoutModel.id.desc()).limit(1)
    return house.run(lambda tx: tx.session.scalars(newest).one())


@pytest.fixture
def past(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """New patients all the time, who come every thirty days; many leave after a visit or two, few later."""
    monkeypatch.setattr(dropout_learning, "LEAST_LOOKS", 400)
    monkeypatch.setattr(dropout_learning, "LEAST_DROPPED_OUT", 20)
    chance = np.random.default_rng(11)

    def work(tx: Tx) -> None:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        for number in range(250):
            who = factories.patient(tx)
            for visits, days in enumerate(range(int(chance.integers(0, 1100)), 0, -30)):
                start = NOW - timedelta(days=days, seconds=number)
                tx.session.add(
                    Appointment(
                        patient_id=who.id,
                        provider_id=lee.id,
                        type_id=kind.id,
                        starts_at=start,
                        ends_at=start + timedelta(seconds=1),
                        booked_at=start - timedelta(days=25),
                        state=AppointmentState.COMPLETED,
                    )
                )
                if chance.random() < (0.4 if visits < 2 else 0.02):
                    break

    house.run(work)


@pytest.fixture
def maria(house: House) -> UUID:
    """She came every month, and has no visit booked."""
    return patient(house, kept=range(20, 400, 30))


@pytest.mark.usefixtures("past")
def test_a_past_that_teaches_more_gives_each_patient_a_chance(house: House, maria: UUID) -> None:
    night(house)
    taught = learned(house)
    found = score(house, maria)
    assert (taught.used, found.model_id) == (True, taught.id)
    assert found.chance is not None
    assert found.chance > 0.2


@pytest.mark.usefixtures("past")
def test_the_chance_changes_neither_score_nor_level(house: House, maria: UUID) -> None:
    night(house)
    before = score(house, maria)
    learned(house)
    after = score(house, maria)
    assert (after.score, after.level, after.parts) == (before.score, before.level, before.parts)


def test_with_a_short_past_nobody_has_a_chance(house: House, maria: UUID) -> None:
    night(house)
    taught = learned(house)
    assert (taught.used, taught.why_not) == (False, "The past is too short to learn from.")
    assert score(house, maria).chance is None


@pytest.mark.usefixtures("past")
def test_a_chance_nobody_stands_behind_any_more_is_taken_back(
    house: House, maria: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    night(house)
    learned(house)
    monkeypatch.setattr(dropout_learning, "LEAST_LOOKS", 1_000_000)
    learned(house)
    assert (score(house, maria).chance, score(house, maria).model_id) == (None, None)


@pytest.mark.usefixtures("past")
def test_who_has_dropped_out_is_not_asked_about(house: House) -> None:
    gone = patient(house, kept=[300, 330, 360])
    night(house)
    assert learned(house).used
    assert score(house, gone).chance is None


def test_it_comes_round_in_the_next_night(house: House) -> None:
    again_at = dropouts.work(house.store, house.clinic_id, house.clinic_id)
    assert again_at == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
