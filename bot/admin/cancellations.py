"""Cancellations: visits that came to nothing, whose, when and why, with pictures, tables, and the same as CSV."""

from collections.abc import Callable, Sequence

from flask import Response, render_template

from bot.access import needs
from bot.admin import periods, readings
from bot.admin.frame import blueprint, clinic, in_clinic
from bot.admin.spreadsheet import Cell, csv_file
from clinic import cancellation_numbers as numbers
from clinic.cancellation_numbers import NOT_SAID, Numbers, Row, Table
from rules.permissions import Permission
from rules.states import CancelReason

USUAL = "90 days"

pages = blueprint("cancellations")

TITLES = {
    Table.WEEK: "By week",
    Table.REASON: "Why",
    Table.WEEKDAY: "By weekday",
    Table.HOUR: "By hour",
    Table.PROVIDER: "By provider",
    Table.TYPE: "By type of visit",
    Table.LEAD: "By how long ahead it was booked",
    Table.NOTICE: "By notice",
}
"""The tables in the order in which they are shown."""

COLUMNS: tuple[tuple[str, Callable[[Row], Cell]], ...] = (
    ("visits", lambda row: row.lost.visits),
    ("cancelled", lambda row: row.lost.cancelled),
    ("cancelled_late", lambda row: row.lost.late),
    ("no_show", lambda row: row.lost.missed),
    ("cancelled_by_us", lambda row: row.lost.ours),
    ("rate", lambda row: row.rate),
    ("revenue_lost_cents", lambda row: row.lost.cents),
    ("minutes_lost", lambda row: row.lost.minutes),
)
"""The columns of the CSV, and how each is worked out."""


@pages.get("/cancellations")
@needs(Permission.VIEW_ANALYTICS)
def page() -> str:
    asked = periods.asked(USUAL)
    start, end = asked.moments(clinic().timezone)
    found = in_clinic(lambda tx: numbers.numbers(tx, start, end))
    return render_template(
        "cancellations.html",
        found=found,
        rate=numbers.rate,
        of_lost=numbers.OF_THE_LOST,
        titles=TITLES,
        said=_said,
        asked=asked,
        spans=periods.spans(),
        charts=_charts(found),
    )


@pages.get("/cancellations/<any(provider, type, weekday, hour, lead, notice, reason, week):table>.csv")
@needs(Permission.VIEW_ANALYTICS)
def download(table: str) -> Response:
    """One of the tables. `rate` is what patients gave up or missed of the visits that we did not take away; of
    reasons and notice it is the share of all that came to nothing."""
    asked = periods.asked(USUAL)
    start, end = asked.moments(clinic().timezone)
    rows = in_clinic(lambda tx: numbers.numbers(tx, start, end)).tables[Table(table)]
    return csv_file(
        f"standby-cancellations-{table}-{asked.first}-{asked.last}",
        [table, *(name for name, _ in COLUMNS)],
        ([row.name, *(of(row) for _, of in COLUMNS)] for row in rows),
    )


def _said(table: Table, name: str) -> str:
    """A row's name for people."""
    if table is not Table.REASON or name == NOT_SAID:
        return name
    return readings.REASONS[CancelReason(name)] if name in set(CancelReason) else name


def _charts(found: Numbers) -> dict[str, object]:
    """What the pictures show; the tables beside them say the same."""
    weeks = found.tables[Table.WEEK]
    return {
        "week": {
            "names": [row.name for row in weeks],
            "early": _percent(weeks, lambda row: row.lost.cancelled),
            "late": _percent(weeks, lambda row: row.lost.late),
            "missed": _percent(weeks, lambda row: row.lost.missed),
        },
        **{
            table: {
                "names": [_said(table, row.name) for row in found.tables[table]],
                "rates": [
                    None if row.rate is None else round(row.rate * 100, 1) for row in found.tables[table]
                ],
            }
            for table in TITLES
            if table is not Table.WEEK
        },
    }


def _percent(weeks: Sequence[Row], of: Callable[[Row], int]) -> list[float | None]:
    """Of each week's visits that we did not take away, the share."""
    kept = [row.lost.visits - row.lost.ours for row in weeks]
    return [
        round(of(row) / total * 100, 1) if total else None for row, total in zip(weeks, kept, strict=True)
    ]
