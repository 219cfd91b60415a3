"""Allowed hours on both clock-change nights, in one zone and in two at once."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.hours import (
    Hours,
    NeverAllowed,
    add_allowed,
    hours_of,
    is_allowed,
    last_allowed_before,
    minutes_allowed_between,
    next_allowed,
)
from rules.policy import Policy
from tests.rules.make import LONDON, LOS_ANGELES, NEW_YORK, PHOENIX, local

NINE_TO_EIGHT = (time(9), time(20))


def nine_to_eight(*zones: ZoneInfo) -> Hours:
    return Hours(*NINE_TO_EIGHT, zones)


COAST_TO_COAST = nine_to_eight(NEW_YORK, LOS_ANGELES)  # 12:00–20:00 in New York
HONOLULU_AND_MOSCOW = nine_to_eight(ZoneInfo("Pacific/Honolulu"), ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("zone", "at", "allowed"),
    [
        pytest.param(NEW_YORK, "2026-11-24 08:59", False, id="a minute too early"),
        pytest.param(NEW_YORK, "2026-11-24 09:00", True, id="the first minute"),
        pytest.param(NEW_YORK, "2026-11-24 19:59", True, id="the last minute"),
        pytest.param(NEW_YORK, "2026-11-24 20:00", False, id="eight in the evening"),
        pytest.param(NEW_YORK, "2026-11-24 00:00", False, id="midnight"),
        pytest.param(NEW_YORK, "2026-03-08 08:30", False, id="New York, the morning the clock went forward"),
        pytest.param(NEW_YORK, "2026-03-08 09:00", True, id="New York, nine on that morning"),
        pytest.param(NEW_YORK, "2026-11-01 08:30", False, id="New York, the morning the clock went back"),
        pytest.param(NEW_YORK, "2026-11-01 09:00", True, id="New York, nine on that morning too"),
        pytest.param(LONDON, "2026-03-29 09:00", True, id="London, after the clock went forward"),
        pytest.param(LONDON, "2026-10-25 08:59", False, id="London, after the clock went back"),
        pytest.param(PHOENIX, "2026-03-08 09:00", True, id="Phoenix, which keeps its clock"),
    ],
)
def test_a_moment_is_allowed_from_nine_until_eight(zone: ZoneInfo, at: str, allowed: bool) -> None:
    assert is_allowed(local(zone, at), nine_to_eight(zone)) is allowed


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        pytest.param("2026-11-24 11:59", False, id="California still asleep"),
        pytest.param("2026-11-24 12:00", True, id="both awake"),
        pytest.param("2026-11-24 20:00", False, id="New York gone to bed"),
    ],
)
def test_of_two_zones_both_must_allow_it(at: str, allowed: bool) -> None:
    assert is_allowed(local(NEW_YORK, at), COAST_TO_COAST) is allowed


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        pytest.param(NEW_YORK, "2026-11-24 15:00", "2026-11-24 15:00", id="at once in the day"),
        pytest.param(NEW_YORK, "2026-11-24 21:30", "2026-11-25 09:00", id="half past nine waits for morning"),
        pytest.param(NEW_YORK, "2026-11-24 20:00", "2026-11-25 09:00", id="eight waits for morning"),
        pytest.param(
            NEW_YORK, "2026-11-25 03:00", "2026-11-25 09:00", id="small hours wait for the same day"
        ),
        pytest.param(NEW_YORK, "2026-03-07 21:30", "2026-03-08 09:00", id="the short night of New York"),
        pytest.param(NEW_YORK, "2026-10-31 21:30", "2026-11-01 09:00", id="the long night of New York"),
        pytest.param(LONDON, "2026-03-28 21:30", "2026-03-29 09:00", id="the short night of London"),
        pytest.param(LONDON, "2026-10-24 21:30", "2026-10-25 09:00", id="the long night of London"),
        pytest.param(PHOENIX, "2026-03-07 21:30", "2026-03-08 09:00", id="no short night in Phoenix"),
    ],
)
def test_the_next_allowed_moment_is_now_or_the_next_morning(zone: ZoneInfo, at: str, expected: str) -> None:
    assert next_allowed(local(zone, at), nine_to_eight(zone)) == local(zone, expected)


@pytest.mark.parametrize(
    ("at", "elapsed_hours"),
    [
        pytest.param("2026-03-07 20:00", 12, id="the night the clock goes forward has twelve hours"),
        pytest.param("2026-10-31 20:00", 14, id="the night the clock goes back has fourteen"),
        pytest.param("2026-11-24 20:00", 13, id="any other has thirteen"),
    ],
)
def test_the_wait_until_morning_is_what_really_passes(at: str, elapsed_hours: int) -> None:
    evening = local(NEW_YORK, at).astimezone(UTC)
    waited = next_allowed(evening, nine_to_eight(NEW_YORK)) - evening
    assert waited == timedelta(hours=elapsed_hours)


def test_of_two_zones_the_later_morning_counts() -> None:
    found = next_allowed(local(NEW_YORK, "2026-11-24 07:00"), COAST_TO_COAST)
    assert found == local(NEW_YORK, "2026-11-24 12:00")


def test_zones_whose_clocks_change_on_different_nights_are_each_on_their_own() -> None:
    # Between March 8 and 29 New York is four hours behind London, not five.
    both = nine_to_eight(NEW_YORK, LONDON)
    assert next_allowed(local(NEW_YORK, "2026-03-10 15:30"), both) == local(NEW_YORK, "2026-03-10 15:30")
    assert next_allowed(local(NEW_YORK, "2026-03-30 15:30"), both) == local(NEW_YORK, "2026-03-31 09:00")


def test_zones_that_are_never_awake_together_are_refused_aloud() -> None:
    with pytest.raises(NeverAllowed, match="Pacific/Honolulu, Europe/Moscow"):
        next_allowed(local(LONDON, "2026-12-01 12:00"), HONOLULU_AND_MOSCOW)


@pytest.mark.parametrize(
    ("zone", "start", "minutes", "expected"),
    [
        pytest.param(NEW_YORK, "2026-11-24 10:00", 120, "2026-11-24 12:00", id="within a day"),
        pytest.param(NEW_YORK, "2026-11-24 19:00", 120, "2026-11-25 10:00", id="two hours from seven"),
        pytest.param(NEW_YORK, "2026-11-24 18:00", 120, "2026-11-24 20:00", id="just until eight"),
        pytest.param(NEW_YORK, "2026-11-24 23:00", 120, "2026-11-25 11:00", id="begun in the night"),
        pytest.param(NEW_YORK, "2026-11-24 19:00", 0, "2026-11-24 19:00", id="no time at all"),
        pytest.param(NEW_YORK, "2026-11-24 19:00", 780, "2026-11-26 10:00", id="over a whole day"),
        pytest.param(NEW_YORK, "2026-03-07 19:00", 120, "2026-03-08 10:00", id="over the short night"),
        pytest.param(NEW_YORK, "2026-10-31 19:00", 120, "2026-11-01 10:00", id="over the long night"),
        pytest.param(LONDON, "2026-03-28 19:30", 60, "2026-03-29 09:30", id="over London's short night"),
        pytest.param(LONDON, "2026-10-24 19:30", 60, "2026-10-25 09:30", id="over London's long night"),
        pytest.param(PHOENIX, "2026-03-07 19:00", 120, "2026-03-08 10:00", id="in Phoenix"),
    ],
)
def test_a_clock_runs_only_in_allowed_hours(zone: ZoneInfo, start: str, minutes: int, expected: str) -> None:
    assert add_allowed(local(zone, start), minutes, nine_to_eight(zone)) == local(zone, expected)


def test_a_clock_in_two_zones_runs_only_while_both_are_awake() -> None:
    ends = add_allowed(local(NEW_YORK, "2026-11-24 19:00"), 120, COAST_TO_COAST)
    assert ends == local(NEW_YORK, "2026-11-25 13:00")


def test_a_clock_that_can_never_run_is_refused_aloud() -> None:
    with pytest.raises(NeverAllowed):
        add_allowed(local(LONDON, "2026-12-01 12:00"), 5, HONOLULU_AND_MOSCOW)


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        pytest.param(NEW_YORK, "2026-11-24 15:00", "2026-11-24 15:00", id="in the day: then"),
        pytest.param(NEW_YORK, "2026-11-24 22:00", "2026-11-24 19:59", id="in the evening: before eight"),
        pytest.param(
            NEW_YORK, "2026-11-25 07:00", "2026-11-24 19:59", id="in the morning: the evening before"
        ),
        pytest.param(NEW_YORK, "2026-11-24 20:00", "2026-11-24 19:59", id="at eight: the minute before"),
        pytest.param(NEW_YORK, "2026-03-08 08:00", "2026-03-07 19:59", id="after the short night"),
        pytest.param(NEW_YORK, "2026-11-01 08:00", "2026-10-31 19:59", id="after the long night"),
    ],
)
def test_the_last_allowed_minute_is_never_after_the_moment(zone: ZoneInfo, at: str, expected: str) -> None:
    assert last_allowed_before(local(zone, at), nine_to_eight(zone)) == local(zone, expected)


def test_there_is_no_last_allowed_minute_where_there_never_is_one() -> None:
    with pytest.raises(NeverAllowed):
        last_allowed_before(local(LONDON, "2026-12-01 12:00"), HONOLULU_AND_MOSCOW)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        pytest.param("2026-11-24 10:00", "2026-11-24 12:00", 120, id="within a day"),
        pytest.param("2026-11-24 19:00", "2026-11-25 10:00", 120, id="over a night"),
        pytest.param("2026-11-24 21:00", "2026-11-25 08:00", 0, id="all of it at night"),
        pytest.param("2026-11-25 10:00", "2026-11-24 10:00", 0, id="backwards"),
        pytest.param("2026-03-07 00:00", "2026-03-09 00:00", 1320, id="two days, the second of 23 hours"),
        pytest.param("2026-10-31 00:00", "2026-11-02 00:00", 1320, id="two days, the second of 25 hours"),
    ],
)
def test_allowed_minutes_leave_out_the_night(start: str, end: str, minutes: int) -> None:
    counted = minutes_allowed_between(local(NEW_YORK, start), local(NEW_YORK, end), nine_to_eight(NEW_YORK))
    assert counted == minutes


def test_no_minutes_are_allowed_where_the_zones_never_agree() -> None:
    start = datetime(2026, 12, 1, tzinfo=UTC)
    assert minutes_allowed_between(start, start + timedelta(days=30), HONOLULU_AND_MOSCOW) == 0


@pytest.mark.parametrize(
    ("start", "end", "zones"),
    [
        pytest.param(time(20), time(9), (NEW_YORK,), id="reversed"),
        pytest.param(time(9), time(9), (NEW_YORK,), id="of no length"),
        pytest.param(time(9), time(20), (), id="without a zone"),
    ],
)
def test_hours_that_make_no_sense_are_refused(start: time, end: time, zones: tuple[ZoneInfo, ...]) -> None:
    with pytest.raises(ValueError, match="a start before their end, and at least one zone"):
        Hours(start, end, zones)


def test_the_window_of_a_policy_is_used() -> None:
    policy = Policy(allowed_from=time(10), allowed_until=time(18))
    assert hours_of(policy, (NEW_YORK,)) == Hours(time(10), time(18), (NEW_YORK,))


zones = st.sampled_from([NEW_YORK, PHOENIX, LONDON, LOS_ANGELES])
windows = st.tuples(st.integers(0, 12), st.integers(16, 23)).map(lambda ends: (time(ends[0]), time(ends[1])))
moments = st.integers(0, 60 * 24 * 280).map(
    lambda minutes: datetime(2026, 2, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)
clock_change_nights = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes),
    st.sampled_from(
        [
            datetime(2026, 3, 7, 18, tzinfo=UTC),
            datetime(2026, 3, 28, 18, tzinfo=UTC),
            datetime(2026, 10, 24, 18, tzinfo=UTC),
            datetime(2026, 10, 31, 18, tzinfo=UTC),
        ]
    ),
    st.integers(0, 36 * 60),
)
some_hours = st.builds(
    lambda window, one, other: Hours(window[0], window[1], (one, other)),
    windows,
    zones,
    st.sampled_from([NEW_YORK, LONDON]),
)


@given(moments | clock_change_nights, st.integers(1, 3000), some_hours)
def test_counting_the_minutes_undoes_adding_them(start: datetime, minutes: int, hours: Hours) -> None:
    try:
        ends = add_allowed(start, minutes, hours)
    except NeverAllowed:
        return
    assert minutes_allowed_between(start, ends, hours) == minutes


@given(moments | clock_change_nights, some_hours)
def test_what_is_said_to_be_allowed_is_allowed(now: datetime, hours: Hours) -> None:
    try:
        found = next_allowed(now, hours)
    except NeverAllowed:
        return
    assert found >= now
    assert is_allowed(found, hours)
    assert (found == now) is is_allowed(now, hours)


@given(moments | clock_change_nights, some_hours)
def test_the_last_allowed_minute_is_allowed(moment: datetime, hours: Hours) -> None:
    try:
        found = last_allowed_before(moment, hours)
    except NeverAllowed:
        return
    assert found <= moment
    assert is_allowed(found, hours)
