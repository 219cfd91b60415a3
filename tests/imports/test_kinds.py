"""What each kind of file brings into the clinic."""

from datetime import date, time
from uuid import UUID

from sqlalchemy import select

from clinic import consent
from clinic.audit import PATIENT
from rules.states import (
    ConfirmMode,
    ConsentKind,
    ConsentSource,
    PaymentStatus,
)
from storage.tables import (
    AppointmentType,
    AuditEvent,
    Availability,
    Consent,
    ContactPoint,
    Location,
    Patient,
    PatientContact,
    Provider,
    Room,
    TypeProvider,
    TypeRoom,
)
from storage.transaction import Tx
from tests.imports.conftest import NOW, Desk

PATIENT_COLUMNS = "external_id,first_name,last_name,phone,sms_consent"


def test_providers_come_with_their_room_and_location(empty: Desk) -> None:
    empty.load(
        "providers",
        "external_id,name,specialty,locations,room,insurance_accepted\n"
        'lee,Dr Lee,neurology,North,Room 1,"Aetna, Blue Cross"\nkim,Dr Kim,,North;South,,\n',
    )
    lee, kim = empty.run(lambda tx: tx.session.scalars(select(Provider).order_by(Provider.name.desc())).all())
    north, south = empty.run(lambda tx: tx.session.scalars(select(Location).order_by(Location.name)).all())
    room = empty.run(lambda tx: tx.session.scalars(select(Room)).one())
    assert (lee.name, lee.specialty, lee.insurance_accepted) == (
        "Dr Lee",
        "neurology",
        ["Aetna", "Blue Cross"],
    )
    assert (lee.location_id, lee.room_id) == (north.id, room.id)
    assert (kim.location_id, kim.room_id, south.name) == (None, None, "South")


def test_a_room_is_at_the_location_of_everybody_who_works_in_it(empty: Desk) -> None:
    empty.load(
        "providers",
        "external_id,name,locations,room\nlee,Dr Lee,North,Room 1\nkim,Dr Kim,North,Room 1\n"
        'ito,Dr Ito,North,Shared\noz,Dr Oz,South,Shared\nroy,Dr Roy,"North, South",Room 3\n',
    )
    rooms = select(Room.name, Location.name).outerjoin(Location, Location.id == Room.location_id)
    found = empty.run(lambda tx: [tuple(row) for row in tx.session.execute(rooms.order_by(Room.name))])
    assert found == [("Room 1", "North"), ("Room 3", None), ("Shared", None)]


def test_types_come_with_who_sees_them(desk: Desk) -> None:
    desk.load(
        "types",
        "external_id,name,minutes,price_cents,lead_time_hours,new_patients_only,providers,give_up_minutes\n"
        "new,First visit,45,20000,72,yes,kim,\n",
    )
    kind = desk.run(lambda tx: tx.session.scalars(select(AppointmentType).filter_by(external_id="new")).one())
    seen_by = desk.run(
        lambda tx: tx.session.scalars(
            select(Provider.external_id).join(TypeProvider).where(TypeProvider.type_id == kind.id)
        ).all()
    )
    assert (kind.minutes, kind.price_cents, kind.lead_time_hours, kind.new_patients_only) == (
        45,
        20000,
        72,
        True,
    )
    assert (kind.give_up_minutes, kind.buffer_minutes) == (None, 0)
    assert seen_by == ["kim"]


def test_availability_is_by_weekday_or_by_date(desk: Desk) -> None:
    desk.load(
        "availability",
        "provider,weekday,date,start,end\nlee,mon,,09:00,12:00\nlee,,2026-12-24,09:00,10:30\n",
    )
    found = desk.run(
        lambda tx: tx.session.scalars(select(Availability).order_by(Availability.until_time)).all()
    )
    assert [(each.weekday, each.on_date, each.from_time, each.until_time) for each in found] == [
        (None, date(2026, 12, 24), time(9), time(10, 30)),
        (0, None, time(9), time(12)),
    ]


def test_a_family_shares_one_number(desk: Desk) -> None:
    links = desk.run(
        lambda tx: tx.session.execute(
            select(ContactPoint.address, Patient.first_name)
            .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
            .join(Patient, Patient.id == PatientContact.patient_id)
            .order_by(Patient.external_id)
        ).all()
    )
    assert links == [("+17165550101", "Maria"), ("+17165550102", "Sam"), ("+17165550102", "Ann")]


def test_consent_is_recorded_as_said_and_as_imported(desk: Desk) -> None:
    desk.load(
        "patients",
        f"{PATIENT_COLUMNS},marketing_consent,voice_consent\nx,Jo,Moss,716 555 0142,yes,no,\n",
    )
    found = desk.run(
        lambda tx: tx.session.scalars(
            select(Consent).join(Patient, Patient.id == Consent.patient_id).where(Patient.external_id == "x")
        ).all()
    )
    assert {(each.kind, each.granted, each.source, each.at) for each in found} == {
        (ConsentKind.CARE_TEXT, True, ConsentSource.IMPORT, NOW),
        (ConsentKind.MARKETING_TEXT, False, ConsentSource.IMPORT, NOW),
    }


def test_a_no_that_the_patient_said_stands_against_the_file(desk: Desk) -> None:
    def patient_says_no(tx: Tx) -> UUID:
        patient = tx.session.scalars(select(Patient).filter_by(external_id="p1")).one()
        point = consent.contact_point(tx, "+17165550101")
        consent.grant(
            tx, patient.id, point, ConsentKind.CARE_TEXT, granted=False, source=ConsentSource.TEXT, by=PATIENT
        )
        return patient.id

    patient_id = desk.run(patient_says_no)
    desk.load("patients", f"{PATIENT_COLUMNS}\np1,Maria,Lopez-Reed,716 555 0101,yes\n")
    assert not desk.run(lambda tx: consent.has_agreed(tx, patient_id, "+17165550101"))


def test_a_new_number_takes_the_place_of_the_old_one(desk: Desk) -> None:
    desk.load("patients", f"{PATIENT_COLUMNS}\np1,Maria,Lopez,716 555 0177,yes\n")
    patient_id, addresses = desk.run(
        lambda tx: (
            (patient := tx.session.scalars(select(Patient).filter_by(external_id="p1")).one()).id,
            tx.session.scalars(
                select(ContactPoint.address)
                .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
                .where(PatientContact.patient_id == patient.id)
            ).all(),
        )
    )
    assert addresses == ["+17165550177"]
    assert desk.run(lambda tx: consent.has_agreed(tx, patient_id, "+17165550177"))


def test_whatever_a_file_says_of_a_patient_is_kept(desk: Desk) -> None:
    desk.load(
        "patients",
        f"{PATIENT_COLUMNS},email,stage,tags,payment_status,travel_minutes\n"
        'x,Jo,Moss,716 555 0142,yes,jo@example.com,retention,"vip, wheelchair",Late,25\n',
    )
    patient = desk.run(lambda tx: tx.session.scalars(select(Patient).filter_by(external_id="x")).one())
    assert (patient.email, patient.stage, patient.tags) == (
        "jo@example.com",
        "retention",
        ["vip", "wheelchair"],
    )
    assert (patient.payment_status, patient.travel_minutes) == (PaymentStatus.LATE, 25)


def test_a_type_has_its_rooms_and_who_confirms_it(desk: Desk) -> None:
    head = "external_id,name,minutes,rooms,confirm_mode\n"
    desk.load("types", f'{head}xray,X-ray,15,"Room 1, Room 9",staff\n')
    assert rooms_of(desk, "xray") == ["Room 1", "Room 9"]
    desk.load("types", f"{head}xray,X-ray,15,Room 9,auto\n")
    assert rooms_of(desk, "xray") == ["Room 9"]
    kind = desk.run(
        lambda tx: tx.session.scalars(select(AppointmentType).filter_by(external_id="xray")).one()
    )
    assert kind.confirm_mode is ConfirmMode.AUTO


def rooms_of(desk: Desk, kind: str) -> list[str]:
    names = (
        select(Room.name)
        .join(TypeRoom, TypeRoom.room_id == Room.id)
        .join(AppointmentType, AppointmentType.id == TypeRoom.type_id)
        .where(AppointmentType.external_id == kind)
        .order_by(Room.name)
    )
    return list(desk.run(lambda tx: tx.session.scalars(names).all()))


def test_the_audit_log_names_no_patient(desk: Desk) -> None:
    desk.load("patients", f"{PATIENT_COLUMNS}\np1,Mariella,Lopez,716 555 0177,yes\n")
    lines = desk.run(
        lambda tx: [
            f"{event.before} {event.after}" for event in tx.session.scalars(select(AuditEvent)) if event.after
        ]
    )
    assert lines
    assert not [line for line in lines for word in ("Maria", "Mariella", "Lopez", "5550177") if word in line]
