"""How good chances turned out to be, overall and for groups of patients."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rules.boosting import Chances
from rules.no_show.model import train
from rules.no_show.visits import Visit, baseline_chances, features

FLAGGED = 0.2
"""The share of visits, those with the highest chances, that would be asked sooner whether they will come."""

BINS = 10
TRAINED_SHARE = 0.8

Missed = NDArray[np.bool_]


class NothingToJudge(Exception):
    """Before or after the day there are no visits, or none that was missed, or none that was kept."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Visits with much the same chance: the mean of what was said, and the share that was missed."""

    chance: float
    missed: float
    visits: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`auc`: how often a missed visit has a higher chance than a kept one, 0.5 by guessing;
    `auc_not_same_day`: the same without visits booked on their very day, which nearly all are kept; `brier`:
    mean squared error."""

    auc: float | None
    auc_not_same_day: float | None
    brier: float


@dataclass(frozen=True, slots=True)
class Group:
    """A group's visits: what was said of them, what came, and which share of those who came was flagged
    wrongly."""

    by: str
    name: str
    visits: int
    chance: float
    missed: float
    false_positives: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    split: date
    trained_on: int
    judged_on: int
    missed: float
    learned: Figures
    baseline: Figures
    calibration: tuple[Bin, ...]
    baseline_calibration: tuple[Bin, ...]
    groups: tuple[Group, ...]


def usual_split(visits: Sequence[Visit]) -> date:
    """The first day before which at least four fifths of the visits lie."""
    days = sorted(each.day for each in visits)
    wanted = TRAINED_SHARE * len(days)
    before = next(
        (place for place, day in enumerate(days) if place >= wanted and days[place - 1] < day), None
    )
    return days[-1] if before is None else days[before]


def judge(visits: Sequence[Visit], split: date) -> Verdict:
    """Train on what was over before `split`, and judge on the rest; every visit as it was known when it was
    booked.

    Visits whose end nobody wrote down are passed over. Raises `NothingToJudge`.
    """
    told = [each for each in visits if each.missed is not None]
    later = np.array([each.day >= split for each in told], dtype=bool)
    missed = np.array([bool(each.missed) for each in told], dtype=bool)
    if any(len(set(part.tolist())) < 2 for part in (missed[later], missed[~later])):
        raise NothingToJudge
    model = train([each for each in told if each.day < split])
    return _verdict(told, later, missed, model.chances(features(told)[later]), split)


def _verdict(told: Sequence[Visit], later: Missed, missed: Missed, chances: Chances, split: date) -> Verdict:
    judged = [each for each, is_later in zip(told, later, strict=True) if is_later]
    simple, ended = baseline_chances(told)[later], missed[later]
    same_day = np.array([each.booked_on >= each.day for each in judged], dtype=bool)
    return Verdict(
        split=split,
        trained_on=len(told) - len(judged),
        judged_on=len(judged),
        missed=float(ended.mean()),
        learned=figures(chances, ended, same_day),
        baseline=figures(simple, ended, same_day),
        calibration=calibration(chances, ended),
        baseline_calibration=calibration(simple, ended),
        groups=groups(judged, chances, ended),
    )


def figures(chances: Chances, missed: Missed, same_day: Missed) -> Figures:
    return Figures(
        auc=auc(chances, missed),
        auc_not_same_day=auc(chances[~same_day], missed[~same_day]),
        brier=float(np.mean((chances - missed) ** 2)),
    )


def auc(chances: Chances, missed: Missed) -> float | None:
    """None where all ended alike."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(missed, chances)) if len(set(missed.tolist())) == 2 else None


def calibration(chances: Chances, missed: Missed) -> tuple[Bin, ...]:
    """By chance, in parts of equally many visits; visits with the very same chance stay together."""
    edges = np.unique(np.quantile(chances, np.linspace(0, 1, BINS + 1)[1:-1]))
    places = np.searchsorted(edges, chances)
    return tuple(
        Bin(float(chances[here].mean()), float(missed[here].mean()), int(here.sum()))
        for here in (places == place for place in np.unique(places))
    )


def groups(visits: Sequence[Visit], chances: Chances, missed: Missed) -> tuple[Group, ...]:
    """By age band, sex and language, as far as they are known."""
    flagged = chances > np.quantile(chances, 1 - FLAGGED)
    found = []
    for by, of in _BY.items():
        members: dict[str, list[int]] = defaultdict(list)
        for place, each in enumerate(visits):
            members[of(each)].append(place)
        for name in sorted(members):
            here = np.array(members[name])
            found.append(_group(by, name, chances[here], missed[here], flagged[here]))
    return tuple(found)


def _group(by: str, name: str, chances: Chances, missed: Missed, flagged: Missed) -> Group:
    came = ~missed
    return Group(
        by=by,
        name=name,
        visits=len(chances),
        chance=float(chances.mean()),
        missed=float(missed.mean()),
        false_positives=float(flagged[came].mean()) if came.any() else None,
    )


def _age_band(visit: Visit) -> str:
    if visit.age is None:
        return UNKNOWN
    return next((name for below, name in _AGES if visit.age < below), "75 and over")


UNKNOWN = "not known"
_AGES = ((18, "00–17"), (30, "18–29"), (45, "30–44"), (60, "45–59"), (75, "60–74"))
_BY: dict[str, Callable[[Visit], str]] = {
    "age": _age_band,
    "sex": lambda visit: visit.sex or UNKNOWN,
    "language": lambda visit: visit.language or UNKNOWN,
}
