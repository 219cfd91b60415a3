"""A CSV file as rows of values, with everything that is wrong with it said line by line."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from clinic.imports.cells import Place, Unreadable
from clinic.imports.columns import COLUMNS, Column, Kind

OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
SHOWN = 80
"""Characters of a cell that are repeated in a sentence about it."""


class FileRefused(Exception):
    """The file as a whole cannot be read. The text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row. `value` may be personal: it is for the person who imports, never for a log."""

    line: int
    wanted: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        if not self.column:
            return f"Line {self.line}: {self.wanted}."
        shown = self.value if len(self.value) <= SHOWN else self.value[:SHOWN] + "…"
        return f'Line {self.line}, column {self.column}, value "{shown}": {self.wanted}.'


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `values` has a value for each column the file has, and for no other."""

    line: int
    written: dict[str, str]
    values: dict[str, Any]
    digest: str
    """Tells whether the line says the same as it did the last time."""

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, column: str) -> Any:
        return self.values.get(column)

    def only(self, *columns: str) -> dict[str, Any]:
        """The values of those of the columns that the file has."""
        return {name: self.values[name] for name in columns if name in self.values}


@dataclass(frozen=True, slots=True)
class Table:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(data: bytes, kind: Kind, place: Place) -> Table:
    """Every row that can be read, and what is wrong with the others. May raise `FileRefused`."""
    text = _decoded(data)
    _refuse_other_delimiter(text.partition("\n")[0], kind)
    records = _records(text)
    _, header = next(records, (0, []))
    columns = _columns(header, kind)
    table = Table()
    for line, record in records:
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(columns):
            sentence = f"{_cells(len(record))}, but the header has {len(columns)}"
            table.problems.append(Problem(line, sentence))
            continue
        row = _row(line, columns, [cell.strip() for cell in record], place, table.problems)
        if row is not None:
            table.rows.append(row)
    return table


def _cells(count: int) -> str:
    return "this line has 1 cell" if count == 1 else f"this line has {count} cells"


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefused('The file is in UTF-16: save it as "CSV UTF-8".')
    if data[:2] == b"PK" or b"\0" in data:
        raise FileRefused('The file is not a text file: save the sheet as "CSV UTF-8".')
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileRefused(f'Line {line} is not in UTF-8: save the file as "CSV UTF-8".') from None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on: a quoted cell may run over several."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(f"Line {line} cannot be read ({error}): look at its quotes.") from None
        yield line, record


def _columns(header: Sequence[str], kind: Kind) -> list[Column]:
    known = {column.name: column for column in COLUMNS[kind]}
    found = [name.strip().lower() for name in header]
    if not any(found):
        raise FileRefused(f"The file is empty. Its first line names the columns: {_listed(known)}.")
    if unknown := [name for name in found if name not in known]:
        raise FileRefused(f"Unknown column {_listed(unknown)}. A file of {kind} may have: {_listed(known)}.")
    if missing := [name for name, column in known.items() if column.required and name not in found]:
        raise FileRefused(f"Column {_listed(missing)} is missing. A file of {kind} has to have it.")
    if twice := sorted({name for name in found if found.count(name) > 1}):
        raise FileRefused(f"Column {_listed(twice)} is there twice.")
    return [known[name] for name in found]


def _refuse_other_delimiter(header: str, kind: Kind) -> None:
    known = {column.name for column in COLUMNS[kind]}

    def recognised(mark: str) -> int:
        return sum(name.strip().strip('"').lower() in known for name in header.split(mark))

    for mark, called in OTHER_DELIMITERS.items():
        if recognised(mark) > max(recognised(","), 1):
            raise FileRefused(f"The columns are separated by {called}: save the file with commas.")


def _row(
    line: int, columns: Sequence[Column], cells: Sequence[str], place: Place, problems: list[Problem]
) -> Row | None:
    """The row's values; None, and a problem for each cell that cannot be read."""
    before = len(problems)
    values: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=True):
        if not cell:
            values[column.name] = copy(column.empty)
            if column.required:
                problems.append(Problem(line, "this cell cannot be empty", column.name))
            continue
        try:
            values[column.name] = column.read(cell, place)
        except Unreadable as wanted:
            problems.append(Problem(line, str(wanted), column.name, cell))
    if len(problems) > before:
        return None
    written = {column.name: cell for column, cell in zip(columns, cells, strict=True)}
    digest = hashlib.sha256(repr(sorted(written.items())).encode()).hexdigest()[:32]
    return Row(line, written, values, digest)


def _listed(names: Sequence[str] | Mapping[str, Column]) -> str:
    return ", ".join(names)
