"""How likely a patient is to drop out of care, and why."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dropout import ADVICE, DROPOUT, Care, Part, Plan, dropped_out, risk_of
from rules.states import PaymentStatus, RiskLevel

TODAY = date(2026, 12, 1)


def ago(*days: int) -> list[date]:
    return sorted(TODAY - timedelta(days=each) for each in days)


def part(name: str, **known: Any) -> Part:
    return next(each for each in risk_of(Care(TODAY, **known)).parts if each.name == name)


WEEKLY = Plan(visits_planned=12, interval_days=7, started_on=TODAY - timedelta(days=49))


def test_the_weights_sum_to_a_hundred() -> None:
    assert sum(each.weight for each in DROPOUT.factors) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "known", "points", "sentence"),
    [
        pytest.param("no_shows_in_row", {"missed": ago(9)}, 0, "", id="missed once"),
        pytest.param(
            "no_shows_in_row", {"missed": ago(99, 9)}, 25, "missed 2 visits in a row", id="missed twice"
        ),
        pytest.param(
            "no_shows_in_row", {"missed": ago(99, 9), "completed": ago(50)}, 0, "", id="came in between"
        ),
        pytest.param(
            "falling",
            {"completed": ago(200, 230, 260, 290, 100)},
            11.25,
            "1 visit in the last half year, 4 in the half year before",
            id="comes less than before",
        ),
        pytest.param(
            "falling",
            {"plan": WEEKLY, "completed": ago(47, 40)},
            15 * 5 / 7,
            "2 visits in the last half year, 7 planned",
            id="comes less than planned",
        ),
        pytest.param("falling", {"completed": ago(300)}, 0, "", id="one visit is nothing to fall from"),
        pytest.param("reschedules", {"reschedules": 1}, 0, "", id="moved once"),
        pytest.param(
            "reschedules",
            {"reschedules": 4},
            10,
            "moved 4 visits in the last half year",
            id="moved four times",
        ),
        pytest.param(
            "gap",
            {"completed": ago(60, 90, 120)},
            7.5,
            "no visit for 60 days, usually every 30",
            id="twice as long as usual",
        ),
        pytest.param("gap", {"completed": ago(30, 60, 90)}, 0, "", id="as long as usual"),
        pytest.param("gap", {}, 0, "", id="never here"),
        pytest.param(
            "milestones",
            {"plan": WEEKLY, "completed": ago(47, 40, 33)},
            7.5,
            "1 of 2 steps due by now not reached (visit 3 of 12)",
            id="behind the plan",
        ),
        pytest.param(
            "milestones", {"plan": WEEKLY, "completed": ago(1, 8, 15, 22, 29, 36)}, 0, "", id="on time"
        ),
        pytest.param("payment", {"payment": PaymentStatus.LATE}, 5, "payment late", id="pays late"),
        pytest.param(
            "payment", {"payment": PaymentStatus.COLLECTIONS}, 10, "account in collections", id="collections"
        ),
        pytest.param("payment", {"payment": PaymentStatus.OK}, 0, "", id="pays"),
        pytest.param("no_answers", {"unanswered": 1}, 0, "", id="one text unanswered"),
        pytest.param(
            "no_answers", {"unanswered": 6}, 10, "left our last 6 texts unanswered", id="answers no more"
        ),
    ],
)
def test_each_factor_says_what_it_saw(name: str, known: dict[str, Any], points: float, sentence: str) -> None:
    found = part(name, **known)
    assert (found.points, found.sentence) == (pytest.approx(points), sentence)


def test_a_patient_nothing_is_known_of_is_at_no_risk() -> None:
    assert risk_of(Care(TODAY)).level is RiskLevel.LOW
    assert risk_of(Care(TODAY)).score == 0


@pytest.mark.parametrize(
    ("known", "level"),
    [
        ({"missed": ago(200, 300)}, RiskLevel.MEDIUM),
        ({"missed": ago(200, 300), "payment": PaymentStatus.COLLECTIONS, "reschedules": 4}, RiskLevel.MEDIUM),
        (
            {
                "missed": ago(200, 300),
                "payment": PaymentStatus.COLLECTIONS,
                "reschedules": 4,
                "unanswered": 4,
            },
            RiskLevel.HIGH,
        ),
    ],
    ids=["25 points", "45 points", "55 points"],
)
def test_levels_go_by_the_score(known: dict[str, Any], level: RiskLevel) -> None:
    assert risk_of(Care(TODAY, **known)).level is level


def test_everything_at_once_is_critical() -> None:
    care = Care(
        TODAY,
        completed=ago(700, 730),
        missed=ago(100, 130),
        reschedules=4,
        unanswered=4,
        payment=PaymentStatus.COLLECTIONS,
        plan=Plan(12, 30, TODAY - timedelta(days=740)),
    )
    found = risk_of(care)
    assert found.level is RiskLevel.CRITICAL
    assert found.score > 90


def test_two_misses_in_ninety_days_are_at_least_high() -> None:
    found = risk_of(Care(TODAY, missed=ago(89, 40), completed=ago(1)))
    assert (found.level, found.flagged) == (RiskLevel.HIGH, True)


def test_two_misses_further_apart_are_not() -> None:
    assert not risk_of(Care(TODAY, missed=ago(90, 40), completed=ago(1))).flagged


def test_a_finished_plan_is_no_gap() -> None:
    done = Plan(2, 30, TODAY - timedelta(days=400))
    care = Care(TODAY, completed=ago(390, 360), plan=done)
    assert risk_of(care).score == 0
    assert not dropped_out(care)


@pytest.mark.parametrize(
    ("days", "booked", "gone"),
    [(120, None, False), (121, None, True), (400, TODAY + timedelta(days=3), False)],
    ids=["on the last day", "a day later", "with a visit booked"],
)
def test_who_has_not_come_for_twice_the_interval_and_sixty_days_has_dropped_out(
    days: int, booked: date | None, gone: bool
) -> None:
    plan = Plan(12, 30, TODAY - timedelta(days=500))
    assert dropped_out(Care(TODAY, completed=ago(days), plan=plan, next_visit=booked)) is gone


def test_the_worse_the_level_the_more_is_done() -> None:
    assert ADVICE[RiskLevel.LOW] == (False, None, False)
    assert ADVICE[RiskLevel.MEDIUM].text
    assert ADVICE[RiskLevel.HIGH].call_within_days == 2
    assert ADVICE[RiskLevel.CRITICAL] == (False, 0, True)


_past = st.lists(st.integers(1, 900), max_size=8).map(lambda days: ago(*days))


@given(
    st.builds(
        Care,
        st.just(TODAY),
        completed=_past,
        missed=_past,
        reschedules=st.integers(0, 9),
        unanswered=st.integers(0, 9),
        payment=st.sampled_from([None, *PaymentStatus]),
        plan=st.none()
        | st.builds(
            Plan,
            st.integers(1, 30),
            st.integers(1, 200),
            st.integers(-20, 700).map(lambda days: TODAY - timedelta(days=days)),
            st.integers(0, 6),
        ),
    )
)
def test_the_score_is_the_sum_of_its_parts_and_each_that_counts_has_its_sentence(care: Care) -> None:
    found = risk_of(care)
    assert 0 <= found.score <= 100
    assert found.score == pytest.approx(sum(each.points for each in found.parts))
    assert all(0 <= each.points <= each.weight for each in found.parts)
    assert all(bool(each.sentence) == (each.points > 0) for each in found.parts)
