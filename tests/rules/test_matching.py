"""Who is asked, and in which order."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.eligibility import why_not
from rules.facts import EntryFacts
from rules.matching import explain, rank
from rules.policy import Policy
from rules.refusals import Refusal
from rules.scoring import Score
from rules.states import EntryPriority
from tests.rules.make import DR_KIM, DR_LEE, NOW, entries, entry, opening

ANYBODY = Policy(threshold=0)


def order(*waiting: EntryFacts, policy: Policy = ANYBODY) -> list[UUID]:
    return [each.entry_id for each in rank(waiting, opening(), policy, NOW)]


def test_the_better_match_comes_first() -> None:
    fair, good = entry(preferred_provider_id=DR_KIM), entry(preferred_provider_id=DR_LEE)
    assert order(fair, good) == [good.id, fair.id]


def test_an_urgent_entry_comes_before_any_better_match() -> None:
    good = entry(preferred_provider_id=DR_LEE, boost_points=40)
    urgent = entry(preferred_provider_id=DR_KIM, priority=EntryPriority.URGENT)
    assert order(good, urgent) == [urgent.id, good.id]


def test_whoever_said_yes_too_late_comes_next_when_the_slot_is_free_again() -> None:
    good, displaced = entry(preferred_provider_id=DR_LEE, boost_points=40), entry(displaced=True)
    too_late = entry(preferred_provider_id=DR_KIM, said_yes=True)
    urgent = entry(priority=EntryPriority.URGENT)
    assert order(good, displaced, too_late, urgent) == [urgent.id, too_late.id, displaced.id, good.id]


def test_whoever_said_yes_too_late_is_asked_again_however_often_they_were_asked_lately() -> None:
    lately = (NOW - timedelta(hours=1), NOW - timedelta(hours=30), NOW - timedelta(hours=60))
    assert order(entry(offered_at=lately)) == []
    too_late = entry(offered_at=lately, said_yes=True)
    assert order(too_late) == [too_late.id]


def test_a_patient_whose_visit_we_cancelled_comes_right_after_urgent_entries() -> None:
    good = entry(preferred_provider_id=DR_LEE, boost_points=40)
    displaced = entry(preferred_provider_id=DR_KIM, displaced=True)
    urgent = entry(preferred_provider_id=DR_KIM, priority=EntryPriority.URGENT)
    assert order(good, displaced, urgent) == [urgent.id, displaced.id, good.id]


def test_of_equal_matches_the_one_who_joined_first_comes_first() -> None:
    older, newer = entry(added_at=NOW - timedelta(days=60)), entry(added_at=NOW - timedelta(days=50))
    assert order(newer, older) == [older.id, newer.id]


def test_strict_first_come_ignores_the_score() -> None:
    older = entry(preferred_provider_id=DR_KIM, added_at=NOW - timedelta(days=2))
    better = entry(preferred_provider_id=DR_LEE)
    assert order(better, older, policy=Policy(threshold=0, first_come=True)) == [older.id, better.id]


def test_strict_first_come_still_asks_urgent_entries_first() -> None:
    older = entry(added_at=NOW - timedelta(days=2))
    urgent = entry(priority=EntryPriority.URGENT)
    assert order(older, urgent, policy=Policy(threshold=0, first_come=True)) == [urgent.id, older.id]


def test_whoever_is_refused_is_not_in_the_list() -> None:
    assert order(entry(can_text=False)) == []


def test_a_match_just_at_the_threshold_is_offered() -> None:
    facts = entry()
    found = explain(facts, opening(), Policy(), NOW)
    assert isinstance(found, Score)
    assert order(facts, policy=Policy(threshold=found.total)) == [facts.id]


def test_a_match_below_the_threshold_is_not_offered_automatically() -> None:
    assert order(entry(preferred_provider_id=DR_KIM), policy=Policy()) == []


def test_staff_see_matches_below_the_threshold() -> None:
    facts = entry(preferred_provider_id=DR_KIM)
    found = rank([facts], opening(), Policy(), NOW, automatic=False)
    assert [each.entry_id for each in found] == [facts.id]


def test_a_boost_moves_an_entry_up() -> None:
    plain, boosted = entry(), entry(boost_points=10)
    assert order(plain, boosted) == [boosted.id, plain.id]


def test_a_boost_is_a_part_with_its_own_reason() -> None:
    found = explain(entry(boost_points=10), opening(), Policy(), NOW)
    assert isinstance(found, Score)
    assert found.parts["boost"] == 0.1
    assert found.reasons[-1] == "moved up 10 points by staff"


def test_a_boost_does_not_lift_an_entry_over_the_threshold() -> None:
    assert order(entry(preferred_provider_id=DR_KIM, boost_points=40), policy=Policy()) == []


def test_a_boost_does_not_lift_an_entry_past_a_hard_filter() -> None:
    assert explain(entry(can_text=False, boost_points=40), opening(), Policy(), NOW) is Refusal.CANNOT_TEXT


def test_a_patient_who_waits_for_two_things_is_asked_about_the_better_match_only() -> None:
    good = entry(preferred_provider_id=DR_LEE)
    fair = entry(preferred_provider_id=DR_KIM, patient_id=good.patient_id)
    assert order(fair, good) == [good.id]


def test_staff_see_both_things_a_patient_waits_for() -> None:
    one = entry()
    other = entry(patient_id=one.patient_id)
    assert len(rank([one, other], opening(), Policy(), NOW, automatic=False)) == 2


@pytest.mark.parametrize("reverse", [False, True])
def test_the_order_does_not_hang_on_how_the_entries_came(reverse: bool) -> None:
    same = [entry(id=UUID(int=number)) for number in range(5)]
    given_in = list(reversed(same)) if reverse else same
    assert order(*given_in) == [each.id for each in same]


@given(st.lists(entries, max_size=12, unique_by=lambda each: each.id), st.booleans())
def test_the_list_holds_just_those_who_may_be_asked_best_first(
    waiting: list[EntryFacts], first_come: bool
) -> None:
    policy = Policy(first_come=first_come)
    found = rank(waiting, opening(), policy, NOW, automatic=False)
    may = {each.id for each in waiting if why_not(each, opening(), policy, NOW) is None}
    assert {each.entry_id for each in found} == may
    assert [each.urgent for each in found] == sorted((each.urgent for each in found), reverse=True)
    if not first_come:
        places = [(not each.urgent, -each.score) for each in found]
        assert places == sorted(places)


@given(entries)
def test_a_place_in_the_list_and_its_explanation_agree(facts: EntryFacts) -> None:
    explained = explain(facts, opening(), Policy(), NOW)
    found = rank([facts], opening(), Policy(), NOW, automatic=False)
    if isinstance(explained, Refusal):
        assert found == []
    else:
        assert found[0].score == explained.total == sum(explained.parts.values())
        assert found[0].parts == explained.parts


@given(entries, st.integers(0, 40))
def test_a_boost_never_changes_who_is_offered_automatically(facts: EntryFacts, points: int) -> None:
    plain, boosted = replace(facts, boost_points=0), replace(facts, boost_points=points)
    assert order(plain, policy=Policy()) == order(boosted, policy=Policy())
