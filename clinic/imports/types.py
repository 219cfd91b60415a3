"""Appointment types, who sees them, and in which rooms."""

from dataclasses import dataclass
from uuid import UUID

from clinic import enrolment, visit_types
from clinic.imports.batch import Batch, by_external_id
from clinic.imports.providers import named
from clinic.imports.reading import Row
from storage.tables import AppointmentType, Provider, Room, TypeProvider, TypeRoom
from storage.transaction import Tx

SAME_NAME = (
    "external_id",
    "name",
    "minutes",
    "specialty",
    "price_cents",
    "lead_time_hours",
    "buffer_minutes",
    "new_patients_only",
    "late_fee_cents",
    "no_show_fee_cents",
    "late_hours",
    "give_up_minutes",
    "confirm_mode",
    "enrols",
)


@dataclass(frozen=True, slots=True)
class Ties:
    """A column of names, what they name, and the table that ties a type to it."""

    column: str
    ids: dict[str, UUID]
    table: type[TypeProvider] | type[TypeRoom]
    other_end: str

    def wanted(self, row: Row) -> set[UUID] | None:
        """None where the file has no such column: then they stay as they are."""
        return {self.ids[name] for name in row[self.column]} if self.column in row.values else None

    def before(self, tx: Tx, type_id: UUID) -> set[UUID]:
        return visit_types.tied(tx, self.table, self.other_end, type_id)

    def tie(self, tx: Tx, type_id: UUID, wanted: set[UUID]) -> None:
        visit_types.tie(tx, self.table, self.other_end, type_id, wanted)


def load(batch: Batch) -> None:
    batch.refuse_repeats("external_id")
    providers = by_external_id(
        batch.tx, Provider, {each for row in batch.rows for each in row.get("providers") or ()}
    )
    for row in batch.rows:
        for each in row.get("providers") or ():
            batch.refer(row, "providers", providers, each)
    batch.stop_if_refused()
    to_do = batch.to_do(AppointmentType)
    rooms = named(batch.tx, Room, (name for row, _ in to_do for name in row.get("rooms") or ()))
    seen_by = {name: provider.id for name, provider in providers.items()}
    both = (
        Ties("providers", seen_by, TypeProvider, "provider_id"),
        Ties("rooms", rooms, TypeRoom, "room_id"),
    )
    for row, found in to_do:
        _save(batch, row, found, both)


def _save(batch: Batch, row: Row, found: AppointmentType | None, both: tuple[Ties, ...]) -> None:
    changed = [
        (ties, wanted)
        for ties in both
        if (wanted := ties.wanted(row)) is not None
        and (found is None or wanted != ties.before(batch.tx, found.id))
    ]
    enrolled_before = found is not None and found.enrols
    also = [ties.column for ties, _ in changed] if found is not None else []
    kind = batch.save(row, AppointmentType, found, row.only(*SAME_NAME), also=also)
    batch.tx.session.flush()
    if kind.enrols is not enrolled_before:
        enrolment.look_at(batch.tx, kind.id)
    for ties, wanted in changed:
        ties.tie(batch.tx, kind.id, wanted)
