"""Patients. They are looked for with a POST: a name or a number has no place in an address, which is logged."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import Select, func, select

from bot.api import lists
from bot.api.endpoint import Call, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import wrong
from bot.api.refs import PatientRef
from rules.phones import to_e164
from rules.states import PaymentStatus
from storage.queries import new_patients
from storage.tables import ContactPoint, Patient, PatientContact
from storage.transaction import Tx

MOST_FOUND = 50


class PatientOut(PatientRef):
    """A patient, as far as lists need them."""

    birth_date: date | None
    language: str
    new_patient: bool = Field(description="Not seen here for three years, or never.")
    no_text: bool = Field(description="Confidential: never text about this patient.")
    created_at: datetime


class PatientInFull(PatientOut):
    numbers: list[str] = Field(description="Where they are reached, the one tried first at first.")
    email: str | None
    stage: str | None
    tags: list[str]
    payment_status: PaymentStatus | None
    zone: str | None
    state: str | None
    travel_minutes: int | None


class Patients(Shape):
    items: list[PatientOut]
    next: str | None


class Found(Shape):
    items: list[PatientOut]


class Searched(Shape):
    """By name, by number, or by both."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] | None = None
    number: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.name is None and self.number is None:
            raise ValueError("Give a name or a number.")
        return self


def list_(tx: Tx, call: Call[Listed, Nothing]) -> Patients:
    """All patients, in the order in which they came to us."""
    items, following = lists.page(
        tx, select(Patient), [Patient.id], call.query, lambda row: _out(tx, call, row)
    )
    return Patients(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> PatientInFull:
    """One patient, with the numbers that reach them."""
    row = tx.session.get_one(Patient, call.id)
    numbers = tx.session.scalars(
        select(ContactPoint.address)
        .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
        .where(PatientContact.patient_id == row.id)
        .order_by(PatientContact.position, ContactPoint.id)
    )
    return PatientInFull(
        **_out(tx, call, row).model_dump(),
        numbers=list(numbers),
        email=row.email,
        stage=row.stage,
        tags=row.tags,
        payment_status=row.payment_status,
        zone=row.zone,
        state=row.state,
        travel_minutes=row.travel_minutes,
    )


def search(tx: Tx, call: Call[Nothing, Searched]) -> Found:
    """Patients of that name, or a part of it, or with that number; fifty at most."""
    found = select(Patient)
    if call.body.name is not None:
        full = func.concat(Patient.first_name, " ", Patient.last_name)
        found = found.where(full.icontains(call.body.name, autoescape=True))
    if call.body.number is not None:
        found = _reached_on(tx, found, call.body.number)
    rows = tx.session.scalars(
        found.order_by(Patient.last_name, Patient.first_name, Patient.id).limit(MOST_FOUND)
    )
    return Found(items=[_out(tx, call, each) for each in rows])


def _reached_on(tx: Tx, found: Select[Patient], number: str) -> Select[Patient]:
    address = to_e164(number, tx.clinic().region)
    if address is None:
        raise wrong("body.number", "This is no phone number.")
    reached = (
        select(PatientContact.patient_id)
        .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
        .where(ContactPoint.address == address)
    )
    return found.where(Patient.id.in_(reached))


def _out(tx: Tx, call: Call[Any, Any], row: Patient) -> PatientOut:
    return PatientOut(
        id=row.id,
        external_id=row.external_id,
        first_name=row.first_name,
        last_name=row.last_name,
        birth_date=row.birth_date,
        language=row.language,
        new_patient=new_patients.is_new(tx.session, row.id, tx.now),
        no_text=row.no_text,
        created_at=call.local(row.created_at),
    )
