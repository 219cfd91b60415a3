"""Each kind of bad row gets its sentence, and then nothing of the file is taken."""

import pytest
from sqlalchemy import func, select

from clinic import clinics, withdrawing
from clinic.audit import BOT
from clinic.clinics import NewClinic
from clinic.imports.batch import Outcome
from storage.tables import (
    Appointment,
    AppointmentType,
    AuditEvent,
    Availability,
    Patient,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Store, Tx
from tests.imports.conftest import Desk

PATIENT = "external_id,first_name,last_name,phone,sms_consent\n"
VISIT = "external_id,patient,provider,type,start,status\n"
HOURS = "provider,weekday,date,start,end\n"


@pytest.fixture(scope="module")
def shared(store: Store) -> Desk:
    """Set up once: nothing here is ever written."""
    clinic = clinics.create(store, NewClinic("shared", "Lakeside", "+17165550100", "America/New_York"))
    return Desk(store, clinic.id, "+17165550100").set_up()


CASES = [
    (
        "providers",
        "external_id,name\nx,Dr X\ny,Dr Y\nx,Dr Z\n",
        'Line 4, column external_id, value "x": the same id stands on line 2 already.',
    ),
    (
        "types",
        "external_id,name,minutes\nx,X,half an hour\n",
        'Line 2, column minutes, value "half an hour": write a whole number from 1 to 1440, such as 30.',
    ),
    (
        "types",
        "external_id,name,minutes,providers\nx,X,30,lee nobody\n",
        'Line 2, column providers, value "lee nobody": '
        "there is no such id nobody; import what it names first, or correct it.",
    ),
    (
        "availability",
        HOURS + "nobody,mon,,09:00,12:00\n",
        'Line 2, column provider, value "nobody": '
        "there is no such id; import what it names first, or correct it.",
    ),
    (
        "availability",
        HOURS + "lee,,,09:00,12:00\n",
        'Line 2, column weekday, value "": write either a weekday or a date.',
    ),
    (
        "availability",
        HOURS + "lee,mon,2026-12-01,09:00,12:00\n",
        'Line 2, column weekday, value "mon": write either a weekday or a date.',
    ),
    (
        "availability",
        HOURS + "lee,mon,,12:00,09:00\n",
        'Line 2, column end, value "09:00": write an end that comes after the start.',
    ),
    (
        "availability",
        HOURS + "lee,mon,,09:00,12:00\nkim,mon,,09:00,12:00\nlee,monday,,11:00,13:00\n",
        'Line 4, column start, value "11:00": write hours that do not overlap those on line 2.',
    ),
    (
        "patients",
        PATIENT + "x,Jo,Moss,555-0142,yes\n",
        'Line 2, column phone, value "555-0142": write one number with its area code, '
        "such as 716 555 0142, or with its country, such as +44 20 7946 0018.",
    ),
    (
        "patients",
        PATIENT + "x,Jo,Moss,+17165550100,yes\n",
        'Line 2, column phone, value "+17165550100": '
        "write the patient's number: this one is the clinic's own.",
    ),
    (
        "patients",
        PATIENT + "x,Jo,Moss,716 555 0142,\n",
        'Line 2, column sms_consent, value "": this cell cannot be empty.',
    ),
    (
        "patients",
        PATIENT.replace("sms", "birth_date,sms") + "x,Jo,Moss,716 555 0142,12/1/26,yes\n",
        'Line 2, column birth_date, value "12/1/26": write the date as year-month-day, '
        "such as 2026-12-01: this one can be read in more than one way.",
    ),
    (
        "visits",
        VISIT + "v,nobody,lee,check,2026-12-01T15:00,booked\n",
        'Line 2, column patient, value "nobody": '
        "there is no such id; import what it names first, or correct it.",
    ),
    (
        "visits",
        VISIT + "v,p1,lee,check,2027-03-14T02:30,booked\n",
        'Line 2, column start, value "2027-03-14T02:30": '
        "write a time that exists: the clocks go forward that night and skip this one.",
    ),
    (
        "visits",
        VISIT + "v,p1,lee,check,2026-12-01T15:00,done\n",
        'Line 2, column status, value "done": '
        "write one of booked, confirmed, arrived, completed, no_show, cancelled.",
    ),
    (
        "visits",
        VISIT + "v,p1,lee,check,2026-12-01T15:00,booked\nw,p2,lee,check,2026-12-01T15:15,booked\n",
        'Line 3, column start, value "2026-12-01T15:15": '
        "the provider has another visit at that time, on line 2.",
    ),
    (
        "waitlist",
        "patient,type\np1,check\np1,check\n",
        'Line 3, column patient, value "p1": the same patient and type stands on line 2 already.',
    ),
    (
        "waitlist",
        "patient,type,provider,alternates\np1,check,lee,kim nobody\n",
        'Line 2, column alternates, value "kim nobody": '
        "there is no such id nobody; import what it names first, or correct it.",
    ),
    (
        "waitlist",
        "patient,type,earliest,latest\np1,check,2026-12-10,2026-12-01\n",
        'Line 2, column latest, value "2026-12-01": write a date that is not before the earliest.',
    ),
]


@pytest.mark.parametrize(("kind", "text", "sentence"), CASES, ids=[sentence for _, _, sentence in CASES])
def test_a_bad_row_says_line_column_value_and_the_wanted_form(
    shared: Desk, kind: str, text: str, sentence: str
) -> None:
    assert shared.refused(kind, text) == [sentence]


def test_every_bad_row_is_named_at_once_in_order(shared: Desk) -> None:
    text = VISIT + "v,nobody,lee,check,2026-12-01T15:00,booked\nw,p1,lee,check,soon,maybe\n"
    assert [problem.split(",")[0:2] for problem in shared.refused("visits", text)] == [
        ["Line 2", " column patient"],
        ["Line 3", " column start"],
        ["Line 3", " column status"],
    ]


def test_nothing_is_taken_when_one_row_is_bad(desk: Desk) -> None:
    before = desk.run(lambda tx: tx.session.scalar(select(func.count()).select_from(AuditEvent)))
    for kind, text, _ in CASES:
        desk.refused(kind, text.replace("+17165550100", desk.number))
    tables = (Provider, AppointmentType, Availability, Patient, Appointment, WaitlistEntry, AuditEvent)
    counts = [desk.run(lambda tx: len(tx.session.scalars(select(table)).all())) for table in tables]  # noqa: B023
    assert counts == [2, 2, 0, 3, 0, 0, before]


def withdraw(desk: Desk, type_id: str) -> None:
    def work(tx: Tx) -> None:
        kind = tx.session.scalars(select(AppointmentType).filter_by(external_id=type_id)).one()
        withdrawing.withdraw(tx, kind.id, BOT)

    desk.run(work)


def test_nobody_is_put_on_the_list_for_a_type_that_is_withdrawn(desk: Desk) -> None:
    withdraw(desk, "check")
    assert desk.refused("waitlist", "patient,type\np1,long\np2,check\n") == [
        'Line 3, column type, value "check": this type is withdrawn; offer it again, or leave the line out.'
    ]
    assert desk.run(lambda tx: tx.session.scalars(select(WaitlistEntry)).all()) == []


def test_a_file_whose_wait_ended_with_the_type_can_be_imported_again(desk: Desk) -> None:
    text = "patient,type\np1,check\n"
    desk.load("waitlist", text)
    withdraw(desk, "check")
    assert desk.load("waitlist", text).counts[Outcome.UNCHANGED] == 1
