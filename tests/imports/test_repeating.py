"""A file may be imported as often as one likes: only what it says anew changes anything."""

import pytest
from sqlalchemy import func, select

from clinic import appointments, clinics, imports, waitlist
from clinic.audit import PATIENT, SYSTEM
from clinic.clinics import NewClinic
from clinic.imports import Kind, TriedOut
from rules.states import AppointmentState, CancelledBy, EntryState
from storage.tables import Appointment, AuditEvent, Availability, Provider, WaitlistEntry
from storage.transaction import Store, Tx
from tests.imports.conftest import PATIENTS, PROVIDERS, TYPES, Desk

AVAILABILITY = "provider,weekday,start,end\nlee,mon,09:00,12:00\nlee,mon,13:00,16:00\nkim,tue,09:00,12:00\n"
VISITS = """external_id,patient,provider,type,start,status
v1,p1,lee,check,2026-12-01T15:00,booked
v2,p2,lee,check,2026-12-01T15:30,booked
"""
WAITLIST = "patient,type,days,notes\np1,long,mon,\np2,long,,\n"
PLANS = """external_id,patient,type,stage,visits_planned,interval_days,started_on
pl1,p1,long,active,12,14,2026-10-05
pl2,p2,long,active,6,30,2026-10-05
"""

ALL = {
    "providers": PROVIDERS,
    "types": TYPES,
    "availability": AVAILABILITY,
    "patients": PATIENTS,
    "visits": VISITS,
    "waitlist": WAITLIST,
    "plans": PLANS,
}


def audit_lines(desk: Desk) -> int:
    return desk.run(lambda tx: tx.session.scalar(select(func.count()).select_from(AuditEvent))) or 0


@pytest.fixture
def full(desk: Desk) -> Desk:
    for kind in ("availability", "visits", "waitlist", "plans"):
        desk.load(kind, ALL[kind])
    return desk


@pytest.mark.parametrize("kind", ALL)
def test_the_same_file_again_changes_nothing(full: Desk, kind: str) -> None:
    before = audit_lines(full)
    result = full.load(kind, ALL[kind])
    rows = len(ALL[kind].splitlines()) - 1
    assert str(result).endswith(f": 0 new, 0 changed, {rows} unchanged")
    assert audit_lines(full) == before


@pytest.mark.parametrize(
    ("kind", "text", "summary"),
    [
        ("providers", PROVIDERS.replace("Dr Kim", "Dr Kimura"), "2 providers: 0 new, 1 changed, 1 unchanged"),
        ("types", TYPES.replace("30", "20") + "new,New,45\n", "3 types: 1 new, 1 changed, 1 unchanged"),
        ("patients", PATIENTS.replace("Sam", "Samuel"), "3 patients: 0 new, 1 changed, 2 unchanged"),
        ("patients", PATIENTS.replace("0101", "0177"), "3 patients: 0 new, 1 changed, 2 unchanged"),
        ("patients", PATIENTS.replace(",no", ",yes"), "3 patients: 0 new, 1 changed, 2 unchanged"),
        ("plans", PLANS.replace("12,14", "12,21"), "2 plans: 0 new, 1 changed, 1 unchanged"),
        ("visits", VISITS.replace("15:30", "16:00"), "2 visits: 0 new, 1 changed, 1 unchanged"),
        ("waitlist", WAITLIST.replace("mon", "tue"), "2 waitlist entries: 0 new, 1 changed, 1 unchanged"),
        (
            "availability",
            AVAILABILITY.replace("13:00", "13:30"),
            "3 hours: 1 new, 0 changed, 2 unchanged, 1 earlier ones removed",
        ),
    ],
    ids=[
        "a provider's name",
        "a type's length, and a new type",
        "a patient's name",
        "a patient's number",
        "a patient's consent",
        "how far apart a plan has its visits",
        "a visit's time",
        "a wish",
        "hours",
    ],
)
def test_a_changed_file_changes_what_it_says(full: Desk, kind: str, text: str, summary: str) -> None:
    assert str(full.load(kind, text)) == summary


def test_a_column_that_is_not_there_leaves_things_as_they_are(desk: Desk) -> None:
    desk.load("providers", "external_id,name\nlee,Dr Leigh\n")
    lee = desk.run(lambda tx: tx.session.scalars(select(Provider).filter_by(external_id="lee")).one())
    assert lee.name == "Dr Leigh"
    assert lee.room_id is not None


def test_a_cell_that_was_emptied_takes_the_value_away(desk: Desk) -> None:
    desk.load("providers", PROVIDERS.replace("Room 1", ""))
    lee = desk.run(lambda tx: tx.session.scalars(select(Provider).filter_by(external_id="lee")).one())
    assert lee.room_id is None


def test_days_that_a_file_does_not_name_keep_their_hours(full: Desk) -> None:
    full.load("availability", "provider,weekday,start,end\nlee,mon,10:00,11:00\n")
    hours = full.run(
        lambda tx: {(each.weekday, each.from_time.hour) for each in tx.session.scalars(select(Availability))}
    )
    assert hours == {(0, 10), (1, 9)}


def test_a_visit_cancelled_by_text_does_not_come_back_with_an_old_file(full: Desk) -> None:
    def cancel(tx: Tx) -> bool:
        visit = tx.session.scalars(select(Appointment).filter_by(external_id="v1")).one()
        return appointments.cancel(tx, visit.id, PATIENT, who=CancelledBy.PATIENT)

    assert full.run(cancel)
    full.load("visits", VISITS)
    visit = full.run(lambda tx: tx.session.scalars(select(Appointment).filter_by(external_id="v1")).one())
    assert visit.state is AppointmentState.CANCELLED


def test_who_left_the_waitlist_is_not_put_back_by_an_old_file(full: Desk) -> None:
    def leave(tx: Tx) -> None:
        entry = tx.session.scalars(select(WaitlistEntry).order_by(WaitlistEntry.id).limit(1)).one()
        waitlist.remove(tx, entry.id, SYSTEM, "patient removed")

    full.run(leave)
    full.load("waitlist", WAITLIST.replace("mon", "tue"))
    states = full.run(lambda tx: sorted(tx.session.scalars(select(WaitlistEntry.state))))
    assert states == [EntryState.ACTIVE, EntryState.REMOVED]


def test_who_joins_again_later_waits_again(full: Desk) -> None:
    def leave(tx: Tx) -> None:
        for entry in tx.session.scalars(select(WaitlistEntry)).all():
            waitlist.remove(tx, entry.id, SYSTEM, "patient removed")
            entry.added_at = tx.now.replace(month=1)

    full.run(leave)
    result = full.load("waitlist", "patient,type,added_at\np1,long,2026-11-01\n")
    assert str(result) == "1 waitlist entries: 1 new, 0 changed, 0 unchanged"


def test_trying_out_writes_nothing(desk: Desk) -> None:
    before = audit_lines(desk)
    with pytest.raises(TriedOut) as tried:
        desk.run(lambda tx: imports.try_out(tx, Kind.VISITS, VISITS.encode()))
    assert str(tried.value.result) == "2 visits: 2 new, 0 changed, 0 unchanged"
    assert audit_lines(desk) == before
    assert desk.run(lambda tx: tx.session.scalars(select(Appointment)).all()) == []


def test_two_clinics_may_use_the_same_ids(desk: Desk, store: Store) -> None:
    other = clinics.create(store, NewClinic("other-clinic", "Other", "+12125550100", "America/New_York"))
    there = Desk(store, other.id, "+12125550100").set_up()
    assert str(there.load("providers", PROVIDERS)) == "2 providers: 0 new, 0 changed, 2 unchanged"
    assert len(desk.run(lambda tx: tx.session.scalars(select(Provider)).all())) == 2
