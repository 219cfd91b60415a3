"""Chances learned from what came before: gradient boosting, then set right by the latest part of it.

A model is never stored. It is fitted anew whenever it is needed, which takes seconds, always the same from
the same rows; what is kept is what it said. scikit-learn is imported only where something is fitted: the
web process never pays for it.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Chances = NDArray[np.float64]

PARAMETERS: dict[str, Any] = {
    "learning_rate": 0.05,
    "max_iter": 120,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 50,
    "l2_regularization": 5.0,
    "max_features": 0.5,
}
"""Few leaves and slow steps: people are hard to foresee, and a deeper tree learns the noise by heart."""

TOGETHER = 3
"""So many are fitted, each with a chance of its own, and their mean is taken: it is steadier than any of
them."""

SET_RIGHT_BY = 0.25
"""The share of the latest rows by which the chances are set right."""

SETTINGS: dict[str, Any] = {**PARAMETERS, "together": TOGETHER, "set_right_by": SET_RIGHT_BY}
"""All of this together, to be kept with what was learned."""

USUAL = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where in a column its usual values stand."""


@dataclass(frozen=True, slots=True)
class Model:
    """Fitted to these `columns` of the rows, each by its place. `usual` has a few values of every one of them, as
    common as they were: what a row is compared with to explain its chance."""

    columns: Mapping[str, int]
    parts: tuple[Any, ...]
    slope: float
    shift: float
    usual: NDArray[np.float64]

    def chances(self, rows: NDArray[np.float64]) -> Chances:
        """The chance of each row, 0–1."""
        return _from_odds(
            self.slope * _odds(_mean(self.parts, rows[:, list(self.columns.values())])) + self.shift
        )

    def because(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """By column, how much each row's chance is above what it were with the usual values of that column."""
        chances = self.chances(rows)
        return {
            name: chances - np.mean([self._with(rows, place, each) for each in values], axis=0)
            for (name, place), values in zip(self.columns.items(), self.usual.T, strict=True)
        }

    def _with(self, rows: NDArray[np.float64], place: int, value: float) -> Chances:
        changed = rows.copy()
        changed[:, place] = value
        return self.chances(changed)


def fit(
    rows: NDArray[np.float64],
    ended: NDArray[np.bool_],
    days: NDArray[np.int64],
    columns: Mapping[str, int],
    more_with: Mapping[str, int],
) -> Model:
    """Fit to how rows ended, both ends among them. `days` say when each was, as ordinals; `columns` where in a row
    what stands that may be looked at; `more_with` with which of it a chance only rises (1) or only falls (-1).

    1. Fit to the earlier part, and see on the latest how far its chances are off.
    2. Fit to everything, and correct its chances by just that.
    """
    seen = rows[:, list(columns.values())]
    direction = [more_with.get(name, 0) for name in columns]
    latest = days >= np.quantile(days, 1 - SET_RIGHT_BY)
    slope, shift = _correction(seen, ended, latest, direction)
    usual = np.nanquantile(seen, USUAL, axis=0)
    return Model(columns, _fit(seen, ended, direction), slope, shift, usual)


def _fit(rows: NDArray[np.float64], ended: NDArray[np.bool_], direction: Sequence[int]) -> tuple[Any, ...]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    parts = (
        HistGradientBoostingClassifier(**PARAMETERS, monotonic_cst=direction, random_state=seed)
        for seed in range(TOGETHER)
    )
    with _one_thread():
        return tuple(each.fit(rows, ended) for each in parts)


def _correction(
    rows: NDArray[np.float64],
    ended: NDArray[np.bool_],
    latest: NDArray[np.bool_],
    direction: Sequence[int],
) -> tuple[float, float]:
    """Platt's: slope and shift of the log odds, as the latest part has them. None where a part has but one
    end."""
    from sklearn.linear_model import LogisticRegression

    if min(len(set(ended[~latest])), len(set(ended[latest]))) < 2:
        return 1.0, 0.0
    early = _fit(rows[~latest], ended[~latest], direction)
    odds = _odds(_mean(early, rows[latest]))
    found = LogisticRegression(C=1e6).fit(odds[:, None], ended[latest])
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
