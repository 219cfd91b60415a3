"""Cancellations in numbers: counted from rows, over a period, in the clinic's zone."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinic import appointments, cancellation_numbers, no_shows
from clinic.appointments import Booking
from clinic.audit import PATIENT, SYSTEM
from clinic.cancellation_numbers import Numbers, Table
from rules.states import CancelledBy, FilledBy, OpeningState
from storage.queries.cancellations import Lost
from storage.tables import Appointment, Opening, Patient
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk

NEW_YORK = ZoneInfo("America/New_York")
START, END = NOW - timedelta(days=30), NOW + timedelta(days=30)
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=NEW_YORK)


class Month:
    """A month of visits, each as it went. What is done to a visit is done so many hours before it."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.lee, self.kim = factories.provider(tx, "Dr Lee"), factories.provider(tx, "Dr Kim")
        self.kind = factories.visit_type(tx, price_cents=12_000)
        self.maria = factories.patient(tx)

    def visit(
        self, start: datetime, *, ahead: float = 10, who: Patient | None = None, **more: Any
    ) -> Appointment:
        provider = more.pop("provider", self.lee)
        made = factories.visit(self.tx, who or self.maria, provider, self.kind, start=start, **more)
        made.booked_at = start - timedelta(days=ahead)
        return made

    def cancelled(self, visit: Appointment, *, hours: float, **more: Any) -> None:
        now, self.tx.now = self.tx.now, visit.starts_at - timedelta(hours=hours)
        own = {"who": CancelledBy.PATIENT, **more}
        appointments.cancel(self.tx, visit.id, PATIENT, **own)
        self.tx.now = now

    def missed(self, visit: Appointment) -> None:
        now, self.tx.now = self.tx.now, visit.starts_at + timedelta(minutes=29)
        no_shows.mark(self.tx, visit.id, SYSTEM)
        self.tx.now = now


def usual(tx: Tx) -> Month:
    """Five visits from Monday to Friday at 8: kept, cancelled, late, missed, and one that we took away."""
    month = Month(tx)
    _kept, early, late, missed, ours = (month.visit(MONDAY + timedelta(days=day)) for day in range(5))
    month.cancelled(early, hours=30, reason="illness")
    month.cancelled(late, hours=3, reason="illness")
    month.missed(missed)
    month.cancelled(ours, hours=30, who=CancelledBy.STAFF, reason="practice_closure")
    return month


def numbers(tx: Tx) -> Numbers:
    tx.session.flush()
    return cancellation_numbers.numbers(tx, START, END)


def test_visits_are_counted_by_how_they_went(desk: Desk) -> None:
    def work(tx: Tx) -> Numbers:
        usual(tx)
        return numbers(tx)

    found = desk.do(work)
    assert found.all == Lost(5, cancelled=1, late=1, missed=1, ours=1, cents=48_000, minutes=120)
    assert cancellation_numbers.rate(found.all) == pytest.approx(3 / 4)
    assert found.late_share == 0.5
    assert found.minutes_lost == 120


def rows(found: Numbers, table: Table) -> list[tuple[str, int, float | None]]:
    return [(row.name, row.lost.all_lost, row.rate) for row in found.tables[table]]


def test_they_are_told_apart(desk: Desk) -> None:
    def work(tx: Tx) -> Numbers:
        month = usual(tx)
        month.visit(MONDAY + timedelta(days=1, hours=6), ahead=0.5, provider=month.kim)
        return numbers(tx)

    found = desk.do(work)
    assert rows(found, Table.PROVIDER) == [("Dr Lee", 4, 0.75), ("Dr Kim", 0, 0.0)]
    assert rows(found, Table.TYPE) == [("Check-up", 4, 0.6)]
    assert rows(found, Table.WEEKDAY) == [
        ("Monday", 0, 0.0),
        ("Tuesday", 1, 0.5),
        ("Wednesday", 1, 1.0),
        ("Thursday", 1, 1.0),
        ("Friday", 1, None),
    ]
    assert rows(found, Table.HOUR) == [("8:00", 4, 0.75), ("14:00", 0, 0.0)]
    assert rows(found, Table.LEAD) == [("under a day", 0, 0.0), ("1-2 weeks", 4, 0.75)]
    assert rows(found, Table.WEEK) == [("2026-11-16", 4, 0.6)]


def test_reasons_and_notice_are_shares_of_what_was_lost(desk: Desk) -> None:
    def work(tx: Tx) -> Numbers:
        usual(tx)
        return numbers(tx)

    found = desk.do(work)
    assert rows(found, Table.REASON) == [
        ("illness", 2, 0.5),
        ("not said", 1, 0.25),
        ("practice_closure", 1, 0.25),
    ]
    assert rows(found, Table.NOTICE) == [
        ("after it began", 1, 0.25),
        ("2-24 h", 1, 0.25),
        ("1-2 days", 2, 0.5),
    ]


def test_what_made_way_for_another_or_is_still_to_come_counts_nowhere(desk: Desk) -> None:
    def work(tx: Tx) -> Numbers:
        month = Month(tx)
        month.cancelled(month.visit(MONDAY), hours=30, who=CancelledBy.SYSTEM, reason="replaced")
        month.visit(NOW + timedelta(days=1))
        return numbers(tx)

    assert desk.do(work).all.visits == 0


def test_what_was_made_up_for_is_told(desk: Desk) -> None:
    def work(tx: Tx) -> Numbers:
        month = Month(tx)
        given_up = month.visit(MONDAY)
        month.cancelled(given_up, hours=30)
        slot = tx.session.query(Opening).one()
        taker = month.visit(MONDAY, who=factories.patient(tx, "Ana Ruiz"))
        slot.state, slot.filled_by, slot.appointment_id = OpeningState.FILLED, FilledBy.WAITLIST, taker.id
        again = Booking(month.maria.id, month.lee.id, month.kind.id, NOW + timedelta(days=2))
        appointments.book(tx, again, SYSTEM)
        return numbers(tx)

    found = desk.do(work)
    assert (found.made.rebooked, found.made.rebooked_cents) == (1, 12_000)
    assert (found.made.refilled, found.made.refilled_cents, found.minutes_lost) == (1, 12_000, 0)


def test_patients_who_lose_several_are_named(desk: Desk) -> None:
    def work(tx: Tx) -> Numbers:
        month = usual(tx)
        once = month.visit(MONDAY + timedelta(hours=3), who=factories.patient(tx, "Ana Ruiz"))
        month.missed(once)
        return numbers(tx)

    (found,) = desk.do(work).patients
    assert (found.patient.first_name, found.visits, found.theirs, found.missed) == ("Maria", 5, 3, 1)


def test_mondays_before_nine_stand_out_where_they_do(desk: Desk) -> None:
    def work(tx: Tx) -> Numbers:
        month = Month(tx)
        for day in (0, 1, 2):
            for number in range(40):
                start = MONDAY + timedelta(days=day, minutes=number)
                visit = month.visit(start, provider=factories.provider(tx, f"Dr {day} {number}"))
                if number < (24 if day == 0 else 6):
                    month.missed(visit)
        return numbers(tx)

    found = desk.do(work).patterns
    assert found[0].group.name == "Mondays before 9"
    assert found[0].times == pytest.approx(2.0)


def test_a_clinic_in_which_nothing_happened_has_no_rates(desk: Desk) -> None:
    found = desk.do(numbers)
    assert (found.late_share, cancellation_numbers.rate(found.all), found.patterns) == (None, None, [])
