"""What each kind of file brings into the clinic."""

from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import select

from clinic import consent
from clinic.audit import PATIENT
from rules.states import (
    AppointmentState,
    ConfirmMode,
    ConsentKind,
    ConsentSource,
    EntryPriority,
    PaymentStatus,
    Referral,
)
from storage.tables import (
    Appointment,
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
    TreatmentPlan,
    TypeProvider,
    TypeRoom,
    WaitlistEntry,
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


def test_a_visit_keeps_what_it_is_for(desk: Desk) -> None:
    desk.load(
        "visits",
        "external_id,patient,provider,type,start,status,reason\n"
        "v1,p1,lee,check,2026-12-01T15:00,booked,knee pain\n",
    )
    assert desk.run(lambda tx: tx.session.scalars(select(Appointment.reason)).one()) == "knee pain"


def test_a_plan_says_how_many_visits_and_how_far_apart(desk: Desk) -> None:
    desk.load(
        "plans",
        "external_id,patient,type,stage,visits_planned,interval_days,started_on,milestones\n"
        'pl1,p1,long,active,12,14,2026-10-05,"x-ray, half-way review"\n',
    )
    plan, patient, kind = desk.run(
        lambda tx: tx.session.execute(
            select(TreatmentPlan, Patient.external_id, AppointmentType.external_id)
            .join(Patient, Patient.id == TreatmentPlan.patient_id)
            .join(AppointmentType, AppointmentType.id == TreatmentPlan.type_id)
        ).one()
    )
    assert (patient, kind, plan.stage, plan.visits_planned, plan.interval_days) == (
        "p1",
        "long",
        "active",
        12,
        14,
    )
    assert (plan.started_on, plan.milestones) == (date(2026, 10, 5), ["x-ray", "half-way review"])


def test_a_visit_is_read_on_the_clinics_clock(desk: Desk) -> None:
    desk.load(
        "visits",
        "external_id,patient,provider,type,start,minutes,status,booked_at\n"
        "v1,p1,lee,check,2026-12-01T15:00,,confirmed,2026-11-10T09:00\n"
        "v2,p2,kim,long,2026-07-01T15:00,45,completed,\n",
    )
    first, second = desk.run(
        lambda tx: tx.session.scalars(select(Appointment).order_by(Appointment.external_id)).all()
    )
    assert first.starts_at == datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    assert first.ends_at == datetime(2026, 12, 1, 20, 30, tzinfo=UTC)
    assert (first.state, first.booked_at) == (
        AppointmentState.CONFIRMED,
        datetime(2026, 11, 10, 14, 0, tzinfo=UTC),
    )
    assert first.room_id is not None
    assert second.starts_at == datetime(2026, 7, 1, 19, 0, tzinfo=UTC)
    assert (second.ends_at - second.starts_at).seconds == 45 * 60
    assert second.booked_at == second.starts_at


def test_a_waitlist_entry_keeps_every_wish(desk: Desk) -> None:
    desk.load(
        "waitlist",
        "patient,type,priority,provider,earliest,latest,days,times,excluded_days,referral,alternates,"
        "notice_hours,max_wait_days,added_at,notes\n"
        "p1,check,high,lee,2026-11-23,2026-12-24,mon tue,morning 14:00-16:00,fri,urgent,kim,24,60,"
        "2026-10-01,works nights\n",
    )
    entry, ids = desk.run(
        lambda tx: (
            tx.session.scalars(select(WaitlistEntry)).one(),
            {each.external_id: each.id for each in tx.session.scalars(select(Provider))},
        )
    )
    assert (entry.priority, entry.referral) == (EntryPriority.HIGH, Referral.URGENT)
    assert (entry.earliest, entry.latest) == (date(2026, 11, 23), date(2026, 12, 24))
    assert (entry.weekdays, entry.excluded_weekdays) == ([0, 1], [4])
    assert entry.times == [["00:00", "12:00"], ["14:00", "16:00"]]
    assert (entry.preferred_provider_id, entry.alternate_provider_ids) == (ids["lee"], [str(ids["kim"])])
    assert (entry.notice_hours, entry.max_wait_days, entry.notes) == (24, 60, "works nights")
    assert entry.added_at == datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


def test_whoever_waits_with_a_later_visit_is_to_be_moved_up(desk: Desk) -> None:
    desk.load(
        "visits", "external_id,patient,provider,type,start,status\nv1,p1,lee,check,2026-12-20T15:00,booked\n"
    )
    desk.load("waitlist", "patient,type\np1,check\n")
    visit, entry = desk.run(
        lambda tx: (
            tx.session.scalars(select(Appointment)).one(),
            tx.session.scalars(select(WaitlistEntry)).one(),
        )
    )
    assert entry.replaces_id == visit.id


def test_the_audit_log_names_no_patient(desk: Desk) -> None:
    desk.load("patients", f"{PATIENT_COLUMNS}\np1,Mariella,Lopez,716 555 0177,yes\n")
    lines = desk.run(
        lambda tx: [
            f"{event.before} {event.after}" for event in tx.session.scalars(select(AuditEvent)) if event.after
        ]
    )
    assert lines
    assert not [line for line in lines for word in ("Maria", "Mariella", "Lopez", "5550177") if word in line]
