"""A provider's hours as the practice system has them."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from clinic import openings
from clinic.audit import BOT
from clinic.openings import Freed
from rules.facts import Span
from rules.states import FreedBy, OpeningState
from storage.tables import Availability, Opening, TimeOff
from storage.transaction import Tx
from tests.feed.conftest import NOW, Practice, provider_id
from tests.feed.test_visits import free_three_o_clock

TUESDAY = "2026-12-01"
MORNING = [{"start": "09:00", "end": "12:00"}]
LONGER = [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "15:30"}]


def hours(practice: Practice) -> list[tuple[int | None, date | None, time, time]]:
    rows = practice.all_of(Availability)
    return sorted(((each.weekday, each.on_date, each.from_time, each.until_time) for each in rows), key=str)


def test_hours_of_a_weekday_take_the_place_of_those_before(practice: Practice) -> None:
    for windows in (LONGER, MORNING):
        practice.say("availability.changed", provider="lee", weekday="tue", hours=windows)
    assert hours(practice) == [(1, None, time(9), time(12))]


def test_hours_of_a_date_leave_the_weekday_alone(practice: Practice) -> None:
    practice.say("availability.changed", provider="lee", weekday="tue", hours=MORNING)
    practice.say(
        "availability.changed", provider="lee", date=TUESDAY, hours=[{"start": "10:00", "end": "11:00"}]
    )
    assert hours(practice) == [
        (1, None, time(9), time(12)),
        (None, date(2026, 12, 1), time(10), time(11)),
    ]


def test_a_date_without_hours_is_a_day_off_until_it_has_hours_again(practice: Practice) -> None:
    practice.say("availability.changed", provider="lee", date=TUESDAY, hours=[])
    (off,) = practice.all_of(TimeOff)
    assert off.ends_at - off.starts_at == timedelta(hours=24)
    practice.say("availability.changed", provider="lee", date=TUESDAY, hours=MORNING)
    assert practice.all_of(TimeOff) == []


def test_new_time_is_an_opening_only_where_the_event_says_so(practice: Practice) -> None:
    practice.say("availability.changed", provider="lee", date=TUESDAY, hours=MORNING)
    assert practice.openings() == []
    practice.say("availability.changed", provider="lee", date=TUESDAY, hours=LONGER, offer_new_time=True)
    assert practice.openings() == [("Tue 13:00", "Tue 15:30")]
    assert [each.freed_by for each in practice.all_of(Opening)] == [FreedBy.NEW_AVAILABILITY]


def test_what_somebody_has_of_new_time_is_not_free(practice: Practice) -> None:
    practice.books(start="2026-12-01T10:00")
    practice.run(lambda tx: take_the_last_half_hour(tx))
    practice.say("availability.changed", provider="lee", date=TUESDAY, hours=MORNING, offer_new_time=True)
    assert practice.openings() == [
        ("Tue 09:00", "Tue 10:00"),
        ("Tue 10:30", "Tue 11:30"),
        ("Tue 11:30", "Tue 12:00"),
    ]


def take_the_last_half_hour(tx: Tx) -> None:
    start = NOW.replace(day=1, month=12, hour=16, minute=30)
    span = Span(start, start + timedelta(minutes=30))
    assert openings.open_slot(tx, Freed(provider_id(tx, "lee"), span, FreedBy.STAFF_CANCEL), BOT)


def test_new_time_too_short_for_any_visit_is_no_opening(practice: Practice) -> None:
    windows = [{"start": "09:00", "end": "09:25"}]
    practice.say("availability.changed", provider="lee", date=TUESDAY, hours=windows, offer_new_time=True)
    assert practice.openings() == []


def test_a_slot_outside_the_new_hours_is_taken_back(practice: Practice) -> None:
    practice.run(free_three_o_clock)
    practice.say("availability.changed", provider="lee", date=TUESDAY, hours=MORNING)
    assert [each.state for each in practice.all_of(Opening)] == [OpeningState.WITHDRAWN]


def test_a_slot_inside_the_new_hours_stays(practice: Practice) -> None:
    practice.run(free_three_o_clock)
    practice.say("availability.changed", provider="lee", date=TUESDAY, hours=LONGER)
    assert practice.openings() == [("Tue 15:00", "Tue 15:30")]


def test_older_hours_do_not_undo_newer_ones(practice: Practice) -> None:
    practice.say("availability.changed", provider="lee", weekday="tue", hours=MORNING, at=NOW)
    practice.say(
        "availability.changed", provider="lee", weekday="tue", hours=LONGER, at=NOW - timedelta(minutes=1)
    )
    assert hours(practice) == [(1, None, time(9), time(12))]


def test_hours_of_somebody_unknown_are_for_a_person(practice: Practice) -> None:
    practice.say("availability.changed", provider="px", weekday="tue", hours=MORNING)
    assert practice.tasks() == ['Practice system: its provider "px" is not on file here.']


@pytest.mark.parametrize(
    "part",
    [
        {"weekday": "tue", "date": TUESDAY, "hours": MORNING},
        {"hours": MORNING},
        {"weekday": "someday", "hours": MORNING},
        {"weekday": "tue", "hours": [{"start": "12:00", "end": "09:00"}]},
        {"weekday": "tue", "hours": [*MORNING, {"start": "11:00", "end": "13:00"}]},
        {"weekday": "tue"},
    ],
    ids=["both days", "no day", "no weekday", "backward", "overlapping", "no hours"],
)
def test_hours_that_make_no_sense_are_not_stored(practice: Practice, part: dict[str, object]) -> None:
    assert practice.post(practice.event("availability.changed", provider="lee", **part)).status_code == 200
    assert practice.events() == []


def test_hours_are_on_the_clinics_wall(practice: Practice) -> None:
    practice.say(
        "availability.changed", provider="lee", date="2027-07-01", hours=MORNING, offer_new_time=True
    )
    start = practice.run(lambda tx: tx.session.scalars(select(Opening.starts_at)).one())
    assert f"{start:%H:%M}" == "13:00"
