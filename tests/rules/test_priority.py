"""The priority score, exactly by its formula."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import EntryFacts
from rules.priority import PRIORITY_TOP, priority_score
from rules.states import EntryPriority, Referral
from tests.rules.make import NOW, entries, entry


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, 0.15, id="standard, joined today"),
        pytest.param({"priority": EntryPriority.URGENT}, 0.30, id="urgent"),
        pytest.param({"priority": EntryPriority.HIGH}, 0.225, id="high"),
        pytest.param({"priority": EntryPriority.FLEXIBLE}, 0.075, id="flexible"),
        pytest.param({"added_at": NOW - timedelta(days=15)}, 0.35, id="half the full wait"),
        pytest.param({"added_at": NOW - timedelta(days=30)}, 0.55, id="the full wait"),
        pytest.param({"added_at": NOW - timedelta(days=90)}, 0.55, id="no more than the full wait"),
        pytest.param({"added_at": NOW + timedelta(days=9)}, 0.15, id="a clock that runs ahead"),
        pytest.param({"referral": Referral.URGENT}, 0.35, id="urgent referral"),
        pytest.param({"referral": Referral.STANDARD}, 0.25, id="standard referral"),
        pytest.param({"declines": 3}, 0.12, id="three declines"),
        pytest.param({"declines": 30}, 0.05, id="no more than ten declines"),
        pytest.param({"declines": 10, "priority": EntryPriority.FLEXIBLE}, 0.0, id="never below nothing"),
        pytest.param(
            {
                "priority": EntryPriority.URGENT,
                "referral": Referral.URGENT,
                "added_at": NOW - timedelta(days=40),
            },
            0.9,
            id="the most there is",
        ),
    ],
)
def test_the_priority_score_follows_its_formula(facts: dict[str, Any], expected: float) -> None:
    assert priority_score(entry(**facts), NOW).total == pytest.approx(expected)


def test_the_reasons_say_what_counted() -> None:
    facts = entry(
        added_at=NOW - timedelta(days=41, hours=5),
        priority=EntryPriority.URGENT,
        referral=Referral.STANDARD,
        declines=2,
    )
    assert priority_score(facts, NOW).reasons == (
        "waiting 41 days",
        "urgent priority",
        "standard referral",
        "declined 2 before",
    )


@pytest.mark.parametrize(
    ("days", "reason"),
    [pytest.param(0, "joined today", id="today"), pytest.param(1, "waiting 1 day", id="one")],
)
def test_a_short_wait_is_said_as_people_say_it(days: int, reason: str) -> None:
    assert priority_score(entry(added_at=NOW - timedelta(days=days)), NOW).reasons == (reason,)


@given(entries)
def test_a_priority_score_stays_in_range_and_adds_up(facts: EntryFacts) -> None:
    score = priority_score(facts, NOW)
    assert 0 <= score.total <= PRIORITY_TOP + 1e-9
    assert sum(score.parts.values()) == score.total


@given(entries, st.integers(0, 90 * 24 * 60))
def test_waiting_longer_never_lowers_the_priority(facts: EntryFacts, minutes: int) -> None:
    longer = replace(facts, added_at=facts.added_at - timedelta(minutes=minutes))
    assert priority_score(longer, NOW).total >= priority_score(facts, NOW).total


@given(entries, st.integers(1, 20))
def test_a_decline_never_raises_the_priority(facts: EntryFacts, more: int) -> None:
    declined = replace(facts, declines=facts.declines + more)
    assert priority_score(declined, NOW).total <= priority_score(facts, NOW).total
