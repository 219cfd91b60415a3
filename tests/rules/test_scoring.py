"""The engine behind every score."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.scoring import Factor, Profile

HALF = Factor[int]("half", 0.5, lambda number: (number / 10, f"{number} out of ten"))
SILENT = Factor[int]("silent", 0.25, lambda _number: (1.0, ""))
MINUS = Factor[int]("minus", -2.0, lambda _number: (1.0, "a bad sign"))
DOUBLE = Factor[int]("double", 2.0, lambda _number: (1.0, "a good sign"))


def test_each_factor_counts_by_its_weight() -> None:
    assert Profile("test", (HALF, SILENT)).score(4).parts == {"half": 0.2, "silent": 0.25}


def test_each_reason_comes_from_the_factor_that_scored() -> None:
    assert Profile("test", (HALF, SILENT)).score(4).reasons == ("4 out of ten",)


@pytest.mark.parametrize(
    ("factor", "total"),
    [pytest.param(MINUS, 0.0, id="below nothing"), pytest.param(DOUBLE, 1.0, id="above all")],
)
def test_a_total_is_kept_within_its_limits(factor: Factor[int], total: float) -> None:
    assert Profile("test", (factor,)).score(0).total == total


def test_what_a_limit_took_is_a_part_of_its_own() -> None:
    assert Profile("test", (DOUBLE,)).score(0).parts == {"double": 2.0, "limit": -1.0}


def test_points_added_later_bring_their_own_reason() -> None:
    score = Profile("test", (HALF,)).score(4).plus("boost", 0.1, "moved up")
    assert score.parts["boost"] == 0.1
    assert score.reasons[-1] == "moved up"


def always(value: float) -> Callable[[int], tuple[float, str]]:
    return lambda _number: (value, "")


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 1)), max_size=8))
def test_the_parts_add_up_to_the_total(given_parts: list[tuple[float, float]]) -> None:
    factors = tuple(
        Factor(f"factor {number}", weight, always(value))
        for number, (weight, value) in enumerate(given_parts)
    )
    score = Profile("test", factors).score(0).plus("boost", 0.4, "moved up")
    assert sum(score.parts.values()) == score.total
