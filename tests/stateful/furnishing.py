"""The clinic as it is when it opens: who is on file, who works when, who waits for what."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic import consent, policies, reminding, waitlist
from clinic.audit import SYSTEM, by_staff
from clinic.wish import Wish
from rules.policy import Policy
from rules.states import (
    AppointmentState,
    Channel,
    ConfirmMode,
    ConsentKind,
    ConsentSource,
    EntryPriority,
    SenderKind,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Availability,
    Consent,
    ContactPoint,
    PatientContact,
    Sender,
)
from storage.transaction import Tx
from tests import factories
from tests.databases import empty
from tests.stateful.world import LINE, MAILBOX, NEW_YORK, World

WEEKDAYS = range(5)
GAP_DAYS = 3
USUAL = {"calendar_link": False, "alert_repeat_minutes": 240, "campaign_gap_days": GAP_DAYS}
"""Nobody on call looks here: they need not be told all the time."""


@dataclass(frozen=True)
class Person:
    """Somebody on file, and where they are found."""

    name: str
    phone: str | None
    zone: str | None = None
    email: str | None = None


PEOPLE = (
    Person("Maria", "+12125560001", "America/New_York"),
    Person("Ana", "+12125560002", "America/Los_Angeles"),
    Person("Ben", "+12125560003", None, "ben@patients.example"),
    Person("Carla", "+12125560004", "America/New_York"),
    Person("Dev", "+12125560004", "America/New_York"),  # on his mother's phone
    Person("Eva", "+12125560005", "America/New_York", "eva@patients.example"),
    Person("Finn", None),
    Person("Gus", "+12125560006", "America/New_York"),
)


@dataclass(frozen=True)
class Former:
    """Somebody who has not been here for long and agreed to news, on every number and mailbox."""

    name: str
    contacts: tuple[str, ...]
    zone: str | None = None
    state: str | None = None


FORMER = (
    Former("Hal", ("+12125560011",), "America/New_York", "NY"),
    Former("Ida", ("+12125560012",), "America/Los_Angeles"),
    Former("Jon", ("+12125560013",)),
    Former("Kay", ("+12125560013",)),  # on her husband's phone
    Former("Lea", ("+12125560014", "lea@patients.example"), "America/New_York", "TX"),
    Former("Moe", ("moe@patients.example",), "America/New_York", "RI"),
    Former("Nia", ("+12125560015", "+12125560016"), "America/New_York", "FL"),
)
"""Whom campaigns are for."""


def furnish(world: World, policy: dict[str, Any], *, visits: int) -> None:
    """Empty the house, and put a clinic into it: two providers, two types, eight patients with `visits` visits."""
    empty(world.engine.url)
    with world.store.unscoped() as session:
        world.clinic_id = factories.clinic(session, world.clock(), line=LINE).id
    world.run(lambda tx: _furnish(tx, world, policy, visits))
    world.wakes.clear()


def _furnish(tx: Tx, world: World, policy: dict[str, Any], visits: int) -> None:
    policies.change(tx, Policy.model_validate(USUAL | policy), SYSTEM)
    tx.session.add(Sender(address=MAILBOX, kind=SenderKind.EMAIL))
    tx.session.flush()
    for sender in tx.session.scalars(select(Sender)):
        sender.rate_per_second = 1e6
    reminding.begin(tx)
    world.senders = list(tx.session.scalars(select(Sender.id).order_by(Sender.address)))
    staff = factories.staff(tx, on_call=True, phone="+12125559999")
    world.staff = by_staff(staff.id)
    world.providers = [factories.provider(tx, name).id for name in ("Dr Lee", "Dr Kim")]
    world.types = [
        factories.visit_type(tx, "Check-up").id,
        factories.visit_type(
            tx, "Cleaning", minutes=45, buffer_minutes=15, confirm_mode=ConfirmMode.STAFF
        ).id,
    ]
    for provider_id in world.providers:
        for weekday in WEEKDAYS:
            hours = {"from_time": time(9), "until_time": time(17)}
            tx.session.add(Availability(provider_id=provider_id, weekday=weekday, **hours))
    world.patients = [_enter(tx, person) for person in PEOPLE]
    later = [_visit(tx, world, number) for number in range(visits)]
    for number, patient_id in enumerate(world.patients):
        theirs = [visit for visit in later if visit.patient_id == patient_id]
        _wait(tx, world, number, theirs[-1] if theirs else None)
    tx.clinic().address = "1 Lake St, New York, NY 10001"  # an email of a campaign carries it
    for number, former in enumerate(FORMER):
        _enter_former(tx, world, former, number)


def _enter(tx: Tx, person: Person) -> UUID:
    who = factories.patient(tx, f"{person.name} Test", phone=person.phone, zone=person.zone)
    if person.email is not None:
        point = ContactPoint(clinic_id=tx.clinic_id, address=person.email)
        tx.session.add(point)
        tx.session.flush()
        of = {"patient_id": who.id, "contact_point_id": point.id}
        tx.session.add(PatientContact(position=1, **of))
        agreed = {"kind": ConsentKind.EMAIL, "granted": True, "source": ConsentSource.INTAKE}
        tx.session.add(Consent(at=tx.now, **agreed, **of))
        tx.session.flush()
    return who.id


def _enter_former(tx: Tx, world: World, former: Former, number: int) -> None:
    who = factories.patient(tx, f"{former.name} Test", zone=former.zone, state=former.state)
    for position, address in enumerate(former.contacts):
        point = consent.contact_point(tx, address)
        tx.session.add(PatientContact(patient_id=who.id, contact_point_id=point.id, position=position))
        of_it = ConsentKind.EMAIL if "@" in address else ConsentKind.CARE_TEXT
        for kind in (of_it, ConsentKind.MARKETING_TEXT):
            consent.grant(tx, who.id, point, kind, granted=True, source=ConsentSource.INTAKE, by=SYSTEM)
    provider = tx.session.get_one(factories.Provider, world.providers[number % 2])
    kind = tx.session.get_one(AppointmentType, world.types[0])
    last = tx.now - timedelta(days=200) + timedelta(hours=number)
    factories.visit(tx, who, provider, kind, start=last, state=AppointmentState.COMPLETED)


def _visit(tx: Tx, world: World, number: int) -> Appointment:
    """The first few are soon, the rest one a day."""
    local = tx.now.astimezone(NEW_YORK)
    day = local.date() + timedelta(days=1 + number // 2)
    start = datetime.combine(day, time(10 + number % 5), NEW_YORK)
    who = tx.session.get_one(factories.Patient, world.patients[number % len(world.patients)])
    provider = tx.session.get_one(factories.Provider, world.providers[number % 2])
    kind = tx.session.get_one(AppointmentType, world.types[number % 3 == 2])
    return factories.visit(tx, who, provider, kind, start=start)


def _wait(tx: Tx, world: World, number: int, later: Appointment | None) -> None:
    kind = later.type_id if later is not None else world.types[0]
    wish = Wish(
        world.patients[number],
        kind,
        priority=EntryPriority.URGENT if number == 3 else EntryPriority.STANDARD,
        replaces_id=later.id if later is not None else None,
        auto_book=number == 7,
        channels=[Channel.SMS, Channel.EMAIL] if PEOPLE[number].email else [],
    )
    entry = waitlist.add(tx, wish, SYSTEM)
    entry.added_at = tx.now - timedelta(days=30, seconds=-number)
