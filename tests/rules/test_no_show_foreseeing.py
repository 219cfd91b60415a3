"""Whether the learned model or the rule of thumb speaks, and in what words."""

from datetime import date, timedelta

from rules.no_show.foreseeing import foresee, learn
from rules.no_show.model import LEAST_VISITS
from rules.no_show.visits import Visit

MONDAY = date(2026, 11, 2)


def past(count: int, *, missed_every: int) -> list[Visit]:
    """Ten a day, one like the other: nothing can be learned from them."""
    days = [MONDAY - timedelta(days=1 + number // 10) for number in range(count)]
    return [
        Visit(f"p{place}", day, day - timedelta(days=3), missed=place % missed_every == 0)
        for place, day in enumerate(days)
    ]


def test_with_too_few_visits_nothing_is_learned() -> None:
    assert "fewer than" in learn(past(LEAST_VISITS - 1, missed_every=5)).why_not


def test_where_nobody_missed_nothing_is_learned() -> None:
    all_came = [
        Visit(each.patient, each.day, each.booked_on, missed=False) for each in past(1000, missed_every=5)
    ]
    assert "too few missed" in learn(all_came).why_not


def test_what_is_no_better_than_the_rule_of_thumb_is_not_used() -> None:
    learned = learn(past(LEAST_VISITS, missed_every=5))
    assert learned.model is None
    assert "no better" in learned.why_not


def test_the_rule_of_thumb_says_what_it_counted() -> None:
    coming = Visit("p1", MONDAY, MONDAY - timedelta(days=9), hour=7.5)
    missed = Visit("p1", MONDAY - timedelta(days=4), MONDAY - timedelta(days=9), missed=True)
    came = Visit("p1", MONDAY - timedelta(days=3), MONDAY - timedelta(days=9), missed=False)
    (found,) = foresee([missed, came], [coming], MONDAY - timedelta(days=1))
    assert found.chance == 0.5 * 1.3 * 1.2
    assert found.reasons == ("missed 1 of 2 visits", "before 8:00", "on a Monday")


def test_nothing_coming_is_nothing_foreseen() -> None:
    assert foresee(past(3, missed_every=2), [], MONDAY) == []
