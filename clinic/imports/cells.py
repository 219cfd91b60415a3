"""Reading one cell: each reader gives a value, or says in which form it wants to have it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from rules.phones import known_zone, to_e164
from rules.policy import WEEKDAY_NAMES


class Unreadable(Exception):
    """A cell that cannot be read. The text is the wanted form, to be put after the value: "write …"."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a file is read: the clinic's region for phones, its zone for wall-clock times, now."""

    region: str
    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


Reader = Callable[[str, Place], Any]

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_AMBIGUOUS = re.compile(r"\d+\D\d+\D\d\d(?!\d)|(0?\d|1[0-2])\D(0?\d|1[0-2])\D\d{4}")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?")
_BETWEEN_WORDS = re.compile(r"[\s,;|]+")
_BETWEEN_NAMES = re.compile(r"\s*[,;|]\s*")
_YEARS = range(1900, 2200)

DAY_PARTS = {
    "morning": ("00:00", "12:00"),
    "afternoon": ("12:00", "17:00"),
    "evening": ("17:00", "23:59"),
}


def text(cell: str, _place: Place) -> str:
    """Words on one line, whatever stood between them."""
    return " ".join(cell.split())


def whole(least: int = 0, most: int = 100_000_000) -> Reader:
    """A whole number from `least` to `most`."""

    def read(cell: str, _place: Place) -> int:
        if not re.fullmatch(r"\d{1,9}", cell) or not least <= int(cell) <= most:
            raise Unreadable(f"write a whole number from {least} to {most}, such as {max(least, 30)}")
        return int(cell)

    return read


def yes_no(cell: str, _place: Place) -> bool:
    if cell.lower() not in ("yes", "no"):
        raise Unreadable("write yes or no")
    return cell.lower() == "yes"


def one_of(words: type[StrEnum], *, but: tuple[StrEnum, ...] = ()) -> Reader:
    """One of the words, except those that a file has no use for."""
    choices = {str(word): word for word in words if word not in but}

    def read(cell: str, _place: Place) -> StrEnum:
        word = cell.lower().replace("-", "_").replace(" ", "_")
        if word not in choices:
            raise Unreadable("write one of " + ", ".join(choices))
        return choices[word]

    return read


def pattern(wanted: str, form: str) -> Reader:
    """Text of a certain form, matched whole in lower case; `form` tells a person."""

    def read(cell: str, _place: Place) -> str:
        if not re.fullmatch(wanted, cell.lower()):
            raise Unreadable(f"write {form}")
        return cell.lower()

    return read


def us_state(cell: str, _place: Place) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", cell):
        raise Unreadable("write the state's two letters, such as NY")
    return cell.upper()


def day(cell: str, _place: Place) -> date:
    """Year, month and day in that order: any other order can be misread."""
    if _DATE.fullmatch(cell):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            raise Unreadable("write a day that exists") from None
    why = ": this one can be read in more than one way" if _AMBIGUOUS.match(cell) else ""
    raise Unreadable(f"write the date as year-month-day, such as 2026-12-01{why}")


def birth_date(cell: str, place: Place) -> date:
    born = day(cell, place)
    if born.year not in _YEARS or born > place.today:
        raise Unreadable("write a day in the past, such as 1984-07-09")
    return born


def clock(cell: str, _place: Place) -> time:
    found = _CLOCK.fullmatch(cell)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Unreadable("write the time as HH:MM on a 24-hour clock, such as 14:30")
    return time(int(found[1]), int(found[2]))


def moment(cell: str, place: Place) -> datetime:
    """A time on the clinic's wall as a moment in UTC; a day alone means its beginning."""
    found = _MOMENT.fullmatch(cell)
    if not found:
        day(cell.partition(" ")[0], place)  # says more where it is the date that is unclear
        raise Unreadable("write date and time as 2026-12-01T15:00, in the clinic's own time")
    try:
        local = datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}{found[3] or ''}")
        if local.year not in _YEARS:
            raise ValueError
    except ValueError:
        raise Unreadable("write a date and time that exist, such as 2026-12-01T15:00") from None
    return (local if local.tzinfo else _on_the_wall(local, place.zone)).astimezone(UTC)


def start(cell: str, place: Place) -> datetime:
    """A moment whose time of day has been written."""
    if _DATE.fullmatch(cell):
        raise Unreadable(f"write the time of day too, such as {cell}T15:00")
    return moment(cell, place)


def past(cell: str, place: Place) -> datetime:
    found = moment(cell, place)
    if found > place.now:
        raise Unreadable("write a time that is not in the future")
    return found


def phone(cell: str, place: Place) -> str:
    number = to_e164(cell, place.region)
    if number is None:
        raise Unreadable(
            "write one number with its area code, such as 716 555 0142, or with its country, "
            "such as +44 20 7946 0018"
        )
    return number


def zone(cell: str, _place: Place) -> str:
    if known_zone(cell) is None:
        raise Unreadable("write an IANA time zone, such as America/New_York")
    return cell


def ids(cell: str, _place: Place) -> list[str]:
    """Ids of other rows, with a space, comma, semicolon or bar between them."""
    return list(dict.fromkeys(part for part in _BETWEEN_WORDS.split(cell) if part))


def names(cell: str, _place: Place) -> list[str]:
    """Names, which may hold spaces, with a comma, semicolon or bar between them."""
    return list(dict.fromkeys(part for part in _BETWEEN_NAMES.split(cell) if part))


def weekday(cell: str, _place: Place) -> int:
    """0 = Monday: `mon`, `Tues` and `thursday` are understood."""
    word = cell.lower().rstrip(".")
    found = [
        number
        for number, name in enumerate(WEEKDAY_NAMES)
        if len(word) >= 3 and name.lower().startswith(word)
    ]
    if not found:
        raise Unreadable("write a weekday as mon, tue, wed, thu, fri, sat or sun")
    return found[0]


def weekdays(cell: str, place: Place) -> list[int]:
    try:
        return sorted({weekday(word, place) for word in ids(cell, place)})
    except Unreadable:
        raise Unreadable("write weekdays with spaces between, such as mon tue") from None


def times(cell: str, place: Place) -> list[list[str]]:
    """`morning 14:00-16:00` as pairs of times of day."""
    return [_window(word, place) for word in ids(cell, place)]


def _window(word: str, place: Place) -> list[str]:
    if word.lower() in DAY_PARTS:
        return list(DAY_PARTS[word.lower()])
    first, _, last = word.partition("-")
    try:
        begins, ends = clock(first, place), clock(last, place)
    except Unreadable:
        begins = ends = time(0)
    if begins >= ends:
        raise Unreadable("write times of day with spaces between, such as morning 14:00-16:00")
    return [f"{begins:%H:%M}", f"{ends:%H:%M}"]


def _on_the_wall(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment a wall clock shows this. On the nights clocks change it shows some times never, some twice."""
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise Unreadable("write a time that exists: the clocks go forward that night and skip this one")
    offset = f"{first:%z}"
    raise Unreadable(
        "write the offset too, such as "
        f"{local:%Y-%m-%dT%H:%M}{offset[:3]}:{offset[3:]}: the clocks go back that night and show this time twice"
    )
