"""Providers: when they are away."""

from datetime import timedelta

from pydantic import AwareDatetime, Field

from bot.api.endpoint import Call, Nothing, Shape
from bot.api.problems import wrong
from clinic import closing
from rules.facts import Span
from storage.tables import Provider
from storage.transaction import Tx

LONGEST = timedelta(days=366)


class TimeOffIn(Shape):
    start: AwareDatetime
    end: AwareDatetime
    note: str = Field(default="", max_length=200, description="For staff; never in a text.")


class AwayOut(Shape):
    """What it did."""

    visits: int = Field(description="Cancelled.")
    texted: int
    offered: int = Field(description="Of those texted, numbers on which other times were offered.")
    to_call: int = Field(description="No text reaches them in time: each is a task for the desk.")
    openings: int = Field(description="Free slots taken back.")


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
