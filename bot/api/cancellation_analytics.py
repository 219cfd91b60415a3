"""Cancellations in numbers: what the Cancellations page shows, for programs."""

from datetime import datetime

from pydantic import Field

from bot.api.endpoint import Call, Nothing, Shape
from bot.api.problems import wrong
from bot.api.refs import PatientRef, patient
from bot.api.stats import LONGEST, USUAL, Span
from clinic import cancellation_numbers as numbers
from clinic.cancellation_numbers import Row, Table
from rules.patterns import TEST
from storage.queries.cancellations import Lost
from storage.transaction import Tx


class LostOut(Shape):
    """How visits went whose time has come. The rate is of those that the clinic did not take away itself."""

    visits: int
    cancelled: int
    cancelled_late: int
    no_show: int
    cancelled_by_us: int
    rate: float | None
    revenue_lost_cents: int
    minutes_lost: int


class RowOut(Shape):
    name: str
    lost: LostOut
    share: float | None = Field(description="The rate; of reasons and notice the share of all that was lost.")


class PatientCancelsOut(Shape):
    patient: PatientRef
    visits: int
    given_up_or_missed: int
    no_show: int


class PatternOut(Shape):
    """Visits of which more (or fewer) are lost than of the others."""

    name: str
    visits: int
    lost: int
    times: float = Field(description="How many times the clinic's rate.")
    p: float = Field(description="Adjusted for how many groups were looked at.")


class CancellationAnalytics(Shape):
    start: datetime
    end: datetime
    all: LostOut
    late_share: float | None = Field(description="Late ones, of those that patients cancelled.")
    rebooked: int
    rebooked_cents: int
    refilled: int
    refilled_cents: int
    minutes_lost: int = Field(description="Less what others took of the time.")
    tables: dict[Table, list[RowOut]]
    patients: list[PatientCancelsOut]
    patterns: list[PatternOut]
    test: str = Field(description="How patterns were tested.")


def analytics(tx: Tx, call: Call[Span, Nothing]) -> CancellationAnalytics:
    """Visits that came to nothing over a period, by when they were to be."""
    end = call.query.until or tx.now
    start = call.query.from_ or end - USUAL
    if not start < end <= start + LONGEST:
        raise wrong("query.until", "It has to come after `from`, by two years at most.")
    found = numbers.numbers(tx, start, end)
    return CancellationAnalytics(
        start=call.local(start),
        end=call.local(end),
        all=_lost(found.all),
        late_share=found.late_share,
        rebooked=found.made.rebooked,
        rebooked_cents=found.made.rebooked_cents,
        refilled=found.made.refilled,
        refilled_cents=found.made.refilled_cents,
        minutes_lost=found.minutes_lost,
        tables={table: [_row(row) for row in rows] for table, rows in found.tables.items()},
        patients=[
            PatientCancelsOut(
                patient=patient(each.patient),
                visits=each.visits,
                given_up_or_missed=each.theirs,
                no_show=each.missed,
            )
            for each in found.patients
        ],
        patterns=[
            PatternOut(
                name=each.group.name,
                visits=each.group.visits,
                lost=each.group.lost,
                times=each.times,
                p=each.p,
            )
            for each in found.patterns
        ],
        test=TEST,
    )


def _row(row: Row) -> RowOut:
    return RowOut(name=row.name, lost=_lost(row.lost), share=row.rate)


def _lost(lost: Lost) -> LostOut:
    return LostOut(
        visits=lost.visits,
        cancelled=lost.cancelled,
        cancelled_late=lost.late,
        no_show=lost.missed,
        cancelled_by_us=lost.ours,
        rate=numbers.rate(lost),
        revenue_lost_cents=lost.cents,
        minutes_lost=lost.minutes,
    )
