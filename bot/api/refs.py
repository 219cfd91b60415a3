"""How a request names a patient, a provider or a type, and how an answer does."""

from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import select

from bot.api.endpoint import Shape
from bot.api.problems import wrong
from storage.tables import AppointmentType, Patient, Provider
from storage.transaction import Tx

Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""Our id, or the id the practice system knows it by (the `external_id` of its import)."""

Row = TypeVar("Row", Patient, Provider, AppointmentType)


class PatientRef(Shape):
    id: UUID
    external_id: str
    first_name: str
    last_name: str


class Ref(Shape):
    id: UUID
    external_id: str
    name: str


def patient(row: Patient) -> PatientRef:
    return PatientRef(
        id=row.id, external_id=row.external_id, first_name=row.first_name, last_name=row.last_name
    )


def ref(row: Provider | AppointmentType) -> Ref:
    return Ref(id=row.id, external_id=row.external_id, name=row.name)


def find(tx: Tx, table: type[Row], named: str, where: str) -> Row:
    """The row a request names. Raises a `Problem` that says which field names nobody of this clinic."""
    found = tx.session.scalar(select(table).where(table.external_id == named))
    if found is None and (row_id := _id(named)) is not None:
        found = tx.session.scalar(select(table).where(table.id == row_id))
    if found is None:
        raise wrong(where, f"There is no such {WORDS[table]} here.")
    return found


def find_offered(tx: Tx, named: str, where: str) -> AppointmentType:
    """A type of visit that somebody is to wait for or come for: one that was withdrawn is refused."""
    kind = find(tx, AppointmentType, named, where)
    if kind.withdrawn_at is not None:
        raise wrong(
            where, "Visits of that type are no longer offered. `POST /types/{id}/restore` has them again."
        )
    return kind


WORDS: dict[type, str] = {Patient: "patient", Provider: "provider", AppointmentType: "type of visit"}


def _id(named: str) -> UUID | None:
    try:
        return UUID(named)
    except ValueError:
        return None
