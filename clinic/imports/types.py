"""Appointment types, and who sees them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from clinic.imports.batch import Batch, by_external_id
from clinic.imports.reading import Row
from storage.tables import AppointmentType, Provider, TypeProvider, new_id
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
)


def load(batch: Batch) -> None:
    batch.refuse_repeats("external_id")
    providers = by_external_id(
        batch.tx, Provider, {each for row in batch.rows for each in row.get("providers") or ()}
    )
    for row in batch.rows:
        for each in row.get("providers") or ():
            batch.refer(row, "providers", providers, each)
    batch.stop_if_refused()
    seen_by = _seen_by(batch.tx)
    wanted: list[tuple[AppointmentType, set[UUID]]] = []
    for row, found in batch.to_do(AppointmentType):
        before = {link.provider_id for link in seen_by if found is not None and link.type_id == found.id}
        after = _who(row, providers) if "providers" in row.values else before
        also = ["providers"] if found is not None and after != before else []
        kind = batch.save(row, AppointmentType, found, row.only(*SAME_NAME), also=also)
        wanted.append((kind, after))
    batch.tx.session.flush()
    for kind, who in wanted:
        _link(batch.tx, kind.id, who, [link for link in seen_by if link.type_id == kind.id])


def _who(row: Row, providers: dict[str, Provider]) -> set[UUID]:
    return {providers[each].id for each in row["providers"]}


def _seen_by(tx: Tx) -> Sequence[TypeProvider]:
    return tx.session.scalars(select(TypeProvider)).all()


def _link(tx: Tx, type_id: UUID, who: set[UUID], before: Sequence[TypeProvider]) -> None:
    for link in before:
        if link.provider_id not in who:
            tx.session.delete(link)
    for provider_id in who - {link.provider_id for link in before}:
        tx.session.add(
            TypeProvider(id=new_id(), clinic_id=tx.clinic_id, type_id=type_id, provider_id=provider_id)
        )
