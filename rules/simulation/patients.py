"""How the simulated patients really behave. Dispatch is never told; it has its own beliefs (rules/response.py)."""

from bisect import bisect_left
from dataclasses import dataclass
from random import Random

from rules.response import MEAN_CHANCE, published_share

LEAST, MOST = 0.05, 0.20
_POOREST, _BEST = 0.70, 1.00
_BEND = 1.4
"""How the chance of a yes rises with the match, from 0.05 to 0.20: set so that its mean over the offers of the fit
is the published 0.109."""

SAYS_NO = 0.02
"""On top of the yeses. Mayo: 45.4% of waitlisted appointments answered at least once, of 4.4 offers each: one in
eight offers is answered, and most of those with a yes."""

_MINUTES = 1440
_COME = [published_share(minutes / 4) for minutes in range(4 * _MINUTES + 1)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a patient will say, so many minutes of allowed time after the text."""

    yes: bool
    after: float


def chance_of_yes(match: float, mean: float = MEAN_CHANCE) -> float:
    """By match score 0–1. `mean`: over the offers made, where another than the published one is tried out."""
    place = min(max((match - _POOREST) / (_BEST - _POOREST), 0.0), 1.0)
    usual: float = LEAST + (MOST - LEAST) * place**_BEND
    return usual * mean / MEAN_CHANCE


def answer(rng: Random, match: float, mean: float = MEAN_CHANCE) -> Answer | None:
    """What comes back to an offer, or None: nothing ever does."""
    drawn, when = rng.random(), rng.random()
    yes = chance_of_yes(match, mean)
    if drawn >= yes + SAYS_NO:
        return None
    return Answer(yes=drawn < yes, after=bisect_left(_COME, when) / 4)
