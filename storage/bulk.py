"""Many rows in one statement, which the unit of work would only slow down."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, TableValuedAlias, column, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.orm import Session

from storage.tables import Base


def rows(**columns: tuple[Any, Sequence[Any]]) -> TableValuedAlias:
    """Columns of values as rows, in one parameter a column however many there are: each with its type."""
    arrays = [literal(list(values), ARRAY(kind)) for kind, values in columns.values()]
    names = [column(name, kind) for name, (kind, _) in columns.items()]
    return func.unnest(*arrays).table_valued(*names, name="fresh").render_derived()


def insert_rows(of: type[Base], fresh: TableValuedAlias, all_alike: Mapping[str, Any]) -> Insert:
    """Rows into a table, with what they have in common."""
    table = cast(Table, of.__table__)
    same = [literal(value, table.c[name].type).label(name) for name, value in all_alike.items()]
    return insert(table).from_select([*(each.name for each in fresh.c), *all_alike], select(*fresh.c, *same))


def count_anew(session: Session, tables: Sequence[type[Base]]) -> None:
    """Tell the planner what tables hold, once many rows were committed: until the server does so by itself, which
    may take a minute, it plans as if a table that had been empty still were."""
    session.execute(text(f"ANALYZE {', '.join(each.__tablename__ for each in tables)}"))
