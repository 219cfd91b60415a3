"""How likely a patient is to drop out of care: a score of seven factors, each with its sentence, and its level."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from rules.scoring import Factor, Profile
from rules.states import PaymentStatus, RiskLevel

LOOKED_BACK = timedelta(days=180)
"""What is falling is seen by comparing this long with as long before; reschedules count within it."""

USUAL_INTERVAL = 180
"""Days between visits where neither a plan nor the patient's own past says how many."""

IN_A_ROW = 2
FLAGGED_MISSES, FLAGGED_WITHIN = 2, timedelta(days=90)
MANY_RESCHEDULES = 4
MANY_UNANSWERED = 4
FULL_GAP = 3
"""A gap counts in full at this many times the interval, and not at all up to once."""

FEWEST_TO_FALL_FROM = 2
QUARTERS = 4


class Plan(NamedTuple):
    """A treatment: how many visits, how far apart, since when, and how many marks on the way have a name."""

    visits_planned: int
    interval_days: int
    started_on: date
    milestones: int = 0


@dataclass(frozen=True)  # no slots: they break `cached_property`
class Care:
    """A patient's care as it stands on a day. Days of visits come oldest first; `reschedules` and `unanswered` are
    counts: visits moved in the last half year, and texts of ours in a row without an answer."""

    today: date
    completed: Sequence[date] = ()
    missed: Sequence[date] = ()
    next_visit: date | None = None
    reschedules: int = 0
    unanswered: int = 0
    payment: PaymentStatus | None = None
    plan: Plan | None = None

    @property
    def last_visit(self) -> date | None:
        return self.completed[-1] if self.completed else None

    @cached_property
    def interval(self) -> float:
        """Days from visit to visit: as planned, else as it was so far, else as is usual."""
        if self.plan is not None:
            return self.plan.interval_days
        gaps = [(after - before).days for before, after in pairwise(self.completed)]
        return max(median(gaps), 1) if len(gaps) >= FEWEST_TO_FALL_FROM else USUAL_INTERVAL

    @cached_property
    def in_plan(self) -> int:
        """Visits of the plan that were kept."""
        since = self.plan.started_on if self.plan else self.today
        return sum(day >= since for day in self.completed)

    def due(self, since: date) -> int:
        """Visits that the plan wanted since then, up to today."""
        if self.plan is None:
            return 0
        from_day = max(since, self.plan.started_on)
        wanted = max((self.today - from_day).days, 0) // self.plan.interval_days
        return min(wanted, self.plan.visits_planned)

    @property
    def plan_is_over(self) -> bool:
        return self.plan is not None and self.in_plan >= self.plan.visits_planned


def _misses_in_a_row(care: Care) -> tuple[float, str]:
    """Missed since the last kept visit; one alone says nothing yet."""
    count = sum(care.last_visit is None or day > care.last_visit for day in care.missed)
    return (1.0, f"missed {count} visits in a row") if count >= IN_A_ROW else (0.0, "")


def _falling(care: Care) -> tuple[float, str]:
    """Fewer visits in the last half year than in the one before, or than planned; whichever is worse."""
    if care.plan_is_over:
        return 0.0, ""
    begins = care.today - LOOKED_BACK
    lately = sum(day > begins for day in care.completed)
    before = sum(begins - LOOKED_BACK < day <= begins for day in care.completed)
    planned = care.due(begins)
    wanted, than = max((before, "in the half year before"), (planned, "planned"))
    if wanted < FEWEST_TO_FALL_FROM or lately >= wanted:
        return 0.0, ""
    return 1 - lately / wanted, f"{_visits(lately)} in the last half year, {wanted} {than}"


def _reschedules(care: Care) -> tuple[float, str]:
    """One is nothing."""
    if care.reschedules < 2:
        return 0.0, ""
    value = min((care.reschedules - 1) / (MANY_RESCHEDULES - 1), 1.0)
    return value, f"moved {care.reschedules} visits in the last half year"


def _gap(care: Care) -> tuple[float, str]:
    """Since the last kept visit, or the plan's first day."""
    since = care.last_visit or (care.plan.started_on if care.plan else None)
    if since is None or care.plan_is_over:
        return 0.0, ""
    days = (care.today - since).days
    value = min(max((days / care.interval - 1) / (FULL_GAP - 1), 0.0), 1.0)
    said = f"no visit for {days} days, usually every {care.interval:.0f}"
    return value, said if value else ""


def _milestones(care: Care) -> tuple[float, str]:
    """Marks on the way, spread evenly over the plan's visits (quarters where none has a name): those that should
    have been reached by now and are not."""
    if care.plan is None:
        return 0.0, ""
    marks = care.plan.milestones or QUARTERS
    at_visit = [math.ceil(care.plan.visits_planned * (place + 1) / marks) for place in range(marks)]
    due = sum(each <= care.due(care.plan.started_on) for each in at_visit)
    unmet = due - sum(each <= care.in_plan for each in at_visit)
    if unmet <= 0:
        return 0.0, ""
    visit = f"visit {care.in_plan} of {care.plan.visits_planned}"
    return unmet / due, f"{unmet} of {due} steps due by now not reached ({visit})"


def _payment(care: Care) -> tuple[float, str]:
    if care.payment is PaymentStatus.COLLECTIONS:
        return 1.0, "account in collections"
    return (0.5, "payment late") if care.payment is PaymentStatus.LATE else (0.0, "")


def _no_answers(care: Care) -> tuple[float, str]:
    """One is nothing."""
    if care.unanswered < 2:
        return 0.0, ""
    value = min((care.unanswered - 1) / (MANY_UNANSWERED - 1), 1.0)
    return value, f"left our last {care.unanswered} texts unanswered"


DROPOUT: Profile[Care] = Profile(
    "dropout",
    (
        Factor("no_shows_in_row", 0.25, _misses_in_a_row),
        Factor("falling", 0.15, _falling),
        Factor("reschedules", 0.10, _reschedules),
        Factor("gap", 0.15, _gap),
        Factor("milestones", 0.15, _milestones),
        Factor("payment", 0.10, _payment),
        Factor("no_answers", 0.10, _no_answers),
    ),
)

BOUNDS = ((0.75, RiskLevel.CRITICAL), (0.50, RiskLevel.HIGH), (0.25, RiskLevel.MEDIUM), (0.0, RiskLevel.LOW))
AT_LEAST_HIGH = (RiskLevel.HIGH, RiskLevel.CRITICAL)
_ROUNDING = 1e-9


class Part(NamedTuple):
    """A factor of a score: what it may give at most and what it gave, in points of a hundred, and why."""

    name: str
    weight: float
    points: float
    sentence: str


class Risk(NamedTuple):
    """`score` is 0–100, the sum of the parts' points; `flagged`: missed twice in ninety days, so at least high."""

    score: float
    level: RiskLevel
    flagged: bool
    parts: tuple[Part, ...]


def risk_of(care: Care) -> Risk:
    """How likely a patient is to drop out of care."""
    parts = []
    for factor in DROPOUT.factors:
        value, sentence = factor.score(care)
        parts.append(Part(factor.name, 100 * factor.weight, 100 * factor.weight * value, sentence))
    score = min(sum(each.points for each in parts), 100.0)
    flagged = sum(day > care.today - FLAGGED_WITHIN for day in care.missed) >= FLAGGED_MISSES
    return Risk(score, _level(score / 100, flagged=flagged), flagged, tuple(parts))


def _level(share: float, *, flagged: bool) -> RiskLevel:
    level = next(level for bound, level in BOUNDS if share >= bound - _ROUNDING)
    return RiskLevel.HIGH if flagged and level not in AT_LEAST_HIGH else level


class Advice(NamedTuple):
    """What is to be done at a level: a text to ask how they are, a call within so many days, the doctor told."""

    text: bool = False
    call_within_days: int | None = None
    tell_doctor: bool = False


ADVICE = {
    RiskLevel.LOW: Advice(),
    RiskLevel.MEDIUM: Advice(text=True),
    RiskLevel.HIGH: Advice(call_within_days=2),
    RiskLevel.CRITICAL: Advice(call_within_days=0, tell_doctor=True),
}


def dropped_out(care: Care) -> bool:
    """No kept visit within twice the interval and sixty days, and none booked. Who finished their plan, or never
    came and never should have, has not dropped out."""
    since = care.last_visit or (care.plan.started_on if care.plan else None)
    if since is None or care.next_visit is not None or care.plan_is_over:
        return False
    return (care.today - since).days > 2 * care.interval + 60


def _visits(count: int) -> str:
    return "1 visit" if count == 1 else f"{count} visits"
