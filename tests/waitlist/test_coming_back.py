"""A provider who was to be away works after all: their time is offered, first to those it was taken from."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from clinic import closing, coming_back, openings
from clinic.audit import SYSTEM
from clinic.feed.hours import NOTE
from rules.facts import Span
from rules.states import FreedBy, OpeningState
from storage.tables import (
    AppointmentType,
    AuditEvent,
    Availability,
    Offer,
    Opening,
    Provider,
    TimeOff,
    TypeProvider,
)
from storage.transaction import Tx
from tests.waitlist.desk import NEW_YORK, NOW, TUESDAY_AT_THREE, Desk

TUESDAY = date(2026, 12, 1)
BEN, PAUL = "+12125550302", "+12125550303"


def works(desk: Desk, lee: Provider, start: time, end: time, **day: object) -> None:
    hours = Availability(provider_id=lee.id, from_time=start, until_time=end, **(day or {"weekday": 1}))
    desk.run(lambda tx: tx.session.add(hours))


def closed(desk: Desk, lee: Provider, day: date = TUESDAY) -> UUID:
    desk.run(lambda tx: closing.close_day(tx, day, SYSTEM, provider_id=lee.id))
    return desk.all_of(TimeOff)[-1].id


def opened_again(desk: Desk, off_id: UUID) -> int | None:
    return desk.run(lambda tx: coming_back.end(tx, off_id, SYSTEM))


def free(desk: Desk) -> list[str]:
    """Live openings on the clinic's wall."""
    return [
        f"{each.starts_at.astimezone(NEW_YORK):%H:%M}-{each.ends_at.astimezone(NEW_YORK):%H:%M}"
        for each in sorted(desk.all_of(Opening), key=lambda each: each.starts_at)
        if each.state is not OpeningState.WITHDRAWN
    ]


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), NEW_YORK)


def test_what_they_work_of_it_is_free_again(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    works(desk, lee, time(9), time(12))
    assert opened_again(desk, closed(desk, lee)) == 1
    assert free(desk) == ["09:00-12:00"]
    (opening,) = desk.all_of(Opening)
    assert opening.freed_by is FreedBy.PROVIDER_BACK
    assert desk.all_of(TimeOff) == []
    assert [each.action for each in desk.all_of(AuditEvent)][-2:] == ["provider.back", "opening.opened"]


def test_it_is_cut_into_slots_as_long_as_the_longest_visit_waited_for(
    desk: Desk, lee: Provider, kind: AppointmentType
) -> None:
    works(desk, lee, time(9), time(12))
    desk.waits(kind), desk.waits(desk.kind("crown", minutes=60, buffer_minutes=15), "Ben Ott", BEN)
    assert opened_again(desk, closed(desk, lee)) == 2
    assert free(desk) == ["09:00-10:15", "10:15-12:00"]


def test_what_only_others_do_cuts_nothing(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    works(desk, lee, time(9), time(11))
    long, kim = desk.kind("surgery", minutes=120), desk.provider("Dr Kim")
    desk.run(lambda tx: tx.session.add(TypeProvider(type_id=long.id, provider_id=kim.id)))
    desk.waits(kind), desk.waits(long, "Ben Ott", BEN)
    opened_again(desk, closed(desk, lee))
    assert free(desk) == ["09:00-09:30", "09:30-10:00", "10:00-10:30", "10:30-11:00"]


def test_whose_visit_was_taken_away_is_asked_first(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    works(desk, lee, time(15), time(15, 30))
    maria = desk.on_file()
    desk.visit(maria, TUESDAY_AT_THREE, with_whom=lee, kind=kind)
    desk.waits(kind, "Ben Ott", BEN)
    opened_again(desk, closed(desk, lee))
    desk.run_due_openings()
    assert [each.patient_id for each in desk.all_of(Offer)] == [maria.id]


def test_time_that_somebody_has_is_not_free(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    works(desk, lee, time(9), time(11))
    off = closed(desk, lee)
    desk.visit(desk.on_file(), at(9, 30), with_whom=lee, kind=kind)
    opened_again(desk, off)
    assert free(desk) == ["09:00-09:30", "10:00-11:00"]


def test_another_time_off_stays(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    works(desk, lee, time(9), time(12))
    off = closed(desk, lee)
    lunch = Span(at(10), at(11))
    desk.run(lambda tx: closing.be_away(tx, lunch, SYSTEM, provider_id=lee.id))
    opened_again(desk, off)
    assert free(desk) == ["09:00-10:00", "11:00-12:00"]


def test_of_today_only_what_is_left_is_free(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    works(desk, lee, time(9), time(12), weekday=0)
    desk.later(timedelta(minutes=2))
    opened_again(desk, closed(desk, lee, NOW.astimezone(NEW_YORK).date()))
    assert free(desk) == ["10:05-12:00"]


def test_where_nobody_keeps_hours_the_times_of_cancelled_visits_are_free(
    desk: Desk, lee: Provider, kind: AppointmentType
) -> None:
    desk.visit(desk.on_file(), TUESDAY_AT_THREE, with_whom=lee, kind=kind)
    assert opened_again(desk, closed(desk, lee)) == 1
    assert free(desk) == ["15:00-15:30"]


def test_what_the_practice_system_says_only_it_takes_back(desk: Desk, lee: Provider) -> None:
    works(desk, lee, time(9), time(12))

    def away(tx: Tx) -> UUID:
        off = TimeOff(provider_id=lee.id, starts_at=at(0), ends_at=at(23), note=NOTE)
        tx.session.add(off)
        tx.session.flush()
        return off.id

    assert opened_again(desk, desk.run(away)) is None
    assert len(desk.all_of(TimeOff)) == 1


def test_a_time_off_that_is_over_changes_nothing(desk: Desk, lee: Provider) -> None:
    works(desk, lee, time(9), time(12))
    off = closed(desk, lee)
    desk.later(timedelta(days=3))
    assert opened_again(desk, off) is None


def test_openings_can_be_made_there_again(desk: Desk, lee: Provider, kind: AppointmentType) -> None:
    off, span = closed(desk, lee), Span(at(9), at(10))
    assert desk.run(lambda tx: openings.is_away(tx, lee.id, span))
    opened_again(desk, off)
    assert not desk.run(lambda tx: openings.is_away(tx, lee.id, span))
