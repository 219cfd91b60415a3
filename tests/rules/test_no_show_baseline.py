"""The rule of thumb for missed visits."""

import pytest

from rules.no_show.baseline import chance

MONDAY, TUESDAY, FRIDAY = 0, 1, 4


@pytest.mark.parametrize(
    ("weekday", "hour", "expected"),
    [
        pytest.param(TUESDAY, 10.0, 0.20, id="their own rate"),
        pytest.param(TUESDAY, 7.75, 0.26, id="before eight"),
        pytest.param(TUESDAY, 8.0, 0.20, id="at eight"),
        pytest.param(MONDAY, 10.0, 0.24, id="on a Monday"),
        pytest.param(MONDAY, 7.0, 0.312, id="early on a Monday"),
        pytest.param(FRIDAY, 13.75, 0.20, id="on a Friday before two"),
        pytest.param(FRIDAY, 14.0, 0.23, id="on a Friday from two on"),
        pytest.param(FRIDAY, 7.0, 0.26, id="early on a Friday"),
        pytest.param(FRIDAY, None, 0.20, id="at no known hour"),
    ],
)
def test_a_patients_own_rate_is_multiplied_by_the_time_of_the_week(
    weekday: int, hour: float | None, expected: float
) -> None:
    assert chance(visits=10, misses=2, weekday=weekday, hour=hour) == pytest.approx(expected)


@pytest.mark.parametrize(("weekday", "hour"), [(MONDAY, 7.0), (TUESDAY, 10.0), (FRIDAY, 15.0)])
def test_without_a_past_it_is_the_same_whenever_the_visit_is(weekday: int, hour: float) -> None:
    assert chance(visits=0, misses=0, weekday=weekday, hour=hour) == 0.15


def test_it_is_never_more_than_certain() -> None:
    assert chance(visits=4, misses=4, weekday=MONDAY, hour=7.0) == 1.0


def test_who_never_missed_is_never_expected_to() -> None:
    assert chance(visits=4, misses=0, weekday=MONDAY, hour=7.0) == 0.0
