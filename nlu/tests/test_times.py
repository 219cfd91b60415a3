"""Dates and times with their polarity, as a table of labelled cases (times.yml)."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.tests.conftest import NOW, ZONE
from nlu.times import find_times
from nlu.understanding import TimeSpan

CASES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "times.yml").read_text())


def label(span: TimeSpan) -> str:
    """A span in the table's own words."""
    vague = not span.exact and span.start == NOW
    form = "%m-%d %H:%M" if span.dated or vague else "%H:%M"
    said = short(span.start, form)
    if span.end is None:
        said += ".."
    elif span.end != span.start:
        said += f"..{short(span.end, form)}"
    flags = ["~"] * span.weekly + ["?"] * (not span.exact)
    return " ".join((["not"] if span.excluded else []) + [said, span.grain, *flags])


def short(moment: datetime, form: str) -> str:
    return moment.strftime(form).removesuffix(" 00:00")


@pytest.mark.parametrize(("text", "spans"), CASES.items(), ids=list(CASES))
def test_times_are_found_and_placed(text: str, spans: list[str]) -> None:
    assert [label(span) for span in find_times(text, now=NOW, zone=ZONE)] == spans


def test_the_table_is_large_enough() -> None:
    assert len(CASES) >= 120


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
    time=st.sampled_from(TIME_WORDS),
    before=st.sampled_from(["", "yes ", "yes please ", "ok book ", "not ", "sure, "]),
    after=st.sampled_from(["", " please", " works", ", thanks", "!", " is good"]),
)
def test_a_time_is_found_wherever_it_stands(time: str, before: str, after: str) -> None:
    assert find_times(f"{before}{time}{after}", now=NOW, zone=ZONE)
