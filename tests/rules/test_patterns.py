"""Patterns are shown only where the numbers bear them."""

import random

import pytest

from rules import patterns
from rules.patterns import Group, Pattern, find


def test_a_group_that_stands_out_is_named_with_how_much_and_how_surely() -> None:
    (found,) = find([Group("Mondays before 9", 120, 48)], visits=2000, lost=400)
    assert isinstance(found, Pattern)
    assert found.times == pytest.approx(2.0)
    assert 0 < found.p < 0.001


def test_fishers_test_says_what_the_books_say() -> None:
    # Fisher's tea: three of four right. 0.4857 with two sides.
    assert patterns._luck([Group("milk first", 4, 3)], 8, 4) == pytest.approx([0.4857], abs=1e-4)


@pytest.mark.parametrize(
    ("group", "visits", "lost"),
    [
        pytest.param(Group("few", 29, 25), 2000, 400, id="too few visits"),
        pytest.param(Group("rare", 40, 10), 2000, 20, id="too few lost to expect any"),
        pytest.param(Group("all but a few", 1990, 500), 2000, 500, id="nothing to hold it against"),
        pytest.param(Group("as the rest", 200, 40), 2000, 400, id="no difference"),
        pytest.param(Group("hardly", 20_000, 4_300), 100_000, 20_000, id="sure, but hardly worth a word"),
    ],
)
def test_what_the_sample_does_not_bear_is_not_said(group: Group, visits: int, lost: int) -> None:
    assert find([group], visits, lost) == []


def test_one_that_is_lost_less_often_stands_out_too() -> None:
    (found,) = find([Group("Dr Lee", 500, 30)], visits=2000, lost=400)
    assert found.times < 1


def test_the_more_groups_are_looked_at_the_surer_it_has_to_be() -> None:
    one = Group("odd", 100, 30)
    dull = [Group(f"dull {number}", 100, 20) for number in range(60)]
    assert find([one], visits=7000, lost=1400) != []
    assert find([one, *dull], visits=7000, lost=1400) == []


def test_a_clinic_without_patterns_is_seldom_told_of_one() -> None:
    """400 clinics in which it is all luck, 20 groups each: one in twenty is told of any, give or take."""
    chance = random.Random(7)
    told = 0
    for _ in range(400):
        groups = [
            Group(str(number), 150, sum(chance.random() < 0.2 for _ in range(150))) for number in range(20)
        ]
        told += bool(find(groups, 3000, sum(group.lost for group in groups)))
    assert told <= 0.05 * 400 + 2 * (400 * 0.05 * 0.95) ** 0.5


def test_no_visits_have_no_patterns() -> None:
    assert find([Group("nothing", 0, 0)], 0, 0) == []
