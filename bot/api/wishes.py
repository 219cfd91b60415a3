"""What a waitlist entry says, as the API reads and writes it: from JSON to a `Wish`, and back."""

from dataclasses import replace
from datetime import time
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, WithJsonSchema, model_validator

from bot.api.endpoint import Day, Shape
from bot.api.problems import wrong
from bot.api.refs import Named, find
from clinic.wish import Unfit, Wish, check
from rules.channels import WRITES_FIRST
from rules.states import Channel, EntryPriority, Referral
from storage.tables import Appointment, Location, Provider
from storage.transaction import Tx


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


DAYS = tuple(Weekday)

WRITES = {"type": "string", "enum": [each.value for each in WRITES_FIRST]}
"""The channels that somebody can be reached by. `wish.check` says of the web chat why it is none of them."""


class Times(Shape):
    """A stretch of the clinic's day, `end` not included."""

    start: time
    end: time

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.start >= self.end or self.start.tzinfo or self.end.tzinfo:
            raise ValueError("it has to start before it ends, as plain times such as 14:00")
        return self


class DayTimes(Times):
    """The same, on one day of the week only."""

    weekday: Weekday


class Dates(Shape):
    """A stretch of days, `last` included."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.first > self.last:
            raise ValueError("the last day has to come after the first")
        return self


class WishFields(Shape):
    """What somebody on the waitlist wants. What is excluded is hard: it is never offered."""

    priority: EntryPriority = EntryPriority.STANDARD
    referral: Referral | None = None
    earliest: Day | None = None
    latest: Day | None = None
    preferred_date: Day | None = Field(default=None, description="The day that suits best.")
    weekdays: list[Weekday] = Field(default=[], description="Days that suit; empty: any.")
    times: list[Times] = Field(default=[], description="Times of day that suit; empty: any.")
    excluded_weekdays: list[Weekday] = Field(default=[])
    excluded_times: list[Times] = Field(default=[])
    excluded_day_times: list[DayTimes] = Field(default=[])
    excluded_dates: list[Dates] = Field(default=[])
    preferred_provider: Named | None = None
    requested_provider: Named | None = None
    alternate_providers: list[Named] = Field(default=[], max_length=50)
    excluded_providers: list[Named] = Field(default=[], max_length=50)
    only_provider: bool = Field(default=False, description="Nobody but the preferred or requested one.")
    location: UUID | None = Field(default=None, description="One of `/locations`; left out: any.")
    notice_hours: int = Field(default=0, ge=0, le=8760, description="Least notice they need.")
    max_wait_days: int | None = Field(default=None, ge=1, le=3650)
    replaces: UUID | None = Field(default=None, description="The later visit that an earlier one replaces.")
    boost_points: int = Field(default=0, ge=0, le=40, description="Moved up by staff; needs a reason.")
    boost_reason: str = Field(default="", max_length=500)
    auto_match: bool = Field(default=True, description="Offers are made without staff.")
    auto_book: bool = Field(
        default=False,
        description="They agreed to be booked, without being asked, for the first time that fits.",
    )
    channels: list[Annotated[Channel, WithJsonSchema(WRITES)]] = Field(
        default=[],
        max_length=len(WRITES_FIRST),
        description="How they are reached, first first, each once: where an offer does not arrive by one, the "
        "next is tried. Empty: a text, then WhatsApp, email and a call, as far as they agreed to each.",
    )
    paused_until: Day | None = None
    waiting_for: str = Field(default="", max_length=500, description="For staff; it never stands in a text.")
    notes: str = Field(default="", max_length=5000)


PLAIN = (
    "priority",
    "referral",
    "earliest",
    "latest",
    "preferred_date",
    "only_provider",
    "notice_hours",
    "max_wait_days",
    "boost_points",
    "boost_reason",
    "auto_match",
    "auto_book",
    "channels",
    "paused_until",
    "waiting_for",
    "notes",
)
"""Fields that a `Wish` has as they are."""

ROWS = {"location": (Location, "location"), "replaces": (Appointment, "visit")}
"""Fields that name a row by our id, and what it is called."""


def read(tx: Tx, said: WishFields, wish: Wish) -> Wish:
    """What `said` says, on top of `wish`: fields that are not in the request stay. Raises a `Problem`."""
    given = said.model_fields_set & WishFields.model_fields.keys()
    changed = replace(wish, **dict(_column(tx, said, name) for name in given))
    try:
        check(changed)
    except Unfit as unfit:
        raise wrong("body", str(unfit)) from None
    return changed


def _column(tx: Tx, said: WishFields, name: str) -> tuple[str, Any]:
    """A field of the request as a `Wish` calls it and has it."""
    value, where = getattr(said, name), f"body.{name}"
    match name:
        case "weekdays" | "excluded_weekdays":
            return name, sorted({DAYS.index(day) for day in value})
        case "times" | "excluded_times":
            return name, [_walls(each) for each in value]
        case "excluded_day_times":
            return name, [(DAYS.index(each.weekday), *_walls(each)) for each in value]
        case "excluded_dates":
            return name, [(each.first, each.last) for each in value]
        case "preferred_provider" | "requested_provider":
            return f"{name}_id", find(tx, Provider, value, where).id if value is not None else None
        case "alternate_providers" | "excluded_providers":
            return f"{name.removesuffix('s')}_ids", [find(tx, Provider, each, where).id for each in value]
        case "location" | "replaces":
            table, word = ROWS[name]
            if value is not None and tx.session.get(table, value) is None:
                raise wrong(where, f"There is no such {word} here.")
            return f"{name}_id", value
        case _:
            return name, value


def written(wish: Wish) -> dict[str, Any]:
    """A wish as `WishFields` has it; providers by our ids."""
    return {
        **{name: getattr(wish, name) for name in PLAIN},
        "weekdays": [DAYS[day] for day in wish.weekdays],
        "excluded_weekdays": [DAYS[day] for day in wish.excluded_weekdays],
        "times": [_window(pair) for pair in wish.times],
        "excluded_times": [_window(pair) for pair in wish.excluded_times],
        "excluded_day_times": [
            DayTimes(weekday=DAYS[day], **_window((start, end)).model_dump())
            for day, start, end in wish.excluded_day_times
        ],
        "excluded_dates": [Dates(first=first, last=last) for first, last in wish.excluded_dates],
        "preferred_provider": _text(wish.preferred_provider_id),
        "requested_provider": _text(wish.requested_provider_id),
        "alternate_providers": [str(each) for each in wish.alternate_provider_ids],
        "excluded_providers": [str(each) for each in wish.excluded_provider_ids],
        "location": wish.location_id,
        "replaces": wish.replaces_id,
    }


def _walls(window: Times) -> tuple[str, str]:
    return f"{window.start:%H:%M}", f"{window.end:%H:%M}"


def _window(pair: tuple[str, str]) -> Times:
    start, end = pair
    return Times(start=time.fromisoformat(start), end=time.fromisoformat(end))


def _text(provider_id: UUID | None) -> str | None:
    return str(provider_id) if provider_id is not None else None
