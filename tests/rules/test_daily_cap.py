"""How much a number may text in a day, and when the day begins."""

from datetime import UTC, datetime

import pytest

from rules import daily_cap

MORNING = datetime(2026, 11, 30, 15, tzinfo=UTC)


def test_the_day_begins_at_midnight_in_california() -> None:
    assert daily_cap.day_begins(MORNING) == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert daily_cap.next_day(MORNING) == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_late_in_the_evening_of_new_york_it_is_still_the_same_day() -> None:
    assert daily_cap.day_begins(datetime(2026, 12, 1, 4, tzinfo=UTC)) == datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_the_day_on_which_the_clocks_change_is_longer() -> None:
    begins = datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert (daily_cap.day_begins(begins), daily_cap.next_day(begins)) == (
        begins,
        datetime(2026, 11, 2, 8, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("sent", "segments", "goes"), [(89, 1, True), (89, 2, False), (90, 1, False), (0, 90, True)]
)
def test_a_tenth_is_kept_for_answers(sent: int, segments: int, goes: bool) -> None:
    assert daily_cap.has_room(100, sent, segments) is goes
