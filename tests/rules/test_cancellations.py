"""What makes a cancel late."""

import pytest

from rules.cancellations import is_late
from rules.policy import Policy
from tests.rules.make import NEW_YORK, local

VISIT = "2026-12-01 15:00"


@pytest.mark.parametrize(
    ("cancelled", "type_hours", "late"),
    [
        pytest.param("2026-11-30 15:00", None, False, id="just a day before"),
        pytest.param("2026-11-30 15:01", None, True, id="a minute less than a day"),
        pytest.param("2026-12-01 14:59", None, True, id="a minute before"),
        pytest.param("2026-11-30 10:00", 48, True, id="the type wants two days"),
        pytest.param("2026-12-01 12:00", 2, False, id="the type wants two hours"),
        pytest.param("2026-12-01 14:59", 0, False, id="the type does not mind"),
    ],
)
def test_a_cancel_with_less_notice_than_wanted_is_late(
    cancelled: str, type_hours: int | None, late: bool
) -> None:
    assert is_late(local(NEW_YORK, VISIT), local(NEW_YORK, cancelled), Policy(), type_hours) is late


def test_the_clinic_decides_what_is_late_where_the_type_says_nothing() -> None:
    strict = Policy(late_hours=48)
    assert is_late(local(NEW_YORK, VISIT), local(NEW_YORK, "2026-11-30 10:00"), strict, None)


def test_a_day_is_24_hours_on_the_night_clocks_go_back_too() -> None:
    start = local(NEW_YORK, "2026-11-01 15:00")
    assert is_late(start, local(NEW_YORK, "2026-10-31 16:01"), Policy(), None)
    assert not is_late(start, local(NEW_YORK, "2026-10-31 15:59"), Policy(), None)
