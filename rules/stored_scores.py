"""The scores that are kept with an entry. They only sort lists: who is asked is always worked out afresh."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np

from rules.arrays.columns import EntryArrays, Floats
from rules.arrays.factors import priority
from rules.assignment import Asked, scored
from rules.facts import OpeningFacts
from rules.policy import Policy
from rules.view import look_at


class Stored(NamedTuple):
    """For each entry its priority score and its best match among the openings: NaN where it suits none."""

    priority: Floats
    matched: Floats


def stored_scores(
    waiting: EntryArrays,
    openings: Iterable[OpeningFacts],
    policy: Policy,
    now: datetime,
    *,
    asked: Asked | None = None,
) -> Stored:
    """`asked`: by opening, who was asked about it before, and is not again."""
    best = np.full(len(waiting), np.nan)
    for opening in openings:
        best = np.fmax(
            best, scored(waiting, look_at(opening, policy, now), (asked or {}).get(opening.id, ()))
        )
    return Stored(priority(waiting, now), best)
