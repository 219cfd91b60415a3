"""How often lost visits are won back: by why they were lost, by which try, by channel and by wording."""

from collections.abc import Callable, Mapping

from flask import Response, render_template

from bot.access import needs
from bot.admin import periods, recovery_words
from bot.admin.frame import blueprint, clinic, in_clinic
from bot.admin.spreadsheet import csv_file
from clinic import recovery_numbers as numbers
from clinic.recovery_numbers import Numbers, Split, interval
from rules.permissions import Permission

USUAL = "90 days"

pages = blueprint("recovery_numbers")

TITLES = {
    Split.REASON: "By why it was lost",
    Split.TOUCH: "By which try of ours",
    Split.CHANNEL: "By channel",
    Split.WORDING: "By wording",
}
"""The tables in the order in which they are shown."""

SAID: Mapping[Split, Callable[[str], str]] = {
    Split.REASON: recovery_words.reason,
    Split.TOUCH: lambda name: f"Try {name}",
    Split.CHANNEL: recovery_words.channel,
    Split.WORDING: recovery_words.wording,
}
"""A row's name for people."""

COLUMNS = ("of", "won_back", "share", "low", "high")


@pages.get("/recovery/numbers")
@needs(Permission.VIEW_ANALYTICS)
def page() -> str:
    asked = periods.asked(USUAL)
    start, end = asked.moments(clinic().timezone)
    found = in_clinic(lambda tx: numbers.numbers(tx, start, end))
    return render_template(
        "recovery_numbers.html",
        found=found,
        interval=interval,
        titles=TITLES,
        said=SAID,
        asked=asked,
        spans=periods.spans(),
        charts=_charts(found),
    )


@pages.get("/recovery/<any(reason, touch, channel, wording):split>.csv")
@needs(Permission.VIEW_ANALYTICS)
def download(split: str) -> Response:
    """One of the tables; `low` and `high` hold the true share 95 times of a hundred."""
    asked = periods.asked(USUAL)
    start, end = asked.moments(clinic().timezone)
    rows = in_clinic(lambda tx: numbers.numbers(tx, start, end)).tables[Split(split)]
    return csv_file(
        f"standby-recovery-{split}-{asked.first}-{asked.last}",
        [split, *COLUMNS],
        ([row.name, row.of, row.hits, row.share, interval(row).low, interval(row).high] for row in rows),
    )


def _charts(found: Numbers) -> dict[str, object]:
    """What the pictures show, in percent; the tables beside them say the same."""
    return {
        table: {
            "names": [_short(table, row.name) for row in rows],
            "shares": [_percent(row.share) for row in rows],
            "lows": [_percent(interval(row).low) for row in rows],
            "highs": [_percent(interval(row).high) for row in rows],
        }
        for table, rows in found.tables.items()
    }


def _short(table: Split, name: str) -> str:
    """A row's name below a bar."""
    return recovery_words.wording_in_a_picture(name) if table is Split.WORDING else SAID[table](name)


def _percent(share: float) -> float:
    return round(share * 100, 1)
