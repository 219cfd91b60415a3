"""Reports: the waitlist in numbers over a period, with pictures, tables, and the same as CSV."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response, abort, json, render_template, request

from bot.access import needs
from bot.admin.frame import blueprint, clinic, in_clinic, now
from clinic import reports
from clinic.reports import Numbers, Row
from rules.permissions import Permission
from rules.response import published_share
from storage.queries.reports import By, Filling
from storage.transaction import Tx

LONGEST_DAYS = 731

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
class Asked:
    """The days asked for, the last included."""

    first: date
    last: date

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        midnight = time(tzinfo=ZoneInfo(zone))
        return datetime.combine(self.first, midnight), datetime.combine(
            self.last + timedelta(days=1), midnight
        )


@dataclass(frozen=True, slots=True)
class Report:
    asked: Asked
    numbers: Numbers
    tables: Mapping[By, Sequence[Row]]
    charts: str  # JSON for the pictures


@pages.get("/reports")
@needs(Permission.VIEW_ANALYTICS)
def page() -> str:
    asked = _asked()
    report = in_clinic(lambda tx: _report(tx, asked))
    return render_template("reports.html", report=report, rates=reports, spans=_spans())


@pages.get("/reports/<any(all, provider, type, weekday):by>.csv")
@needs(Permission.VIEW_ANALYTICS)
def download(by: str) -> Response:
    """The openings of the period in one line, or a line each provider, type or weekday."""
    asked = _asked()
    start, end = asked.moments(clinic().timezone)

    def work(tx: Tx) -> list[Row]:
        if by == "all":
            return [Row("all", reports.numbers(tx, start, end).filling)]
        return reports.told_apart(tx, start, end, By(by))

    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([by, *(name for name, _ in COLUMNS)])
    for row in in_clinic(work):
        lines.writerow([_cell(row.name), *(_cell(of(row.filling)) for _, of in COLUMNS)])
    named = f"standby-{by}-{asked.first}-{asked.last}.csv"
    return Response(
        written.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={named}"},
    )


def _cell(value: float | str | None) -> str | int:
    """A name that begins like a formula is not to be one in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return value if isinstance(value, int) else f"{value:.4f}"


def _report(tx: Tx, asked: Asked) -> Report:
    start, end = asked.moments(tx.clinic().timezone)
    numbers = reports.numbers(tx, start, end)
    tables = {by: reports.told_apart(tx, start, end, by) for by in By}
    return Report(asked, numbers, tables, json.dumps(_charts(numbers, tables)))


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


def _spans() -> dict[str, Asked]:
    """What is asked for most."""
    today = now().astimezone(ZoneInfo(clinic().timezone)).date()
    return {f"{days} days": Asked(today - timedelta(days=days - 1), today) for days in (7, 30, 90, 365)}


def _asked() -> Asked:
    """From the address; the last 30 days where it names none."""
    usual = _spans()["30 days"]
    try:
        first = date.fromisoformat(request.args["from"]) if request.args.get("from") else usual.first
        last = date.fromisoformat(request.args["until"]) if request.args.get("until") else usual.last
    except ValueError:
        abort(400)
    if not timedelta() <= last - first < timedelta(days=LONGEST_DAYS):
        abort(400)
    return Asked(first, last)
