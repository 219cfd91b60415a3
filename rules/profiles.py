"""The profiles a clinic can choose from: what counts in a match, how much, and what has to match.

A score is a share of a hundred points: 30 points of `flexible` are 0.30. A new profile is a name in `ProfileName`,
its factors here, and its line in `way_of`.
"""

from dataclasses import dataclass
from functools import lru_cache

from rules.factors import FACTORS, Match
from rules.match_policy import ProfileName
from rules.own_profile import FactorName, OwnProfile
from rules.policy import Policy
from rules.scoring import Factor, Profile

_FLEXIBLE_MOST = 5


@dataclass(frozen=True, slots=True)
class Way:
    """How a clinic matches.

    `required`: who names something else is left out. Without staff a slot is offered only from a score of
    `least` on, and only to the `most` best at any one time (None: to all of them).
    """

    profile: Profile[Match]
    required: frozenset[FactorName] = frozenset()
    least: float = 0.0
    most: int | None = None


def _profile(name: str, weights: dict[FactorName, float]) -> Profile[Match]:
    return Profile(name, tuple(Factor(each, weight, FACTORS[each]) for each, weight in weights.items()))


BALANCED = _profile(
    "balanced",
    {
        FactorName.PROVIDER: 0.30,
        FactorName.DAY: 0.20,
        FactorName.TIME: 0.20,
        FactorName.SOONER: 0.15,
        FactorName.PRIORITY: 0.15,
    },
)

FLEXIBLE = _profile(
    "flexible",
    {
        FactorName.NAMED_PROVIDER: 0.30,
        FactorName.DATE: 0.25,
        FactorName.NEAR_TIME: 0.20,
        FactorName.FLEXIBILITY: 0.15,
        FactorName.WAIT: 0.10,
    },
)

BACKFILL = _profile(  # its points add up to ninety of the hundred
    "backfill",
    {
        FactorName.NO_SHOW_RISK: 0.40,
        FactorName.SPECIALTY: 0.20,
        FactorName.DAY: 0.20,
        FactorName.LOCATION: 0.10,
    },
)


def way_of(policy: Policy) -> Way:
    match policy.profile:
        case ProfileName.BALANCED:
            return Way(BALANCED, least=policy.threshold)
        case ProfileName.FLEXIBLE:
            return Way(FLEXIBLE, frozenset({FactorName.PROVIDER}), most=_FLEXIBLE_MOST)
        case ProfileName.BACKFILL:
            return Way(BACKFILL, frozenset({FactorName.SPECIALTY}), least=policy.backfill_threshold / 100)
        case ProfileName.OWN:
            if policy.own_profile is None:
                raise ValueError("profile own without own_profile: the policy refuses this")
            return _own(policy.own_profile)


@lru_cache(maxsize=256)
def _own(given: OwnProfile) -> Way:
    whole = sum(each.weight for each in given.factors)
    weights = {each.factor: each.weight / whole for each in given.factors}
    return Way(_profile(given.name, weights), frozenset(given.required), least=given.threshold)
