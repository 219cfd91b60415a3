"""Files of past visits, for judging the no-show model: our own export, which is written here too, a visits file,
and the public Vitória set."""

import csv
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO

import click

from rules.no_show.visits import Visit

OWN = (
    "patient",
    "start",
    "booked_at",
    "status",
    "confirmed",
    "age",
    "travel_minutes",
    "can_text",
    "sex",
    "language",
)
"""The columns of a file of a clinic's own; the first four must be there, so a visits file can be judged too."""

_ENDED = {
    "completed": False,
    "arrived": False,
    "no_show": True,
    "cancelled": None,
    "booked": None,
    "confirmed": None,
}
_YES_NO = {"yes": True, "no": False}
_WRITTEN = {True: "yes", False: "no", None: ""}
Row = Mapping[str, str]


def read(file: Path) -> list[Visit]:
    """The visits of a file. A row that cannot be read stops it, with its line."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.DictReader(opened)
        reading = _reading(frozenset(rows.fieldnames or ()))
        return [_read(reading, row, rows.line_num) for row in rows]


def _reading(columns: frozenset[str]) -> Callable[[Row], Visit]:
    if {"PatientId", "ScheduledDay", "AppointmentDay", "No_show"} <= columns:
        return _vitoria
    missing = [name for name in OWN[:4] if name not in columns]
    if missing:
        raise click.ClickException(
            f"The file has no column {', '.join(missing)}; docs/no-show-model.md has an example."
        )
    return _own


def _read(reading: Callable[[Row], Visit], row: Row, line: int) -> Visit:
    try:
        return reading(row)
    except (ValueError, KeyError) as error:
        raise click.ClickException(f"Line {line} cannot be read: {error}") from None


def _own(row: Row) -> Visit:
    start, booked = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["booked_at"])
    return Visit(
        patient=row["patient"],
        day=start.date(),
        hour=_hour(start),
        booked_on=booked.date(),
        booked_hour=_hour(booked),
        missed=_ENDED[row["status"]],
        confirmed=_YES_NO.get(row.get("confirmed") or ""),
        age=_number(row.get("age")),
        travel_minutes=_number(row.get("travel_minutes")),
        can_text=_YES_NO.get(row.get("can_text") or ""),
        sex=row.get("sex") or None,
        language=row.get("language") or None,
    )


def _vitoria(row: Row) -> Visit:
    """A public set of 110,527 visits in Brazil, 2016. Of a visit only its day is known; whether it was
    reminded is not read, nor the number of the record, the illnesses, the neighbourhood and the welfare."""
    booked = datetime.fromisoformat(row["ScheduledDay"])
    return Visit(
        patient=row["PatientId"],
        day=date.fromisoformat(row["AppointmentDay"][:10]),
        booked_on=booked.date(),
        booked_hour=_hour(booked),
        missed={"Yes": True, "No": False}[row["No_show"]],
        age=_number(row["Age"]),
        sex=row["Gender"] or None,
    )


def write(visits: Iterable[Visit], file: TextIO) -> int:
    """Past visits, as `read` reads them; gives how many. No name and no number is among them."""
    rows, written = csv.writer(file, lineterminator="\n"), 0
    rows.writerow(OWN)
    for each in visits:
        rows.writerow(_line(each))
        written += 1
    return written


def _line(visit: Visit) -> tuple[object, ...]:
    return (
        visit.patient,
        _moment(visit.day, visit.hour),
        _moment(visit.booked_on, visit.booked_hour),
        "no_show" if visit.missed else "completed",
        _WRITTEN[visit.confirmed],
        "" if visit.age is None else f"{visit.age:g}",
        "" if visit.travel_minutes is None else f"{visit.travel_minutes:g}",
        _WRITTEN[visit.can_text],
        visit.sex,
        visit.language,
    )


def _moment(day: date, hour: float | None) -> str:
    minutes = timedelta(minutes=round((hour or 0) * 60))
    return (datetime.combine(day, time()) + minutes).isoformat(timespec="minutes")


def _hour(moment: datetime) -> float:
    return moment.hour + moment.minute / 60


def _number(text: str | None) -> float | None:
    return float(text) if text else None
