"""Cancellations in numbers: how many visits came to nothing, whose and when, what it cost, what stands out. Rates
are None where there is nothing to divide by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from clinic.reports import share
from rules import patterns
from rules.patterns import Group, Pattern
from rules.policy import WEEKDAY_NAMES
from storage.queries import cancellations as queries
from storage.queries.cancellations import NOTHING, By, Key, Lost, Made, OfPatient
from storage.queries.reports import Period, names
from storage.transaction import Tx

LEADS = ("under a day", "1-3 days", "3-7 days", "1-2 weeks", "2-4 weeks", "over 4 weeks")
NOTICES = ("after it began", "under 2 h", "2-24 h", "1-2 days", "2-7 days", "a week or more")

PARTS = ((0, 9, "before 9"), (9, 12, "from 9 to 12"), (12, 15, "from 12 to 3"), (15, 24, "from 3 on"))
"""The parts of a day in which patterns are looked for: from hour, until hour, and how it is said."""


class Table(StrEnum):
    """The tables that are shown."""

    PROVIDER = "provider"
    TYPE = "type"
    WEEKDAY = "weekday"
    HOUR = "hour"
    LEAD = "lead"
    NOTICE = "notice"
    REASON = "reason"
    WEEK = "week"


NOT_SAID = "not said"
STEPS: Mapping[Table, Sequence[str]] = {
    Table.WEEKDAY: WEEKDAY_NAMES,
    Table.HOUR: [f"{hour}:00" for hour in range(24)],
    Table.LEAD: LEADS,
    Table.NOTICE: NOTICES,
}
"""How numbered keys are said."""

PLACE_IN_CELL = {Table.WEEKDAY: 0, Table.HOUR: 1}

OF_THE_LOST = (Table.NOTICE, Table.REASON)
"""What only a lost visit has: the share is that of all lost ones, not of all visits."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table. `name` is for people, save a reason's, which is of CancelReason or "not said"."""

    name: str
    lost: Lost
    rate: float | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything about a period's visits that came to nothing."""

    period: Period
    all: Lost
    made: Made
    tables: Mapping[Table, Sequence[Row]]
    patients: Sequence[OfPatient]
    patterns: Sequence[Pattern]

    @property
    def late_share(self) -> float | None:
        """Late ones, of those that patients cancelled."""
        return share(self.all.late, self.all.cancelled + self.all.late)

    @property
    def minutes_lost(self) -> int:
        """Time in which nobody was seen: of lost visits, less what others took of it."""
        return max(0, self.all.minutes - self.made.refilled_minutes)


def rate(lost: Lost) -> float | None:
    """Given up or missed by the patient, of the visits we did not take away ourselves."""
    return share(lost.theirs, lost.visits - lost.ours)


def numbers(tx: Tx, start: datetime, end: datetime) -> Numbers:
    """The visits whose time came from `start` until `end`."""
    period = Period(start, end, tx.now, tx.clinic().timezone)
    total, by = queries.counted(tx.session, period)
    known = names(tx.session)
    tables = {table: list(_rows(table, by, known, total)) for table in Table}
    return Numbers(
        period=period,
        all=total,
        made=queries.made_up(tx.session, period),
        tables=tables,
        patients=queries.patients(tx.session, period),
        patterns=patterns.find(list(_groups(tables, by[By.CELL])), total.visits - total.ours, total.theirs),
    )


def _rows(
    table: Table, by: Mapping[By, Mapping[Key, Lost]], known: Mapping[UUID, str], total: Lost
) -> Iterator[Row]:
    found = _of_cells(table, by[By.CELL]) if table in PLACE_IN_CELL else by[By(table)]
    for key in sorted(found, key=lambda each: _place(each, found[each])):
        lost, name = found[key], _name(table, key, known)
        if table not in OF_THE_LOST:
            yield Row(name, lost, rate(lost))
        elif lost.all_lost:
            yield Row(name, lost, share(lost.all_lost, total.all_lost))


def _of_cells(table: Table, cells: Mapping[Key, Lost]) -> dict[Key, Lost]:
    """The cells of weekday and hour, summed up by one of the two."""
    found: dict[Key, Lost] = {}
    for cell, lost in cells.items():
        key = cell[PLACE_IN_CELL[table]] if isinstance(cell, tuple) else None
        found[key] = found.get(key, NOTHING) + lost
    return found


def _place(key: Key, lost: Lost) -> tuple[float, str]:
    """In their own order where there is one, else those with most lost first."""
    if isinstance(key, int):
        return key, ""
    return (key.toordinal() if isinstance(key, date) else -lost.all_lost), str(key)


def _name(table: Table, key: Key, known: Mapping[UUID, str]) -> str:
    if key is None:
        return NOT_SAID if table is Table.REASON else "unknown"
    if isinstance(key, UUID):
        return known[key]
    return STEPS[table][key] if isinstance(key, int) else str(key)


def _groups(tables: Mapping[Table, Sequence[Row]], cells: Mapping[Key, Lost]) -> Iterator[Group]:
    """What patterns are looked for in: parts of each weekday, providers, types, how long ahead it was booked."""
    for weekday, name in enumerate(WEEKDAY_NAMES):
        for start, end, part in PARTS:
            inside = [cells.get((weekday, hour), NOTHING) for hour in range(start, end)]
            yield _group(f"{name}s {part}", sum(inside, NOTHING))
    for table, said in (
        (Table.PROVIDER, "Visits with {}"),
        (Table.TYPE, "{} visits"),
        (Table.LEAD, "Visits booked {} ahead"),
    ):
        for row in tables[table]:
            yield _group(said.format(row.name), row.lost)


def _group(name: str, lost: Lost) -> Group:
    return Group(name, lost.visits - lost.ours, lost.theirs)
