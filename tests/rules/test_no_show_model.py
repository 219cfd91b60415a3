"""What is learned from a clinic's past visits."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from rules.no_show.judging import NothingToJudge, Verdict, calibration, figures, judge, usual_split
from rules.no_show.model import train
from rules.no_show.visits import COLUMNS, Visit, features

FIRST = date(2026, 1, 5)
DAYS = 100


def chance_of(lead: int) -> float:
    """In this clinic who books for the same day comes, and who books long ahead often does not."""
    return 0.03 if lead == 0 else 0.15 + 0.01 * lead


@pytest.fixture(scope="module")
def visits() -> list[Visit]:
    """Twenty a day."""
    chance = np.random.default_rng(7)
    found = []
    for number in range(DAYS * 20):
        day, lead = FIRST + timedelta(days=number // 20), int(chance.choice([0, 3, 10, 30]))
        missed = bool(chance.random() < chance_of(lead))
        found.append(
            Visit(f"p{number % 700}", day, day - timedelta(days=lead), missed=missed, age=float(number % 90))
        )
    return found


@pytest.fixture(scope="module")
def verdict(visits: list[Visit]) -> Verdict:
    return judge(visits, FIRST + timedelta(days=70))


def test_it_beats_the_rule_of_thumb(verdict: Verdict) -> None:
    assert verdict.learned.auc is not None
    assert verdict.baseline.auc is not None
    assert verdict.learned.auc > 0.68 > verdict.baseline.auc
    assert verdict.learned.brier < verdict.baseline.brier


def test_without_same_day_bookings_it_is_harder(verdict: Verdict) -> None:
    assert verdict.learned.auc_not_same_day is not None
    assert verdict.learned.auc is not None
    assert 0.5 < verdict.learned.auc_not_same_day < verdict.learned.auc


def test_its_chances_are_what_comes(verdict: Verdict) -> None:
    off = sum((each.chance - each.missed) * each.visits for each in verdict.calibration) / verdict.judged_on
    assert abs(off) < 0.05
    assert verdict.calibration[0].missed < 0.1 < 0.3 < verdict.calibration[-1].missed


def test_the_same_visits_teach_the_same(visits: list[Visit]) -> None:
    rows = features(visits)
    np.testing.assert_array_equal(train(visits).chances(rows), train(visits).chances(rows))


def test_a_longer_lead_never_lowers_the_chance(visits: list[Visit]) -> None:
    rows = np.repeat(features(visits)[:1], 40, axis=0)
    rows[:, COLUMNS.index("lead_days")] = range(40)
    assert (np.diff(train(visits).chances(rows)) >= 0).all()


def test_what_raises_a_chance_is_told(visits: list[Visit]) -> None:
    model, rows = train(visits), features(visits)
    far = rows[rows[:, COLUMNS.index("lead_days")] == 30][:1]
    because = model.because(far)
    assert max(because, key=lambda name: because[name][0]) == "lead_days"


def test_weekdays_count_once_six_weeks_were_seen(visits: list[Visit]) -> None:
    short = [each for each in visits if each.day < FIRST + timedelta(days=35)]
    assert "weekday" in train(visits).columns
    assert "weekday" not in train(short).columns


def test_a_leak_would_show(visits: list[Visit], verdict: Verdict) -> None:
    """With the end of each visit among what was known, the figures are far above what can honestly be had."""
    told = [replace(each, travel_minutes=60.0 * bool(each.missed)) for each in visits]
    leaky = judge(told, verdict.split).learned.auc
    assert leaky is not None
    assert leaky > 0.99


def test_nothing_is_judged_where_nobody_missed(visits: list[Visit]) -> None:
    with pytest.raises(NothingToJudge):
        judge(visits, FIRST)


def test_four_fifths_are_trained_on_unless_a_day_is_said(visits: list[Visit]) -> None:
    assert usual_split(visits) == FIRST + timedelta(days=80)


def test_every_group_is_told_apart(verdict: Verdict) -> None:
    ages = [each for each in verdict.groups if each.by == "age"]
    assert sum(each.visits for each in ages) == verdict.judged_on
    assert {each.name for each in verdict.groups if each.by == "sex"} == {"not known"}


def test_guessing_has_half_the_area() -> None:
    guessed = figures(np.full(4, 0.3), np.array([True, False, False, True]), np.zeros(4, bool))
    assert guessed.auc == 0.5


def test_visits_with_the_same_chance_are_judged_together() -> None:
    (only,) = calibration(np.full(10, 0.2), np.array([True] * 3 + [False] * 7))
    assert (only.chance, only.missed, only.visits) == (pytest.approx(0.2), 0.3, 10)


def test_the_web_process_never_loads_what_fits_models() -> None:
    code = "import sys, bot.app, rules.no_show.judging; print('sklearn' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
