"""The factors over columns, each 0–1. What each means: `rules.factors`; here is no word for staff."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import numpy as np

from rules import factors as rules
from rules.arrays.columns import NONE, UNKNOWN, Bools, EntryArrays, Floats, microseconds, of_the_day
from rules.factors import Match
from rules.facts import TypeFacts
from rules.own_profile import FactorName
from rules.priority import FULL_WAIT_DAYS, PER_DECLINE, PRIORITY
from rules.scoring import Profile
from rules.view import View

FactorOfAll = Callable[[EntryArrays, View], Floats]

_DAY = 86_400_000_000
_MICROSECOND = timedelta(microseconds=1)


def scores(waiting: EntryArrays, view: View, profile: Profile[Match]) -> Floats:
    """What the profile gives each entry, before any boost."""
    parts = (factor.weight * FACTORS[FactorName(factor.name)](waiting, view) for factor in profile.factors)
    return _summed(parts, len(waiting))


def _summed(parts: Iterable[Floats], count: int) -> Floats:
    """Added up and kept within 0–1 in the very order of `Profile.score`, so that no bit differs."""
    total = np.zeros(count)
    for part in parts:
        total = total + part
    return total + (np.clip(total, 0.0, 1.0) - total)


def _given_provider(waiting: EntryArrays, view: View) -> int:
    return waiting.providers.get(view.opening.provider_id, UNKNOWN)


def _is_alternate(waiting: EntryArrays, view: View) -> Bools:
    others = waiting.alternates
    return others.any(others.start == _given_provider(waiting, view), len(waiting))


def _names_a_provider(waiting: EntryArrays) -> Bools:
    others = waiting.alternates
    has_others = others.any(np.ones(len(others.owner), dtype=np.bool_), len(waiting))
    found: Bools = (waiting.preferred != NONE) | (waiting.requested != NONE) | has_others
    return found


def _has_times(waiting: EntryArrays) -> Bools:
    windows = waiting.times
    return windows.any(np.ones(len(windows.owner), dtype=np.bool_), len(waiting))


def _provider(waiting: EntryArrays, view: View) -> Floats:
    given = _given_provider(waiting, view)
    value = np.where(_names_a_provider(waiting), 0.0, rules.REQUESTED)
    value[_is_alternate(waiting, view)] = rules.ALTERNATE
    value[waiting.requested == given] = rules.REQUESTED
    value[waiting.preferred == given] = 1.0
    return value


def _named_provider(waiting: EntryArrays, view: View) -> Floats:
    given = _given_provider(waiting, view)
    named = (waiting.preferred == given) | (waiting.requested == given) | _is_alternate(waiting, view)
    return np.where(named, 1.0, np.where(_names_a_provider(waiting), 0.0, rules.NONE_STATED))


def _day(waiting: EntryArrays, view: View) -> Floats:
    suits = (waiting.weekdays == 0) | ((waiting.weekdays & (1 << view.weekday)) != 0)
    found: Floats = suits.astype(np.float64)
    return found


def _date(waiting: EntryArrays, view: View) -> Floats:
    days = np.abs(view.day.toordinal() - waiting.best_date)
    value = np.zeros(len(waiting))
    for most, worth in reversed(rules.NEAR_DATES):
        value[days <= most] = worth
    value[days == 0] = rules.SAME_DATE
    value[~waiting.has_best_date] = rules.NONE_STATED
    return value


def _time(waiting: EntryArrays, view: View) -> Floats:
    windows, at = waiting.times, of_the_day(view.at)
    inside = windows.any((windows.start <= at) & (at < windows.end), len(waiting))
    return (inside | ~_has_times(waiting)).astype(np.float64)


def _near_time(waiting: EntryArrays, view: View) -> Floats:
    windows, at = waiting.times, of_the_day(view.at)
    away = np.maximum(np.maximum(windows.start - at, at - windows.end), 0)
    value = np.where(_has_times(waiting), 0.0, rules.NONE_STATED)
    for most, worth in reversed(rules.NEAR_TIMES):
        value[windows.any(away <= most // _MICROSECOND, len(waiting))] = worth
    return value


def _sooner(waiting: EntryArrays, view: View) -> Floats:
    days = (view.day - view.today).days
    return np.full(len(waiting), min(max(1 - days / view.policy.search_horizon_days, 0.0), 1.0))


def _priority(waiting: EntryArrays, view: View) -> Floats:
    return priority(waiting, view.now)


def priority(waiting: EntryArrays, now: datetime) -> Floats:
    """The priority score of each entry."""
    values = {
        "wait": _waited(waiting, now),
        "urgency": waiting.urgency,
        "referral": waiting.referral,
        "declines": np.minimum(PER_DECLINE * waiting.declines, 1.0),
    }
    return _summed((factor.weight * values[factor.name] for factor in PRIORITY.factors), len(waiting))


def _wait(waiting: EntryArrays, view: View) -> Floats:
    return _waited(waiting, view.now)


def _waited(waiting: EntryArrays, now: datetime) -> Floats:
    days = (microseconds(now) - waiting.added) / _DAY
    return np.clip(days / FULL_WAIT_DAYS, 0.0, 1.0)


def _flexibility(waiting: EntryArrays, view: View) -> Floats:
    earliest = np.where(waiting.has_earliest, waiting.earliest, view.today.toordinal())
    days = np.where(waiting.has_latest, waiting.latest, 0) - earliest
    long = ~waiting.has_latest | (days > rules.LONG_DAYS)
    points = (
        rules.FLEXIBLE_AT_LEAST
        + rules.NO_PROVIDER * ~_names_a_provider(waiting)
        + rules.NO_TIME * ~_has_times(waiting)
        + np.where(long, rules.LONG_RANGE, np.where(days > rules.FAIR_DAYS, rules.FAIR_RANGE, 0))
    )
    found: Floats = np.minimum(points, rules.FLEXIBLE_AT_MOST) / 100
    return found


def _no_show_risk(waiting: EntryArrays, view: View) -> Floats:
    counts = (
        waiting.risk >= view.policy.backfill_least_risk
    )  # not where unknown: NaN is no more than anything
    return np.where(counts, np.where(waiting.risk >= rules.HIGH_RISK, 1.0, rules.SOME_RISK), 0.0)


def _specialty(waiting: EntryArrays, view: View) -> Floats:
    given = (view.opening.specialty or "").casefold()

    def same(kind: TypeFacts) -> bool:
        return (kind.specialty or "").casefold() == given

    return waiting.by_kind(same).astype(np.float64)


def _location(waiting: EntryArrays, view: View) -> Floats:
    wanted = view.opening.location_id
    given = UNKNOWN if wanted is None else waiting.locations.get(wanted, UNKNOWN)
    found: Floats = ((waiting.location == NONE) | (waiting.location == given)).astype(np.float64)
    return found


FACTORS: dict[FactorName, FactorOfAll] = {
    FactorName.PROVIDER: _provider,
    FactorName.NAMED_PROVIDER: _named_provider,
    FactorName.DAY: _day,
    FactorName.DATE: _date,
    FactorName.TIME: _time,
    FactorName.NEAR_TIME: _near_time,
    FactorName.SOONER: _sooner,
    FactorName.PRIORITY: _priority,
    FactorName.WAIT: _wait,
    FactorName.FLEXIBILITY: _flexibility,
    FactorName.NO_SHOW_RISK: _no_show_risk,
    FactorName.SPECIALTY: _specialty,
    FactorName.LOCATION: _location,
}
