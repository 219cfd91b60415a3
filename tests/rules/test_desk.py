"""When the front desk is there."""

from datetime import time

import pytest

from rules.desk import desk_is_open, desk_next_open, hours_in_words
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


def window(start: int, end: int, *, minute: int = 0) -> TimeWindow:
    return TimeWindow(time(start, minute), time(end))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        pytest.param(dict.fromkeys(range(5), window(8, 17)), "Mon-Fri 8am-5pm", id="the usual"),
        pytest.param(
            dict.fromkeys(range(4), window(8, 17)) | {4: window(8, 12)},
            "Mon-Thu 8am-5pm, Fri 8am-12pm",
            id="a short Friday",
        ),
        pytest.param(
            dict.fromkeys((0, 2), window(9, 13, minute=30)),
            "Mon 9:30am-1pm, Wed 9:30am-1pm",
            id="days apart",
        ),
        pytest.param(dict.fromkeys(range(7), window(0, 23)), "Mon-Sun 12am-11pm", id="every day"),
        pytest.param({}, "", id="never"),
    ],
)
def test_the_hours_are_said_in_words(hours: dict[int, TimeWindow], words: str) -> None:
    assert hours_in_words(Policy(desk_hours=hours)) == words
