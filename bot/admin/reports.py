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
    """The openings of the period in one line, or a line each provider, type or weekday."""
    asked = periods.asked()
    start, end = asked.moments(clinic().timezone)

    def work(tx: Tx) -> list[Row]:
        if by == "all":
            return [Row("all", reports.numbers(tx, start, end).filling)]
        return reports.told_apart(tx, start, end, By(by))

    rows = in_clinic(work)
    return csv_file(
        f"standby-{by}-{asked.first}-{asked.last}",
        [by, *(name for name, _ in COLUMNS)],
        ([row.name, *(of(row.filling) for _, of in COLUMNS)] for row in rows),
    )


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
