"""Whoever is likely to miss a visit is asked sooner than others whether they will come."""

from uuid import UUID

import pytest

from clinic import reminding
from rules.states import AppointmentState
from storage.tables import VisitRisk
from tests.clinic.second_thoughts.conftest import Office
from tests.clinic.second_thoughts.test_reminding import change, reminded, visit


@pytest.fixture
def desk(office: Office) -> Office:
    """A clinic that reminds, from Monday 10:00am on."""
    office.do(reminding.begin)
    office.settle()
    return office


def of_chance(desk: Office, chance: float) -> UUID:
    """A visit in six days that is missed with this chance."""
    made = visit(desk, desk.patient(), hours=144)
    desk.do(lambda tx: tx.session.add(VisitRisk(appointment_id=made, chance=chance, foreseen_at=tx.now)))
    return made


def test_a_likely_no_show_is_asked_five_days_before(desk: Office) -> None:
    of_chance(desk, 0.5)
    desk.later(hours=24.1)
    assert reminded(desk) == [120]


def test_anybody_else_is_not(desk: Office) -> None:
    of_chance(desk, 0.2)
    desk.later(hours=24.1)
    assert reminded(desk) == []


def test_who_then_confirms_is_left_alone(desk: Office) -> None:
    made = of_chance(desk, 0.5)
    desk.later(hours=24.1)
    change(desk, made, state=AppointmentState.CONFIRMED)
    desk.later(hours=100)
    assert reminded(desk) == [120]


def test_a_clinic_may_ask_them_no_sooner_than_others(desk: Office) -> None:
    desk.decide(sooner_ask_hours=0)
    of_chance(desk, 0.5)
    desk.later(hours=24.1)
    assert reminded(desk) == []
