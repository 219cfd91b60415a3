"""Several openings at once: never worse than one by one, and nobody whom a rule keeps out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assignment import Assigned, assign, best_pairs, one_by_one, tabled, worth_of
from rules.facts import EntryFacts, OpeningFacts, Span
from rules.matching import explain
from rules.policy import Policy
from rules.refusals import Refusal
from rules.scoring import Score
from rules.states import EntryPriority
from tests.rules import anything
from tests.rules.make import DR_KIM, DR_LEE, DR_ROY, NOW, entry, opening

START = opening().start


def slot(number: int, *, hours: float = 0, provider: UUID = DR_LEE) -> OpeningFacts:
    start = START + timedelta(hours=hours)
    return opening(id=UUID(int=number), provider_id=provider, start=start, end=start + timedelta(minutes=30))


def pairs(found: Sequence[Assigned]) -> dict[UUID, UUID]:
    return {each.opening_id: each.ranked.entry_id for each in found}


def test_the_first_opening_does_not_take_the_only_one_who_can_come_to_the_second() -> None:
    early, late = slot(1), slot(2, hours=2)
    anytime = entry(preferred_provider_id=DR_LEE)
    early_only = entry(preferred_provider_id=DR_LEE, busy=(Span(late.start, late.end),), added_at=NOW)
    anytime = replace(anytime, added_at=NOW - timedelta(days=9))
    assert pairs(assign([early, late], [anytime, early_only], Policy(), NOW)) == {
        early.id: early_only.id,
        late.id: anytime.id,
    }


def test_an_urgent_patient_is_served_before_any_better_match() -> None:
    urgent = entry(priority=EntryPriority.URGENT, preferred_provider_id=DR_KIM)
    good = entry(preferred_provider_id=DR_LEE)
    found = assign([slot(1)], [good, urgent], Policy(threshold=0), NOW)
    assert pairs(found) == {UUID(int=1): urgent.id}


def test_of_equal_matches_the_one_who_joined_first_is_asked() -> None:
    older, newer = entry(added_at=NOW - timedelta(days=60)), entry(added_at=NOW - timedelta(days=50))
    assert pairs(assign([slot(1)], [newer, older], Policy(), NOW)) == {UUID(int=1): older.id}


def test_a_clinic_that_asks_in_the_order_of_joining_does_so_here() -> None:
    older = entry(preferred_provider_id=DR_KIM, added_at=NOW - timedelta(days=2))
    better = entry(preferred_provider_id=DR_LEE)
    policy = Policy(threshold=0, first_come=True)
    assert pairs(assign([slot(1)], [better, older], policy, NOW)) == {UUID(int=1): older.id}


def test_a_patient_who_waits_for_two_things_gets_no_two_slots_at_one_time() -> None:
    one = entry()
    other = entry(patient_id=one.patient_id)
    same_time = [slot(1), slot(2, provider=DR_KIM)]
    assert len(assign(same_time, [one, other], Policy(), NOW)) == 1
    assert len(assign([slot(1), slot(2, hours=3)], [one, other], Policy(), NOW)) == 2


def test_who_was_asked_about_an_opening_is_not_asked_again() -> None:
    facts = entry()
    assert assign([slot(1)], [facts], Policy(), NOW, asked={UUID(int=1): {facts.id}}) == []


def test_nobody_waiting_or_nothing_free_is_nothing_to_do() -> None:
    assert assign([], [entry()], Policy(), NOW) == []
    assert assign([slot(1)], [], Policy(), NOW) == []


slots = st.lists(
    st.tuples(st.sampled_from([0, 0.25, 0.5, 1, 2, 24]), st.sampled_from([DR_LEE, DR_KIM, DR_ROY])),
    min_size=1,
    max_size=6,
).map(lambda given_in: [slot(number, hours=h, provider=p) for number, (h, p) in enumerate(given_in, 1)])
people = st.lists(anything.entries, min_size=1, max_size=10, unique_by=lambda each: each.id)


@settings(max_examples=60)
@given(slots, people, anything.policies)
def test_it_is_never_worse_than_one_by_one(
    openings: list[OpeningFacts], waiting: list[EntryFacts], policy: Policy
) -> None:
    table = tabled(openings, waiting, policy, NOW)
    best, plain = best_pairs(table), one_by_one(table)
    assert len(best) >= len(plain)
    assert worth_of(table, best) >= worth_of(table, plain)
    urgent = [each.priority is EntryPriority.URGENT for each in waiting]
    by_urgency = [sum(urgent[table.columns[column]] for _, column in found) for found in (best, plain)]
    assert by_urgency[0] >= by_urgency[1]


@settings(max_examples=60)
@given(slots, people, anything.policies)
def test_every_pair_may_be_offered_and_no_rule_is_broken_between_them(
    openings: list[OpeningFacts], waiting: list[EntryFacts], policy: Policy
) -> None:
    by_id = {each.id: each for each in waiting}
    by_opening = {each.id: each for each in openings}
    found = assign(openings, waiting, policy, NOW)
    for each in found:
        score = explain(by_id[each.ranked.entry_id], by_opening[each.opening_id], policy, NOW)
        assert isinstance(score, Score)
        assert score.total == each.ranked.score
    assert (
        len({each.opening_id for each in found})
        == len({each.ranked.entry_id for each in found})
        == len(found)
    )
    for one, other in combinations(found, 2):
        same = by_id[one.ranked.entry_id].patient_id == by_id[other.ranked.entry_id].patient_id
        first, second = by_opening[one.opening_id], by_opening[other.opening_id]
        assert not (same and Span(first.start, first.end).overlaps(Span(second.start, second.end)))


@settings(max_examples=40)
@given(slots, people, anything.policies, st.randoms(use_true_random=False))
def test_it_does_not_hang_on_how_openings_and_entries_came(
    openings: list[OpeningFacts], waiting: list[EntryFacts], policy: Policy, shuffled: Random
) -> None:
    others, slots_of_others = list(waiting), list(openings)
    shuffled.shuffle(others)
    shuffled.shuffle(slots_of_others)
    assert assign(openings, waiting, policy, NOW) == assign(slots_of_others, others, policy, NOW)


def test_without_urgent_patients_the_total_score_is_as_high_or_higher() -> None:
    chance = Random(5)
    for _ in range(20):
        openings = [slot(number, hours=chance.randrange(40)) for number in range(1, 9)]
        waiting = [
            entry(
                added_at=NOW - timedelta(days=chance.randrange(60)),
                preferred_provider_id=chance.choice([DR_LEE, DR_KIM, None]),
                weekdays=frozenset(chance.sample(range(7), 4)),
            )
            for _ in range(9)
        ]
        table = tabled(openings, waiting, Policy(threshold=0.5), NOW)
        best, plain = (
            sum(table.scores[pair] for pair in found) for found in (best_pairs(table), one_by_one(table))
        )
        assert best >= plain - 1e-6
        assert not np.isnan(best)


def test_a_refused_pair_has_no_score() -> None:
    refused = entry(can_text=False)
    assert explain(refused, slot(1), Policy(), NOW) is Refusal.CANNOT_TEXT
    assert np.isnan(tabled([slot(1)], [refused], Policy(), NOW).scores).all()
