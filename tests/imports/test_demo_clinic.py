"""The made-up clinic of the demo: full on whatever day it is started, with people whom a freed slot suits."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from sqlalchemy import select

from bot.demo import clinic as made_up
from bot.demo import schedule
from bot.demo.state import DemoClinic
from clinic import appointments, by_hand, clinics, filling, staff
from clinic.audit import SYSTEM
from clinic.staff import SignInOutcome
from rules.states import UPCOMING_APPOINTMENT, AppointmentState, CancelledBy, ConsentKind
from storage.tables import (
    Appointment,
    Availability,
    Consent,
    ContactPoint,
    Offer,
    Opening,
    Patient,
    PatientContact,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Links, Store, Tx, make_engine

T = TypeVar("T")

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=NEW_YORK)
SATURDAY, MONDAY = FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=3)
PASSWORD = "correct horse battery"


class Demo:
    """The demo's clinic, at a time that the test moves on."""

    def __init__(self, url: str, folder: Path, now: datetime) -> None:
        self.url, self.phones, self.now = url, folder / "phones.json", now
        self.store = Store(
            make_engine(url),
            clock=lambda: self.now,
            waker=lambda _kind, _id: None,
            links=Links("http://localhost", "k"),
        )
        self.told = self.build()
        self.clinic_id = clinics.id_of(self.store, "lakeside")

    def build(self) -> DemoClinic:
        return made_up.build(
            self.url, password=PASSWORD, phones=self.phones, sites=(), clock=lambda: self.now
        )

    def run(self, work: Callable[[Tx], T]) -> T:
        return self.store.run(self.clinic_id, work)

    def all(self, table: type[T]) -> list[T]:
        return self.run(lambda tx: list(tx.session.scalars(select(table)).all()))


@pytest.fixture(scope="module")
def friday(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Made on a Friday afternoon; tests only look."""
    made = Demo(module_database_url, tmp_path_factory.mktemp("demo"), FRIDAY)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def fresh(database_url: str, tmp_path: Path) -> Iterator[Callable[[datetime], Demo]]:
    """Made at a time the test chooses, to be changed by it."""
    made: list[Demo] = []

    def make(now: datetime) -> Demo:
        made.append(Demo(database_url, tmp_path, now))
        return made[0]

    yield make
    for each in made:
        each.store.engine.dispose()


def booked_share(demo: Demo, day: date) -> float:
    """How much of a day's working hours is booked."""
    hours = [each for each in demo.all(Availability) if each.weekday == day.weekday()]
    worked = sum((each.until_time.hour - each.from_time.hour) * 60 for each in hours)
    visits = [each for each in demo.all(Appointment) if each.starts_at.astimezone(NEW_YORK).date() == day]
    return sum((each.ends_at - each.starts_at).seconds / 60 for each in visits) / worked


def test_it_has_three_providers_sixty_patients_and_twenty_five_waiting(friday: Demo) -> None:
    counts = [len(friday.all(table)) for table in (Provider, Patient, WaitlistEntry)]  # type: ignore[arg-type]
    assert counts == [3, 60, 25]


def test_two_families_share_a_phone(friday: Demo) -> None:
    links = [link.contact_point_id for link in friday.all(PatientContact)]
    assert sorted(links.count(point) for point in set(links) if links.count(point) > 1) == [2, 3]


def test_every_number_is_a_valid_made_up_one(friday: Demo) -> None:
    for point in friday.all(ContactPoint):
        assert phonenumbers.is_valid_number(phonenumbers.parse(point.address))
        assert point.address.startswith("+171655501")  # 555-0100 to 555-0199 are kept for fiction


@pytest.mark.parametrize("ahead", range(6))
def test_today_and_the_next_five_workdays_are_full(friday: Demo, ahead: int) -> None:
    assert booked_share(friday, schedule.workday(FRIDAY.date(), ahead)) >= 0.9


def test_what_is_past_has_happened_and_what_is_not_has_not(friday: Demo) -> None:
    for visit in friday.all(Appointment):
        assert (visit.state in UPCOMING_APPOINTMENT) == (visit.starts_at > FRIDAY)


def test_no_patient_is_in_two_places_at_once(friday: Demo) -> None:
    taken = [(visit.patient_id, visit.starts_at) for visit in friday.all(Appointment)]
    assert len(taken) == len(set(taken))


def test_some_wait_to_move_up_from_a_later_visit(friday: Demo) -> None:
    assert sum(entry.replaces_id is not None for entry in friday.all(WaitlistEntry)) == 7


def test_the_staff_sign_in_with_the_password_given(friday: Demo) -> None:
    for email in (friday.told.staff_email, made_up.DESK):
        with friday.store.unscoped() as session:
            assert staff.authenticate(session, email, PASSWORD, FRIDAY).outcome is SignInOutcome.SIGNED_IN


def test_the_phones_are_of_four_who_wait_and_one_who_comes_on_the_next_workday(friday: Demo) -> None:
    shown = json.loads(friday.phones.read_text())
    assert [each["name"] for each in shown[:4]] == [
        "Maria Okafor",
        "James Whitfield",
        "Aisha Rahman",
        "Tomás Navarro",
    ]
    last = shown[4]["number"]
    starts = friday.run(
        lambda tx: tx.session.scalars(
            select(Appointment.starts_at)
            .join(PatientContact, PatientContact.patient_id == Appointment.patient_id)
            .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
            .where(ContactPoint.address == last)
        ).all()
    )
    assert MONDAY.date() in [start.astimezone(NEW_YORK).date() for start in starts]


def test_behind_them_are_all_who_are_called_the_first_of_whom_waits(friday: Demo) -> None:
    called = [each["number"] for each in json.loads(friday.phones.read_text())[5:]]

    def agreed(tx: Tx) -> set[str]:
        points = select(ContactPoint.address).join(Consent, Consent.contact_point_id == ContactPoint.id)
        return set(tx.session.scalars(points.where(Consent.kind == ConsentKind.VOICE, Consent.granted)))

    assert sorted(called) == sorted(friday.run(agreed))
    assert friday.run(lambda tx: [entry.channels for entry in waiting_on(tx, called[0])]) == [
        ["voice", "sms"]
    ]


def waiting_on(tx: Tx, number: str) -> list[WaitlistEntry]:
    reached = select(PatientContact.patient_id).join(
        ContactPoint, ContactPoint.id == PatientContact.contact_point_id
    )
    theirs = WaitlistEntry.patient_id.in_(reached.where(ContactPoint.address == number))
    return list(tx.session.scalars(select(WaitlistEntry).where(theirs)))


def test_any_visit_of_the_next_workday_that_is_cancelled_suits_several_who_wait(
    fresh: Callable[[datetime], Demo],
) -> None:
    friday = fresh(FRIDAY)
    number = {each["number"]: place for place, each in enumerate(json.loads(friday.phones.read_text())[:4])}

    def suiting(tx: Tx, visit: Appointment) -> int:
        appointments.cancel(tx, visit.id, SYSTEM, who=CancelledBy.STAFF)
        opening = tx.session.scalars(select(Opening).where(Opening.from_appointment_id == visit.id)).one()
        ranked = [each for each in by_hand.ranked_for_staff(tx, opening.id) if each.score >= 0.70]
        first = tx.session.get_one(WaitlistEntry, ranked[0].entry_id)
        addresses = tx.session.scalars(
            select(ContactPoint.address)
            .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
            .where(PatientContact.patient_id == first.patient_id)
        )
        assert set(addresses) & number.keys()  # whoever is asked first has a phone on the page
        return len(ranked)

    visits = [
        visit
        for visit in friday.all(Appointment)
        if visit.starts_at.astimezone(NEW_YORK).date() == MONDAY.date()
    ]
    assert min(friday.run(lambda tx: suiting(tx, visit)) for visit in visits) >= 3  # noqa: B023


def test_a_freed_slot_is_offered_at_once_at_any_hour(fresh: Callable[[datetime], Demo]) -> None:
    night = fresh(FRIDAY.replace(hour=23, minute=30))
    visit = next(each for each in night.all(Appointment) if each.starts_at > MONDAY)

    def offers(tx: Tx) -> int:
        appointments.cancel(tx, visit.id, SYSTEM, who=CancelledBy.STAFF)
        filling.work(tx, tx.session.scalars(select(Opening.id)).one())
        return len(tx.session.scalars(select(Offer)).all())

    assert night.run(offers) == 1


def test_started_on_a_weekend_it_has_a_past_week_and_full_days_ahead(
    fresh: Callable[[datetime], Demo],
) -> None:
    saturday = fresh(SATURDAY)
    assert booked_share(saturday, FRIDAY.date()) >= 0.8
    assert booked_share(saturday, MONDAY.date()) >= 0.9


def test_started_again_it_leaves_what_was_done_and_fills_the_new_days(
    fresh: Callable[[datetime], Demo],
) -> None:
    demo = fresh(FRIDAY)
    visit = next(each for each in demo.all(Appointment) if each.starts_at > FRIDAY)
    demo.run(lambda tx: appointments.cancel(tx, visit.id, SYSTEM, who=CancelledBy.PATIENT))
    demo.now = MONDAY
    demo.build()
    again = next(each for each in demo.all(Appointment) if each.id == visit.id)
    assert again.state is AppointmentState.CANCELLED
    assert booked_share(demo, schedule.workday(MONDAY.date(), 5)) >= 0.9
    assert len(demo.all(WaitlistEntry)) == 25
