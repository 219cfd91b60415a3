"""Who is asked, in order, out of a long list: filters, scores, and one sort."""

from typing import NamedTuple

import numpy as np

from rules.arrays.columns import EntryArrays, Floats, Ints
from rules.arrays.factors import scores
from rules.arrays.filters import eligible
from rules.ordering import BILLION, MOST_BOOST, TINY
from rules.profiles import way_of
from rules.view import View


class Order(NamedTuple):
    """Places in the list, best first, and the score of each (the boost included)."""

    places: Ints
    scores: Floats


def in_order(waiting: EntryArrays, view: View) -> Order:
    """Everybody who may be offered the opening. What the order is: `rules.ordering`."""
    way = way_of(view.policy)
    plain = scores(waiting, view, way.profile)
    may = eligible(waiting, view)
    if view.automatic:
        may &= plain >= way.least - TINY
    places = np.flatnonzero(may)
    total = plain[places] + np.clip(waiting.boost[places], 0, MOST_BOOST) / 100
    order = _sorted(waiting, places, total, first_come=view.policy.first_come)
    places, total = places[order], total[order]
    if view.automatic:
        first = _once_a_patient(waiting, places)[: way.most]
        places, total = places[first], total[first]
    return Order(places, total)


def _sorted(waiting: EntryArrays, places: Ints, total: Floats, *, first_come: bool) -> Ints:
    urgent, said_yes, displaced = (
        column[places] for column in (waiting.is_urgent, waiting.said_yes, waiting.displaced)
    )
    group = (~urgent * 4 + ~said_yes * 2 + ~displaced).astype(np.int64)
    worth = np.zeros(len(places), dtype=np.int64) if first_come else -np.floor(total * BILLION + 0.5)
    ids = waiting.id_low[places], waiting.id_high[places]
    return np.lexsort((*ids, waiting.added[places], worth, group))


def _once_a_patient(waiting: EntryArrays, places: Ints) -> Ints:
    """Where in the order each patient is met for the first time."""
    _, first = np.unique(waiting.patient[places], return_index=True)
    return np.sort(first)
