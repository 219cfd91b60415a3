"""Import files: `load` takes one CSV file into a clinic, all of it or nothing, and may be repeated."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn
from zoneinfo import ZoneInfo

from clinic.audit import SYSTEM, By
from clinic.imports import availability, patients, plans, providers, reading, types, visits, waiting
from clinic.imports.batch import Batch, Outcome, RowsRefused
from clinic.imports.cells import Place
from clinic.imports.columns import Kind
from clinic.imports.reading import FileRefused, Problem
from storage.tables import (
    Appointment,
    AppointmentType,
    Availability,
    Base,
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

__all__ = ["FILLS", "FileRefused", "Kind", "Problem", "Result", "RowsRefused", "TriedOut", "load", "try_out"]

LOADERS: dict[Kind, Callable[[Batch], None]] = {
    Kind.PROVIDERS: providers.load,
    Kind.TYPES: types.load,
    Kind.AVAILABILITY: availability.load,
    Kind.PATIENTS: patients.load,
    Kind.VISITS: visits.load,
    Kind.WAITLIST: waiting.load,
    Kind.PLANS: plans.load,
}

FILLS: dict[Kind, tuple[type[Base], ...]] = {
    Kind.PROVIDERS: (Provider, Location, Room),
    Kind.TYPES: (AppointmentType, TypeProvider, TypeRoom),
    Kind.AVAILABILITY: (Availability,),
    Kind.PATIENTS: (Patient, ContactPoint, PatientContact, Consent),
    Kind.VISITS: (Appointment, WaitlistEntry),
    Kind.WAITLIST: (WaitlistEntry,),
    Kind.PLANS: (TreatmentPlan,),
}
"""Where the rows of a file go, beside what is due and the audit log."""

CALLED = {Kind.AVAILABILITY: "hours", Kind.WAITLIST: "waitlist entries"}
"""What a row is called where the kind of file is no plural."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did, row by row counted. `left_out` names rows that `skip_conflicts` passed by."""

    kind: Kind
    counts: dict[Outcome, int]
    left_out: list[Problem]

    def __str__(self) -> str:
        rows = sum(self.counts.values()) - self.counts[Outcome.REMOVED] + len(self.left_out)
        parts = [f"{self.counts[each]} {each}" for each in (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)]
        if self.counts[Outcome.REMOVED]:
            parts.append(f"{self.counts[Outcome.REMOVED]} earlier ones removed")
        if self.left_out:
            parts.append(f"{len(self.left_out)} left out")
        return f"{rows} {CALLED.get(self.kind, self.kind)}: {', '.join(parts)}"


class TriedOut(Exception):
    """An import that was only tried: it ends the transaction, and brings what it would have done."""

    def __init__(self, result: Result) -> None:
        super().__init__("tried out")
        self.result = result


def load(tx: Tx, kind: Kind, data: bytes, *, skip_conflicts: bool = False, by: By = SYSTEM) -> Result:
    """Take a file into the clinic. May raise `FileRefused` or `RowsRefused`, which name every row at fault."""
    clinic = tx.clinic()
    place = Place(clinic.region, ZoneInfo(clinic.timezone), tx.now)
    table = reading.read(data, kind, place)
    batch = Batch(
        tx=tx, by=by, place=place, rows=table.rows, problems=table.problems, skip_conflicts=skip_conflicts
    )
    LOADERS[kind](batch)
    batch.finish()
    return Result(kind, batch.counts, batch.left_out)


def try_out(tx: Tx, kind: Kind, data: bytes, *, skip_conflicts: bool = False) -> NoReturn:
    """Do everything that `load` does and then nothing of it. Raises `TriedOut`."""
    raise TriedOut(load(tx, kind, data, skip_conflicts=skip_conflicts))
