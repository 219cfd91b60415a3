"""What an endpoint is, and what its function gets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Generic, NamedTuple, TypeVar, get_args, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

from clinic.audit import By
from rules.permissions import Permission
from storage.transaction import Tx

Dated = TypeVar("Dated", bound=date)

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""What lies outside is a typing mistake, and near the ends of the calendar no other zone has a time for it."""


def _of_our_times(moment: Dated) -> Dated:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"It has to lie in the years {FIRST_YEAR} to {LAST_YEAR}.")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_of_our_times)]
Day = Annotated[date, AfterValidator(_of_our_times)]


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

    What goes in and comes out is what `act` says in its signature, and its docstring is the documentation.
    """

    method: str
    path: str
    permission: Permission
    act: Act
    status: int = 200

    @property
    def name(self) -> str:
        """`waitlist_add`: the function, after the file it stands in."""
        return f"{self.act.__module__.rpartition('.')[2]}_{self.act.__name__.strip('_')}"

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def query(self) -> type[Shape]:
        return _signature(self.act).query

    @property
    def body(self) -> type[Shape]:
        return _signature(self.act).body

    @property
    def answers(self) -> type[Shape] | None:
        return _signature(self.act).answers


class _Signature(NamedTuple):
    query: type[Shape]
    body: type[Shape]
    answers: type[Shape] | None


@cache
def _signature(act: Act) -> _Signature:
    hints = get_type_hints(act)
    query, body = (Nothing if said is Any else said for said in get_args(hints["call"]))
    answers = hints["return"]
    return _Signature(query, body, None if answers is type(None) else answers)
