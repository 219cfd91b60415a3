"""A provider works more on a day: what is new of it is offered to the waitlist."""

from collections.abc import Callable
from datetime import date, time

import pytest

from clinic import more_time
from clinic.audit import SYSTEM
from clinic.more_time import TimeRefused
from rules.facts import Span
from rules.states import FreedBy, OpeningState
from storage.tables import AppointmentType, Availability, Opening, Provider, TimeOff
from tests.waitlist.desk import Desk
from tests.waitlist.test_coming_back import TUESDAY, at, free, works

FRIDAY = date(2026, 11, 27)
"""It is the Monday after."""


def added(desk: Desk, lee: Provider, start: int, end: int, day: date = TUESDAY) -> int:
    span = Span(at(start, day=day), at(end, day=day))
    return desk.run(lambda tx: more_time.add(tx, lee.id, span, SYSTEM))


def hours_of(desk: Desk, day: date) -> list[tuple[time, time]]:
    return sorted((row.from_time, row.until_time) for row in desk.all_of(Availability) if row.on_date == day)


def test_an_afternoon_that_they_add_is_free(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    works(desk, lee, time(9), time(12))
    assert added(desk, lee, 13, 15) == 1
    assert free(desk) == ["13:00-15:00"]
    (opening,) = desk.all_of(Opening)
    assert opening.freed_by is FreedBy.NEW_AVAILABILITY


def test_the_day_keeps_the_hours_it_had(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    works(desk, lee, time(9), time(12))
    added(desk, lee, 13, 15)
    assert hours_of(desk, TUESDAY) == [(time(9), time(12)), (time(13), time(15))]


def test_only_what_is_new_of_the_time_is_offered(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    works(desk, lee, time(9), time(12))
    added(desk, lee, 11, 14)
    assert free(desk) == ["12:00-14:00"]
    assert hours_of(desk, TUESDAY) == [(time(9), time(14))]


def test_it_becomes_slots_as_long_as_somebody_waits_for(
    desk: Desk, lee: Provider, kind: AppointmentType
) -> None:
    desk.waits(kind)
    assert added(desk, lee, 13, 15) == 4


def test_a_visit_that_stands_in_it_stays(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    desk.visit(desk.waits(kind), at(13), with_whom=lee, kind=kind)
    added(desk, lee, 13, 14)
    assert free(desk) == ["13:30-14:00"]


def test_added_once_more_it_is_said_to_be_worked_already(
    desk: Desk, lee: Provider, kind: AppointmentType
) -> None:
    added(desk, lee, 13, 15)
    with pytest.raises(TimeRefused, match="works then already"):
        added(desk, lee, 13, 15)
    assert len([each for each in desk.all_of(Opening) if each.state is OpeningState.OPEN]) == 1


def test_who_is_away_then_does_not_work_more(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    off = TimeOff(provider_id=lee.id, starts_at=at(8), ends_at=at(18), note="")
    desk.run(lambda tx: tx.session.add(off))
    with pytest.raises(TimeRefused, match="is away then"):
        added(desk, lee, 13, 15)


@pytest.mark.parametrize(
    ("span", "why"),
    [
        (lambda: Span(at(15), at(13)), "end after it starts"),
        (lambda: Span(at(9, day=FRIDAY), at(12, day=FRIDAY)), "not in the past"),
        (lambda: Span(at(20), at(8, day=date(2026, 12, 2))), "on the same day"),
    ],
    ids=["backwards", "past", "over night"],
)
def test_hours_that_make_no_sense_are_refused(
    desk: Desk, lee: Provider, span: Callable[[], Span], why: str
) -> None:
    with pytest.raises(TimeRefused, match=why):
        desk.run(lambda tx: more_time.add(tx, lee.id, span(), SYSTEM))
