"""Recovery in numbers, for programs: what became of lost visits, and which way of asking brings somebody back."""

from datetime import datetime

from pydantic import Field

from bot.api.endpoint import Call, Nothing, Shape
from bot.api.problems import wrong
from bot.api.stats import LONGEST, USUAL, Span
from clinic import recovery_numbers as numbers
from clinic.recovery_numbers import Split, interval
from rules.states import RecoveryState
from rules.trials import Tally
from storage.transaction import Tx


class CameOut(Shape):
    cases: int
    cents: int = Field(description="What the visits would have brought, by the price of their type.")


class ShareOut(Shape):
    """So many of so many were won back; the true share lies between low and high, 95 times of a hundred."""

    name: str
    of: int
    won_back: int
    share: float
    low: float
    high: float


class RecoveryAnalytics(Shape):
    start: datetime
    end: datetime
    won_back: ShareOut = Field(
        description="Of all that should happen after all, those still open among them."
    )
    revenue_recovered_cents: int
    states: dict[RecoveryState, CameOut]
    tables: dict[Split, list[ShareOut]] = Field(
        description="Lost visits by reason; attempts by text (from 1), channel and wording."
    )


def analytics(tx: Tx, call: Call[Span, Nothing]) -> RecoveryAnalytics:
    """Visits lost over a period, by when that was."""
    end = call.query.until or tx.now
    start = call.query.from_ or end - USUAL
    if not start < end <= start + LONGEST:
        raise wrong("query.until", "It has to come after `from`, by two years at most.")
    found = numbers.numbers(tx, start, end)
    return RecoveryAnalytics(
        start=call.local(start),
        end=call.local(end),
        won_back=_share(found.won),
        revenue_recovered_cents=found.came[RecoveryState.RECOVERED].cents,
        states={state: CameOut(cases=each.cases, cents=each.cents) for state, each in found.came.items()},
        tables={table: [_share(row) for row in rows] for table, rows in found.tables.items()},
    )


def _share(tally: Tally) -> ShareOut:
    lies = interval(tally)
    return ShareOut(
        name=tally.name, of=tally.of, won_back=tally.hits, share=tally.share, low=lies.low, high=lies.high
    )
