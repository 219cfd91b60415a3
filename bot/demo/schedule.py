"""The made-up clinic's schedule, written as import files: full from this Monday to five workdays ahead.

Which patient comes when follows from the date alone, so that a later start of the demo writes the same lines for
the days it has seen before, and new lines for new days.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path

Line = Mapping[str, str]

WORKDAYS_AHEAD = 5
WORKDAYS = range(5)

BLOCKS = (("lee", time(9)), ("lee", time(13)), ("kim", time(9)), ("patel", time(14)))
"""Half days of three hours, as in data/availability.csv."""

FILLINGS = (
    ("check-up", "follow-up", "physical", "check-up", "follow-up"),
    ("follow-up", "physical", "check-up", "counselling", "shot"),
    ("check-up", "counselling", "follow-up", "counselling", "check-up"),
    ("physical", "check-up", "follow-up", "physical"),
    ("counselling", "check-up", "counselling", "follow-up"),  # leaves half an hour free
)
"""The visits of a half day, in turn."""

VISIT_COLUMNS = ("external_id", "patient", "provider", "type", "start", "status", "booked_at")
WAITLIST_COLUMNS = (
    "patient",
    "type",
    "priority",
    "provider",
    "days",
    "times",
    "excluded_days",
    "referral",
    "alternates",
    "notice_hours",
    "added_at",
    "notes",
)


def write(folder: Path, now: datetime, *, first: bool, without: Collection[str | None] = ()) -> None:
    """Write `visits.csv`, and where it is the clinic's `first` week `waitlist.csv` too. `now` is local.

    `without`: external ids of visits that have been cancelled since; they would come back as completed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    visits = [visit for visit in _visits(now) if visit["external_id"] not in without]
    if first:
        visits += _later_visits(now)
        _write(folder / "waitlist.csv", WAITLIST_COLUMNS, _waitlist(now))
    _write(folder / "visits.csv", VISIT_COLUMNS, visits)


def data(name: str) -> list[Line]:
    """The lines of one of our own files."""
    text = (files("bot.demo") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def workday(day: date, after: int) -> date:
    """The workday that comes so many workdays after a day."""
    while after:
        day += timedelta(days=1)
        after -= day.weekday() in WORKDAYS
    return day


def _visits(now: datetime) -> Iterator[Line]:
    waiting = {wish["patient"] for wish in data("wishes.csv")}
    patients = [each["external_id"] for each in data("patients.csv") if each["external_id"] not in waiting]
    minutes = {kind["external_id"]: int(kind["minutes"]) for kind in data("types.csv")}
    day, last = now.date() - timedelta(days=now.weekday()), workday(now.date(), WORKDAYS_AHEAD)
    while day <= last:
        if day.weekday() in WORKDAYS:
            for number, (provider, start, kind) in enumerate(_day(day, minutes)):
                length = timedelta(minutes=minutes[kind])
                patient = patients[(day.toordinal() * 20 + number) % len(patients)]
                yield {
                    "external_id": f"{provider}-{start:%Y%m%d-%H%M}",
                    "patient": patient,
                    "provider": provider,
                    "type": kind,
                    "start": start.isoformat(timespec="minutes"),
                    "status": _status(start, start + length, now.replace(tzinfo=None), number),
                    "booked_at": _two_weeks_before(day),
                }
        day += timedelta(days=1)


def _day(day: date, minutes: Mapping[str, int]) -> Iterator[tuple[str, datetime, str]]:
    """Provider, start and type of each visit of a day. No local time here is near a clock change."""
    for number, (provider, begins) in enumerate(BLOCKS):
        start = datetime.combine(day, begins)
        for kind in FILLINGS[(day.toordinal() + number) % len(FILLINGS)]:
            yield provider, start, kind
            start += timedelta(minutes=minutes[kind])


def _status(start: datetime, end: datetime, now: datetime, number: int) -> str:
    """What would be true of a visit at this hour. One in twenty does not come; a third confirm theirs."""
    if end <= now:
        return "no_show" if number == 7 else "completed"
    if start <= now:
        return "arrived"
    return "confirmed" if number % 3 == 0 else "booked"


def _two_weeks_before(day: date) -> str:
    return f"{day - timedelta(days=14)}T10:00"


def _later_visits(now: datetime) -> Iterator[Line]:
    """Visits weeks away, each of somebody who waits for an earlier one."""
    soonest = workday(now.date(), WORKDAYS_AHEAD)
    for number, wish in enumerate(wish for wish in data("wishes.csv") if wish["later_weeks"]):
        day = workday(soonest + timedelta(weeks=int(wish["later_weeks"]) - 2), 1 + number)  # a day each
        yield {
            "external_id": f"later-{wish['patient']}",
            "patient": wish["patient"],
            "provider": wish["provider"] or "lee",
            "type": wish["type"],
            "start": f"{day}T{9 + number % 3:02d}:00",
            "status": "booked",
            "booked_at": f"{now.date() - timedelta(days=int(wish['waited_days']))}T09:00",
        }


def _waitlist(now: datetime) -> Iterator[Line]:
    for wish in data("wishes.csv"):
        added = now.date() - timedelta(days=int(wish["waited_days"]))
        yield {**wish, "added_at": f"{added}T09:30"}


def _write(file: Path, columns: Sequence[str], lines: Iterable[Line]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, columns, extrasaction="ignore")
        table.writeheader()
        table.writerows(lines)
