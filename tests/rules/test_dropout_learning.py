"""What a clinic's own past teaches of patients who drop out, and that it looks at nothing that came later."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dropout import Plan
from rules.dropout_learning import (
    AHEAD,
    EVERY,
    Booked,
    History,
    Learned,
    can_be_asked,
    care_on,
    features,
    learn,
    looks,
)

TODAY = date(2026, 12, 1)


def visit(
    days_ago: int, *, booked: int = 30, kept: bool | None = True, given_up: int | None = None
) -> Booked:
    """So many days ago, booked `booked` days before it, cancelled `given_up` days ago."""
    day = TODAY - timedelta(days=days_ago)
    given_up_on = None if given_up is None else TODAY - timedelta(days=given_up)
    return Booked(day, day - timedelta(days=booked), None if given_up_on else kept, given_up_on)


def test_what_came_later_is_not_seen() -> None:
    care = care_on(History([visit(100), visit(50), visit(10, kept=False)]), TODAY - timedelta(days=60))
    assert (care.completed, care.missed) == ([TODAY - timedelta(days=100)], [])


def test_a_visit_is_coming_once_it_is_booked() -> None:
    history = History([visit(50, booked=20)])
    assert care_on(history, TODAY - timedelta(days=75)).next_visit is None
    assert care_on(history, TODAY - timedelta(days=65)).next_visit == TODAY - timedelta(days=50)


def test_a_visit_is_coming_until_it_is_given_up() -> None:
    history = History([visit(50, booked=20, given_up=60)])
    assert care_on(history, TODAY - timedelta(days=65)).next_visit == TODAY - timedelta(days=50)
    assert care_on(history, TODAY - timedelta(days=55)).next_visit is None


def test_a_plan_counts_from_when_it_began() -> None:
    plan = Plan(visits_planned=4, interval_days=30, started_on=TODAY - timedelta(days=50))
    history = History([visit(100)], [plan])
    assert care_on(history, TODAY - timedelta(days=60)).plan is None
    assert care_on(history, TODAY - timedelta(days=40)).plan == plan


def test_who_has_dropped_out_is_not_asked_about() -> None:
    history = History([visit(400), visit(370), visit(340)])
    assert can_be_asked(care_on(history, TODAY - timedelta(days=300)))
    assert not can_be_asked(care_on(history, TODAY))


def test_a_look_says_whether_they_had_dropped_out_half_a_year_later() -> None:
    regular = History([visit(each) for each in range(20, 700, 40)])
    gone = History([visit(each) for each in range(300, 700, 40)])
    assert {each.dropped_out for each in looks([regular], TODAY)} == {False}
    newest = next(each for each in looks([gone], TODAY) if each.care.today == TODAY - AHEAD - 2 * EVERY)
    assert newest.dropped_out


_visits = st.builds(
    visit,
    st.integers(1, 900),
    booked=st.integers(0, 60),
    kept=st.sampled_from([True, False, None]),
    given_up=st.none() | st.integers(1, 900),
)


@given(st.lists(_visits, max_size=10), st.lists(_visits, max_size=6), st.integers(0, 900))
def test_nothing_that_was_not_known_on_the_day_changes_what_is_seen(
    visits: list[Booked], more: list[Booked], days_ago: int
) -> None:
    """How visits of that day and later ended, which were given up later, which were booked later: all changed."""
    day = TODAY - timedelta(days=days_ago)
    known = [each if each.day < day else _changed_later(each, day) for each in visits]
    later = [each for each in more if each.booked_on >= day]
    before, after = (
        features([care_on(History(visits), day)]),
        features([care_on(History([*known, *later]), day)]),
    )
    np.testing.assert_array_equal(before, after)


def _changed_later(each: Booked, day: date) -> Booked:
    given_up_on = each.given_up_on
    if given_up_on is None or given_up_on >= day:
        given_up_on = None if given_up_on else max(each.day, day)
    return each._replace(ended=not each.ended, given_up_on=given_up_on)


def came_until(leaves: Callable[[int], float], *, patients: int = 600) -> list[History]:
    """New patients all the time, who come every thirty days until they leave; the chance to leave is that after so
    many visits."""
    chance, found = np.random.default_rng(11), []
    for _ in range(patients):
        visits = []
        for number, days_ago in enumerate(range(int(chance.integers(0, 1100)), 0, -30)):
            visits.append(visit(days_ago))
            if chance.random() < leaves(number):
                break
        found.append(History(visits))
    return found


@pytest.fixture(scope="module")
def clinic() -> list[History]:
    """Many leave after a visit or two, few later; who stays has booked the next, unseen by the score."""
    return came_until(lambda number: 0.4 if number < 2 else 0.02)


@pytest.fixture(scope="module")
def learned(clinic: list[History]) -> Learned:
    return learn(clinic, TODAY)


def test_it_is_used_where_it_foresees_more_than_the_rules(learned: Learned) -> None:
    assert learned.model is not None
    assert learned.verdict is not None
    assert learned.verdict.is_better


def test_it_learns_from_what_had_ended_before_the_first_day_it_is_asked_about(
    clinic: list[History], learned: Learned
) -> None:
    assert learned.verdict is not None
    split = learned.verdict.split
    before = [each for each in looks(clinic, TODAY) if each.care.today + AHEAD <= split]
    assert learned.verdict.trained_on == len(before)
    assert 0 < learned.verdict.judged_on <= learned.looks - len(before)


def test_what_it_learns_from_does_not_change_with_how_later_visits_end(
    clinic: list[History], learned: Learned
) -> None:
    assert learned.verdict is not None
    split = learned.verdict.split
    changed = [
        History(
            [each._replace(ended=not each.ended) if each.day >= split else each for each in history.visits]
        )
        for history in clinic
    ]
    assert _before(changed, split) == _before(clinic, split)


def _before(histories: list[History], split: date) -> list[tuple[str, bool]]:
    return [
        (str(features([each.care])), each.dropped_out)
        for each in looks(histories, TODAY)
        if each.care.today + AHEAD <= split
    ]


def test_the_chance_is_higher_for_who_has_no_visit_booked(learned: Learned) -> None:
    assert learned.model is not None
    past, coming = [visit(each) for each in range(20, 400, 30)], visit(-10, kept=None)
    cares = [care_on(History(visits), TODAY) for visits in ([*past, coming], past)]
    booked, not_booked = learned.model.chances(features(cares))
    assert not_booked > booked + 0.2


def test_a_short_past_teaches_nothing(clinic: list[History]) -> None:
    found = learn(clinic[:20], TODAY)
    assert (found.model, found.why_not) == (None, "The past is too short to learn from.")


def test_where_the_rules_foresee_as_well_they_are_kept() -> None:
    """Here who misses a visit mostly stays away, which a long gap soon shows."""
    chance, everybody = np.random.default_rng(11), []
    for _ in range(400):
        visits = []
        for days_ago in range(1100 - int(chance.integers(0, 300)), 0, -30):
            visits.append(visit(days_ago, kept=bool(chance.random() > 0.12)))
            if not visits[-1].ended and chance.random() < 0.75:
                break
        everybody.append(History(visits))
    found = learn(everybody, TODAY)
    assert (found.model, found.why_not) == (None, "It was no better than the rules on the latest looks.")
