"""When nobody can tell who did not come."""

import pytest

from rules.no_shows import can_tell


@pytest.mark.parametrize(
    ("came", "arrived", "tell"),
    [
        pytest.param(1, 0, False, id="the first of the day, and nobody is marked"),
        pytest.param(2, 1, True, id="half of them"),
        pytest.param(3, 1, False, id="fewer than half"),
        pytest.param(10, 9, True, id="nearly all"),
        pytest.param(0, 0, True, id="nobody was to come yet"),
    ],
)
def test_marks_are_relied_on_where_half_are_marked(came: int, arrived: int, tell: bool) -> None:
    assert can_tell(came, arrived) is tell
