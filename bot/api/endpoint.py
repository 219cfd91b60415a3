"""What an endpoint is, and what its function gets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from clinic.audit import By
from rules.permissions import Permission
from storage.transaction import Tx


class Shape(BaseModel):
    """What goes in or comes out. A field nobody knows is refused: it is a typing mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Shape):
    """No query, or no body."""


Query = TypeVar("Query", bound=Shape)
Body = TypeVar("Body", bound=Shape)


@dataclass(frozen=True, slots=True)
class Call(Generic[Query, Body]):
    """One request, read and allowed. `id` is the one in the path, `by` whoever calls."""

    query: Query
    body: Body
    by: By
    zone: ZoneInfo
    id: UUID

    def local(self, moment: datetime) -> datetime:
        """A moment as the API writes it: with the clinic's offset."""
        return moment.astimezone(self.zone)


Act = Callable[[Tx, Call[Any, Any]], Shape | None]
"""Does it, in one transaction. May raise a `Problem`; None is answered with 204."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A line of the table. `path` is below /api/v1; its one parameter, where it has one, is `{id}`.

    `act`'s docstring is what the documentation says of it.
    """

    method: str
    path: str
    permission: Permission
    act: Act
    query: type[Shape] = Nothing
    body: type[Shape] = Nothing
    answers: type[Shape] | None = None
    status: int = 200

    @property
    def name(self) -> str:
        """`waitlist_add`: the function, after the file it stands in."""
        return f"{self.act.__module__.rpartition('.')[2]}_{self.act.__name__.strip('_')}"

    @property
    def writes(self) -> bool:
        return self.method != "GET"
