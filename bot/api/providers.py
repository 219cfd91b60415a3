"""Providers: who they are, and when they are away."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from bot.api import lists, refs
from bot.api.endpoint import Call, Moment, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import conflict, wrong
from bot.api.refs import Ref
from clinic import closing, coming_back
from clinic import more_time as working_more
from clinic.more_time import TimeRefused
from rules.facts import Span
from storage.tables import Provider
from storage.transaction import Tx

LONGEST = timedelta(days=366)


class ProviderOut(Ref):
    """Somebody who sees patients."""

    specialty: str | None
    location_id: UUID | None
    insurance_accepted: list[str] = Field(description="None named: any.")
    paused: bool = Field(description="No automatic offers are made for them.")


class Providers(Shape):
    items: list[ProviderOut]
    next: str | None


class TimeOffIn(Shape):
    start: Moment
    end: Moment
    note: str = Field(default="", max_length=200, description="For staff; never in a text.")


class TimeOffOut(Shape):
    """A provider is away."""

    id: UUID
    provider: Ref
    start: datetime
    end: datetime
    note: str
    by_practice_system: bool = Field(description="It says so, and only it can take it back.")


class TimesOff(Shape):
    items: list[TimeOffOut] = Field(description="From now on, soonest first.")


class MoreTimeIn(Shape):
    """They work then besides: hours of one day on the clinic's clock."""

    start: Moment
    end: Moment


class BackOut(Shape):
    """What is free of the time again."""

    openings: int = Field(description="Offered to the waitlist from now on.")


class AwayOut(Shape):
    """What it did."""

    visits: int = Field(description="Cancelled.")
    texted: int
    offered: int = Field(description="Of those texted, numbers on which other times were offered.")
    to_call: int = Field(description="No text reaches them in time: each is a task for the desk.")
    openings: int = Field(description="Free slots taken back.")


def list_(tx: Tx, call: Call[Listed, Nothing]) -> Providers:
    """Who sees patients, by name."""
    keys = [Provider.name, Provider.id]
    items, following = lists.page(tx, select(Provider), keys, call.query, _out)
    return Providers(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> ProviderOut:
    """One of them."""
    return _out(tx.session.get_one(Provider, call.id))


def more_time(tx: Tx, call: Call[Nothing, MoreTimeIn]) -> BackOut:
    """They work more on one day: what is new of the time, and nobody has, is offered to the waitlist."""
    try:
        return BackOut(openings=working_more.add(tx, call.id, Span(call.body.start, call.body.end), call.by))
    except TimeRefused as reason:
        raise wrong("body.start", str(reason)) from None


def _out(row: Provider) -> ProviderOut:
    return ProviderOut(
        **refs.ref(row).model_dump(),
        specialty=row.specialty,
        location_id=row.location_id,
        insurance_accepted=row.insurance_accepted,
        paused=row.paused_at is not None,
    )


def time_off(tx: Tx, call: Call[Nothing, TimeOffIn]) -> AwayOut:
    """A provider is away: nothing of the time is offered any more, and every visit in it is cancelled. Each
    patient is offered up to three other times, whoever needs it most first, before they come first on the
    waitlist."""
    provider = tx.session.get_one(Provider, call.id)
    body = call.body
    if body.end <= max(body.start, tx.now):
        raise wrong("body.end", "It has to end after it starts, and not in the past.")
    if body.end - body.start > LONGEST:
        raise wrong("body.end", "A year is the most at once.")
    span = Span(body.start, body.end)
    done = closing.be_away(tx, span, call.by, provider_id=provider.id, note=body.note)
    return AwayOut(
        visits=done.visits,
        texted=done.texted,
        offered=done.offered,
        to_call=done.to_call,
        openings=done.openings,
    )


def times_off(tx: Tx, call: Call[Nothing, Nothing]) -> TimesOff:
    """When a provider is away."""
    provider = tx.session.get_one(Provider, call.id)
    return TimesOff(
        items=[
            TimeOffOut(
                id=each.off.id,
                provider=refs.ref(provider),
                start=call.local(each.off.starts_at),
                end=call.local(each.off.ends_at),
                note=each.off.note,
                by_practice_system=each.theirs,
            )
            for each in coming_back.ahead(tx, provider.id)
        ]
    )


def back(tx: Tx, call: Call[Nothing, Nothing]) -> BackOut:
    """They work after all: what is free of the time is offered to the waitlist, first to those whose visits were
    cancelled. Cancelled visits stay cancelled."""
    opened = coming_back.end(tx, call.id, call.by)
    if opened is None:
        raise conflict("The time is over, or the practice system says that they are away.")
    return BackOut(openings=opened)
