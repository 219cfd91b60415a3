"""Times shown to a patient are kept for them for some minutes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from bot.due import IN_ONE_TRANSACTION
from rules.states import (
    DueKind,
    HoldState,
)
from storage.tables import (
    DueWork,
    Hold,
)
from tests.clinic.choosing.conftest import Desk, clocks


def test_what_is_shown_to_one_is_not_shown_to_the_next(desk: Desk) -> None:
    assert clocks(desk.show("Maria")) == ["09:00", "10:00", "11:00"]
    assert clocks(desk.show("Ana")) == ["09:30", "10:30", "11:30"]


def test_a_new_list_stands_in_the_place_of_the_old(desk: Desk) -> None:
    first = desk.show()
    desk.show()
    old = desk.rows(select(Hold.state).where(Hold.id.in_([held.id for held in first])))
    assert set(old) == {HoldState.RELEASED}


@pytest.mark.parametrize("round_", range(5))
def test_two_who_ask_at_the_same_instant_are_shown_different_times(desk: Desk, round_: int) -> None:
    """Both searches see all of them free; the database says no to one of the two, who is shown the next best."""
    del round_
    together = Barrier(2)

    def ask(who: str) -> list[Hold]:
        together.wait()
        return desk.show(who)

    with ThreadPoolExecutor(2) as both:
        shown = [each.result() for each in (both.submit(ask, "Maria"), both.submit(ask, "Ana"))]
    assert sorted(clocks(shown[0]) + clocks(shown[1])) == [
        "09:00",
        "09:30",
        "10:00",
        "10:30",
        "11:00",
        "11:30",
    ]


def test_the_minutes_run_out_by_themselves(desk: Desk) -> None:
    desk.show()
    due = desk.rows(
        select(DueWork).where(DueWork.kind == DueKind.HOLD, DueWork.subject_id == desk.lines["Maria"])
    )
    desk.house.later(minutes=10)
    assert [each.due_at for each in due] == [desk.house.now]
    work = IN_ONE_TRANSACTION[DueKind.HOLD]
    assert desk.house.run(lambda tx: work(tx, desk.lines["Maria"])) is None
    assert set(desk.rows(select(Hold.state))) == {HoldState.RELEASED}
