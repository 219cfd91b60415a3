"""Rows for tests: one function a noun, few defaults. Each writes into the transaction it is given.

    store = ...
    with store.unscoped() as session:
        lakeside = factories.clinic(session, now)
    store.run(lakeside.id, lambda tx: factories.patient(tx, phone="+12125550101"))

`clinic` works over all clinics, the others inside one.
"""

from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.permissions import Role
from rules.policy import Policy as PolicyRules
from rules.states import ConsentKind, ConsentSource, FreedBy
from storage.tables import (
    Appointment,
    AppointmentType,
    Clinic,
    Consent,
    ContactPoint,
    Conversation,
    Location,
    Opening,
    Patient,
    PatientContact,
    Policy,
    Provider,
    Sender,
    Staff,
    WaitlistEntry,
)
from storage.transaction import Tx

Row = TypeVar("Row")

PASSWORD = "correct horse battery"
_LINES = count(1_000_000)
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def clinic(session: Session, now: datetime, *, name: str = "Lakeside", line: str | None = None) -> Clinic:
    """A clinic in New York with its first policy and one number, which nobody else has. Its confirmations carry no
    calendar link, which would be another in every run."""
    made = Clinic(
        slug=f"{name.lower()}-{uuid4().hex[:8]}",
        name=f"{name} Clinic",
        short_name=name,
        phone="+12125550199",
        timezone="America/New_York",
        created_at=now,
    )
    session.add(made)
    session.flush()
    data = PolicyRules(calendar_link=False).model_dump(mode="json")
    session.add(Policy(clinic_id=made.id, version=1, data=data, made_at=now))
    session.add(Sender(clinic_id=made.id, address=line or f"+1202555{next(_LINES):07}"))
    session.flush()
    return made


def provider(tx: Tx, name: str = "Dr Lee", **more: Any) -> Provider:
    return _add(tx, Provider(name=name, **{"external_id": uuid4().hex, **more}))


def location(tx: Tx, name: str, **more: Any) -> Location:
    return _add(tx, Location(name=name, **more))


def visit_type(tx: Tx, name: str = "Check-up", **more: Any) -> AppointmentType:
    return _add(tx, AppointmentType(name=name, **{"external_id": uuid4().hex, "minutes": 30, **more}))


def patient(
    tx: Tx, name: str = "Maria Lopez", *, phone: str | None = None, agreed: bool = True, **more: Any
) -> Patient:
    """A patient; with a number, they have agreed to texts on it unless told otherwise."""
    first_name, _, last_name = name.partition(" ")
    made = Patient(
        external_id=uuid4().hex, first_name=first_name, last_name=last_name, created_at=tx.now, **more
    )
    _add(tx, made)
    if phone is not None:
        point = tx.session.scalar(select(ContactPoint).where(ContactPoint.address == phone))
        point = point or _add(tx, ContactPoint(address=phone))
        _add(tx, PatientContact(patient_id=made.id, contact_point_id=point.id))
        consent = Consent(
            patient_id=made.id,
            contact_point_id=point.id,
            kind=ConsentKind.CARE_TEXT,
            granted=agreed,
            source=ConsentSource.INTAKE,
            at=tx.now,
        )
        _add(tx, consent)
    return made


def visit(
    tx: Tx, who: Patient, with_whom: Provider, kind: AppointmentType, *, start: datetime, **more: Any
) -> Appointment:
    made = Appointment(
        patient_id=who.id,
        provider_id=with_whom.id,
        type_id=kind.id,
        starts_at=start,
        ends_at=start + timedelta(minutes=kind.minutes),
        **{"booked_at": tx.now, **more},
    )
    return _add(tx, made)


def entry(tx: Tx, who: Patient, kind: AppointmentType, **more: Any) -> WaitlistEntry:
    """On the waitlist for a month, with no wishes. Wakes nothing; `clinic.waitlist.add` is the operation."""
    own = {"added_at": tx.now - timedelta(days=30), "expires_at": tx.now + timedelta(days=60), **more}
    return _add(tx, WaitlistEntry(patient_id=who.id, type_id=kind.id, **own))


def opening(tx: Tx, of: Provider, *, start: datetime, minutes: int = 30, **more: Any) -> Opening:
    """A free slot. Wakes nothing; `clinic.openings.open_slot` is the operation."""
    policy_id = tx.session.scalars(select(Policy.id).order_by(Policy.version.desc())).first()
    own = {
        "freed_by": FreedBy.PATIENT_CANCEL,
        "opened_at": tx.now,
        "offer_from": tx.now,
        "give_up_at": start - timedelta(hours=2),
        "policy_id": policy_id,
        **more,
    }
    made = Opening(provider_id=of.id, starts_at=start, ends_at=start + timedelta(minutes=minutes), **own)
    return _add(tx, made)


def conversation(tx: Tx, phone: str, **more: Any) -> Conversation:
    sender_id = tx.session.scalars(select(Sender.id)).one()
    return _add(tx, Conversation(sender_id=sender_id, address=phone, created_at=tx.now, **more))


def staff(tx: Tx, role: Role = Role.FRONT_DESK, *, email: str | None = None, **more: Any) -> Staff:
    """Somebody who signs in with PASSWORD, which is hashed cheaply here."""
    own = {"name": "Sam Rivera", "password_hash": _QUICK.hash(PASSWORD), **more}
    return _add(tx, Staff(email=email or f"{uuid4().hex}@example.com", role=role, **own))


def _add(tx: Tx, row: Row) -> Row:
    tx.session.add(row)
    tx.session.flush()
    return row
