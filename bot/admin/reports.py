"""Reports: the waitlist in numbers over a period, with pictures, tables, and the same as CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, render_template

from bot.access import needs
from bot.admin import periods
from bot.admin.frame import blueprint, clinic, in_clinic
from bot.admin.periods import Asked
from bot.admin.spreadsheet import csv_file
from clinic import policies, reports
from clinic.reports import Numbers, Row
from rules.offer_policy import Dispatch
from rules.permissions import Permission
from rules.response import published_share
from storage.queries.reports import By, Filling
from storage.transaction import Tx

pages = blueprint("reports")

COLUMNS: tuple[tuple[str, Callable[[Filling], float | None]], ...] = (
    ("openings", lambda found: found.openings),
    ("filled_from_waitlist", lambda found: found.filled),
    ("filled_by_staff", lambda found: found.filled_by_staff),
    ("withdrawn", lambda found: found.withdrawn),
    ("fill_rate", reports.fill_rate),
    ("offers", lambda found: found.offers),
    ("offers_per_opening", reports.offers_per_opening),
    ("accepted", lambda found: found.accepted),
    ("declined", lambda found: found.declined),
    ("acceptance_rate", reports.acceptance_rate),
    ("yes_too_late", lambda found: found.too_late),
    ("yes_too_late_share", reports.too_late_share),
    ("median_seconds_to_first_offer", lambda found: found.first_offer_seconds),
    ("median_seconds_to_filled", lambda found: found.fill_seconds),
    ("revenue_recovered_cents", lambda found: found.revenue_cents),
)
"""The columns of the CSV, and how each is worked out."""

OF_THE_WAITLIST: tuple[tuple[str, Callable[[Numbers], float | None]], ...] = (
    ("entries_waited", lambda found: found.waited.entries),
    ("match_rate", lambda found: found.match_rate),
    ("mean_match_score", lambda found: found.mean_score),
    ("booked_from_waitlist", lambda found: found.waited.booked),
    ("median_days_moved_up", lambda found: found.days_moved_up),
)
"""More columns of all together: these are of entries and offers, which belong to no one provider."""


@dataclass(frozen=True, slots=True)
class Report:
    asked: Asked
    numbers: Numbers
    tables: Mapping[By, Sequence[Row]]
    charts: Mapping[str, object]  # what the pictures show


@pages.get("/reports")
@needs(Permission.VIEW_ANALYTICS)
def page() -> str:
    asked = periods.asked()
    report = in_clinic(lambda tx: _report(tx, asked))
    one_by_one = in_clinic(policies.current).dispatch is Dispatch.SEQUENTIAL
    return render_template(
        "reports.html", report=report, rates=reports, spans=periods.spans(), one_by_one=one_by_one
    )


@pages.get("/reports/<any(all, provider, type, weekday):by>.csv")
@needs(Permission.VIEW_ANALYTICS)
def download(by: str) -> Response:
    """The period in one line, with the numbers of the waitlist, or a line each provider, type or weekday."""
    asked = periods.asked()
    start, end = asked.moments(clinic().timezone)
    names = [by, *(name for name, _ in COLUMNS)]
    if by == "all":
        numbers = in_clinic(lambda tx: reports.numbers(tx, start, end))
        names += [name for name, _ in OF_THE_WAITLIST]
        lines = [_line(Row("all", numbers.filling)) + [of(numbers) for _, of in OF_THE_WAITLIST]]
    else:
        lines = [_line(row) for row in in_clinic(lambda tx: reports.told_apart(tx, start, end, By(by)))]
    return csv_file(f"standby-{by}-{asked.first}-{asked.last}", names, lines)


def _line(row: Row) -> list[str | float | None]:
    return [row.name, *(of(row.filling) for _, of in COLUMNS)]


def _report(tx: Tx, asked: Asked) -> Report:
    start, end = asked.moments(tx.clinic().timezone)
    numbers = reports.numbers(tx, start, end)
    tables = {by: reports.told_apart(tx, start, end, by) for by in By}
    return Report(asked, numbers, tables, _charts(numbers, tables))


def _charts(numbers: Numbers, tables: Mapping[By, Sequence[Row]]) -> dict[str, object]:
    """What the pictures show; the tables beside them say the same."""
    return {
        "answers": {
            "minutes": [point.minutes for point in numbers.curve],
            "here": [round(point.share * 100, 1) for point in numbers.curve],
            "published": [round(published_share(point.minutes) * 100, 1) for point in numbers.curve],
        },
        **{
            by: {
                "names": [row.name for row in rows],
                "openings": [row.filling.openings for row in rows],
                "filled": [row.filling.filled for row in rows],
            }
            for by, rows in tables.items()
        },
    }
