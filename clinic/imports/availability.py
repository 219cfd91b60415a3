"""When providers work. For each provider and day that a file names, it names the whole of that day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select

from clinic.audit import record
from clinic.imports.batch import Batch, Outcome
from clinic.imports.reading import Row
from storage.tables import Availability, Provider


@dataclass(frozen=True, slots=True)
class Day:
    """A provider's weekday of every week, or one date."""

    provider_id: UUID
    weekday: int | None
    on_date: date | None


Hours = tuple[time, time]


def load(batch: Batch) -> None:
    providers = batch.existing(Provider, "provider")
    days: dict[Day, list[tuple[Row, Hours]]] = defaultdict(list)
    for row in batch.rows:
        provider = batch.refer(row, "provider", providers)
        if _makes_sense(batch, row) and provider is not None:
            day = Day(provider.id, row.get("weekday"), row.get("date"))
            days[day].append((row, (row["start"], row["end"])))
    for windows in days.values():
        _refuse_overlaps(batch, windows)
    batch.stop_if_refused()
    before = _before(batch)
    for day, windows in days.items():
        _replace(batch, day, {hours for _, hours in windows}, before.get(day, ()))


def _makes_sense(batch: Batch, row: Row) -> bool:
    if (row.get("weekday") is None) == (row.get("date") is None):
        batch.refuse(
            row, "weekday" if "weekday" in row.values else "date", "write either a weekday or a date"
        )
        return False
    if row["start"] >= row["end"]:
        batch.refuse(row, "end", "write an end that comes after the start")
        return False
    return True


def _refuse_overlaps(batch: Batch, windows: Sequence[tuple[Row, Hours]]) -> None:
    ordered = sorted(windows, key=lambda window: window[1])
    for (first, (_, ends)), (second, (starts, _)) in pairwise(ordered):
        if starts < ends:
            sentence = f"write hours that do not overlap those on line {first.line}"
            batch.refuse(second, "start", sentence)


def _before(batch: Batch) -> dict[Day, list[Availability]]:
    found: dict[Day, list[Availability]] = defaultdict(list)
    for each in batch.tx.session.scalars(select(Availability)):
        found[Day(each.provider_id, each.weekday, each.on_date)].append(each)
    return found


def _replace(batch: Batch, day: Day, wanted: set[Hours], before: Sequence[Availability]) -> None:
    known = {(each.from_time, each.until_time): each for each in before}
    new, gone = wanted - known.keys(), known.keys() - wanted
    batch.counts[Outcome.UNCHANGED] += len(wanted) - len(new)
    batch.counts[Outcome.NEW] += len(new)
    batch.counts[Outcome.REMOVED] += len(gone)
    for hours in gone:
        batch.tx.session.delete(known[hours])
    for begins, ends in new:
        batch.tx.session.add(
            Availability(
                clinic_id=batch.tx.clinic_id,
                provider_id=day.provider_id,
                weekday=day.weekday,
                on_date=day.on_date,
                from_time=begins,
                until_time=ends,
            )
        )
    if new or gone:
        provider = batch.tx.session.get_one(Provider, day.provider_id)
        record(
            batch.tx, batch.by, "availability.imported", provider, before=_hours(known), after=_hours(wanted)
        )


def _hours(windows: "set[Hours] | dict[Hours, Availability]") -> dict[str, list[str]]:
    return {"hours": [f"{begins:%H:%M}-{ends:%H:%M}" for begins, ends in sorted(windows)]}
