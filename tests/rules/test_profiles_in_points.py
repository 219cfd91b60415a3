"""The profiles that are given in points of a hundred: `flexible` and `backfill`, exactly as given."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from rules.factors import Match
from rules.facts import TimeWindow
from rules.match_policy import ProfileName
from rules.own_profile import FactorName
from rules.policy import Policy
from rules.profiles import BACKFILL, FLEXIBLE, way_of
from rules.view import look_at
from tests.rules.make import CHECKUP, DR_KIM, DR_LEE, NOW, entry, opening

VIEW = look_at(opening(), Policy(), NOW)  # Tuesday December 1, 3:00pm, a week away


# Flexible


def flexible(part: FactorName, **facts: Any) -> float:
    """In points of a hundred."""
    return FLEXIBLE.score(Match(entry(**facts), VIEW)).parts[part] * 100


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        pytest.param({"preferred_provider_id": DR_LEE}, 30, id="preferred"),
        pytest.param({"requested_provider_id": DR_LEE}, 30, id="requested"),
        pytest.param({"alternate_provider_ids": frozenset({DR_LEE})}, 30, id="alternate"),
        pytest.param({}, 15, id="none stated"),
        pytest.param({"preferred_provider_id": DR_KIM}, 0, id="another"),
    ],
)
def test_flexible_gives_points_for_a_provider_that_was_named(facts: dict[str, Any], points: float) -> None:
    assert flexible(FactorName.NAMED_PROVIDER, **facts) == pytest.approx(points)


@pytest.mark.parametrize(
    ("best", "points"),
    [
        pytest.param(date(2026, 12, 1), 25, id="the day itself"),
        pytest.param(date(2026, 12, 4), 15, id="three days off"),
        pytest.param(date(2026, 11, 27), 10, id="four days off, before it"),
        pytest.param(date(2026, 12, 8), 10, id="seven days off"),
        pytest.param(date(2026, 12, 9), 0, id="eight days off"),
        pytest.param(None, 12.5, id="none stated"),
    ],
)
def test_flexible_gives_points_for_being_near_the_best_date(best: date | None, points: float) -> None:
    assert flexible(FactorName.DATE, preferred_date=best) == pytest.approx(points)


@pytest.mark.parametrize(
    ("times", "points"),
    [
        pytest.param((TimeWindow(time(15), time(16)),), 20, id="inside"),
        pytest.param((TimeWindow(time(16), time(17)),), 20, id="an hour too early"),
        pytest.param((TimeWindow(time(12), time(13)),), 10, id="two hours too late"),
        pytest.param((TimeWindow(time(8), time(12, 59)),), 0, id="more than two hours too late"),
        pytest.param(
            (TimeWindow(time(8), time(9)), TimeWindow(time(16), time(17))), 20, id="the nearest counts"
        ),
        pytest.param((), 10, id="none stated"),
    ],
)
def test_flexible_gives_points_for_being_near_the_time(times: tuple[TimeWindow, ...], points: float) -> None:
    assert flexible(FactorName.NEAR_TIME, times=times) == pytest.approx(points)


DR_KIM_MORNINGS: dict[str, Any] = {"preferred_provider_id": DR_KIM, "times": (TimeWindow(time(8), time(12)),)}


@pytest.mark.parametrize(
    ("facts", "percent"),
    [
        pytest.param({}, 100, id="nothing stated"),
        pytest.param({**DR_KIM_MORNINGS, "latest": date(2026, 12, 8)}, 50, id="all stated, two weeks"),
        pytest.param({**DR_KIM_MORNINGS, "latest": date(2026, 12, 9)}, 60, id="fifteen days"),
        pytest.param({**DR_KIM_MORNINGS, "latest": date(2026, 12, 24)}, 60, id="thirty days"),
        pytest.param({**DR_KIM_MORNINGS, "latest": date(2026, 12, 25)}, 70, id="thirty-one days"),
        pytest.param({"latest": date(2026, 12, 1), "times": DR_KIM_MORNINGS["times"]}, 70, id="any provider"),
        pytest.param({"latest": date(2026, 12, 1), "preferred_provider_id": DR_KIM}, 60, id="any time"),
        pytest.param(
            {**DR_KIM_MORNINGS, "earliest": date(2026, 11, 30), "latest": date(2026, 12, 9)},
            50,
            id="from a first date",
        ),
    ],
)
def test_flexible_gives_points_for_asking_little(facts: dict[str, Any], percent: float) -> None:
    assert flexible(FactorName.FLEXIBILITY, **facts) == pytest.approx(15 * percent / 100)


@pytest.mark.parametrize(("days", "points"), [(0, 0), (6, 2), (30, 10), (80, 10)])
def test_flexible_gives_a_point_for_three_days_of_waiting(days: int, points: float) -> None:
    assert flexible(FactorName.WAIT, added_at=NOW - timedelta(days=days)) == pytest.approx(points)


def test_flexible_offers_any_match_without_staff() -> None:
    assert way_of(Policy(profile=ProfileName.FLEXIBLE)).least == 0


# Backfill


@pytest.mark.parametrize(
    ("risk", "points"), [(None, 0), (0.59, 0), (0.6, 30), (0.79, 30), (0.8, 40), (1.0, 40)]
)
def test_backfill_gives_points_for_the_risk_of_a_no_show(risk: float | None, points: float) -> None:
    found = BACKFILL.score(Match(entry(no_show_risk=risk), VIEW))
    assert found.parts[FactorName.NO_SHOW_RISK] * 100 == pytest.approx(points)


def test_the_least_risk_is_the_clinics_to_choose() -> None:
    view = look_at(opening(), Policy(backfill_least_risk=0.3), NOW)
    parts = BACKFILL.score(Match(entry(no_show_risk=0.3), view)).parts
    assert parts[FactorName.NO_SHOW_RISK] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("part", "facts", "points"),
    [
        pytest.param(FactorName.SPECIALTY, {}, 20, id="no specialty in a slot of none"),
        pytest.param(
            FactorName.SPECIALTY, {"type": replace(CHECKUP, specialty="neurology")}, 0, id="another"
        ),
        pytest.param(FactorName.DAY, {"weekdays": frozenset({1})}, 20, id="the day asked for"),
        pytest.param(FactorName.DAY, {"weekdays": frozenset({2})}, 0, id="another day"),
        pytest.param(FactorName.LOCATION, {}, 10, id="any place"),
        pytest.param(FactorName.LOCATION, {"location_id": UUID(int=7)}, 0, id="another place"),
    ],
)
def test_backfill_gives_points_for(part: FactorName, facts: dict[str, Any], points: float) -> None:
    assert BACKFILL.score(Match(entry(**facts), VIEW)).parts[part] * 100 == pytest.approx(points)


def test_backfill_offers_from_fifty_points_on() -> None:
    assert way_of(Policy(profile=ProfileName.BACKFILL)).least == 0.5
