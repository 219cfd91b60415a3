"""What counts in a match: each factor gives 0–1 and the sentence that says why.

`rules/arrays/factors.py` says the same for a whole list at once; a property test holds the two together.
"""

from collections.abc import Callable
from datetime import time, timedelta
from typing import NamedTuple

from rules.facts import EntryFacts, TimeWindow
from rules.own_profile import FactorName
from rules.policy import WEEKDAY_NAMES
from rules.priority import Waiting, priority_score, waited
from rules.view import View

REQUESTED = 0.25 / 0.30
ALTERNATE = 0.15 / 0.30
SAME_DATE, NEAR_DATES = 1.0, ((3, 15 / 25), (7, 10 / 25))  # within so many days
NEAR_TIMES = ((timedelta(hours=1), 1.0), (timedelta(hours=2), 0.5))
NONE_STATED = 0.5
HIGH_RISK, SOME_RISK = 0.8, 30 / 40
FLEXIBLE_AT_LEAST, FLEXIBLE_AT_MOST = 50, 100
NO_PROVIDER, NO_TIME, LONG_RANGE, FAIR_RANGE = 20, 10, 20, 10
LONG_DAYS, FAIR_DAYS = 30, 14


class Match(NamedTuple):
    """An entry held against an opening."""

    entry: EntryFacts
    view: View


def _provider(match: Match) -> tuple[float, str]:
    entry, name = match.entry, match.view.opening.provider_name
    provider = match.view.opening.provider_id
    if provider == entry.preferred_provider_id:
        return 1.0, f"prefers {name}"
    if provider == entry.requested_provider_id:
        return REQUESTED, f"asked for {name}"
    if provider in entry.alternate_provider_ids:
        return ALTERNATE, f"{name} will do"
    if names_a_provider(entry):
        return 0.0, f"wanted somebody else than {name}"
    return REQUESTED, "any provider will do"


def _named_provider(match: Match) -> tuple[float, str]:
    entry, name = match.entry, match.view.opening.provider_name
    if not names_a_provider(entry):
        return NONE_STATED, "any provider will do"
    named = {entry.preferred_provider_id, entry.requested_provider_id, *entry.alternate_provider_ids}
    if match.view.opening.provider_id in named:
        return 1.0, f"named {name}"
    return 0.0, f"wanted somebody else than {name}"


def names_a_provider(entry: EntryFacts) -> bool:
    return bool(entry.preferred_provider_id or entry.requested_provider_id or entry.alternate_provider_ids)


def _day(match: Match) -> tuple[float, str]:
    wanted = match.entry.weekdays
    if not wanted:
        return 1.0, "any day will do"
    if match.view.weekday in wanted:
        return 1.0, f"free on {match.view.weekday_name}s"
    return 0.0, "prefers " + ", ".join(f"{WEEKDAY_NAMES[day]}s" for day in sorted(wanted))


def _date(match: Match) -> tuple[float, str]:
    best = match.entry.preferred_date
    if best is None:
        return NONE_STATED, "any date will do"
    days = abs((match.view.day - best).days)
    if days == 0:
        return SAME_DATE, "on the best date"
    value = next((value for most, value in NEAR_DATES if days <= most), 0.0)
    return value, f"{days} day{'' if days == 1 else 's'} from the best date"


def _time(match: Match) -> tuple[float, str]:
    wanted = match.entry.times
    if not wanted:
        return 1.0, "any time of day will do"
    if any(window.start <= match.view.at < window.end for window in wanted):
        return 1.0, "the time of day suits"
    return 0.0, "prefers another time of day"


def _near_time(match: Match) -> tuple[float, str]:
    wanted = match.entry.times
    if not wanted:
        return NONE_STATED, "any time of day will do"
    away = min(_away(window, match.view.at) for window in wanted)
    for most, value in NEAR_TIMES:
        if away <= most:
            hours = most // timedelta(hours=1)
            return value, f"within {hours} hour{'' if hours == 1 else 's'} of the time asked for"
    return 0.0, "far from the time asked for"


def _away(window: TimeWindow, at: time) -> timedelta:
    """How far a time of day is from a window; nothing inside it."""
    start, end, moment = since_midnight(window.start), since_midnight(window.end), since_midnight(at)
    return max(start - moment, moment - end, timedelta(0))


def since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _sooner(match: Match) -> tuple[float, str]:
    days = (match.view.day - match.view.today).days
    value = min(max(1 - days / match.view.policy.search_horizon_days, 0.0), 1.0)
    return value, "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def _priority(match: Match) -> tuple[float, str]:
    score = priority_score(match.entry, match.view.now)
    return score.total, ", ".join(score.reasons)


def _wait(match: Match) -> tuple[float, str]:
    return waited(Waiting(match.entry, match.view.now))


def _flexibility(match: Match) -> tuple[float, str]:
    """No last date is the longest range there is; no first date is from today."""
    entry, points = match.entry, FLEXIBLE_AT_LEAST
    if not names_a_provider(entry):
        points += NO_PROVIDER
    if not entry.times:
        points += NO_TIME
    days = None if entry.latest is None else (entry.latest - (entry.earliest or match.view.today)).days
    if days is None or days > LONG_DAYS:
        points += LONG_RANGE
    elif days > FAIR_DAYS:
        points += FAIR_RANGE
    return min(points, FLEXIBLE_AT_MOST) / 100, f"{min(points, FLEXIBLE_AT_MOST)}% flexible"


def _no_show_risk(match: Match) -> tuple[float, str]:
    """Unknown counts as none."""
    risk = match.entry.no_show_risk
    if risk is None or risk < match.view.policy.backfill_least_risk:
        return 0.0, "no great risk of missing their own visit"
    return (1.0 if risk >= HIGH_RISK else SOME_RISK), f"may miss their own visit ({risk:.0%})"


def _specialty(match: Match) -> tuple[float, str]:
    """A visit of no specialty belongs in a slot of none."""
    wanted, given = match.entry.type.specialty, match.view.opening.specialty
    if (wanted or "").casefold() != (given or "").casefold():
        return 0.0, "another specialty"
    return 1.0, f"is for {wanted}" if wanted else "needs no specialty"


def _location(match: Match) -> tuple[float, str]:
    wanted = match.entry.location_id
    if wanted is None:
        return 1.0, "any place will do"
    if wanted == match.view.opening.location_id:
        return 1.0, "at the place asked for"
    return 0.0, "prefers another place"


FACTORS: dict[FactorName, Callable[[Match], tuple[float, str]]] = {
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
