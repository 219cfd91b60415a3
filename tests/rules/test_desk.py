"""When the front desk is there."""

from datetime import time

import pytest

from rules.desk import desk_is_open, desk_next_open, desk_week
from rules.facts import TimeWindow
from rules.policy import Policy
from tests.rules.make import NEW_YORK, local


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-11-24 10:00", "2026-11-24 10:00", id="open now"),
        pytest.param("2026-11-24 08:00", "2026-11-24 08:00", id="opens this minute"),
        pytest.param("2026-11-24 07:00", "2026-11-24 08:00", id="opens today"),
        pytest.param("2026-11-24 17:00", "2026-11-25 08:00", id="closed at five: tomorrow"),
        pytest.param("2026-11-27 18:00", "2026-11-30 08:00", id="Friday evening: Monday"),
        pytest.param("2026-03-07 12:00", "2026-03-09 08:00", id="over the clock going forward"),
        pytest.param("2026-10-31 12:00", "2026-11-02 08:00", id="over the clock going back"),
    ],
)
def test_the_desk_opens_next(at: str, expected: str) -> None:
    assert desk_next_open(local(NEW_YORK, at), Policy(), NEW_YORK) == local(NEW_YORK, expected)


def test_the_desk_is_open_from_the_minute_it_opens() -> None:
    assert desk_is_open(local(NEW_YORK, "2026-11-24 08:00"), Policy(), NEW_YORK)


def test_the_desk_is_closed_at_the_minute_it_closes() -> None:
    assert not desk_is_open(local(NEW_YORK, "2026-11-24 17:00"), Policy(), NEW_YORK)


def test_a_desk_open_one_day_a_week_opens_again_in_a_week() -> None:
    mondays = Policy(desk_hours={0: Policy().desk_hours[0]})
    found = desk_next_open(local(NEW_YORK, "2026-11-23 17:30"), mondays, NEW_YORK)
    assert found == local(NEW_YORK, "2026-11-30 08:00")


def test_a_desk_without_hours_never_opens() -> None:
    assert desk_next_open(local(NEW_YORK, "2026-11-24 10:00"), Policy(desk_hours={}), NEW_YORK) is None


def test_days_in_a_row_with_the_same_hours_are_one_run() -> None:
    whole, short = TimeWindow(time(8), time(17)), TimeWindow(time(8), time(12))
    policy = Policy(desk_hours=dict.fromkeys((0, 1, 2, 5), whole) | {3: short})
    assert desk_week(policy) == [(0, 2, whole), (3, 3, short), (5, 5, whole)]


def test_a_desk_without_hours_has_no_week() -> None:
    assert desk_week(Policy(desk_hours={})) == []
