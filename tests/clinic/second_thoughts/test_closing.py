"""A day is closed: in one step nobody is expected any more, everybody is told, and comes first later."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from clinic import appointments, closing, openings
from clinic.audit import PATIENT, SYSTEM
from clinic.closing import Closed
from clinic.openings import Freed
from rules.facts import Span
from rules.states import (
    CancelledBy,
    EntryPriority,
    FreedBy,
    OfferState,
    TaskKind,
)
from storage.tables import Appointment, Cancellation, Opening, Task, TimeOff, WaitlistEntry
from tests import factories
from tests.clinic.second_thoughts.conftest import Office

TOMORROW = date(2026, 12, 1)


def close(office: Office, *, provider: UUID | None = None) -> Closed:
    done = office.do(lambda tx: closing.close_day(tx, TOMORROW, office.sam, provider_id=provider))
    office.settle()
    return done


@pytest.fixture
def tom(office: Office) -> UUID:
    return office.patient("Tom Reed")


def test_every_visit_of_the_day_is_cancelled_and_none_of_another_day(office: Office, tom: UUID) -> None:
    today, gone, after = (office.visit(tom, hours=hours) for hours in (2, 24, 48))
    assert close(office).visits == 1
    states = [office.get(Appointment, visit).state for visit in (today, gone, after)]
    assert states == ["booked", "cancelled", "booked"]
    (ended,) = office.all(Cancellation)
    assert (ended.by, ended.reason) == (CancelledBy.STAFF, "practice_closure")


def test_the_patient_is_told_that_we_find_another_time(office: Office, tom: UUID) -> None:
    office.visit(tom)
    assert close(office).texted == 1
    assert office.texts(tom) == [
        "Lakeside: Tom, we're sorry: your visit with Dr Lee Tue Dec 1, 10:00am can't take place. "
        "We'll message you here as soon as we have another time. STOP to opt out"
    ]


def test_the_times_stay_shut(office: Office, tom: UUID) -> None:
    office.visit(tom)
    close(office)
    assert office.all(Opening) == []
    span = Span(office.ahead(24), office.ahead(24.5))
    freed = Freed(office.lee, span, FreedBy.STAFF_CANCEL)
    assert office.do(lambda tx: openings.open_slot(tx, freed, SYSTEM)) is None


def test_free_slots_are_taken_back_and_whoever_was_asked_is_told(office: Office, tom: UUID) -> None:
    ana = office.patient("Ana Ruiz")
    office.waits(ana)
    visit = office.visit(tom)
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))
    office.settle()
    assert close(office).openings == 1
    assert office.offer_to(ana).state is OfferState.WITHDRAWN
    assert "no longer free" in office.texts(ana)[-1]


def test_who_lost_a_visit_waits_first_in_line(office: Office, tom: UUID) -> None:
    ana = office.patient("Ana Ruiz")
    office.waits(ana)
    office.visit(tom)
    close(office)
    (entry,) = [row for row in office.all(WaitlistEntry) if row.patient_id == tom]
    assert (entry.displaced, entry.priority) == (True, EntryPriority.HIGH)
    visit = office.visit(office.patient("Ben Cole"), hours=48)
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))
    office.settle()
    assert office.offer_to(tom).state is OfferState.OPEN


def test_an_entry_they_had_already_is_raised(office: Office, tom: UUID) -> None:
    entry = office.waits(tom, auto_match=False, replaces_id=office.visit(tom))
    close(office)
    now = office.get(WaitlistEntry, entry)
    assert (now.displaced, now.priority, now.auto_match, now.replaces_id) == (
        True,
        EntryPriority.HIGH,
        True,
        None,
    )


def test_an_urgent_entry_stays_urgent(office: Office, tom: UUID) -> None:
    office.visit(tom)
    entry = office.waits(tom, priority=EntryPriority.URGENT)
    close(office)
    assert office.get(WaitlistEntry, entry).priority is EntryPriority.URGENT


def test_who_cannot_be_texted_is_called(office: Office) -> None:
    who = office.patient("Cleo Hart", reachable=False)
    visit = office.visit(who)
    assert close(office) == Closed(visits=1, texted=0, to_call=1, openings=0)
    (task,) = office.all(Task)
    assert (task.kind, task.appointment_id) == (TaskKind.NEW_TIME, visit)


def test_who_would_set_out_before_a_text_may_reach_them_is_called(office: Office, tom: UUID) -> None:
    office.visit(tom, hours=22.5)  # 8:30am, and texts go out from 9:00
    office.clock.set(office.ahead(11))  # 9:00pm
    assert close(office).to_call == 1


def test_a_visit_that_has_begun_is_left(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    office.clock.set(office.ahead(24.2))
    assert close(office).visits == 0
    assert office.get(Appointment, visit).state == "booked"


def test_one_provider_can_be_away_while_the_others_work(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    other = office.do(lambda tx: factories.provider(tx, "Dr Okoye").id)
    assert close(office, provider=other).visits == 0
    assert close(office, provider=office.lee).visits == 1
    (ended,) = office.all(Cancellation)
    assert (ended.by, ended.appointment_id) == (CancelledBy.PROVIDER, visit)


def test_closed_twice_is_closed_once(office: Office, tom: UUID) -> None:
    office.visit(tom)
    close(office)
    assert close(office) == Closed()
    assert len(office.all(TimeOff)) == 1
    assert len(office.texts(tom)) == 1


def test_a_cancel_before_it_cannot_be_taken_back_onto_the_closed_day(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    office.do(lambda tx: factories.conversation(tx, office.phones[tom]))
    office.do(lambda tx: appointments.cancel_by_text(tx, office.conversation(tx, tom), visit))
    close(office)
    assert office.takes_back(tom)
    assert office.get(Appointment, visit).state == "cancelled"
    assert "no longer free" in office.texts(tom)[-1]


def test_a_day_is_the_clinics_also_when_the_clocks_change() -> None:
    day = closing.whole_day(date(2026, 11, 1), ZoneInfo("America/New_York"))
    assert day.end - day.start == timedelta(hours=25)
