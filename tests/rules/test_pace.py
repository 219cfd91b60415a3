"""The place in line, and the wait at the usual pace."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import EntryFacts
from rules.pace import in_line, wait_days
from rules.states import EntryPriority
from tests.rules.make import NOW, entries, entry


@given(st.lists(entries, unique_by=lambda each: each.id, max_size=12), st.booleans())
def test_everybody_has_one_place_in_line(waiting: list[EntryFacts], first_come: bool) -> None:
    assert sorted(in_line(waiting, NOW, first_come=first_come)) == sorted(each.id for each in waiting)


@given(st.lists(entries, unique_by=lambda each: each.id, min_size=1, max_size=12), st.booleans())
def test_nobody_stands_before_somebody_urgent_who_is_not(waiting: list[EntryFacts], first_come: bool) -> None:
    priority = {each.id: each.priority for each in waiting}
    urgent = [priority[each] is EntryPriority.URGENT for each in in_line(waiting, NOW, first_come=first_come)]
    assert urgent == sorted(urgent, reverse=True)


def test_who_has_waited_longer_stands_further_in_front() -> None:
    longer, shorter = entry(added_at=NOW - timedelta(days=9)), entry(added_at=NOW - timedelta(days=2))
    assert in_line([shorter, longer], NOW) == [longer.id, shorter.id]


def test_who_lost_a_visit_by_the_clinic_stands_before_who_waited_longer() -> None:
    longer, displaced = entry(added_at=NOW - timedelta(days=9)), entry(displaced=True)
    assert in_line([longer, displaced], NOW) == [displaced.id, longer.id]


def test_a_clinic_that_goes_by_who_came_first_goes_by_nothing_else() -> None:
    first = entry(added_at=NOW - timedelta(days=9), declines=3, priority=EntryPriority.FLEXIBLE)
    second = entry(added_at=NOW - timedelta(days=8), priority=EntryPriority.HIGH)
    assert in_line([second, first], NOW, first_come=True) == [first.id, second.id]


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
