"""The wait at the usual pace."""

import pytest

from rules.pace import wait_days


@pytest.mark.parametrize(
    ("position", "filled", "days"),
    [
        pytest.param(1, 60, 1, id="one a day"),
        pytest.param(3, 20, 9, id="third, one in three days"),
        pytest.param(3, 3, 60, id="just enough to go by"),
        pytest.param(3, 2, None, id="too little to go by"),
        pytest.param(1, 0, None, id="nothing to go by"),
    ],
)
def test_the_wait_at_the_usual_pace(position: int, filled: int, days: int | None) -> None:
    assert wait_days(position, filled) == days
