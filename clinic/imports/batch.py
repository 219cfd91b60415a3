"""One import under way: its rows, what is wrong with them, and what has been written."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Text, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from clinic.audit import By, record
from clinic.imports.cells import Place
from clinic.imports.reading import Problem, Row
from storage.tables import (
    Appointment,
    AppointmentType,
    AuditEvent,
    Base,
    Patient,
    Provider,
    TreatmentPlan,
    new_id,
)
from storage.transaction import Tx

T = TypeVar("T", Provider, AppointmentType, Patient, Appointment, TreatmentPlan)
"""What has an id from outside, by which files name it."""
Saved = TypeVar("Saved", bound=Base)

AUDITED: dict[type[Base], tuple[str, ...]] = {
    Appointment: ("state", "starts_at", "ends_at", "provider_id", "type_id"),
}
"""Columns whose values go into the audit log. Of any other only the names do: a value may be personal."""


class RowsRefused(Exception):
    """At least one row cannot be taken, so none is."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = sorted(problems, key=lambda problem: problem.line)


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"  # in the way of what the file says


@dataclass(slots=True)
class Batch:
    """What each kind's `load` works on. A row is refused by saying why; `stop_if_refused` ends it all."""

    tx: Tx
    by: By
    place: Place
    rows: Sequence[Row]
    problems: list[Problem] = field(default_factory=list)
    skip_conflicts: bool = False
    left_out: list[Problem] = field(default_factory=list)
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    _saved: list[tuple[Base, dict[str, Any] | None, dict[str, Any]]] = field(default_factory=list)

    def refuse(self, row: Row, column: str, wanted: str) -> None:
        self.problems.append(Problem(row.line, wanted, column, row.written.get(column, "")))

    def stop_if_refused(self) -> None:
        if self.problems:
            raise RowsRefused(self.problems)

    def go_on_without_refused(self) -> None:
        """Look at the rows that are left for more that is wrong; `stop_if_refused` has to follow."""
        refused = {problem.line for problem in self.problems}
        self.rows = [row for row in self.rows if row.line not in refused]

    def refuse_repeats(self, *columns: str) -> None:
        """Refuse a row whose key stood on an earlier line."""
        lines: dict[tuple[Any, ...], int] = {}
        for row in self.rows:
            key = tuple(row[column] for column in columns)
            if key in lines:
                what = "id" if columns == ("external_id",) else " and ".join(columns)
                self.refuse(row, columns[0], f"the same {what} stands on line {lines[key]} already")
            lines.setdefault(key, row.line)

    def existing(self, table: type[T], column: str = "external_id") -> dict[str, T]:
        """What the database holds for the ids in a column of the file, by external id."""
        ids = {row.get(column) for row in self.rows} - {None}
        return by_external_id(self.tx, table, ids)

    def refer(self, row: Row, column: str, known: dict[str, T], written: str | None = None) -> T | None:
        """The thing a cell names by its id; None, and a refusal, where there is none."""
        found = known.get(written if written is not None else row[column])
        if found is None:
            named = "" if written is None else f" {written}"
            self.refuse(row, column, f"there is no such id{named}; import what it names first, or correct it")
        return found

    def to_do(self, table: type[T], column: str = "external_id") -> list[tuple[Row, T | None]]:
        """The rows that say something new, each with what the database has of it.

        A line that says what it said at the last import is left alone, whatever happened here since: a visit
        that a patient cancelled by text does not come back because the practice system has not heard yet.
        """
        found = self.existing(table, column)
        said = last_said(self.tx, table, [each.id for each in found.values()])
        left = []
        for row in self.rows:
            kept = found.get(row[column])
            if kept is not None and said.get(kept.id) == row.digest:
                self.counts[Outcome.UNCHANGED] += 1
            else:
                left.append((row, kept))
        return left

    def save(
        self,
        row: Row,
        table: type[Saved],
        found: Saved | None,
        values: dict[str, Any],
        *,
        also: Collection[str] = (),
    ) -> Saved:
        """Make a record of `values`, or bring one up to them. `also` names what changes beside the record."""
        if found is None:
            made = table(id=new_id(), clinic_id=self.tx.clinic_id, **values)
            self.tx.session.add(made)
            self.note(made, Outcome.NEW, None, {"digest": row.digest})
            return made
        changed = [name for name, value in values.items() if getattr(found, name) != value]
        before = _audited(found)
        for name in changed:
            setattr(found, name, values[name])
        names = [*changed, *also]
        outcome = Outcome.CHANGED if names else Outcome.UNCHANGED
        self.note(found, outcome, before, {"digest": row.digest, "changed": names})
        return found

    def note(
        self, saved: Base, outcome: Outcome, before: dict[str, Any] | None, after: dict[str, Any]
    ) -> None:
        self.counts[outcome] += 1
        self._saved.append((saved, before, after))

    def finish(self) -> None:
        """Write everything saved, and one audit line for each."""
        self.tx.session.flush()
        for saved, before, after in self._saved:
            action = f"{saved.__tablename__}.imported"
            record(self.tx, self.by, action, saved, before=before, after={**after, **(_audited(saved) or {})})
        self._saved.clear()


def by_external_id(tx: Tx, table: type[T], ids: Iterable[str]) -> dict[str, T]:
    among = any_(literal(sorted(ids), ARRAY(Text)))  # one parameter, however many ids there are
    found = tx.session.scalars(select(table).where(table.external_id == among))
    return {str(row.external_id): row for row in found}


def last_said(tx: Tx, table: type[Base], ids: Sequence[UUID]) -> dict[UUID, str]:
    """The digest of the line that was imported last, of each record."""
    among = any_(literal(list(ids), ARRAY(AuditEvent.subject_id.type)))
    rows = tx.session.execute(
        select(AuditEvent.subject_id, AuditEvent.after["digest"].astext)
        .where(
            AuditEvent.subject_kind == table.__tablename__,
            AuditEvent.action == f"{table.__tablename__}.imported",
            AuditEvent.subject_id == among,
        )
        .order_by(AuditEvent.id)
    )
    return {subject_id: digest for subject_id, digest in rows}


def _audited(saved: Base) -> dict[str, Any] | None:
    names = AUDITED.get(type(saved))
    return {name: _plain(getattr(saved, name)) for name in names} if names else None


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
