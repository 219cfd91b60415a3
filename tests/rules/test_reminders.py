"""When reminders go: by the calendar, in allowed hours, never to who has just heard, never late."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.hours import Hours
from rules.reminders import FRESH, Place, asks_again, due, moments, next_at

NEW_YORK, DENVER = ZoneInfo("America/New_York"), ZoneInfo("America/Denver")
USUAL = (72, 24, 2)
LONG_AGO = datetime(2026, 1, 1, tzinfo=NEW_YORK)


def place(*zones: ZoneInfo, until: time = time(20)) -> Place:
    return Place(NEW_YORK, Hours(time(9), until, zones or (NEW_YORK,)))


def at(said: str) -> datetime:
    return datetime.strptime(f"2026 {said}", "%Y %b %d %H:%M").replace(tzinfo=NEW_YORK)


def goes(start: str, hours: int, where: Place | None = None) -> datetime:
    [moment] = moments(at(start), [hours], where or place())
    return moment.at


def test_the_usual_times_are_three_days_one_day_and_two_hours_before() -> None:
    found = [moment.at for moment in moments(at("Dec 4 15:00"), USUAL, place())]
    assert found == [at("Dec 1 15:00"), at("Dec 3 15:00"), at("Dec 4 13:00")]


@pytest.mark.parametrize(
    ("start", "hours", "when"),
    [
        pytest.param("Nov 2 15:00", 72, "Oct 30 15:00", id="clocks go back between"),
        pytest.param("Mar 9 15:00", 72, "Mar 6 15:00", id="clocks go forward between"),
        pytest.param("Mar 8 11:00", 26, "Mar 7 09:00", id="a day and two hours, over the change"),
        pytest.param("Dec 4 10:00", 2, "Dec 3 19:59", id="too early in the morning: the evening before"),
        pytest.param("Dec 4 21:30", 24, "Dec 3 19:59", id="too late in the evening: in the last minute"),
        pytest.param("Dec 4 11:00", 2, "Dec 4 09:00", id="just allowed"),
        pytest.param("Dec 4 22:00", 2, "Dec 4 19:59", id="at the very end of the hours"),
    ],
)
def test_days_are_counted_on_the_calendar_and_quiet_hours_kept(start: str, hours: int, when: str) -> None:
    assert goes(start, hours) == at(when)


def test_the_patient_s_own_quiet_hours_count() -> None:
    assert goes("Dec 4 12:00", 2, place(DENVER)) == at("Dec 3 21:59")


def test_where_no_hour_is_allowed_in_all_zones_nobody_is_reminded() -> None:
    where = place(ZoneInfo("Pacific/Guam"), NEW_YORK, until=time(10))
    assert moments(at("Dec 4 15:00"), USUAL, where) == []


def due_at(now: str, *, reminded: tuple[int, ...] = (), heard: str | None = None) -> int | None:
    """Which reminder of a visit on Dec 4, 3:00pm is due."""
    start = at("Dec 4 15:00")
    heard_at = at(heard) if heard else LONG_AGO
    found = due(start, moments(start, USUAL, place()), reminded, heard_at, at(now))
    return found.hours if found else None


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        pytest.param("Dec 1 14:59", None, id="before the first"),
        pytest.param("Dec 1 15:00", 72, id="three days before"),
        pytest.param("Dec 1 20:59", 72, id="hours late after an outage, and still of use"),
        pytest.param("Dec 1 21:00", None, id="so late that the next will do"),
        pytest.param("Dec 3 15:00", 24, id="a day before"),
        pytest.param("Dec 4 13:10", 2, id="two hours before"),
        pytest.param("Dec 4 14:00", None, id="an hour late for the last"),
        pytest.param("Dec 4 15:00", None, id="begun"),
    ],
)
def test_the_latest_whose_time_has_come_is_due(now: str, hours: int | None) -> None:
    assert due_at(now) == hours


def test_one_that_they_had_is_not_due_again() -> None:
    assert due_at("Dec 1 15:30", reminded=(72,)) is None


def test_one_that_was_missed_is_not_made_up_for_once_the_next_is_due() -> None:
    assert due_at("Dec 3 16:00", reminded=(24,)) is None


def test_who_has_just_heard_of_it_is_not_reminded() -> None:
    just_now = at("Dec 1 15:00") - FRESH + timedelta(minutes=1)
    assert due_at("Dec 1 15:00", heard=f"{just_now:%b %d %H:%M}") is None


def test_nor_a_little_later_for_the_same_time() -> None:
    assert due_at("Dec 1 19:00", heard="Dec 1 14:00") is None


def test_who_heard_long_before_is_reminded() -> None:
    assert due_at("Dec 1 15:00", heard="Dec 1 10:59") == 72


def test_the_next_one_is_known() -> None:
    planned = moments(at("Dec 4 15:00"), USUAL, place())
    assert next_at(planned, at("Dec 1 15:00")) == at("Dec 3 15:00")
    assert next_at(planned, at("Dec 4 13:00")) is None


@pytest.mark.parametrize(
    ("reminded", "chance", "again"),
    [
        pytest.param((72,), 0.5, True, id="asked before, and likely to miss it"),
        pytest.param((72,), 0.1, False, id="likely to come"),
        pytest.param((), 0.5, False, id="not asked yet"),
        pytest.param((72,), None, False, id="nobody knows"),
        pytest.param((72,), 0.3, True, id="just as likely as the clinic says"),
        pytest.param((24, 2), 0.5, False, id="asked for the first time a day before"),
    ],
)
def test_a_likely_no_show_who_has_not_answered_is_asked_again(
    reminded: tuple[int, ...], chance: float | None, *, again: bool
) -> None:
    assert asks_again(reminded, chance, 0.3) is again
