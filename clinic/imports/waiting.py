"""The waitlist: who waits for what, with which wishes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic import appointments, waitlist
from clinic.imports.batch import Batch, Outcome, by_external_id, last_said
from clinic.imports.reading import Row
from clinic.waitlist import Wish
from rules.states import WAITING_ENTRY
from storage.tables import AppointmentType, Patient, Provider, WaitlistEntry

COLUMN_OF = {
    "priority": "priority",
    "earliest": "earliest",
    "latest": "latest",
    "days": "weekdays",
    "times": "times",
    "excluded_days": "excluded_weekdays",
    "referral": "referral",
    "notice_hours": "notice_hours",
    "max_wait_days": "max_wait_days",
    "notes": "notes",
}
"""Column of the file → column of the table, where a value goes over as it is."""


@dataclass(frozen=True, slots=True)
class Named:
    patients: dict[str, Patient]
    types: dict[str, AppointmentType]
    providers: dict[str, Provider]


def load(batch: Batch) -> None:
    batch.refuse_repeats("patient", "type")
    named = _named(batch)
    batch.stop_if_refused()
    newest = _newest(batch, [patient.id for patient in named.patients.values()])
    said = last_said(batch.tx, WaitlistEntry, [entry.id for entry in newest.values()])
    joining: list[tuple[Row, Wish]] = []
    for row in batch.rows:
        patient, kind = named.patients[row["patient"]], named.types[row["type"]]
        found = newest.get((patient.id, kind.id))
        if found is not None and (said.get(found.id) == row.digest or _is_over(found, row)):
            batch.counts[Outcome.UNCHANGED] += 1
        elif found is not None and found.state in WAITING_ENTRY:
            batch.save(row, WaitlistEntry, found, _values(row, named))
            waitlist.wake_openings_for(batch.tx, patient.id)
        elif kind.withdrawn_at is not None:
            batch.refuse(row, "type", "this type is withdrawn; offer it again, or leave the line out")
        else:
            joining.append((row, Wish(patient.id, kind.id, **_values(row, named))))
    batch.stop_if_refused()
    for row, wish in joining:
        _join(batch, row, wish)


def _named(batch: Batch) -> Named:
    """What the rows name by id; rows that name nothing, or make no sense, are refused."""
    written = {each for row in batch.rows for each in (row.get("provider"), *(row.get("alternates") or ()))}
    named = Named(
        batch.existing(Patient, "patient"),
        batch.existing(AppointmentType, "type"),
        by_external_id(batch.tx, Provider, written - {None}),
    )
    for row in batch.rows:
        batch.refer(row, "patient", named.patients)
        batch.refer(row, "type", named.types)
        if row.get("provider") is not None:
            batch.refer(row, "provider", named.providers)
        for each in row.get("alternates") or ():
            batch.refer(row, "alternates", named.providers, each)
        if row.get("earliest") and row.get("latest") and row["earliest"] > row["latest"]:
            batch.refuse(row, "latest", "write a date that is not before the earliest")
    return named


def _values(row: Row, named: Named) -> dict[str, Any]:
    """The row as columns of the table, which the fields of a `Wish` are named after."""
    values = {ours: row[theirs] for theirs, ours in COLUMN_OF.items() if theirs in row.values}
    if "provider" in row.values:
        values["preferred_provider_id"] = named.providers[row["provider"]].id if row["provider"] else None
    if "alternates" in row.values:
        values["alternate_provider_ids"] = [str(named.providers[each].id) for each in row["alternates"]]
    return values


def _newest(batch: Batch, patient_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], WaitlistEntry]:
    """The entry of each patient and type that was added last, whatever became of it."""
    entries = batch.tx.session.scalars(select(WaitlistEntry).order_by(WaitlistEntry.added_at))
    wanted = set(patient_ids)
    return {(entry.patient_id, entry.type_id): entry for entry in entries if entry.patient_id in wanted}


def _is_over(found: WaitlistEntry, row: Row) -> bool:
    """Whether the row's wait has ended here already: who was booked is not put back by an old file."""
    added_at = row.get("added_at")
    return found.state not in WAITING_ENTRY and (added_at is None or added_at <= found.added_at)


def _join(batch: Batch, row: Row, wish: Wish) -> None:
    replaces = appointments.coming(batch.tx, [wish.patient_id])
    later = next((visit.id for visit in replaces if visit.type_id == wish.type_id), None)
    entry = waitlist.add(batch.tx, replace(wish, replaces_id=later), batch.by)
    entry.added_at = row.get("added_at") or entry.added_at
    batch.note(entry, Outcome.NEW, None, {"digest": row.digest})
