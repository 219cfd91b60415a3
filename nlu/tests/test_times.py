"""Dates and times with their polarity, as a table of labelled cases (times.yml)."""

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.tests.conftest import NOW, ZONE
from nlu.times import find_times
from nlu.understanding import Daily, TimeSpan

CASES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "times.yml").read_text())


def label(span: TimeSpan) -> str:
    """A span in the table's own words."""
    if span.daily:
        return ("not " if span.excluded else "") + daily(span.daily) + " ~" * span.weekly
    vague = not span.exact and span.start == NOW
    form = "%m-%d %H:%M" if span.dated or vague else "%H:%M"
    said = short(span.start, form)
    if span.end is None:
        said += ".."
    elif span.end != span.start:
        said += f"..{short(span.end, form)}"
    other = short(span.or_start, "%m-%d") if span.or_start else ""
    flags = ["~"] * span.weekly + [f"?{other}"] * (not span.exact)
    return " ".join((["not"] if span.excluded else []) + [said, span.grain, *flags])


def daily(of: Daily) -> str:
    until = "" if of.until == of.start else f"..{of.until:%H:%M}" if of.until else ".."
    hours = [] if of.start == time() and of.until is None else [f"{of.start:%H:%M}{until}"]
    weekdays = [WEEKDAYS[number] for number in sorted(of.weekdays)]
    return " ".join([f"{of.first:%m-%d}..{of.last:%m-%d} each", *weekdays, *hours])


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def short(moment: datetime, form: str) -> str:
    return moment.strftime(form).removesuffix(" 00:00")


def found(text: str) -> list[str]:
    return [label(span) for span in find_times(text, now=NOW, zone=ZONE)]


def test_times_are_found_and_placed() -> None:
    assert {text: found(text) for text in CASES if found(text) != CASES[text]} == {}


def test_the_table_is_large_enough() -> None:
    assert len(CASES) >= 1200
    assert sum(any(span.startswith("not ") for span in spans) for spans in CASES.values()) >= 500


EVENINGS = dict.fromkeys(range(5), (time(12), time(20)))
"""A clinic that opens at noon."""


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("7", "19:00"),
        ("at 8", "20:00"),
        ("monday at 7:30", "19:30"),
        ("7am", "07:00"),
        ("7 in the morning", "07:00"),
        ("3", "15:00"),
        ("11", "11:00"),  # closed then, and at eleven in the evening too
        ("noon", "12:00"),
    ],
)
def test_a_bare_hour_is_one_in_which_the_clinic_is_open(text: str, wall: str) -> None:
    (span,) = find_times(text, now=NOW, zone=ZONE, hours=EVENINGS)
    assert f"{span.start:%H:%M}" == wall


def test_a_bare_hour_is_read_by_the_hours_of_its_day() -> None:
    hours = {0: (time(7), time(12)), 1: (time(12), time(20))}
    monday, tuesday = find_times("monday at 7 or tuesday at 7", now=NOW, zone=ZONE, hours=hours)
    assert (monday.start.hour, tuesday.start.hour) == (7, 19)


def test_a_range_of_bare_hours_is_read_by_the_clinics_hours() -> None:
    (span,) = find_times("7 to 9", now=NOW, zone=ZONE, hours=EVENINGS)
    assert span.end is not None
    assert (span.start.hour, span.end.hour) == (19, 21)


@pytest.mark.parametrize(
    ("text", "now", "days"),
    [
        ("next friday", NOW - timedelta(days=1), ("2026-12-04", "2026-11-27")),  # said on a Thursday
        ("next friday", NOW, ("2026-12-04", "2026-11-27")),  # said on a Friday
        ("next friday at 3", NOW, ("2026-12-04", "2026-11-27")),
    ],
)
def test_next_friday_may_be_one_of_two(text: str, now: datetime, days: tuple[str, str]) -> None:
    (span,) = find_times(text, now=now, zone=ZONE)
    assert span.or_start is not None
    assert not span.exact
    assert (f"{span.start:%Y-%m-%d}", f"{span.or_start:%Y-%m-%d}") == days


def test_next_tuesday_said_on_a_friday_is_sure() -> None:
    (span,) = find_times("next tuesday", now=NOW, zone=ZONE)
    assert (span.exact, span.or_start) == (True, None)


@pytest.mark.parametrize(
    ("text", "daily"),
    [
        ("anything after 3 next week?", ("2026-11-30", "2026-12-06", "15:00", None)),
        ("mornings next week", ("2026-11-30", "2026-12-06", "05:00", "12:00")),
        ("between 2 and 4 next week", ("2026-11-30", "2026-12-06", "14:00", "16:00")),
        ("la próxima semana después de las 3", ("2026-11-30", "2026-12-06", "15:00", None)),
    ],
)
def test_a_time_of_day_may_be_that_of_several_days(text: str, daily: tuple[str, ...]) -> None:
    (span,) = find_times(text, now=NOW, zone=ZONE)
    found = span.daily
    assert found is not None
    until = f"{found.until:%H:%M}" if found.until else None
    assert (str(found.first), str(found.last), f"{found.start:%H:%M}", until) == daily


def test_a_time_of_one_day_is_not_that_of_several() -> None:
    (span,) = find_times("thursday after 3", now=NOW, zone=ZONE)
    assert span.daily is None


def test_a_date_that_has_passed_this_year_is_next_year() -> None:
    (span,) = find_times("march 3", now=NOW, zone=ZONE)
    assert span.start.date().isoformat() == "2027-03-03"


def test_a_wall_clock_time_stays_itself_on_the_night_clocks_change() -> None:
    eve = datetime(2026, 10, 31, 12, 0, tzinfo=ZONE)
    (span,) = find_times("tomorrow at 3pm", now=eve, zone=ZONE)
    assert span.start.isoformat() == "2026-11-01T15:00:00-05:00"


def test_a_time_is_meant_in_the_clinics_zone() -> None:
    (span,) = find_times("tomorrow", now=NOW.replace(hour=23), zone=ZoneInfo("Pacific/Honolulu"))
    assert span.start.isoformat() == "2026-11-28T00:00:00-10:00"


def test_every_day_of_the_next_year_is_found_by_its_date() -> None:
    for ahead in range(365):
        day = NOW.date() + timedelta(days=ahead)
        (span,) = find_times(f"on {day:%B} {day.day}", now=NOW, zone=ZONE)
        assert span.start.date() == day


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    find_times(text, now=NOW, zone=ZONE)


TIME_WORDS = (
    "monday",
    "tues",
    "tomorrow",
    "next week",
    "3pm",
    "3:30",
    "the 4th",
    "dec 2",
    "mornings",
    "noon",
)


@given(
    said=st.sampled_from(TIME_WORDS),
    before=st.sampled_from(["", "yes ", "yes please ", "ok book ", "not ", "sure, "]),
    after=st.sampled_from(["", " please", " works", ", thanks", "!", " is good"]),
)
def test_a_time_is_found_wherever_it_stands(said: str, before: str, after: str) -> None:
    assert find_times(f"{before}{said}{after}", now=NOW, zone=ZONE)
