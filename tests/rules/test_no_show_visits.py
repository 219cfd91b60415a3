"""What is known of a visit when it is predicted, and nothing that comes after."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rules.no_show.visits import COLUMNS, Past, Visit, baseline_chances, features, pasts, when_booked

MONDAY = date(2026, 11, 2)


def visit(day: int, *, booked: int = 0, **known: object) -> Visit:
    """A visit `day` days after a Monday, booked so many days before or after that Monday."""
    return Visit("p1", MONDAY + timedelta(days=day), MONDAY + timedelta(days=booked), **known)  # type: ignore[arg-type]


def of(column: str, *visits: Visit, known_on: int | None = None) -> list[float]:
    """What a column says of each."""
    days = None if known_on is None else [MONDAY + timedelta(days=known_on)] * len(visits)
    found: list[float] = features(visits, days)[:, COLUMNS.index(column)].tolist()
    return found


def test_the_past_grows_from_visit_to_visit() -> None:
    visits = [visit(0, missed=True), visit(3, booked=1, missed=False), visit(9, booked=7, missed=True)]
    assert pasts(visits, when_booked(visits)) == [Past(), Past(1, 1, 0), Past(2, 1, 0)]


def test_what_came_after_the_booking_is_not_known() -> None:
    early = visit(0, booked=-9, missed=True)
    assert of("past_misses", early, visit(20, booked=-5), visit(20, booked=5)) == [0, 0, 1]


def test_how_a_visit_ended_is_known_from_the_next_day_on() -> None:
    assert of("past_misses", visit(0, missed=True), visit(5, booked=0), visit(5, booked=1)) == [0, 0, 1]


def test_two_visits_of_one_day_do_not_see_each_others_end() -> None:
    both = [visit(5, booked=0, missed=True), visit(5, booked=0, missed=False)]
    assert of("past_visits", *both, known_on=9) == [0, 0]


def test_a_later_prediction_knows_more() -> None:
    missed, coming = visit(0, booked=-9, missed=True), visit(20, booked=-9)
    assert of("past_misses", missed, coming, known_on=3) == [0, 1]


def test_another_patients_past_is_not_theirs() -> None:
    other = replace(visit(0, missed=True), patient="p2")
    assert of("past_visits", other, visit(5, booked=3)) == [0, 0]


def test_visits_whose_end_nobody_wrote_down_do_not_count() -> None:
    assert of("past_visits", visit(0), visit(5, booked=3)) == [0, 0]


def test_what_is_not_known_is_not_a_number() -> None:
    assert np.isnan(of("age_band", visit(0))[0])


def test_ages_go_by_bands_of_five_years() -> None:
    assert of("age_band", visit(0, age=34.0), visit(0, age=35.0)) == [6, 7]


def test_the_rule_of_thumb_knows_the_same_past() -> None:
    visits = [visit(0, booked=-3, missed=True), visit(1, booked=-3, missed=False), visit(3, booked=2)]
    assert baseline_chances(visits).tolist() == [0.15, 0.15, 0.5]


_days = st.integers(0, 30)
_visits = st.builds(
    lambda patient, day, lead, missed, confirmed: replace(
        visit(day, booked=day - lead, missed=missed, confirmed=confirmed), patient=patient
    ),
    st.sampled_from(["p1", "p2"]),
    _days,
    st.integers(0, 20),
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
)


@given(st.lists(_visits, min_size=1, max_size=12), st.lists(_visits, max_size=6), st.data())
def test_nothing_that_was_not_known_when_it_was_booked_changes_what_is_said(
    visits: list[Visit], more: list[Visit], data: st.DataObject
) -> None:
    """Its own end, its own reminder and confirmation, every visit of that day and later, and how many of
    these there are, in any order: all of it changed at once."""
    asked = data.draw(st.sampled_from(visits))
    known = [each for each in visits if each.day < asked.booked_on]
    later = [each for each in visits if each.day >= asked.booked_on and each is not asked]
    others = [
        replace(each, missed=data.draw(st.sampled_from([True, False, None])), confirmed=True, sex="F")
        for each in (*later, *more)
        if each.day >= asked.booked_on
    ]
    changed = replace(asked, missed=not asked.missed, confirmed=not asked.confirmed, sex="M", language="es")
    now = data.draw(st.permutations([*known, *others, changed]))
    before = features(visits)[_place(visits, asked)]
    np.testing.assert_array_equal(features(now)[_place(now, changed)], before)
    assert baseline_chances(now)[_place(now, changed)] == baseline_chances(visits)[_place(visits, asked)]


def _place(visits: list[Visit], wanted: Visit) -> int:
    return next(place for place, each in enumerate(visits) if each is wanted)
