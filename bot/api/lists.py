"""Lists come in pages: each answer carries the cursor of the next. A cursor points behind a row, so rows that
come or go meanwhile neither repeat nor hide others."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import Field
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from bot.api.endpoint import Shape
from bot.api.problems import wrong
from storage.transaction import Tx

Item = TypeVar("Item")
Column = InstrumentedAttribute[Any]


class Listed(Shape):
    """What every list may be asked."""

    limit: int = Field(default=50, ge=1, le=200, description="Most items in one answer.")
    cursor: str | None = Field(default=None, max_length=400, description="`next` of the answer before.")


def page(
    tx: Tx,
    wanted: Select[Any],
    keys: Sequence[Column],
    asked: Listed,
    shape: Callable[[Any], Item],
    *,
    descending: bool = False,
) -> tuple[list[Item], str | None]:
    """One page of `wanted`, in the order of `keys` (of the row's own columns, together unique, none null), each
    row shaped, and the cursor of the next page."""
    if asked.cursor is not None:
        here, after = tuple_(*keys), tuple_(*_read(asked.cursor, keys))
        wanted = wanted.where(here < after if descending else here > after)
    order = [key.desc() if descending else key for key in keys]
    rows = tx.session.scalars(wanted.order_by(*order).limit(asked.limit + 1)).all()
    shown = rows[: asked.limit]
    more = len(rows) > asked.limit
    return [shape(row) for row in shown], _written(shown[-1], keys) if more else None


def _written(row: Any, keys: Sequence[Column]) -> str:
    values = [getattr(row, key.key) for key in keys]
    said = json.dumps([value.isoformat() if isinstance(value, datetime) else str(value) for value in values])
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _read(cursor: str, keys: Sequence[Column]) -> list[Any]:
    try:
        said = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(said, list) or len(said) != len(keys):
            raise ValueError("another list's")
        return [_value(text, key) for text, key in zip(said, keys, strict=True)]
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise wrong("query.cursor", "This is no cursor of this list.") from None


def _value(text: Any, key: Column) -> Any:
    kind = key.type.python_type
    if kind is datetime:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment
    return UUID(text) if kind is UUID else kind(text)
