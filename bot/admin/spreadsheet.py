"""Tables as CSV files, for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

Cell = float | str | None


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A file to keep, `name`.csv."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(header)
    lines.writerows([_cell(value) for value in row] for row in rows)
    return Response(
        written.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}.csv"},
    )


def _cell(value: Cell) -> str | int:
    """A name that begins like a formula is not to be one in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return value if isinstance(value, int) else f"{value:.4f}"
