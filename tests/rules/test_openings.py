"""The geometry of openings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import Span
from rules.openings import fits, give_up_at, length, next_five_minutes, pieces, remainder, subtract
from rules.policy import Policy
from tests.rules.make import CHECKUP, NEW_YORK, local

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    """Minutes from nine o'clock."""
    return Span(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


HOUR = span(0, 60)


@pytest.mark.parametrize(
    ("minutes", "buffer", "expected"),
    [
        pytest.param(60, 0, True, id="just as long"),
        pytest.param(61, 0, False, id="a minute too long"),
        pytest.param(50, 10, True, id="just as long with its buffer"),
        pytest.param(50, 11, False, id="too long for its buffer"),
    ],
)
def test_a_visit_fits_with_the_free_time_after_it(minutes: int, buffer: int, expected: bool) -> None:
    assert fits(replace(CHECKUP, minutes=minutes, buffer_minutes=buffer), HOUR) is expected


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        pytest.param("2026-03-08 01:30", "2026-03-08 03:30", 60, id="the hour the clock skips"),
        pytest.param("2026-11-01 00:30", "2026-11-01 02:30", 180, id="the hour the clock repeats"),
    ],
)
def test_a_span_is_as_long_as_it_really_lasts(start: str, end: str, minutes: int) -> None:
    assert length(Span(local(NEW_YORK, start), local(NEW_YORK, end))) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("booked", "shortest", "expected"),
    [
        pytest.param(span(0, 30), 30, span(30, 60), id="half an hour left"),
        pytest.param(span(0, 30), 31, None, id="too little left"),
        pytest.param(span(0, 60), 5, None, id="nothing left"),
        pytest.param(span(30, 60), 30, span(0, 30), id="the first half left"),
        pytest.param(span(10, 30), 5, span(30, 60), id="the longer of two pieces"),
        pytest.param(span(-30, 90), 5, None, id="a visit longer than the opening"),
        pytest.param(span(90, 120), 5, HOUR, id="a visit somewhere else"),
    ],
)
def test_what_a_booking_leaves(booked: Span, shortest: int, expected: Span | None) -> None:
    assert remainder(HOUR, booked, shortest) == expected


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        pytest.param([], [HOUR], id="nothing taken"),
        pytest.param([span(40, 50), span(10, 20)], [span(0, 10), span(20, 40), span(50, 60)], id="two cuts"),
        pytest.param([span(10, 30), span(20, 40)], [span(0, 10), span(40, 60)], id="cuts that overlap"),
        pytest.param([span(10, 50), span(20, 30)], [span(0, 10), span(50, 60)], id="a cut within a cut"),
        pytest.param([span(-60, 0), span(60, 90)], [HOUR], id="cuts that only touch"),
        pytest.param([span(-60, 10), span(50, 90)], [span(10, 50)], id="cuts over both ends"),
        pytest.param([span(70, 80)], [HOUR], id="a cut behind"),
        pytest.param([span(0, 10), span(50, 60)], [span(10, 50)], id="cuts at both ends"),
        pytest.param([HOUR], [], id="all of it"),
    ],
)
def test_what_is_left_of_a_span(taken: list[Span], left: list[Span]) -> None:
    assert subtract(HOUR, taken) == left


cuts = st.lists(
    st.tuples(st.integers(-30, 90), st.integers(1, 60)).map(lambda cut: span(cut[0], cut[0] + cut[1])),
    max_size=6,
)


@given(cuts, st.integers(0, 59))
def test_each_minute_is_either_taken_or_left(taken: list[Span], minute: int) -> None:
    one = span(minute, minute + 1)
    left = subtract(HOUR, taken)
    assert sum(piece.overlaps(one) for piece in left) == (not any(cut.overlaps(one) for cut in taken))


@pytest.mark.parametrize(
    ("own", "expected_minutes"),
    [
        pytest.param(None, 120, id="the clinic's figure"),
        pytest.param(30, 30, id="the type's own figure"),
        pytest.param(0, 0, id="a type that is asked for until the start"),
    ],
)
def test_asking_ends_some_time_before_the_start(own: int | None, expected_minutes: int) -> None:
    kind = replace(CHECKUP, give_up_minutes=own)
    assert give_up_at(NINE, kind, Policy()) == NINE - timedelta(minutes=expected_minutes)


def test_an_opening_of_no_type_takes_the_clinics_figure() -> None:
    assert give_up_at(NINE, None, Policy(give_up_minutes=45)) == NINE - timedelta(minutes=45)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        pytest.param(30, [span(0, 30), span(30, 60)], id="as it goes"),
        pytest.param(25, [span(0, 25), span(25, 60)], id="the rest belongs to the last"),
        pytest.param(90, [HOUR], id="longer than all of it"),
    ],
)
def test_a_stretch_is_cut_into_slots(minutes: int, expected: list[Span]) -> None:
    assert pieces(HOUR, minutes) == expected


def test_time_that_is_running_is_offered_from_the_next_five_minutes_on() -> None:
    assert [next_five_minutes(NINE + timedelta(minutes=each)) for each in (1, 5)] == [
        NINE + timedelta(minutes=5),
        NINE + timedelta(minutes=10),
    ]
