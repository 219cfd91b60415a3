"""What a clinic's own history teaches: gradient boosting, then set right by the latest part of that history.

A model is never stored. It is fitted anew whenever it is needed, which takes seconds, always the same from
the same visits; what is kept is what it said. scikit-learn is imported only where something is fitted: the
web process never pays for it.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rules.no_show.visits import COLUMNS, Visit, features

Chances = NDArray[np.float64]

LEAST_VISITS = 1000
"""With fewer past visits there are too few misses to tell their causes apart."""

PARAMETERS: dict[str, Any] = {
    "learning_rate": 0.05,
    "max_iter": 120,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 50,
    "l2_regularization": 5.0,
    "max_features": 0.5,
}
"""Few leaves and slow steps: misses are hard to foresee, and a deeper tree learns the noise by heart."""

TOGETHER = 3
"""So many are fitted, each with a chance of its own, and their mean is taken: it is steadier than any of
them."""

SET_RIGHT_BY = 0.25
"""The share of the latest visits by which the chances are set right."""

DAYS_FOR_WEEKDAY = 42
"""A weekday counts only where it was seen six times: before, its days differ by chance alone."""

USUAL = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where in a column its usual values stand."""

MORE_WITH = {"past_misses": 1, "lead_days": 1}
"""Who missed more, or booked longer ahead, never has the lower chance for it: people would not believe it."""


@dataclass(frozen=True, slots=True)
class Model:
    """Fitted. `usual` has a few values of every column in `columns`, as common as they are in the history: what a
    visit is compared with to explain its chance."""

    columns: tuple[int, ...]
    parts: tuple[Any, ...]
    slope: float
    shift: float
    usual: NDArray[np.float64]

    def chances(self, rows: NDArray[np.float64]) -> Chances:
        """The chance of each row of `features` to be missed, 0–1."""
        return _from_odds(self.slope * _odds(_mean(self.parts, rows[:, self.columns])) + self.shift)

    def because(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """By column, how much each row's chance is above what it were with the usual values of that column."""
        chances = self.chances(rows)
        return {
            COLUMNS[place]: chances - np.mean([self._with(rows, place, each) for each in values], axis=0)
            for place, values in zip(self.columns, self.usual.T, strict=True)
        }

    def _with(self, rows: NDArray[np.float64], place: int, value: float) -> Chances:
        changed = rows.copy()
        changed[:, place] = value
        return self.chances(changed)


def train(visits: Sequence[Visit], as_of: Sequence[date] | None = None) -> Model:
    """Fit to visits whose end is known, and in whose history both ends occur.

    1. Fit to the earlier part, and see on the latest how far its chances are off.
    2. Fit to everything, and correct its chances by just that.
    """
    rows, missed = features(visits, as_of), np.array([bool(each.missed) for each in visits])
    days = np.array([each.day.toordinal() for each in visits])
    columns = _columns(rows, days)
    seen = rows[:, columns]
    latest = days >= np.quantile(days, 1 - SET_RIGHT_BY)
    slope, shift = _correction(seen, missed, latest, columns)
    usual = np.nanquantile(seen, USUAL, axis=0)
    return Model(columns, _fit(seen, missed, columns), slope, shift, usual)


def _columns(rows: NDArray[np.float64], days: NDArray[np.int64]) -> tuple[int, ...]:
    """Those in which something is known."""
    long_enough = days.max() - days.min() >= DAYS_FOR_WEEKDAY
    return tuple(
        place
        for place, name in enumerate(COLUMNS)
        if not np.isnan(rows[:, place]).all() and (name != "weekday" or long_enough)
    )


def _fit(rows: NDArray[np.float64], missed: NDArray[np.bool_], columns: Sequence[int]) -> tuple[Any, ...]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    direction = [MORE_WITH.get(COLUMNS[place], 0) for place in columns]
    parts = (
        HistGradientBoostingClassifier(**PARAMETERS, monotonic_cst=direction, random_state=seed)
        for seed in range(TOGETHER)
    )
    with _one_thread():
        return tuple(each.fit(rows, missed) for each in parts)


def _correction(
    rows: NDArray[np.float64],
    missed: NDArray[np.bool_],
    latest: NDArray[np.bool_],
    columns: Sequence[int],
) -> tuple[float, float]:
    """Platt's: slope and shift of the log odds, as the latest part has them. None where a part has but one
    end."""
    from sklearn.linear_model import LogisticRegression

    if min(len(set(missed[~latest])), len(set(missed[latest]))) < 2:
        return 1.0, 0.0
    early = _fit(rows[~latest], missed[~latest], columns)
    odds = _odds(_mean(early, rows[latest]))
    found = LogisticRegression(C=1e6).fit(odds[:, None], missed[latest])
    slope = float(found.coef_[0, 0])
    # A slope that turns the order about says that nothing was learned; then only the level is worth correcting.
    return (slope, float(found.intercept_[0])) if slope > 0 else (1.0, 0.0)


def _mean(parts: Sequence[Any], rows: NDArray[np.float64]) -> Chances:
    with _one_thread():
        found: Chances = np.mean([each.predict_proba(rows)[:, 1] for each in parts], axis=0)
    return found


def _one_thread() -> AbstractContextManager[object]:
    """scikit-learn's threads wait for each other by spinning: beside other processes that took a hundred
    times as long as one thread alone."""
    from threadpoolctl import threadpool_limits

    return cast(AbstractContextManager[object], threadpool_limits(limits=1))


def _odds(chances: Chances) -> NDArray[np.float64]:
    kept = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.log(kept / (1 - kept))


def _from_odds(odds: NDArray[np.float64]) -> Chances:
    return 1 / (1 + np.exp(-odds))
