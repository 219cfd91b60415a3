"""Several openings at once: who is asked about which, worked out as a whole, not one opening after the other.

One by one, the first opening takes the only patient who could have come to the second. As a whole, as many urgent
patients as can be are served, then as many who come next in the order, and then the total score is the greatest
there is: the assignment problem, which `scipy.optimize.linear_sum_assignment` solves exactly.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np

from rules.arrays.columns import EntryArrays, Floats, Ints
from rules.arrays.factors import scores
from rules.arrays.filters import eligible
from rules.facts import EntryFacts, OpeningFacts, Ranked, Span
from rules.matching import ranked
from rules.ordering import MOST_BOOST, TINY
from rules.policy import Policy
from rules.profiles import way_of
from rules.view import View, look_at

Asked = Mapping[UUID, Collection[UUID]]
"""By opening, entries that were asked about it before."""

Pairs = list[tuple[int, int]]
"""Rows and columns of a table: openings and entries."""

_NEVER = -1e12
_EARLIER = 1e-7  # of equal scores the one who joined first; far below any difference between two scores
_MOST_REPAIRS = 50


class Assigned(NamedTuple):
    opening_id: UUID
    ranked: Ranked


@dataclass(frozen=True, slots=True)
class Table:
    """Openings (by start) down, entries (by who joined first) across.

    `scores` is NaN where the pair is refused; `worth` is what a pair adds to the whole: its score, more than all
    scores together for whoever comes first in the order, and nothing that could make up for a refusal.
    """

    views: list[View]
    waiting: EntryArrays
    columns: Sequence[int]  # places in `waiting`
    scores: Floats
    worth: Floats

    def clashes(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        """Whether two pairs would offer a patient two slots at the same time."""
        patient = self.waiting.patient
        same = patient[self.columns[one[1]]] == patient[self.columns[other[1]]]
        return bool(same) and _span(self.views[one[0]]).overlaps(_span(self.views[other[0]]))


def assign(
    openings: Iterable[OpeningFacts],
    entries: Iterable[EntryFacts],
    policy: Policy,
    now: datetime,
    *,
    asked: Asked | None = None,
) -> list[Assigned]:
    """Who is asked about which opening: each opening at most one entry, each entry at most one opening, no patient
    two slots at the same time, nobody whom a filter or the threshold keeps out. By the start of the openings.

    Never worse than one by one: no opening more stays empty, and the whole is worth as much or more. Where
    patients wait for several things the slots of which overlap, it may fall short of the very best.
    """
    table = tabled(openings, entries, policy, now, asked=asked)
    return [
        Assigned(view.opening.id, ranked(table.waiting[table.columns[column]], view))
        for view, column in ((table.views[row], column) for row, column in sorted(best_pairs(table)))
    ]


def tabled(
    openings: Iterable[OpeningFacts],
    entries: Iterable[EntryFacts],
    policy: Policy,
    now: datetime,
    *,
    asked: Asked | None = None,
) -> Table:
    waiting = entries if isinstance(entries, EntryArrays) else EntryArrays.of(entries)
    in_time = sorted(openings, key=lambda each: (each.start, each.id))
    views = [look_at(each, policy, now) for each in in_time]
    columns = np.lexsort((waiting.id_low, waiting.id_high, waiting.added))
    found = np.full((len(views), len(waiting)), np.nan)
    for row, view in enumerate(views):
        found[row] = scored(waiting, view, (asked or {}).get(view.opening.id, ()))[columns]
    return Table(views, waiting, columns.tolist(), found, _worth(waiting, found, columns, policy))


def scored(waiting: EntryArrays, view: View, asked: Collection[UUID] = ()) -> Floats:
    """The score of each entry for one opening, the boost included; NaN where it is not asked."""
    way = way_of(view.policy)
    plain = scores(waiting, view, way.profile)
    may = eligible(waiting, view) & (plain >= way.least - TINY)
    for entry_id in asked:
        may[waiting.places_of(entry_id)] = False
    return np.where(may, plain + np.clip(waiting.boost, 0, MOST_BOOST) / 100, np.nan)


def _worth(waiting: EntryArrays, found: Floats, columns: Ints, policy: Policy) -> Floats:
    """Urgent outweighs everything that follows it in the order, and so on down to the score (at most 1.4)."""
    step, first = 2.0 * (min(found.shape) + 1), np.zeros(len(waiting))
    before = [flag for flag in (waiting.displaced, waiting.said_yes, waiting.is_urgent) if flag.any()]
    for power, flag in enumerate(before, 1):
        first += flag * step**power
    earlier = np.linspace(1.0, 0.0, found.shape[1])
    own = np.where(np.isnan(found), 0.0, found) * (not policy.first_come) + earlier * (
        1.0 if policy.first_come else _EARLIER
    )
    worth: Floats = np.where(np.isnan(found), _NEVER, own + first[columns])
    return worth


def best_pairs(table: Table) -> Pairs:
    """The best there is for the whole; where that would leave more openings empty than one by one does, the best
    that does not."""
    floor = one_by_one(table)
    found = _without_clashes(table, lambda worth: _solved(worth, least=len(floor)))
    as_many = len(found) >= len(floor)
    return found if as_many and worth_of(table, found) >= worth_of(table, floor) else floor


def one_by_one(table: Table) -> Pairs:
    """Each opening in turn takes the best who is left: what we would do without looking ahead."""
    pairs: Pairs = []
    worth = table.worth.copy()
    for row in range(len(worth)):
        for column in np.argsort(-worth[row], kind="stable"):
            if worth[row, column] <= _NEVER:
                break
            if not any(table.clashes((row, column), other) for other in pairs):
                pairs.append((row, int(column)))
                worth[:, column] = _NEVER
                break
    return pairs


def worth_of(table: Table, pairs: Pairs) -> float:
    return float(sum(table.worth[pair] for pair in pairs))


def _solved(worth: Floats, *, least: int) -> Pairs:
    """The pairs worth most together, `least` of them at least where there are so many: every opening has to take
    somebody, or one of as many empty places as may be left."""
    from scipy.optimize import linear_sum_assignment  # here: most processes never need it, and it loads long

    empty = np.zeros((len(worth), len(worth) - least))
    rows, columns = linear_sum_assignment(np.hstack([worth, empty]), maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(row, col) for row, col in pairs if col < worth.shape[1] and worth[row, col] > _NEVER]


def _without_clashes(table: Table, solve: Callable[[Floats], Pairs]) -> Pairs:
    """Solve; where a patient would get two slots at one time, rule out the lesser of the two and solve again."""
    worth = table.worth.copy()
    pairs = solve(worth)
    for _ in range(_MOST_REPAIRS):
        lesser = _clashing(table, pairs)
        if not lesser:
            break
        for pair in lesser:
            worth[pair] = _NEVER
        pairs = solve(worth)
    ruled_out = set(_clashing(table, pairs))
    return [pair for pair in pairs if pair not in ruled_out]


def _clashing(table: Table, pairs: Pairs) -> Pairs:
    """The lesser pairs of those that clash."""
    kept: dict[int, Pairs] = {}
    lesser: Pairs = []
    for pair in sorted(pairs, key=lambda each: (-table.worth[each], each)):
        others = kept.setdefault(int(table.waiting.patient[table.columns[pair[1]]]), [])
        if any(table.clashes(pair, other) for other in others):
            lesser.append(pair)
        else:
            others.append(pair)
    return lesser


def _span(view: View) -> Span:
    return Span(view.opening.start, view.opening.end)
