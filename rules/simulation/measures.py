"""What a played year comes to, and what several together say."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median, stdev

from rules.hours import hours_of, minutes_allowed_between
from rules.offer_policy import Dispatch
from rules.policy import Policy
from rules.response import MEAN_CHANCE
from rules.simulation import scenario
from rules.simulation.year import Setting, Slot, Year, play
from rules.states import EntryPriority

ENOUGH_NOTICE = 6.0
"""Allowed hours between the moment a slot comes free and its start: the goals are of slots with as many."""

NOTICE_ENDS = (2.0, 4.0, 6.0, 8.0, 11.0, 22.0, 44.0, math.inf)
"""Where one stretch of the curve over the notice ends, in allowed hours (eleven a day)."""

POLICIES: Mapping[str, Policy] = {
    "sequential": Policy(dispatch=Dispatch.SEQUENTIAL),
    "batch": Policy(dispatch=Dispatch.BATCH),
    "adaptive": Policy(dispatch=Dispatch.ADAPTIVE),
    "fill_first": Policy(dispatch=Dispatch.ADAPTIVE, fill_first=True),
}

FIT_IN_LINE = (3, 3, 3, 4, 4)
"""In the fit a slot has so few people in line that 2.76 offers an opening go out, as in the published study."""

PUBLISHED_OFFERS, PUBLISHED_FILLED, FIT_WITHIN = 2.76, 0.30, 0.03

_STUDENT = (
    12.7,
    4.3,
    3.18,
    2.78,
    2.57,
    2.45,
    2.36,
    2.31,
    2.26,
    2.23,
    2.2,
    2.18,
    2.16,
    2.14,
    2.13,
    2.12,
    2.11,
    2.1,
    2.09,
)
"""Student's t of a 95% interval for two runs, three, …; of more than twenty the last serves, a hair too wide."""

Figures = dict[str, float]
"""Of one year, by name. What there was nothing of is left out."""


def fit_setting(weeks: int) -> Setting:
    """One by one, as the published offers went out, with as few in line as there."""
    return Setting(POLICIES["sequential"], weeks, most_in_line=FIT_IN_LINE)


def measured(setting: Setting, seed: int) -> Figures:
    """Play one year and measure it."""
    return figures(play(setting, seed), setting)


def figures(year: Year, setting: Setting) -> Figures:
    """`…_share` and `fill_rate` are of slots with enough notice; `filled_by_notice_…` of the others too."""
    hours = hours_of(setting.policy, (scenario.CLOCK,))
    notice = [minutes_allowed_between(slot.freed_at, slot.facts.start, hours) / 60 for slot in year.slots]
    ample = [slot for slot, left in zip(year.slots, notice, strict=True) if left >= ENOUGH_NOTICE]
    found = {
        **_of_slots(ample),
        **_of_all(year, setting.weeks),
        **_waits(year),
    }
    for begin, end in zip((0.0, *NOTICE_ENDS), NOTICE_ENDS, strict=False):
        these = [slot for slot, left in zip(year.slots, notice, strict=True) if begin <= left < end]
        if these:
            found[f"filled_by_notice_{begin:g}"] = _filled(these)
            found[f"late_by_notice_{begin:g}"] = _late(these)
    return {name: value for name, value in found.items() if not math.isnan(value)}


def _of_slots(slots: Sequence[Slot]) -> Figures:
    offers = sum(len(slot.sent) for slot in slots)
    minutes = [_minutes(slot.filled_at - slot.freed_at) for slot in slots if slot.filled_at]
    return {
        "fill_rate": _filled(slots),
        "offers_per_fill": offers / len(minutes) if minutes else math.nan,
        "yes_too_late_share": _late(slots),
        "median_minutes_to_fill": median(minutes) if minutes else math.nan,
    }


def _of_all(year: Year, weeks: int) -> Figures:
    offered = [slot for slot in year.slots if slot.sent]
    offers = sum(len(slot.sent) for slot in offered)
    return {
        "openings_a_week": len(year.slots) / weeks,
        "fill_rate_of_all": _filled(year.slots),
        "fill_rate_of_offered": _filled(offered),
        "offers_per_opening": offers / len(offered) if offered else math.nan,
        "acceptance": sum(slot.yeses for slot in offered) / offers if offers else math.nan,
        "texts_per_patient": fmean(waiter.texts for waiter in year.waiters),
        "most_offers_in_a_week": max(_most_in_a_week(waiter.offered) for waiter in year.waiters),
        "joined_a_week": (len(year.waiters) - scenario.ENTRIES) / weeks,
    }


def _waits(year: Year) -> Figures:
    """Days from joining to the yes that booked, by priority, of those who said one."""
    waits: Figures = {}
    for priority in EntryPriority:
        days = [
            (waiter.got_at - waiter.facts.added_at) / timedelta(days=1)
            for waiter in year.waiters
            if waiter.got_at and waiter.facts.priority is priority
        ]
        waits[f"wait_days_{priority}"] = fmean(days) if days else math.nan
    return waits


def _filled(slots: Sequence[Slot]) -> float:
    return fmean(slot.filled_at is not None for slot in slots) if slots else math.nan


def _late(slots: Sequence[Slot]) -> float:
    """Yeses that came when the slot was gone (taken, or its time had come), of all yeses."""
    yeses = sum(slot.yeses for slot in slots)
    return sum(slot.too_late for slot in slots) / yeses if yeses else math.nan


def _minutes(length: timedelta) -> float:
    return length / timedelta(minutes=1)


def _most_in_a_week(moments: Sequence[datetime]) -> int:
    """The most offers that reached somebody in any seven days."""
    week = timedelta(days=7)
    return max((sum(at <= other < at + week for other in moments) for at in moments), default=0)


def most_fillable(openings_a_week: float, acceptance: float = MEAN_CHANCE) -> float:
    """The share of openings that can be filled at most, whatever the policy: everybody on the list is asked as
    often as the caps allow, and says yes as often as patients do."""
    policy = POLICIES["adaptive"]
    return min(1.0, scenario.ENTRIES * policy.offers_per_week * acceptance / openings_a_week)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds, with its 95% interval (of one seed alone there is none)."""

    mean: float
    low: float
    high: float


def estimates(runs: Iterable[Figures]) -> dict[str, Estimate]:
    """Each figure over all the runs that have it."""
    several: dict[str, list[float]] = {}
    for run in runs:
        for name, value in run.items():
            several.setdefault(name, []).append(value)
    return {name: _estimate(values) for name, values in several.items()}


def _estimate(values: Sequence[float]) -> Estimate:
    mean = fmean(values)
    if len(values) < 2:
        return Estimate(mean, mean, mean)
    student = _STUDENT[min(len(values), len(_STUDENT) + 1) - 2]
    half = student * stdev(values) / math.sqrt(len(values))
    return Estimate(mean, mean - half, mean + half)
