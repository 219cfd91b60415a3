"""The profiles, exactly as given."""

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given

from rules.factors import FACTORS, Match
from rules.facts import EntryFacts, TimeWindow
from rules.match_policy import ProfileName
from rules.own_profile import FactorName, OwnProfile, Weighted
from rules.policy import Policy
from rules.priority import priority_score
from rules.profiles import BACKFILL, BALANCED, FLEXIBLE, way_of
from rules.scoring import Profile, Score
from rules.view import look_at
from tests.rules.make import DR_KIM, DR_LEE, DR_ROY, NEW_YORK, NOW, entries, entry, local, opening

VIEW = look_at(opening(), Policy(), NOW)  # Tuesday December 1, 3:00pm, a week away


def score(**facts: Any) -> Score:
    return BALANCED.score(Match(entry(**facts), VIEW))


OWN = OwnProfile(
    name="ours",
    factors=(
        Weighted(factor=FactorName.DAY, weight=30),
        Weighted(factor=FactorName.NO_SHOW_RISK, weight=10),
    ),
    threshold=0.4,
    required=(FactorName.SPECIALTY,),
)


@pytest.mark.parametrize("name", ProfileName)
def test_every_profile_a_policy_can_name_exists(name: ProfileName) -> None:
    assert way_of(Policy(profile=name, own_profile=OWN)).profile.factors


@pytest.mark.parametrize("name", FactorName)
def test_every_factor_a_clinic_can_name_exists(name: FactorName) -> None:
    value, reason = FACTORS[name](Match(entry(), VIEW))
    assert 0 <= value <= 1
    assert reason


def test_the_weights_add_up_to_one() -> None:
    assert sum(factor.weight for factor in BALANCED.factors) == pytest.approx(1)


@pytest.mark.parametrize(
    ("facts", "expected", "reason"),
    [
        pytest.param({"preferred_provider_id": DR_LEE}, 0.30, "prefers Dr Lee", id="preferred"),
        pytest.param({"requested_provider_id": DR_LEE}, 0.25, "asked for Dr Lee", id="requested"),
        pytest.param(
            {"preferred_provider_id": DR_KIM, "alternate_provider_ids": frozenset({DR_LEE, DR_ROY})},
            0.15,
            "Dr Lee will do",
            id="alternate",
        ),
        pytest.param(
            {"preferred_provider_id": DR_KIM}, 0.0, "wanted somebody else than Dr Lee", id="somebody else"
        ),
        pytest.param({}, 0.25, "any provider will do", id="none stated counts as requested"),
        pytest.param(
            {"preferred_provider_id": DR_LEE, "requested_provider_id": DR_LEE},
            0.30,
            "prefers Dr Lee",
            id="preferred counts before requested",
        ),
    ],
)
def test_the_provider_counts_three_tenths(facts: dict[str, Any], expected: float, reason: str) -> None:
    found = score(**facts)
    assert found.parts["provider"] == pytest.approx(expected)
    assert found.reasons[0] == reason


@pytest.mark.parametrize(
    ("weekdays", "expected", "reason"),
    [
        pytest.param({1, 3}, 0.20, "free on Tuesdays", id="the day asked for"),
        pytest.param({0, 2}, 0.0, "prefers Mondays, Wednesdays", id="another day"),
        pytest.param(set(), 0.20, "any day will do", id="none stated"),
    ],
)
def test_the_day_counts_two_tenths(weekdays: set[int], expected: float, reason: str) -> None:
    found = score(weekdays=frozenset(weekdays))
    assert found.parts["day"] == pytest.approx(expected)
    assert found.reasons[1] == reason


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param((TimeWindow(time(12), time(17)),), 0.20, id="in the afternoon"),
        pytest.param((TimeWindow(time(8), time(9)), TimeWindow(time(15), time(16))), 0.20, id="one of two"),
        pytest.param((TimeWindow(time(8), time(15)),), 0.0, id="a window that ends as it starts"),
        pytest.param((TimeWindow(time(17), time(20)),), 0.0, id="in the evening"),
        pytest.param((), 0.20, id="none stated"),
    ],
)
def test_the_time_counts_two_tenths(times: tuple[TimeWindow, ...], expected: float) -> None:
    assert score(times=times).parts["time"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("now", "expected", "reason"),
    [
        pytest.param("2026-12-01 08:00", 0.15, "today", id="today"),
        pytest.param("2026-11-30 23:00", 0.15 * 13 / 14, "tomorrow", id="tomorrow, though only hours away"),
        pytest.param("2026-11-24 08:00", 0.075, "in 7 days", id="half the horizon"),
        pytest.param("2026-11-17 08:00", 0.0, "in 14 days", id="at the horizon"),
        pytest.param("2026-10-17 08:00", 0.0, "in 45 days", id="beyond it"),
    ],
)
def test_sooner_counts_up_to_fifteen_hundredths(now: str, expected: float, reason: str) -> None:
    found = BALANCED.score(Match(entry(), look_at(opening(), Policy(), local(NEW_YORK, now))))
    assert found.parts["sooner"] == pytest.approx(expected)
    assert found.reasons[3] == reason


def test_the_horizon_is_the_clinics_to_choose() -> None:
    view = look_at(opening(), Policy(search_horizon_days=28), NOW)
    assert BALANCED.score(Match(entry(), view)).parts["sooner"] == pytest.approx(0.15 * 0.75)


def test_the_priority_score_counts_fifteen_hundredths() -> None:
    facts = entry(added_at=NOW - timedelta(days=15))
    found = BALANCED.score(Match(facts, VIEW))
    assert found.parts["priority"] == pytest.approx(0.15 * priority_score(facts, NOW).total)
    assert found.reasons[4] == "waiting 15 days"


def test_days_and_times_are_the_clinics_own() -> None:
    # 2:30 in the morning of Wednesday in London is still Tuesday evening in New York.
    start = local(NEW_YORK, "2026-12-01 21:30")
    view = look_at(opening(start=start, end=start + timedelta(minutes=30)), Policy(), NOW)
    facts = entry(weekdays=frozenset({1}), times=(TimeWindow(time(21), time(22)),))
    parts = BALANCED.score(Match(facts, view)).parts
    assert (parts["day"], parts["time"]) == (0.2, 0.2)


# A clinic's own


def test_own_weights_count_as_shares_of_their_sum() -> None:
    found = way_of(Policy(profile=ProfileName.OWN, own_profile=OWN)).profile.score(Match(entry(), VIEW))
    assert found.parts == {"day": 0.75, "no_show_risk": 0.0}


def test_an_own_profile_has_its_own_threshold_and_conditions() -> None:
    way = way_of(Policy(profile=ProfileName.OWN, own_profile=OWN))
    assert (way.least, way.required) == (0.4, {FactorName.SPECIALTY})


# All of them

ALL = pytest.mark.parametrize("profile", [BALANCED, FLEXIBLE, BACKFILL], ids=lambda each: each.name)


@ALL
@given(facts=entries)
def test_a_match_score_stays_in_range_and_adds_up(profile: Profile[Match], facts: EntryFacts) -> None:
    found = profile.score(Match(facts, VIEW))
    assert 0 <= found.total <= 1
    assert sum(found.parts.values()) == found.total


@ALL
@given(facts=entries)
def test_each_reason_comes_from_the_factor_that_scored(profile: Profile[Match], facts: EntryFacts) -> None:
    match = Match(facts, VIEW)
    found = profile.score(match)
    assert found.reasons == tuple(FACTORS[FactorName(part)](match)[1] for part in found.parts)
