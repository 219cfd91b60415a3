"""Which text works better: fixed draws, intervals that hold as often as they say, and plain sentences."""

from collections import Counter
from uuid import UUID

import numpy as np
import pytest

from rules.trials import (
    REST,
    Interval,
    Tally,
    Winner,
    newcombe,
    variant_of,
    verdict,
    verdicts,
    wilson,
    winner,
)

CAMPAIGN, OTHER = UUID(int=1), UUID(int=2)
PATIENTS = [UUID(int=number) for number in range(20_000)]


def drawn(campaign: UUID, hold_out: float = 10) -> list[str | None]:
    return [variant_of(campaign, each, "ABC", hold_out) for each in PATIENTS]


def test_a_patient_always_gets_the_same_variant() -> None:
    assert drawn(CAMPAIGN) == drawn(CAMPAIGN)


def test_the_variants_are_evenly_spread_and_a_tenth_is_held_out() -> None:
    found = Counter(drawn(CAMPAIGN))
    assert found[None] == pytest.approx(2000, abs=150)
    assert all(found[label] == pytest.approx(6000, abs=250) for label in "ABC")


def test_one_campaign_says_nothing_of_another() -> None:
    both = Counter(zip(drawn(CAMPAIGN, 0), drawn(OTHER, 0), strict=True))
    assert all(count == pytest.approx(20_000 / 9, abs=200) for count in both.values())


def test_nobody_is_held_out_where_none_should_be() -> None:
    assert None not in drawn(CAMPAIGN, 0)


def test_the_intervals_are_those_of_the_papers() -> None:
    """Wilson's of 81 in 263 and Newcombe's of 56/70 − 48/80, as printed in Newcombe (1998)."""
    assert rounded(wilson(81, 263)) == (0.2553, 0.3662)
    assert rounded(newcombe(Tally("a", 56, 70), Tally("b", 48, 80))) == (0.0524, 0.3339)


def test_no_hit_and_all_hits_end_at_the_ends() -> None:
    assert (wilson(0, 20).low, wilson(20, 20).high, wilson(0, 0)) == (0.0, 1.0, Interval(0.0, 1.0))


@pytest.mark.parametrize(("share", "of"), [(0.02, 200), (0.1, 100), (0.3, 50), (0.5, 400)])
def test_the_interval_of_a_share_holds_it_about_as_often_as_it_says(share: float, of: int) -> None:
    chance = np.random.default_rng(7)
    held = [wilson(int(hits), of).holds(share) for hits in chance.binomial(of, share, 4000)]
    assert 0.935 <= float(np.mean(held)) <= 0.985


@pytest.mark.parametrize(("one", "other", "of"), [(0.05, 0.05, 300), (0.1, 0.05, 200), (0.3, 0.2, 120)])
def test_the_interval_of_a_difference_holds_it_about_as_often(one: float, other: float, of: int) -> None:
    chance = np.random.default_rng(8)
    draws = zip(chance.binomial(of, one, 4000), chance.binomial(of, other, 4000), strict=True)
    held = [newcombe(Tally("", int(a), of), Tally("", int(b), of)).holds(one - other) for a, b in draws]
    assert 0.935 <= float(np.mean(held)) <= 0.985


def test_a_clear_difference_is_called_real() -> None:
    assert "A works better than B" in verdict(Tally("B", 20, 1000), Tally("A", 80, 1000))


def test_chance_is_called_chance() -> None:
    assert verdict(Tally("A", 5, 100), Tally("B", 7, 100)).startswith("No real difference between B and A")


def test_before_anybody_has_it_nothing_is_said() -> None:
    assert verdict(Tally("A", 0, 0), Tally("B", 1, 10)).startswith("Nothing can be said yet")


def test_where_four_are_alike_a_real_difference_is_seldom_claimed() -> None:
    """Six pairs are compared: together they may be wrong five times in a hundred, not each."""
    chance = np.random.default_rng(9)
    wrong = 0
    for hits in chance.binomial(300, 0.08, (1000, 4)):
        said = verdicts([Tally(label, int(each), 300) for label, each in zip("ABCD", hits, strict=True)])
        wrong += any("works better" in each for each in said)
    assert wrong <= 60


def rounded(found: Interval) -> tuple[float, float]:
    return round(found.low, 4), round(found.high, 4)


def test_of_those_texted_so_many_are_tried_and_the_others_are_the_rest() -> None:
    found = Counter(variant_of(CAMPAIGN, each, "AB", 20, 25) for each in PATIENTS)
    assert found[None] == pytest.approx(4000, abs=150)
    assert found[REST] == pytest.approx(12_000, abs=250)
    assert found["A"] == pytest.approx(found["B"], abs=150)


def test_who_is_tried_gets_the_same_variant_as_without_a_rest() -> None:
    tried = [variant_of(CAMPAIGN, each, "AB", 0, 50) for each in PATIENTS]
    assert all(some in (REST, whole) for some, whole in zip(tried, drawn_of_two(), strict=True))


def drawn_of_two() -> list[str | None]:
    return [variant_of(CAMPAIGN, each, "AB", 0) for each in PATIENTS]


def test_a_winner_works_better_than_each_of_the_others() -> None:
    clear = [Tally("A", 10, 200), Tally("B", 40, 200), Tally("C", 12, 200)]
    close = [Tally("A", 10, 200), Tally("B", 40, 200), Tally("C", 36, 200)]
    assert winner(clear, 7, last=False) == Winner("B", real=True)
    assert winner(close, 7, last=False) is None


def test_at_the_last_look_the_one_that_leads_is_taken_and_in_doubt_the_first() -> None:
    assert winner([Tally("A", 2, 50), Tally("B", 3, 50)], 7, last=True) == Winner("B", real=False)
    assert winner([Tally("A", 0, 50), Tally("B", 0, 50)], 7, last=True) == Winner("A", real=False)


def test_a_variant_that_has_gone_to_nobody_is_waited_for_until_the_last_look() -> None:
    tallies = [Tally("A", 2, 50), Tally("B", 0, 0)]
    assert winner(tallies, 7, last=False) is None
    assert winner(tallies, 7, last=True) == Winner("A", real=False)


def test_where_all_have_gone_to_nobody_the_first_is_taken_at_last() -> None:
    assert winner([Tally("A", 0, 0), Tally("B", 0, 0)], 7, last=True) == Winner("A", real=False)


def test_looking_every_day_finds_no_more_than_one_false_winner_in_twenty() -> None:
    """Two alike, looked at on seven days while their bookings come in."""
    chance = np.random.default_rng(9)
    found = 0
    for _ in range(1000):
        bookings = chance.binomial(30, 0.1, (7, 2)).cumsum(axis=0)
        days = [
            [Tally(name, int(hits), 30 * day) for name, hits in zip("AB", row, strict=True)]
            for day, row in enumerate(bookings, 1)
        ]
        found += any(winner(tallies, 7, last=False) for tallies in days)
    assert found <= 50
