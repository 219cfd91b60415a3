"""Whatever was wished before, nothing that was just ruled out is accepted."""

from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.eligibility import against_wishes
from rules.facts import EntryFacts, OpeningFacts, TimeWindow
from rules.policy import Policy
from rules.refusals import Refusal
from rules.wishes import Stated, Wishes, cut, joined, sharpen
from tests.rules.make import CHECKUP, DR_KIM, DR_LEE, DR_ROY, NEW_YORK, NOW, entry, opening

MORNING, AFTERNOON = TimeWindow(time(0), time(12)), TimeWindow(time(12), time(23, 59))
TUESDAY, FRIDAY = frozenset({1}), frozenset({4})
TODAY = date(2026, 11, 24)
MORNINGS_ONLY = Stated(times=(MORNING,), excluded_times=(AFTERNOON,))
ONLY_LEE = Stated(provider_id=DR_LEE, only_provider=True)


weekdays = st.frozensets(st.integers(0, 6), max_size=5)
moments = st.integers(0, 23 * 60).map(lambda minute: time(minute // 60, minute % 60))
windows = (
    st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: TimeWindow(*pair))
)
several = st.lists(windows, max_size=3).map(tuple)
of_a_day = st.lists(st.tuples(st.integers(0, 6), windows), max_size=3).map(tuple)
days = st.integers(0, 60).map(lambda ahead: TODAY + timedelta(days=ahead))
stretches = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))
doctors = st.sampled_from([DR_LEE, DR_KIM, DR_ROY])
maybe_doctor = st.none() | doctors

stated_things = st.builds(
    Stated,
    weekdays=weekdays,
    excluded_weekdays=weekdays,
    times=several,
    excluded_times=several,
    excluded_day_times=of_a_day,
    excluded_dates=st.lists(stretches, max_size=2).map(tuple),
    earliest=st.none() | days,
    latest=st.none() | days,
    provider_id=maybe_doctor,
    only_provider=st.booleans(),
    excluded_provider_id=maybe_doctor,
    notice_hours=st.none() | st.integers(0, 72),
    again_weekdays=weekdays,
    again_times=several,
    again_day_times=of_a_day,
    any_day=st.booleans(),
    any_time=st.booleans(),
    any_provider=st.booleans(),
)
wishes_so_far = st.lists(stated_things, max_size=4).map(lambda words: _after(Wishes(), *words))


def _after(wishes: Wishes, *words: Stated) -> Wishes:
    for stated in words:
        wishes = sharpen(wishes, stated)
    return wishes


def _slot(day: date, at: time, provider: Any) -> OpeningFacts:
    start = datetime.combine(day, at, NEW_YORK)
    return opening(start=start, end=start + timedelta(minutes=30), provider_id=provider)


def _entry(wishes: Wishes) -> EntryFacts:
    return replace(entry(), **{field.name: getattr(wishes, field.name) for field in fields(wishes)})


def _just_ruled_out(stated: Stated, day: date, at: time, provider: Any) -> bool:
    return (
        day.weekday() in stated.excluded_weekdays
        or any(window.start <= at < window.end for window in stated.excluded_times)
        or any(
            weekday == day.weekday() and window.start <= at < window.end
            for weekday, window in stated.excluded_day_times
        )
        or any(first <= day <= last for first, last in stated.excluded_dates)
        or provider == stated.excluded_provider_id
    )


@given(wishes_so_far, stated_things, days, moments, doctors)
def test_what_was_just_ruled_out_is_never_accepted(
    before: Wishes, stated: Stated, day: date, at: time, provider: Any
) -> None:
    slot = _slot(day, at, provider)
    if _just_ruled_out(stated, day, at, provider):
        assert against_wishes(_entry(sharpen(before, stated)), slot, Policy(), NOW) is not None


@given(st.integers(0, 6), windows, days, moments, st.integers(1, 180))
def test_no_visit_that_touches_an_excluded_stretch_of_its_weekday_is_offered(
    weekday: int, window: TimeWindow, day: date, at: time, minutes: int
) -> None:
    start = datetime.combine(day, at, NEW_YORK)
    slot = opening(start=start, end=start + timedelta(minutes=minutes), provider_id=DR_LEE)
    waits = replace(
        _entry(Wishes(excluded_day_times=((weekday, window),))), type=replace(CHECKUP, minutes=minutes)
    )
    touches = at < window.end and _minute(at) + minutes > _minute(window.start)
    refused = against_wishes(waits, slot, Policy(), NOW) is Refusal.EXCLUDED_TIME
    assert refused == (weekday == day.weekday() and touches)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


@given(wishes_so_far, stated_things)
def test_what_is_liked_is_never_ruled_out_at_the_same_time(before: Wishes, stated: Stated) -> None:
    after = sharpen(before, stated)
    assert not after.weekdays & after.excluded_weekdays
    assert cut(after.times, after.excluded_times) == after.times
    assert after.preferred_provider_id not in after.excluded_provider_ids
    assert after.earliest is None or after.latest is None or stated.latest or after.earliest <= after.latest


@given(wishes_so_far, stated_things)
def test_saying_it_twice_changes_nothing_more(before: Wishes, stated: Stated) -> None:
    once = sharpen(before, stated)
    assert sharpen(once, stated) == once


@given(wishes_so_far)
def test_saying_nothing_changes_nothing(wishes: Wishes) -> None:
    assert sharpen(wishes, Stated()) == wishes


@given(several, several, moments)
def test_a_moment_is_left_only_where_nothing_was_cut_away(
    kept: tuple[TimeWindow, ...], away: tuple[TimeWindow, ...], at: time
) -> None:
    def inside(windows: tuple[TimeWindow, ...]) -> bool:
        return any(window.start <= at < window.end for window in windows)

    assert inside(cut(kept, away)) == (inside(kept) and not inside(away))
    assert inside(joined(kept)) == inside(kept)
