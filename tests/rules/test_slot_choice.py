"""Which free times are shown: what was asked for is hard, what is liked orders the rest."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import slot_choice
from rules.facts import Span, TimeWindow
from rules.slot_choice import PROFILE, Choice, Slot, best, totals
from rules.slots import Line, Need, ProviderTime, stretches
from rules.wanted import Stretch, Wanted, suits
from rules.wishes import Wishes
from tests.rules.make import DR_KIM, DR_LEE, DR_ROY, NEW_YORK

WEEK = dict.fromkeys(range(5), (TimeWindow(time(9), time(17)),))
NOW = datetime(2026, 11, 30, 8, 0, tzinfo=NEW_YORK)
"""A Monday morning."""

NEED = Need(30, 0, NOW, NOW + timedelta(days=14), NEW_YORK)
THURSDAY = date(2026, 12, 3)


def ask(*providers: ProviderTime, limit: int = 3, **wanted: Any) -> list[Slot]:
    asked = providers or (ProviderTime(DR_LEE, WEEK),)
    return best(asked, NEED, Wanted(**wanted), rooms={}, now=NOW, limit=limit)


def said(slots: list[Slot]) -> list[str]:
    return [f"{slot.span.start.astimezone(NEW_YORK):%a %d %H:%M}" for slot in slots]


def test_the_soonest_come_first_and_lie_apart() -> None:
    assert said(ask()) == ["Mon 30 09:00", "Mon 30 11:00", "Mon 30 13:00"]


def test_where_little_is_free_they_may_lie_close() -> None:
    full = ProviderTime(
        DR_LEE,
        WEEK,
        taken=stretches([Span(NOW, NOW.replace(hour=16)), Span(NOW.replace(hour=17), NEED.until)]),
    )
    assert said(ask(full)) == ["Mon 30 16:00", "Mon 30 16:30", "Mon 30 16:15"]


@pytest.mark.parametrize(
    ("stretch", "first"),
    [
        (Stretch(THURSDAY, THURSDAY), "Thu 03 09:00"),
        (Stretch(THURSDAY, THURSDAY, time(12), time(17)), "Thu 03 12:00"),
        (Stretch(date(2026, 12, 7), date(2026, 12, 13), time(15)), "Mon 07 15:00"),
        (Stretch(start=time(15)), "Mon 30 15:00"),
        (Stretch(weekdays=frozenset({1})), "Tue 01 09:00"),
        (Stretch(THURSDAY, None), "Thu 03 09:00"),
    ],
)
def test_only_what_was_asked_for_is_shown(stretch: Stretch, first: str) -> None:
    assert said(ask(any_of=(stretch,)))[0] == first


def test_any_of_several_days_will_do() -> None:
    friday = THURSDAY + timedelta(days=1)
    both = (Stretch(THURSDAY, THURSDAY, time(16)), Stretch(friday, friday, time(16)))
    assert {each[:3] for each in said(ask(any_of=both))} == {"Thu", "Fri"}


def test_what_was_ruled_out_is_never_shown() -> None:
    tuesdays = Stretch(weekdays=frozenset({1}))
    assert not any(each.startswith("Tue") for each in said(ask(none_of=(tuesdays,), limit=60)))


def test_a_visit_that_reaches_into_what_was_ruled_out_is_not_shown() -> None:
    after_three = Stretch(start=time(15))
    assert max(each[-5:] for each in said(ask(none_of=(after_three,), limit=200))) == "14:30"


def test_the_nearest_to_the_hour_asked_for_comes_first() -> None:
    found = ask(any_of=(Stretch(THURSDAY, THURSDAY),), at=time(15))
    assert said(found) == ["Thu 03 15:00", "Thu 03 13:00", "Thu 03 11:00"]


def test_standing_wishes_that_rule_out_are_hard() -> None:
    wishes = Wishes(
        excluded_weekdays=frozenset({0, 1}),
        excluded_times=(TimeWindow(time(0), time(12)),),
        excluded_dates=((date(2026, 12, 2), date(2026, 12, 2)),),
        latest=date(2026, 12, 4),
    )
    assert said(ask(wishes=wishes, limit=1)) == ["Thu 03 12:00"]


def test_standing_wishes_that_like_something_only_order() -> None:
    wishes = Wishes(weekdays=frozenset({3}), times=(TimeWindow(time(9), time(12)),))
    assert said(ask(wishes=wishes))[0] == "Thu 03 09:00"
    busy = ProviderTime(DR_LEE, {0: WEEK[0]})
    assert said(ask(busy, wishes=wishes))[0] == "Mon 30 09:00"


def test_a_provider_named_is_hard_and_a_preferred_one_first() -> None:
    lee, kim = ProviderTime(DR_LEE, WEEK), ProviderTime(DR_KIM, WEEK)
    assert {each.provider_id for each in ask(lee, kim, provider_ids=frozenset({DR_KIM}))} == {DR_KIM}
    assert ask(lee, kim, wishes=Wishes(preferred_provider_id=DR_KIM))[0].provider_id == DR_KIM
    only = Wishes(preferred_provider_id=DR_ROY, only_provider=True)
    assert ask(lee, kim, wishes=only) == []


def test_earlier_and_later_are_bounds() -> None:
    noon = datetime(2026, 12, 3, 12, 0, tzinfo=NEW_YORK)
    assert all(slot.span.start < noon for slot in ask(before=noon, limit=50))
    assert all(slot.span.start > noon for slot in ask(after=noon, limit=50))


def test_the_score_says_what_it_is_made_of() -> None:
    (slot,) = ask(limit=1)
    assert slot.score.total == pytest.approx(sum(slot.score.parts.values()))
    assert "soon" in slot.score.reasons


def test_who_asked_for_nothing_is_not_said_to_get_what_they_asked_for() -> None:
    (slot,) = ask(limit=1)
    assert slot.score.reasons == ("soon",)


def test_what_was_asked_for_is_named() -> None:
    wishes = Wishes(preferred_provider_id=DR_LEE, weekdays=frozenset({3}))
    (slot,) = ask(limit=1, at=time(9), wishes=wishes)
    named = ("near the time of day asked for", "with the provider wanted", "as they like it")
    assert slot.score.reasons[:3] == named


WANTED = st.builds(
    Wanted,
    at=st.none() | st.times().map(lambda wall: wall.replace(second=0, microsecond=0)),
    wishes=st.builds(
        Wishes,
        weekdays=st.frozensets(st.integers(0, 6)),
        excluded_weekdays=st.frozensets(st.integers(0, 6), max_size=3),
        times=st.just(()) | st.just((TimeWindow(time(9), time(12)),)),
        preferred_provider_id=st.sampled_from([None, DR_LEE, DR_KIM]),
        alternate_provider_ids=st.frozensets(st.sampled_from([DR_LEE, DR_KIM])),
    ),
)


@given(WANTED)
def test_ranking_all_at_a_stroke_is_ranking_them_one_by_one(wanted: Wanted) -> None:
    providers = (ProviderTime(DR_LEE, WEEK), ProviderTime(DR_KIM, WEEK))
    ids = (DR_LEE, DR_KIM)
    times = slot_choice.all_times(providers, Line(NEED), {}, NOW)
    choice = Choice(times.only(suits(wanted, times, ids)), wanted, ids)
    at_a_stroke = totals(choice)
    for place in range(0, len(at_a_stroke), 37):
        alone = Choice(choice.times.only(np.array([place])), wanted, ids)
        assert PROFILE.score(alone).total == pytest.approx(at_a_stroke[place])
        assert 0.0 <= at_a_stroke[place] <= 1.0


def test_the_clock_of_the_times_is_utc() -> None:
    assert ask(limit=1)[0].span.start.tzinfo is UTC
