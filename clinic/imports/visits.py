"""Visits, past and to come. What changes of the coming ones is worked like any other change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from clinic import aftermath
from clinic.aftermath import Change
from clinic.imports import conflicts
from clinic.imports.batch import Batch
from clinic.imports.conflicts import Wanted
from clinic.imports.reading import Row
from rules.states import ACTIVE_APPOINTMENT, AppointmentState
from storage.tables import Appointment, AppointmentType, Patient, Provider


@dataclass(frozen=True, slots=True)
class Named:
    """What the rows name by id."""

    patients: dict[str, Patient]
    providers: dict[str, Provider]
    types: dict[str, AppointmentType]


def load(batch: Batch) -> None:
    """1. Refuse what names nothing. 2. Refuse or leave out what overlaps, among the rest, so that every mistake
    is told at once. 3. Clear the way for what moves. 4. Write. 5. See to openings and the waitlist."""
    batch.refuse_repeats("external_id")
    named = Named(
        batch.existing(Patient, "patient"),
        batch.existing(Provider, "provider"),
        batch.existing(AppointmentType, "type"),
    )
    for row in batch.rows:
        batch.refer(row, "patient", named.patients)
        batch.refer(row, "provider", named.providers)
        batch.refer(row, "type", named.types)
    batch.go_on_without_refused()
    wanted = [_wanted(row, found, named) for row, found in batch.to_do(Appointment)]
    wanted = _without_conflicts(batch, wanted)
    before = {
        each.row.line: aftermath.before(batch.tx, each.found) for each in wanted if each.found is not None
    }
    _clear_the_way(batch, wanted)
    changes = [
        Change(_save(batch, each, named), before.get(each.row.line), each.row.get("booked_at"))
        for each in wanted
    ]
    batch.finish()
    aftermath.follow(batch.tx, changes, batch.by)


def _wanted(row: Row, found: Appointment | None, named: Named) -> Wanted:
    provider = named.providers[row["provider"]]
    minutes = row.get("minutes") or named.types[row["type"]].minutes
    return Wanted(
        row=row,
        found=found,
        provider_id=provider.id,
        room_id=provider.room_id,
        start=row["start"],
        end=row["start"] + timedelta(minutes=minutes),
        state=row["status"],
    )


def _without_conflicts(batch: Batch, wanted: Sequence[Wanted]) -> list[Wanted]:
    found = conflicts.find(batch.tx, wanted, leaving_out=batch.skip_conflicts)
    if batch.skip_conflicts:
        batch.left_out += found
    else:
        batch.problems += found
    batch.stop_if_refused()
    out = {problem.line for problem in found}
    return [each for each in wanted if each.row.line not in out]


def _clear_the_way(batch: Batch, wanted: Sequence[Wanted]) -> None:
    """Visits that change places would meet on the way: the database looks at each row as it is written."""
    moving = [
        each.found for each in wanted if each.found is not None and each.found.state in ACTIVE_APPOINTMENT
    ]
    states = [visit.state for visit in moving]
    for visit in moving:
        visit.state = AppointmentState.CANCELLED
    batch.tx.session.flush()
    for visit, state in zip(moving, states, strict=True):
        visit.state = state


def _save(batch: Batch, wanted: Wanted, named: Named) -> Appointment:
    row, now = wanted.row, batch.tx.now
    values = {
        "external_id": row["external_id"],
        "patient_id": named.patients[row["patient"]].id,
        "provider_id": wanted.provider_id,
        "type_id": named.types[row["type"]].id,
        "location_id": named.providers[row["provider"]].location_id,
        "room_id": wanted.room_id,
        "starts_at": wanted.start,
        "ends_at": wanted.end,
        "state": wanted.state,
        **row.only("reason"),
    }
    if row.get("booked_at") is not None:
        values["booked_at"] = row["booked_at"]
    elif wanted.found is None:
        values["booked_at"] = min(now, wanted.start)
    return batch.save(row, Appointment, wanted.found, values)
