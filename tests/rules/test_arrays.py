"""A whole list at once gives just what the rules for one entry give, for every filter, factor and order."""

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import eligibility, factors
from rules.arrays import factors as array_factors
from rules.arrays import filters as array_filters
from rules.arrays.columns import FIELDS, EntryArrays, microseconds
from rules.arrays.factors import scores
from rules.eligibility import first_refusal
from rules.factors import Match
from rules.facts import EntryFacts, OpeningFacts
from rules.matching import rank, score_of
from rules.ordering import TINY, place
from rules.own_profile import FactorName
from rules.policy import Policy
from rules.profiles import way_of
from rules.refusals import Refusal
from rules.view import View, look_at
from tests.rules import anything
from tests.rules.make import NOW, entry, opening
from tests.rules.test_eligibility import OFFERED, OVER_MIDNIGHT, REFUSED

lists = st.lists(anything.entries, min_size=1, max_size=12, unique_by=lambda each: each.id)
views = st.builds(look_at, anything.openings, anything.policies, st.just(NOW), automatic=st.booleans())


EDGES = [(label, facts, slot) for label, _, facts, slot in REFUSED] + OFFERED + OVER_MIDNIGHT


@pytest.mark.parametrize(("facts", "slot"), [pytest.param(*row, id=label) for label, *row in EDGES])
def test_every_filter_refuses_the_same_at_its_edges(facts: dict[str, Any], slot: dict[str, Any]) -> None:
    waiting, view = [entry(**facts), entry()], look_at(opening(**slot), Policy(), NOW)
    arrays = EntryArrays.of(waiting)
    for refusal, refuses in eligibility.FILTERS:
        expected = [refuses(each, view) for each in waiting]
        assert array_filters.FILTERS[refusal](arrays, view).tolist() == expected, refusal


@settings(max_examples=80)
@given(lists, views)
def test_every_filter_refuses_the_same(waiting: list[EntryFacts], view: View) -> None:
    arrays = EntryArrays.of(waiting)
    for refusal, refuses in eligibility.FILTERS:
        expected = [refuses(each, view) for each in waiting]
        assert array_filters.FILTERS[refusal](arrays, view).tolist() == expected, refusal


@settings(max_examples=80)
@given(lists, views)
def test_every_factor_gives_the_same(waiting: list[EntryFacts], view: View) -> None:
    arrays = EntryArrays.of(waiting)
    for name, factor in factors.FACTORS.items():
        expected = [factor(Match(each, view))[0] for each in waiting]
        assert array_factors.FACTORS[name](arrays, view).tolist() == pytest.approx(expected, abs=1e-15), name


@settings(max_examples=80)
@given(lists, views)
def test_every_profile_gives_the_same_score(waiting: list[EntryFacts], view: View) -> None:
    profile = way_of(view.policy).profile
    expected = [profile.score(Match(each, view)).total for each in waiting]
    found = scores(EntryArrays.of(waiting), view, profile)
    assert found.tolist() == pytest.approx(expected, abs=1e-12)


def one_by_one(waiting: list[EntryFacts], view: View) -> list[tuple[UUID, float]]:
    """The order by its definition: each entry looked at alone, one sort, each patient once, the best few."""
    way = way_of(view.policy)
    found = [(each, score_of(each, view)) for each in waiting if first_refusal(each, view) is None]
    if view.automatic:
        plain = {each.id: way.profile.score(Match(each, view)).total for each, _ in found}
        found = [pair for pair in found if plain[pair[0].id] >= way.least - TINY]
    found.sort(key=lambda pair: place(*pair, first_come=view.policy.first_come))
    if view.automatic:
        once = {each.patient_id: (each, score) for each, score in reversed(found)}
        found = [pair for pair in found if once[pair[0].patient_id][0] is pair[0]][: way.most]
    return [(each.id, score.total) for each, score in found]


@settings(max_examples=120)
@given(lists, anything.openings, anything.policies, st.booleans())
def test_the_order_is_the_same(
    waiting: list[EntryFacts], slot: OpeningFacts, policy: Policy, automatic: bool
) -> None:
    found = rank(waiting, slot, policy, NOW, automatic=automatic)
    expected = one_by_one(waiting, look_at(slot, policy, NOW, automatic=automatic))
    assert [(each.entry_id, each.score) for each in found] == expected


@settings(max_examples=50)
@given(lists, anything.openings, anything.policies, st.randoms(use_true_random=False))
def test_the_order_does_not_hang_on_how_the_entries_came(
    waiting: list[EntryFacts], slot: OpeningFacts, policy: Policy, shuffled: Random
) -> None:
    other = list(waiting)
    shuffled.shuffle(other)
    assert rank(waiting, slot, policy, NOW) == rank(other, slot, policy, NOW)


@settings(max_examples=50)
@given(lists, anything.openings, anything.policies, st.integers(0, 30))
def test_a_limit_gives_the_first_of_the_same_list(
    waiting: list[EntryFacts], slot: OpeningFacts, policy: Policy, limit: int
) -> None:
    assert rank(waiting, slot, policy, NOW, limit=limit) == rank(waiting, slot, policy, NOW)[:limit]


@settings(max_examples=20)
@given(lists)
def test_columns_give_back_the_entries_they_were_made_of(waiting: list[EntryFacts]) -> None:
    columns = {name: [getattr(each, name) for each in waiting] for name in FIELDS}
    assert list(EntryArrays.from_columns(columns)) == waiting


def test_every_filter_and_factor_stands_there_twice() -> None:
    assert list(array_filters.FILTERS) == list(Refusal)
    assert list(array_factors.FACTORS) == list(factors.FACTORS) == list(FactorName)


def test_nobody_waiting_is_nobody_to_ask() -> None:
    assert rank([], opening(), Policy(), NOW) == []
    assert rank(EntryArrays.of([]), opening(), Policy(), NOW) == []


def test_entries_are_found_by_their_place_as_in_a_list() -> None:
    given_in = [entry(), entry(), entry()]
    arrays = EntryArrays.of(given_in)
    assert (arrays[-1], arrays[0:2]) == (given_in[2], given_in[:2])
    with pytest.raises(IndexError):
        arrays[3]


@given(st.integers(-(10**15), 10**16))
def test_a_moment_is_told_to_the_microsecond(number: int) -> None:
    assert microseconds(NOW + timedelta(microseconds=number)) == microseconds(NOW) + number


def test_ids_sort_as_numbers_however_large() -> None:
    ids = [UUID(int=1 << 127), UUID(int=1), UUID(int=1 << 64), UUID(int=(1 << 64) - 1)]
    arrays = EntryArrays.of([entry(id=each) for each in ids])
    order = np.lexsort((arrays.id_low, arrays.id_high))
    assert [ids[each] for each in order] == sorted(ids)
