"""What a practice system may tell us, and what all it has told of one visit comes to.

Its events come late, twice and out of order. So nothing is worked out from one event alone: the events of a visit
are put into the order in which they happened, and what they come to is what the visit should be.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic import model_validator as validated

from rules.policy import WEEKDAY_NAMES
from rules.states import AppointmentState, FeedEventType

MOST_MINUTES = 1440
YEARS = range(1900, 2200)
WEEKDAYS = tuple(name[:3].lower() for name in WEEKDAY_NAMES)

STATES = {
    FeedEventType.BOOKED: AppointmentState.BOOKED,
    FeedEventType.MOVED: AppointmentState.BOOKED,
    FeedEventType.ARRIVED: AppointmentState.ARRIVED,
    FeedEventType.NO_SHOW: AppointmentState.NO_SHOW,
    FeedEventType.CANCELLED: AppointmentState.CANCELLED,
}
RANK = {kind: number for number, kind in enumerate(FeedEventType)}

Day = date
Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""An id of the sender's: any text on one line."""


class _Part(BaseModel):
    """Whatever else the sender says, names perhaps, is not taken."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class VisitPart(_Part):
    """The visit of an event, in the words of the import files. A `start` without offset is the clinic's time."""

    external_id: Id
    patient: Id | None = None
    provider: Id | None = None
    type: Id | None = None
    start: datetime | None = None
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] | None = None

    @validated(mode="after")
    def _in_our_time(self) -> Self:
        if self.start is not None and self.start.year not in YEARS:
            raise ValueError("start is in no year of ours")
        return self


class Hours(_Part):
    """From when until when a provider works, on the clinic's wall."""

    start: time
    end: time

    @validated(mode="after")
    def _forward(self) -> Self:
        if self.start.tzinfo or self.end.tzinfo or self.start >= self.end:
            raise ValueError("hours are from an earlier until a later time of day")
        return self


class AvailabilityPart(_Part):
    """A provider's whole hours of one weekday of every week, or of one date. No hours: away."""

    provider: Id
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    date: Day | None = None
    hours: Annotated[list[Hours], Field(max_length=24)]
    offer_new_time: bool = False  # of a date: time that was not worked before may be offered

    @validated(mode="after")
    def _one_day(self) -> Self:
        if (self.weekday is None) == (self.date is None):
            raise ValueError("either a weekday or a date")
        if self.date is not None and self.date.year not in YEARS:
            raise ValueError("the date is in no year of ours")
        ordered = sorted(self.hours, key=lambda each: each.start)
        if any(later.start < earlier.end for earlier, later in pairwise(ordered)):
            raise ValueError("hours of one day do not overlap")
        return self


class _Event(_Part):
    event_id: Id
    at: datetime | None = None  # when it happened; the moment it came where missing

    @validated(mode="after")
    def _happened_in_our_time(self) -> Self:
        if self.at is not None and self.at.year not in YEARS:
            raise ValueError("at is in no year of ours")
        return self


class Booked(_Event):
    type: Literal[FeedEventType.BOOKED]
    visit: VisitPart

    @validated(mode="after")
    def _whole(self) -> Self:
        visit = self.visit
        if None in (visit.patient, visit.provider, visit.type, visit.start):
            raise ValueError("a visit that is booked has a patient, a provider, a type and a start")
        return self


class Moved(_Event):
    type: Literal[FeedEventType.MOVED]
    visit: VisitPart

    @validated(mode="after")
    def _somewhere(self) -> Self:
        if self.visit.start is None:
            raise ValueError("a visit that is moved has a start")
        return self


class Happened(_Event):
    type: Literal[FeedEventType.ARRIVED, FeedEventType.NO_SHOW, FeedEventType.CANCELLED]
    visit: VisitPart


class AvailabilityChanged(_Event):
    type: Literal[FeedEventType.AVAILABILITY]
    availability: AvailabilityPart


VisitEvent = Booked | Moved | Happened
Event = VisitEvent | AvailabilityChanged
_ADAPTER: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


def read(body: bytes) -> Event | None:
    """The event that a body holds; None where it holds none."""
    try:
        return _ADAPTER.validate_json(body)
    except ValidationError:
        return None


def subject_of(event: Event) -> str:
    """What an event is about: events of one subject are looked at together, of two never."""
    if isinstance(event, AvailabilityChanged):
        day = event.availability
        return f"hours {day.weekday or day.date} {day.provider}"
    return f"visit {event.visit.external_id}"


@dataclass(frozen=True, slots=True)
class Told:
    """A visit as its events have told it; None: not said so far. `start` is aware."""

    patient: str | None = None
    provider: str | None = None
    type: str | None = None
    start: datetime | None = None
    minutes: int | None = None
    state: AppointmentState | None = None


NOTHING = Told()
_SAID = tuple(field.name for field in fields(Told) if field.name != "state")


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a visit as it is kept: when it happened there, and what it says."""

    at: datetime
    type: FeedEventType
    event_id: str
    visit: VisitPart


def told(happenings: Iterable[Happening]) -> Told:
    """What all events of one visit come to, in whatever order they are given."""
    so_far = NOTHING
    for each in sorted(happenings, key=lambda each: (each.at, RANK[each.type], each.event_id)):
        said: dict[str, Any] = {name: getattr(each.visit, name) for name in _SAID}
        new = {name: value for name, value in said.items() if value is not None}
        so_far = replace(so_far, **new, state=STATES[each.type])
    return so_far
