"""Free times: never where anything is, always inside working hours, and one in every gap long enough."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import Span, TimeWindow
from rules.slots import (
    Line,
    Need,
    ProviderTime,
    free_starts,
    is_free,
    moment,
    room_for,
    stretches,
)
from tests.rules.make import DR_LEE, LONDON, LOS_ANGELES, NEW_YORK

ROOM, OTHER_ROOM = UUID(int=90), UUID(int=91)
NINE_TO_FIVE = (TimeWindow(time(9), time(17)),)
EVERY_DAY = dict.fromkeys(range(7), NINE_TO_FIVE)
MONDAY = datetime(2026, 11, 30, tzinfo=NEW_YORK)


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    return (MONDAY + timedelta(days=day)).replace(hour=hour, minute=minute)


def need(**changes: object) -> Need:
    own: dict[str, object] = {
        "minutes": 30,
        "buffer_minutes": 0,
        "earliest": MONDAY,
        "until": MONDAY + timedelta(days=1),
        "zone": NEW_YORK,
        **changes,
    }
    return Need(**own)  # type: ignore[arg-type]


def lee(*taken: tuple[datetime, datetime], **changes: object) -> ProviderTime:
    spans = [Span(start, end) for start, end in taken]
    own: dict[str, object] = {"weekly": EVERY_DAY, "taken": stretches(spans), **changes}
    return ProviderTime(DR_LEE, **own)  # type: ignore[arg-type]


def starts(provider: ProviderTime, wanted: Need, rooms: dict[UUID, list[Span]] | None = None) -> list[str]:
    taken = {room: stretches(spans) for room, spans in (rooms or {}).items()}
    found = free_starts(provider, Line(wanted), taken)
    return [f"{moment(int(each)).astimezone(wanted.zone):%H:%M}" for each in found]


def test_an_empty_day_has_a_time_every_quarter_of_an_hour() -> None:
    found = starts(lee(), need())
    assert (found[0], found[1], found[-1], len(found)) == ("09:00", "09:15", "16:30", 31)


def test_a_gap_begins_at_the_very_end_of_the_visit_before() -> None:
    assert starts(lee((at(9), at(10, 20)), (at(11), at(17))), need()) == ["10:20", "10:30"]


def test_the_buffer_has_to_fit_too() -> None:
    assert starts(lee((at(9), at(16))), need(buffer_minutes=20)) == ["16:00"]


def test_a_date_of_its_own_replaces_the_weekday() -> None:
    short = {MONDAY.date(): (TimeWindow(time(13), time(14)),)}
    assert starts(lee(dated=short), need()) == ["13:00", "13:15", "13:30"]


def test_a_date_with_no_hours_is_a_day_off() -> None:
    assert starts(lee(dated={MONDAY.date(): ()}), need()) == []


def test_nothing_begins_before_the_earliest_minute() -> None:
    found = starts(lee(), need(earliest=at(16, 7)))
    assert found == ["16:15", "16:30"]


def test_another_grid_can_be_chosen() -> None:
    assert starts(lee((at(9), at(15))), need(step_minutes=60)) == ["15:00", "16:00"]


def test_a_visit_needs_a_room_that_is_free() -> None:
    taken = {ROOM: [Span(at(9), at(16))], OTHER_ROOM: [Span(at(9), at(15, 45))]}
    both = lee(room_ids=(ROOM, OTHER_ROOM))
    assert starts(both, need(), taken) == ["15:45", "16:00", "16:15", "16:30"]
    assert starts(lee(room_ids=(ROOM,)), need(), taken) == ["16:00", "16:15", "16:30"]


def test_where_no_room_can_have_the_type_there_is_no_time() -> None:
    assert starts(lee(room_ids=None), need()) == []


def test_the_first_room_that_is_free_is_taken() -> None:
    taken = {ROOM: stretches([Span(at(9), at(10))])}
    provider = lee(room_ids=(ROOM, OTHER_ROOM))
    nine, ten = (int(each.timestamp()) // 60 for each in (at(9), at(10)))
    assert room_for(provider, nine, 30, taken) == OTHER_ROOM
    assert room_for(provider, ten, 30, taken) == ROOM


def test_the_patient_is_not_booked_into_their_own_other_visit() -> None:
    busy = stretches([Span(at(9), at(16))])
    assert starts(lee(), need(busy=busy, minutes=45, buffer_minutes=15)) == ["16:00"]


def test_a_moment_off_the_grid_can_be_free() -> None:
    assert is_free(lee(), need(earliest=at(10, 5), until=at(10, 6)), {})
    assert not is_free(lee((at(10, 30), at(11))), need(earliest=at(10, 5), until=at(10, 6)), {})


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 11, 1), 25), (date(2026, 3, 8), 23)],
    ids=["the clocks go back", "the clocks go forward"],
)
def test_working_hours_keep_to_the_wall_when_the_clocks_change(day: date, hours: int) -> None:
    midnight = datetime.combine(day, time(), NEW_YORK)
    tomorrow = datetime.combine(day + timedelta(days=1), time(), NEW_YORK)
    wanted = need(earliest=midnight, until=tomorrow)
    assert starts(lee(), wanted)[0] == "09:00"
    assert starts(lee(), wanted)[-1] == "16:30"
    all_day = lee(weekly=dict.fromkeys(range(7), (TimeWindow(time(0), time(23, 59)),)))
    assert len(free_starts(all_day, Line(wanted), {})) == hours * 4 - 2


ZONES = st.sampled_from([NEW_YORK, LONDON, LOS_ANGELES, ZoneInfo("Asia/Kathmandu")])
DAYS = st.sampled_from(
    [date(2026, 11, 1), date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1)]
)
WALLS = st.times(min_value=time(6), max_value=time(22)).map(
    lambda wall: wall.replace(second=0, microsecond=0)
)
WINDOWS = st.lists(st.tuples(WALLS, WALLS).filter(lambda pair: pair[0] < pair[1]), max_size=3)


@st.composite
def searches(draw: st.DrawFn) -> tuple[ProviderTime, Need, list[Span]]:
    """A provider, what is looked for, and what takes the provider up."""
    zone, day = draw(ZONES), draw(DAYS)
    begin = datetime.combine(day, time(), zone).astimezone(UTC)
    taken = []
    for _ in range(draw(st.integers(0, 6))):
        start = begin + timedelta(minutes=draw(st.integers(0, 2 * 1440)))
        taken.append(Span(start, start + timedelta(minutes=draw(st.integers(1, 240)))))
    windows = tuple(TimeWindow(*pair) for pair in draw(WINDOWS))
    dated = tuple(TimeWindow(*pair) for pair in draw(WINDOWS))
    provider = ProviderTime(
        DR_LEE,
        weekly=dict.fromkeys(range(7), windows),
        dated={day: dated} if draw(st.booleans()) else {},
        taken=stretches(taken),
    )
    wanted = Need(
        minutes=draw(st.integers(5, 120)),
        buffer_minutes=draw(st.sampled_from([0, 5, 10, 15])),
        earliest=begin + timedelta(minutes=draw(st.integers(0, 1440))),
        until=begin + timedelta(days=2),
        zone=zone,
        step_minutes=draw(st.sampled_from([5, 10, 15, 30, 60])),
    )
    return provider, wanted, taken


def found_spans(provider: ProviderTime, wanted: Need) -> list[Span]:
    length = timedelta(minutes=wanted.length)
    return [
        Span(moment(int(each)), moment(int(each)) + length)
        for each in free_starts(provider, Line(wanted), {})
    ]


def works(provider: ProviderTime, instant: datetime, zone: ZoneInfo) -> bool:
    """The slow way: is this minute within the working hours of its day on the wall?"""
    local = instant.astimezone(zone)
    windows = provider.dated.get(local.date(), provider.weekly.get(local.weekday(), ()))
    return any(window.start <= local.time() < window.end for window in windows)


@given(searches())
def test_no_time_overlaps_anything_that_is_taken(search: tuple[ProviderTime, Need, list[Span]]) -> None:
    provider, wanted, taken = search
    assert not any(found.overlaps(each) for found in found_spans(provider, wanted) for each in taken)


@given(searches())
def test_every_minute_of_a_time_lies_inside_working_hours(
    search: tuple[ProviderTime, Need, list[Span]],
) -> None:
    provider, wanted, _ = search
    for found in found_spans(provider, wanted):
        assert found.start >= wanted.earliest
        for ahead in range(wanted.length):
            assert works(provider, found.start + timedelta(minutes=ahead), wanted.zone)


@given(searches())
def test_every_gap_long_enough_has_a_time(search: tuple[ProviderTime, Need, list[Span]]) -> None:
    provider, wanted, taken = search
    begin = wanted.earliest.astimezone(UTC)
    minutes = [begin + timedelta(minutes=ahead) for ahead in range(2 * 1440)]
    free = [
        works(provider, each, wanted.zone) and not any(span.start <= each < span.end for span in taken)
        for each in minutes
    ]
    spans = found_spans(provider, wanted)
    run = 0
    for place in range(1, len(free)):  # what has begun before the search is no gap that begins here
        run = run + 1 if free[place] and (run or not free[place - 1]) else 0
        begins = minutes[place] - timedelta(minutes=run - 1)
        if run == wanted.length and begins < wanted.until:
            assert any(span.start == begins for span in spans)


@given(searches())
def test_times_come_in_order_and_once(search: tuple[ProviderTime, Need, list[Span]]) -> None:
    provider, wanted, _ = search
    found = free_starts(provider, Line(wanted), {})
    assert np.all(np.diff(found) > 0)
