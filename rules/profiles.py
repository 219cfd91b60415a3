"""The profiles a clinic can choose from: what counts in a match, and how much.

A new profile is a name in `ProfileName`, its factors here, and its line in `PROFILES`.
"""

from typing import NamedTuple

from rules.facts import EntryFacts
from rules.policy import WEEKDAY_NAMES, ProfileName
from rules.priority import priority_score
from rules.scoring import Factor, Profile
from rules.view import View

_REQUESTED = 0.25 / 0.30
_ALTERNATE = 0.15 / 0.30


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
        return _REQUESTED, f"asked for {name}"
    if provider in entry.alternate_provider_ids:
        return _ALTERNATE, f"{name} will do"
    if entry.preferred_provider_id or entry.requested_provider_id or entry.alternate_provider_ids:
        return 0.0, f"wanted somebody else than {name}"
    return _REQUESTED, "any provider will do"


def _day(match: Match) -> tuple[float, str]:
    wanted = match.entry.weekdays
    if not wanted:
        return 1.0, "any day will do"
    if match.view.weekday in wanted:
        return 1.0, f"free on {match.view.weekday_name}s"
    return 0.0, "prefers " + ", ".join(f"{WEEKDAY_NAMES[day]}s" for day in sorted(wanted))


def _time(match: Match) -> tuple[float, str]:
    wanted = match.entry.times
    if not wanted:
        return 1.0, "any time of day will do"
    if any(window.start <= match.view.at < window.end for window in wanted):
        return 1.0, "the time of day suits"
    return 0.0, "prefers another time of day"


def _sooner(match: Match) -> tuple[float, str]:
    days = (match.view.day - match.view.today).days
    value = min(max(1 - days / match.view.policy.search_horizon_days, 0.0), 1.0)
    return value, "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def _priority(match: Match) -> tuple[float, str]:
    score = priority_score(match.entry, match.view.now)
    return score.total, ", ".join(score.reasons)


BALANCED: Profile[Match] = Profile(
    "balanced",
    (
        Factor("provider", 0.30, _provider),
        Factor("day", 0.20, _day),
        Factor("time", 0.20, _time),
        Factor("sooner", 0.15, _sooner),
        Factor("priority", 0.15, _priority),
    ),
)

PROFILES: dict[ProfileName, Profile[Match]] = {
    ProfileName.BALANCED: BALANCED,
}
