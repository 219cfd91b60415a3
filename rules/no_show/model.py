"""What a clinic's own history teaches of missed visits."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rules.boosting import Model, fit
from rules.no_show.visits import COLUMNS, Visit, features

LEAST_VISITS = 1000
"""With fewer past visits there are too few misses to tell their causes apart."""

DAYS_FOR_WEEKDAY = 42
"""A weekday counts only where it was seen six times: before, its days differ by chance alone."""

MORE_WITH = {"past_misses": 1, "lead_days": 1}
"""Who missed more, or booked longer ahead, never has the lower chance for it: people would not believe it."""


def train(visits: Sequence[Visit], as_of: Sequence[date] | None = None) -> Model:
    """Fit to visits whose end is known, and in whose history both ends occur."""
    rows, missed = features(visits, as_of), np.array([bool(each.missed) for each in visits])
    days = np.array([each.day.toordinal() for each in visits])
    return fit(rows, missed, days, _columns(rows, days), MORE_WITH)


def _columns(rows: NDArray[np.float64], days: NDArray[np.int64]) -> dict[str, int]:
    """Those in which something is known."""
    long_enough = days.max() - days.min() >= DAYS_FOR_WEEKDAY
    return {
        name: place
        for place, name in enumerate(COLUMNS)
        if not np.isnan(rows[:, place]).all() and (name != "weekday" or long_enough)
    }
