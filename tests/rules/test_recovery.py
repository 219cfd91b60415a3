"""What is tried next to make up for a lost visit, and when it stops."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.cancellations import recovery_of
from rules.dropout import Plan
from rules.recovery import Course, Impact, Next, Step, impact, next_step, not_before
from rules.recovery_terms import RecoveryTerms, Touch
from rules.states import STATE_AFTER, CancellationKind, CancelReason, RecoveryEnd, RecoveryState

NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = RecoveryTerms()

terms = st.builds(
    RecoveryTerms,
    touches=st.lists(st.builds(Touch, after_hours=st.integers(0, 200)), max_size=5).map(tuple),
    most_attempts=st.integers(1, 6),
    give_up_days=st.integers(1, 60),
    answer_hours=st.integers(1, 100),
)


def played(decided: RecoveryTerms, course: Course) -> list[Next]:
    """What happens to a patient who never says a word, each step taken when it is due."""
    steps: list[Next] = []
    while not steps or steps[-1].step is not Step.GIVE_UP:
        step = next_step(course, decided)
        steps.append(step)
        course = Course(
            course.opened_at,
            course.not_before,
            course.paused,
            attempts=course.attempts + (step.step is Step.TOUCH),
            last_at=step.at if step.step is Step.TOUCH else course.last_at,
            asked_staff=step.step is Step.CALL,
        )
    return steps


def test_by_default_they_are_asked_right_after_the_next_day_and_after_four_then_somebody_calls() -> None:
    assert played(USUAL, Course(NOW, NOW)) == [
        Next(Step.TOUCH, NOW),
        Next(Step.TOUCH, NOW + DAY),
        Next(Step.TOUCH, NOW + 4 * DAY),
        Next(Step.CALL, NOW + 5 * DAY),
        Next(Step.GIVE_UP, NOW + 30 * DAY),
    ]


def test_who_missed_a_visit_hears_of_it_half_an_hour_after_its_planned_end() -> None:
    end = NOW + 10 * timedelta(minutes=1)
    assert not_before(CancellationKind.NO_SHOW, end, NOW, USUAL) == end + HOUR / 2


def test_who_gave_a_visit_up_has_just_been_answered_and_hears_of_it_again_a_day_later() -> None:
    assert not_before(CancellationKind.CANCELLED, NOW + 9 * DAY, NOW, USUAL) == NOW + DAY


def test_after_an_answer_that_settles_nothing_somebody_calls_a_day_later() -> None:
    course = Course(NOW, NOW, attempts=1, last_at=NOW, answered_at=NOW + HOUR)
    assert next_step(course, USUAL) == Next(Step.CALL, NOW + HOUR + DAY)


def test_after_a_pause_the_next_text_comes_on_its_day_and_the_days_count_anew() -> None:
    until = NOW + 45 * DAY
    steps = played(USUAL, Course(NOW, until, paused=True, attempts=1, last_at=NOW))
    assert [step.at for step in steps] == [until, until + 3 * DAY, until + 4 * DAY, until + 30 * DAY]


def test_what_staff_tried_counts_as_an_attempt() -> None:
    course = Course(NOW, NOW, attempts=3, last_at=NOW)
    assert next_step(course, USUAL).step is Step.CALL


def test_a_clinic_without_a_sequence_calls() -> None:
    assert next_step(Course(NOW, NOW), RecoveryTerms(touches=())) == Next(Step.CALL, NOW)


def test_what_a_clinic_leaves_to_staff_is_called_about() -> None:
    assert next_step(Course(NOW, NOW, by_text=False), USUAL) == Next(Step.CALL, NOW)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param({"again": {"en": "Hello?"}}, "{first_name} has to be named", id="nobody is named"),
        pytest.param({"again": {"en": "{first_name} {type}"}}, "{type} cannot be filled in", id="unknown"),
        pytest.param({"again": {"en": "{first_name:>9}"}}, "a field with a format", id="a format"),
        pytest.param({"again": {"en": "{first_name"}}, "A brace is opened", id="a brace"),
        pytest.param({"again": {"es": "{first_name}: STOP"}}, "STOP in capitals", id="an opt-out word"),
        pytest.param({"again": {"en": "{first_name}" + "a" * 240}}, "longer than 240", id="long"),
        pytest.param({"again": {"fr": "{first_name}"}}, "'en' or 'es'", id="another language"),
        pytest.param(
            {"last": {"en": "{first_name}."}}, 'a text "again" has no words for last', id="another text"
        ),
    ],
)
def test_own_words_that_cannot_be_said_are_refused(words: dict[str, dict[str, str]], says: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(says)):
        Touch.model_validate({"words": words})


def test_own_words_stand_on_one_line_and_empty_ones_are_none() -> None:
    touch = Touch.model_validate({"words": {"again": {"en": " {first_name},\n  hi ", "es": " "}}})
    assert touch.words == {"again": {"en": "{first_name}, hi"}}


@given(terms, st.integers(0, 100), st.booleans())
def test_nobody_is_asked_too_early_too_often_or_too_long(
    decided: RecoveryTerms, wait: int, paused: bool
) -> None:
    course = Course(NOW, NOW + wait * HOUR, paused)
    steps = played(decided, course)
    touches = [step.at for step in steps if step.step is Step.TOUCH]
    over = (course.not_before if paused else NOW) + timedelta(days=decided.give_up_days)
    assert len(touches) <= min(decided.most_attempts, len(decided.touches))
    assert all(course.not_before <= at < over for at in touches)
    gaps = [decided.touches[place].after_hours * HOUR for place in range(1, len(touches))]
    pairs = pairwise(touches)
    assert all(later - earlier >= gap for (earlier, later), gap in zip(pairs, gaps, strict=True))


@given(terms)
def test_time_goes_on_and_ends(decided: RecoveryTerms) -> None:
    steps = played(decided, Course(NOW, NOW))
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[-1] == Next(Step.GIVE_UP, NOW + timedelta(days=decided.give_up_days))


@given(terms, st.integers(1, 500))
def test_no_text_follows_an_answer(decided: RecoveryTerms, hours: int) -> None:
    answered = Course(NOW, NOW, attempts=1, last_at=NOW, answered_at=NOW + hours * HOUR)
    assert next_step(answered, decided).step is not Step.TOUCH


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        pytest.param(CancelReason.ILLNESS, RecoveryState.PENDING, id="ill"),
        pytest.param(None, RecoveryState.PENDING, id="nothing said"),
        pytest.param(CancelReason.CHANGED_PROVIDER, RecoveryState.NOT_NEEDED, id="went elsewhere"),
        pytest.param("replaced", RecoveryState.NOT_NEEDED, id="replaced"),
    ],
)
def test_whether_a_lost_visit_should_happen(reason: str | None, state: RecoveryState) -> None:
    assert recovery_of(reason) is state


def test_every_end_says_what_became_of_the_visit() -> None:
    assert set(STATE_AFTER) == set(RecoveryEnd)


WEEKLY = Plan(visits_planned=12, interval_days=7, started_on=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("kept", "today", "found"),
    [
        pytest.param(3, date(2026, 12, 13), Impact(4, 12, 3), id="three weeks behind"),
        pytest.param(4, date(2026, 11, 29), Impact(5, 12, 0), id="in time"),
        pytest.param(12, date(2027, 3, 1), None, id="through already"),
    ],
)
def test_what_a_lost_visit_does_to_a_treatment(kept: int, today: date, found: Impact | None) -> None:
    days = [WEEKLY.started_on + 7 * place * DAY for place in range(kept)]
    assert impact(WEEKLY, days, today) == found


def test_visits_from_before_the_treatment_do_not_count() -> None:
    assert impact(WEEKLY, [date(2026, 10, 1)], date(2026, 11, 1)) == Impact(1, 12, 0)
