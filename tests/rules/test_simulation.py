"""A few weeks of the simulated clinic: repeatable, and bound by every rule of the real one."""

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from rules.hours import hours_of, is_allowed
from rules.policy import Policy
from rules.response import MEAN_CHANCE
from rules.simulation import patients, scenario
from rules.simulation.measures import POLICIES, Estimate, estimates, figures, most_fillable
from rules.simulation.year import Setting, Year, play
from rules.states import EntryPriority, OfferState

WEEKS = 2
POLICY = POLICIES["adaptive"]
SETTING = Setting(POLICY, WEEKS)


@pytest.fixture(scope="module")
def year() -> Year:
    return play(SETTING, seed=3)


def test_the_same_seed_plays_the_same_year(year: Year) -> None:
    assert figures(play(SETTING, seed=3), SETTING) == figures(year, SETTING)


def test_another_seed_plays_another() -> None:
    slots = [scenario.openings(Random(seed), POLICY, WEEKS) for seed in (1, 2)]
    assert [each.at for each in slots[0]] != [each.at for each in slots[1]]


def test_slots_come_free_whatever_the_policy() -> None:
    quick = [play(Setting(POLICIES[name], 1), seed=5) for name in ("sequential", "batch")]
    freed = [[(slot.freed_at, slot.facts.start) for slot in each.slots] for each in quick]
    assert freed[0] == freed[1]


def test_no_offer_goes_out_outside_allowed_hours_or_after_give_up(year: Year) -> None:
    hours = hours_of(POLICY, (scenario.CLOCK,))
    for slot in year.slots:
        for asked in slot.sent:
            at = asked.facts.handed_over_at
            assert at is not None
            assert is_allowed(at, hours)
            assert at < slot.facts.give_up_at


def test_nobody_is_asked_more_often_than_the_caps_allow(year: Year) -> None:
    for waiter in year.waiters:
        offered = sorted(waiter.offered)
        assert all(later - at >= timedelta(hours=24) for at, later in pairwise(offered))
        assert all(sum(at <= each < at + timedelta(days=7) for each in offered) <= 3 for at in offered)


def test_a_slot_has_one_winner_and_a_patient_one_slot(year: Year) -> None:
    won = [asked for slot in year.slots for asked in slot.offers if asked.facts.state is OfferState.ACCEPTED]
    assert len(won) == sum(slot.filled_at is not None for slot in year.slots)
    assert len({id(asked.waiter) for asked in won}) == len(won)


def test_nobody_is_asked_about_a_slot_twice(year: Year) -> None:
    for slot in year.slots:
        assert len({asked.facts.entry_id for asked in slot.offers}) == len(slot.offers)


def test_the_list_always_holds_as_many(year: Year) -> None:
    assert sum(waiter.listed for waiter in year.waiters) == scenario.ENTRIES


def test_the_scenario_is_the_one_that_was_agreed() -> None:
    rng = Random(7)
    entries = [scenario.joins(rng, scenario.begins()) for _ in range(4000)]
    urgent = sum(each.priority is EntryPriority.URGENT for each in entries) / len(entries)
    wishes = sum(bool(each.preferred_provider_id or each.weekdays or each.times) for each in entries)
    assert urgent == pytest.approx(0.05, abs=0.01)
    assert wishes / len(entries) == pytest.approx(0.40, abs=0.025)
    assert sum(share for share, *_ in scenario.NOTICES) == pytest.approx(1)


def test_slots_come_free_in_waking_hours_with_the_notice_that_was_agreed() -> None:
    freed = scenario.openings(Random(11), POLICY, 40)
    assert all(7 <= each.at.astimezone(scenario.CLOCK).hour < 22 for each in freed)
    short = sum(each.opening.start - each.at <= timedelta(hours=4) for each in freed) / len(freed)
    assert short == pytest.approx(0.15, abs=0.03)


def test_the_better_the_match_the_likelier_a_yes() -> None:
    chances = [patients.chance_of_yes(match) for match in (0.70, 0.80, 0.90, 1.0)]
    assert chances == sorted(chances)
    assert (chances[0], chances[-1]) == pytest.approx((patients.LEAST, patients.MOST))


def test_patients_answer_as_often_as_they_should() -> None:
    rng = Random(13)
    answers = [patients.answer(rng, 0.85) for _ in range(20_000)]
    yeses = sum(each is not None and each.yes for each in answers) / len(answers)
    assert yeses == pytest.approx(patients.chance_of_yes(0.85), abs=0.01)
    waits = sorted(each.after for each in answers if each is not None)
    assert waits[len(waits) // 2] == pytest.approx(12.5, abs=1.5)


def test_no_more_can_be_filled_than_everybody_asked_as_often_as_allowed_would_take() -> None:
    assert most_fillable(openings_a_week=30) == 1
    assert most_fillable(openings_a_week=1000) == pytest.approx(300 * 3 * MEAN_CHANCE / 1000)


def test_a_mean_comes_with_its_interval() -> None:
    found = estimates([{"filled": 0.5}, {"filled": 0.7}])["filled"]
    assert found == Estimate(pytest.approx(0.6), pytest.approx(0.6 - 1.27), pytest.approx(0.6 + 1.27))


def test_one_by_one_never_has_two_out(year: Year) -> None:
    del year
    quick = play(Setting(Policy(dispatch=POLICIES["sequential"].dispatch), 1), seed=8)
    for slot in quick.slots:
        times = sorted(asked.facts.handed_over_at for asked in slot.sent if asked.facts.handed_over_at)
        declined = any(asked.facts.state is OfferState.DECLINED for asked in slot.offers)
        assert declined or all(later - at >= timedelta(hours=2) for at, later in pairwise(times))
