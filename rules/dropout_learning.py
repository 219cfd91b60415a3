"""What a clinic's own past teaches of patients who drop out: a chance beside the rule score, never instead of it.

It learns from looks back: how a patient's care stood on a day, and whether they had dropped out half a year later,
by the very rule of `rules.dropout.dropped_out`. Where it is judged, everything it learned from had ended before
the first day it is asked about.

Left out of what it sees are payment, reschedules and unanswered texts: how these stood then nobody knows any more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules.boosting import Chances, Model, fit
from rules.dropout import Care, Plan, dropped_out, risk_of
from rules.no_show.judging import Bin, auc, calibration

AHEAD = timedelta(days=180)
"""So long after a look is seen whether the patient has dropped out."""

EVERY = timedelta(days=60)
LOOKS = 18
"""Looks at each patient, as far as their past goes: three years."""

LEAST_LOOKS, LEAST_DROPPED_OUT = 1000, 50
"""With fewer to learn from, or to judge by, one clinic's luck is learned by heart."""

JUDGED_ON = 3
"""So many of the latest looks are held back."""

COLUMNS = (
    "days_since",
    "interval",
    "gap",
    "kept_lately",
    "kept_before",
    "kept",
    "missed",
    "missed_since",
    "days_to_next",
    "plan_share",
)
"""What it sees of a patient's care, in this order."""

MORE_WITH = {"gap": 1, "missed_since": 1}
"""With a longer gap, or more misses since the last kept visit, the chance never falls: people would not believe
it."""

HALF_A_YEAR = timedelta(days=180)


class Booked(NamedTuple):
    """A visit of a patient's past or future. `ended`: kept is True, missed False, None where neither is known.
    `given_up_on` is the day it was cancelled."""

    day: date
    booked_on: date
    ended: bool | None = None
    given_up_on: date | None = None


class History(NamedTuple):
    """A patient's visits, whatever became of them, and their plans."""

    visits: Sequence[Booked]
    plans: Sequence[Plan] = ()


def care_on(history: History, day: date) -> Care:
    """How a patient's care stood on the morning of that day: nothing that came later is looked at."""
    ended = [each for each in history.visits if each.day < day and each.given_up_on is None]
    coming = [
        each.day
        for each in history.visits
        if each.booked_on < day <= each.day and (each.given_up_on is None or each.given_up_on >= day)
    ]
    begun = [each for each in history.plans if each.started_on < day]
    return Care(
        today=day,
        completed=sorted(each.day for each in ended if each.ended is True),
        missed=sorted(each.day for each in ended if each.ended is False),
        next_visit=min(coming, default=None),
        plan=max(begun, key=lambda each: each.started_on, default=None),
    )


def features(cares: Sequence[Care]) -> NDArray[np.float64]:
    """What is seen of each, a row each, in the order of `COLUMNS`; NaN where something is not known."""
    return np.array([_row(each) for each in cares], dtype=np.float64).reshape(len(cares), len(COLUMNS))


def _row(care: Care) -> list[float | None]:
    lately = care.today - HALF_A_YEAR
    days = None if care.last_visit is None else (care.today - care.last_visit).days
    return [
        days,
        care.interval,
        None if days is None else days / care.interval,
        sum(day > lately for day in care.completed),
        sum(lately - HALF_A_YEAR < day <= lately for day in care.completed),
        len(care.completed),
        len(care.missed),
        sum(care.last_visit is None or day > care.last_visit for day in care.missed),
        None if care.next_visit is None else (care.next_visit - care.today).days,
        None if care.plan is None else care.in_plan / max(care.plan.visits_planned, 1),
    ]


def can_be_asked(care: Care) -> bool:
    """Who has dropped out already, or never came, is not asked about."""
    return bool(care.completed) and not dropped_out(care)


class Look(NamedTuple):
    """How a patient's care stood, and whether they had dropped out half a year later."""

    care: Care
    dropped_out: bool


def looks(histories: Sequence[History], today: date) -> list[Look]:
    """Everything that can be learned from by today."""
    return [look for history in histories for look in _looks(history, today)]


def _looks(history: History, today: date) -> Iterator[Look]:
    first = min((each.day for each in history.visits), default=today)
    for number in range(LOOKS):
        day = today - AHEAD - number * EVERY
        if day <= first:
            return
        care = care_on(history, day)
        if can_be_asked(care):
            yield Look(care, dropped_out(care_on(history, day + AHEAD)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`auc`: how often who dropped out has the higher chance, 0.5 by guessing; `rule_auc` the same of the rule
    score. `brier`: mean squared error; `share_brier` that of saying the usual share of everybody."""

    split: date
    trained_on: int
    judged_on: int
    dropped_out: float
    auc: float | None
    rule_auc: float | None
    brier: float
    share_brier: float
    calibration: tuple[Bin, ...]

    @property
    def is_better(self) -> bool:
        return (self.auc or 0.0) > (self.rule_auc or 0.0) and self.brier < self.share_brier


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned, and whether it is used; `why_not` is a sentence where it is not."""

    looks: int
    model: Model | None = None
    verdict: Verdict | None = None
    why_not: str = ""


def learn(histories: Sequence[History], today: date) -> Learned:
    """Learn from a clinic's past. Seconds of work; the same past teaches the same."""
    found = looks(histories, today)
    split = today - AHEAD - (JUDGED_ON - 1) * EVERY
    before = [each for each in found if each.care.today + AHEAD <= split]
    after = [each for each in found if each.care.today >= split]
    if len(before) < LEAST_LOOKS or min(_rarer(before), _rarer(after)) < LEAST_DROPPED_OUT:
        return Learned(len(found), why_not="The past is too short to learn from.")
    verdict = _judge(before, after, split)
    if not verdict.is_better:
        return Learned(
            len(found), verdict=verdict, why_not="It was no better than the rules on the latest looks."
        )
    return Learned(len(found), train(found), verdict)


def train(found: Sequence[Look]) -> Model:
    """Fit to looks in which both ends occur."""
    rows, days = features([each.care for each in found]), [each.care.today.toordinal() for each in found]
    known = {name: place for place, name in enumerate(COLUMNS) if not np.isnan(rows[:, place]).all()}
    return fit(rows, _ends(found), np.array(days), known, MORE_WITH)


def _judge(before: Sequence[Look], after: Sequence[Look], split: date) -> Verdict:
    cares, ends = [each.care for each in after], _ends(after)
    chances = train(before).chances(features(cares))
    rule = np.array([risk_of(each).score for each in cares])
    share = _ends(before).mean()
    return Verdict(
        split=split,
        trained_on=len(before),
        judged_on=len(after),
        dropped_out=float(ends.mean()),
        auc=auc(chances, ends),
        rule_auc=auc(rule, ends),
        brier=_brier(chances, ends),
        share_brier=_brier(np.full(len(ends), share), ends),
        calibration=calibration(chances, ends),
    )


def _brier(chances: Chances, ends: NDArray[np.bool_]) -> float:
    return float(np.mean((chances - ends) ** 2))


def _ends(found: Sequence[Look]) -> NDArray[np.bool_]:
    return np.array([each.dropped_out for each in found], dtype=bool)


def _rarer(found: Sequence[Look]) -> int:
    """How many ended in the rarer way."""
    dropped = sum(each.dropped_out for each in found)
    return min(dropped, len(found) - dropped)
