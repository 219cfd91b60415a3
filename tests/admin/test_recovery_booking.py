"""Staff book a time in place of a lost visit."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from rules.states import (
    AppointmentState,
    HoldState,
    RecoveryState,
)
from storage.tables import (
    Appointment,
    Hold,
    RecoveryCase,
)
from tests.admin.desk import NOW, Desk
from tests.admin.lost_visits import TOMORROW, Lost, hold, post, state, visit_of


def test_a_free_time_is_booked_in_its_place(desk: Desk, cases: Lost) -> None:
    page = book(desk, cases.maria, TOMORROW)
    assert "Booked, and the patient gets a text" in page
    assert "Won back" in page
    assert coming(desk) == [TOMORROW]
    assert state(desk, cases.maria) is RecoveryState.RECOVERED


def test_a_time_kept_for_them_is_booked_and_the_others_are_let_go(desk: Desk, cases: Lost) -> None:
    hold(desk, cases.maria)
    hold(desk, cases.maria, TOMORROW + timedelta(hours=1))
    book(desk, cases.maria, TOMORROW)
    assert coming(desk) == [TOMORROW]
    assert desk.do(lambda tx: set(tx.session.scalars(select(Hold.state)))) == {HoldState.RELEASED}


@pytest.mark.parametrize("start", [TOMORROW + timedelta(hours=6), NOW - timedelta(days=1)])
def test_a_time_that_cannot_be_had_is_not_booked(desk: Desk, cases: Lost, start: datetime) -> None:
    assert "that time is taken already" in book(desk, cases.maria, start)
    assert coming(desk) == []


@pytest.mark.parametrize("value", ["", "x/y", "2026-11-25"])
def test_a_time_that_makes_no_sense_is_refused(desk: Desk, cases: Lost, value: str) -> None:
    answer = desk.browser().post(f"/recovery/{cases.maria}/book", data={"time": value})
    assert answer.status_code == 400


def book(desk: Desk, case_id: UUID, start: datetime) -> str:
    provider = desk.do(lambda tx: visit_of(tx, tx.session.get_one(RecoveryCase, case_id)).provider_id)
    return post(desk.browser(), case_id, "book", time=f"{provider}/{start.isoformat()}", tell="yes")


def coming(desk: Desk) -> list[datetime]:
    booked = select(Appointment.starts_at).where(Appointment.state == AppointmentState.BOOKED)
    return desk.do(lambda tx: list(tx.session.scalars(booked)))
