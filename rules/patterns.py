"""Where more visits are lost than elsewhere: said only where the numbers bear it.

Each group of visits (Mondays before 9, those with Dr Lee) is held against all the others by Fisher's exact test,
two sides. Many groups are looked at, so p-values are adjusted after Holm: that any of what is shown is mere luck
has a chance of `MOST_LUCK` at most. Visits are taken for independent; who misses many stands in another table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_LUCK = 0.05
LEAST_VISITS = 30
LEAST_EXPECTED = 5.0
"""A group is too small to say anything about where fewer lost visits than this would be expected in it, or out of
it."""
NOTABLE = 1.25
"""How many times the clinic's rate is worth a word (or one in so many)."""

TEST = "Fisher's exact test, adjusted for many groups after Holm"


@dataclass(frozen=True, slots=True)
class Group:
    """Some of a clinic's visits, how many there are, and how many of them their patients gave up or missed."""

    name: str
    visits: int
    lost: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A group that stands out: `times` the clinic's rate; `p` is adjusted."""

    group: Group
    times: float
    p: float


def find(groups: Sequence[Group], visits: int, lost: int) -> list[Pattern]:
    """The groups that stand out of a clinic's `visits`, `lost` of which were lost; the least likely luck first."""
    large = [group for group in groups if _large_enough(group, visits, lost)]
    tested = sorted(zip(_luck(large, visits, lost), range(len(large)), strict=True))
    found: list[Pattern] = []
    adjusted = 0.0
    for rank, (p, place) in enumerate(tested):
        adjusted = max(adjusted, min(1.0, (len(tested) - rank) * p))
        group = large[place]
        times = (group.lost / group.visits) / (lost / visits)
        if adjusted <= MOST_LUCK and not 1 / NOTABLE < times < NOTABLE:
            found.append(Pattern(group, times, adjusted))
    return found


def _large_enough(group: Group, visits: int, lost: int) -> bool:
    others = visits - group.visits
    if group.visits < LEAST_VISITS or others < LEAST_VISITS:
        return False
    least = min(lost, visits - lost) / visits * min(group.visits, others)
    return least >= LEAST_EXPECTED


def _luck(groups: Sequence[Group], visits: int, lost: int) -> list[float]:
    """Of each group the chance of so far out a number of lost visits by mere luck: Fisher's exact test, with the
    smaller tail doubled."""
    if not groups:
        return []
    from scipy.stats import hypergeom  # here: most processes never need it, and it loads long

    here, size = np.array([group.lost for group in groups]), np.array([group.visits for group in groups])
    chance = hypergeom(visits, lost, size)
    tails = np.minimum(chance.cdf(here), chance.sf(here - 1))
    return [min(1.0, 2 * float(tail)) for tail in tails]
