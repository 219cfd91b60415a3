"""What an imported schedule means for openings and for the waitlist."""

from typing import Any

from sqlalchemy import select

from clinic import openings, waitlist
from clinic.audit import BOT, SYSTEM
from clinic.openings import Freed
from clinic.waitlist import Wish
from rules.facts import Span
from rules.states import EntryState, FilledBy, FreedBy, OpeningState
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    Opening,
    Patient,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests.imports.conftest import Desk

HEAD = "external_id,patient,provider,type,start,status,booked_at\n"
VISIT = "v1,p1,lee,check,2026-12-01T15:00,booked,2026-11-01\n"


def all_of(desk: Desk, table: type[Any]) -> list[Any]:
    return desk.run(lambda tx: list(tx.session.scalars(select(table)).all()))


def wait(desk: Desk, patient: str, kind: str) -> None:
    def join(tx: Tx) -> None:
        who = tx.session.scalars(select(Patient).filter_by(external_id=patient)).one()
        what = tx.session.scalars(select(AppointmentType).filter_by(external_id=kind)).one()
        entry = waitlist.add(tx, Wish(who.id, what.id), SYSTEM)
        entry.added_at = tx.now.replace(day=10)

    desk.run(join)


def test_a_first_import_opens_nothing(desk: Desk) -> None:
    desk.load("visits", HEAD + VISIT + "v2,p2,lee,check,2026-12-01T16:00,cancelled,\n")
    assert all_of(desk, Opening) == []


def test_a_visit_cancelled_in_the_practice_system_frees_its_time(desk: Desk) -> None:
    desk.load("visits", HEAD + VISIT)
    desk.load("visits", HEAD + VISIT.replace("booked", "cancelled"))
    (opening,), (visit,) = all_of(desk, Opening), all_of(desk, Appointment)
    assert (opening.starts_at, opening.ends_at) == (visit.starts_at, visit.ends_at)
    assert (opening.freed_by, opening.from_appointment_id) == (FreedBy.FEED, visit.id)
    (cancellation,) = all_of(desk, Cancellation)
    assert (cancellation.appointment_id, cancellation.visit["state"]) == (visit.id, "booked")


def test_a_visit_that_moved_frees_the_time_it_had(desk: Desk) -> None:
    desk.load("visits", HEAD + VISIT)
    desk.load("visits", HEAD + VISIT.replace("15:00", "10:00"))
    (opening,) = all_of(desk, Opening)
    assert (opening.starts_at.hour, opening.state) == (20, OpeningState.OPEN)


def test_time_that_somebody_else_has_now_is_not_free(desk: Desk) -> None:
    desk.load("visits", HEAD + VISIT)
    desk.load(
        "visits", HEAD + VISIT.replace("booked", "cancelled") + "v2,p2,lee,check,2026-12-01T15:15,booked,\n"
    )
    assert all_of(desk, Opening) == []


def test_a_visit_in_the_past_frees_nothing(desk: Desk) -> None:
    past = VISIT.replace("12-01", "11-19")
    desk.load("visits", HEAD + past)
    desk.load("visits", HEAD + past.replace("booked", "no_show"))
    assert all_of(desk, Opening) == []


def test_an_opening_that_the_practice_system_filled_is_offered_no_more(desk: Desk) -> None:
    desk.load("visits", HEAD + VISIT)
    (visit,) = all_of(desk, Appointment)
    later = Span(visit.starts_at.replace(hour=21), visit.ends_at.replace(hour=22))

    def free(tx: Tx) -> None:
        lee = tx.session.scalars(select(Provider).filter_by(external_id="lee")).one()
        openings.open_slot(tx, Freed(lee.id, later, FreedBy.STAFF_CANCEL), BOT)

    desk.run(free)
    desk.load("visits", HEAD + "v2,p2,lee,check,2026-12-01T16:00,booked,\n")
    filled = [each for each in all_of(desk, Opening) if each.state is OpeningState.FILLED]
    rest = [each for each in all_of(desk, Opening) if each.state is OpeningState.OPEN]
    assert [each.filled_by for each in filled] == [FilledBy.STAFF]
    assert [(each.starts_at.hour, each.starts_at.minute) for each in rest] == [(21, 30)]


def test_whoever_was_booked_since_they_joined_waits_no_more(desk: Desk) -> None:
    wait(desk, "p1", "check")
    desk.load("visits", HEAD + VISIT.replace("2026-11-01", "2026-11-15"))
    assert [entry.state for entry in all_of(desk, WaitlistEntry)] == [EntryState.BOOKED]


def test_whoever_was_booked_before_they_joined_is_to_be_moved_up(desk: Desk) -> None:
    wait(desk, "p1", "check")
    desk.load("visits", HEAD + VISIT)
    (entry,), (visit,) = all_of(desk, WaitlistEntry), all_of(desk, Appointment)
    assert (entry.state, entry.replaces_id) == (EntryState.ACTIVE, visit.id)


def test_nobody_leaves_the_waitlist_for_a_visit_of_which_nobody_knows_when_it_was_booked(desk: Desk) -> None:
    wait(desk, "p1", "check")
    desk.load("visits", HEAD + VISIT.replace("2026-11-01", ""))
    assert [entry.state for entry in all_of(desk, WaitlistEntry)] == [EntryState.ACTIVE]


def test_a_visit_of_another_type_leaves_the_wait_alone(desk: Desk) -> None:
    wait(desk, "p1", "long")
    desk.load("visits", HEAD + VISIT.replace("2026-11-01", "2026-11-15"))
    (entry,) = all_of(desk, WaitlistEntry)
    assert (entry.state, entry.replaces_id) == (EntryState.ACTIVE, None)
