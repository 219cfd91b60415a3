"""The waitlist in numbers: what the Reports page shows, for programs."""

from datetime import datetime, timedelta

from pydantic import Field

from bot.api.endpoint import Call, Moment, Nothing, Shape
from bot.api.problems import wrong
from clinic import reports
from storage.queries.reports import By, Filling
from storage.transaction import Tx

LONGEST = timedelta(days=731)
USUAL = timedelta(days=30)


class Span(Shape):
    from_: Moment | None = Field(default=None, alias="from", description="Left out: 30 days before.")
    until: Moment | None = Field(default=None, description="Left out: now.")


class FillingOut(Shape):
    """How openings that came free were filled. Rates and medians are null where there is nothing to go by."""

    openings: int
    filled_from_waitlist: int
    filled_by_staff: int
    withdrawn: int
    fill_rate: float | None
    offers: int
    offers_per_opening: float | None
    accepted: int
    declined: int
    acceptance_rate: float | None
    yes_too_late: int
    yes_too_late_share: float | None
    median_seconds_to_first_offer: float | None
    median_seconds_to_filled: float | None
    revenue_recovered_cents: int


class Named(Shape):
    name: str
    filling: FillingOut


class ChannelOut(Shape):
    channel: str
    offers: int
    accepted: int
    acceptance_rate: float | None


class PointOut(Shape):
    minutes: int
    share: float


class Stats(Shape):
    start: datetime
    end: datetime
    filling: FillingOut
    by_provider: list[Named]
    by_type: list[Named]
    by_weekday: list[Named]
    by_channel: list[ChannelOut]
    entries_waited: int
    match_rate: float | None = Field(description="Entries with a suitable opening, of those that waited.")
    mean_match_score: float | None
    booked: int
    median_days_moved_up: float | None
    response_curve: list[PointOut] = Field(description="Of those who answered, the share that had by then.")


def stats(tx: Tx, call: Call[Span, Nothing]) -> Stats:
    """The waitlist over a period: openings by when they came free, offers by when they went out."""
    end = call.query.until or tx.now
    start = call.query.from_ or end - USUAL
    if not timedelta() < end - start <= LONGEST:
        raise wrong("query.until", "It has to come after `from`, by two years at most.")
    found = reports.numbers(tx, start, end)

    def apart(by: By) -> list[Named]:
        rows = reports.told_apart(tx, start, end, by)
        return [Named(name=row.name, filling=_filling(row.filling)) for row in rows]

    return Stats(
        start=call.local(start),
        end=call.local(end),
        filling=_filling(found.filling),
        by_provider=apart(By.PROVIDER),
        by_type=apart(By.TYPE),
        by_weekday=apart(By.WEEKDAY),
        by_channel=[
            ChannelOut(
                channel=each.channel,
                offers=each.offers,
                accepted=each.accepted,
                acceptance_rate=reports.share(each.accepted, each.offers),
            )
            for each in found.channels
        ],
        entries_waited=found.waited.entries,
        match_rate=found.match_rate,
        mean_match_score=found.mean_score,
        booked=found.waited.booked,
        median_days_moved_up=found.days_moved_up,
        response_curve=[PointOut(minutes=point.minutes, share=point.share) for point in found.curve],
    )


def _filling(found: Filling) -> FillingOut:
    return FillingOut(
        openings=found.openings,
        filled_from_waitlist=found.filled,
        filled_by_staff=found.filled_by_staff,
        withdrawn=found.withdrawn,
        fill_rate=reports.fill_rate(found),
        offers=found.offers,
        offers_per_opening=reports.offers_per_opening(found),
        accepted=found.accepted,
        declined=found.declined,
        acceptance_rate=reports.acceptance_rate(found),
        yes_too_late=found.too_late,
        yes_too_late_share=reports.too_late_share(found),
        median_seconds_to_first_offer=found.first_offer_seconds,
        median_seconds_to_filled=found.fill_seconds,
        revenue_recovered_cents=found.revenue_cents,
    )
