"""The words times are made of: a text is cut into pieces (a day, a clock time, a part of the day) and plain words.

Nothing is resolved here; `nlu.times` puts the pieces together.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from nlu.words import named_patterns

WEEKDAYS = {
    "mon": 0, "monday": 0, "mondy": 0, "munday": 0,
    "tue": 1, "tues": 1, "tuesday": 1, "teusday": 1, "tusday": 1, "tuesdy": 1, "tuseday": 1,
    "wed": 2, "weds": 2, "wednesday": 2, "wensday": 2, "wednsday": 2, "wedensday": 2, "wendsday": 2,
    "thu": 3, "thur": 3, "thurs": 3, "thursday": 3, "thrusday": 3, "thrsday": 3, "thursdy": 3, "thirsday": 3,
    "fri": 4, "friday": 4, "firday": 4, "fridy": 4, "frid": 4,
    "sat": 5, "saturday": 5, "saterday": 5, "sataurday": 5,
    "sun": 6, "sunday": 6, "sundy": 6,
}  # fmt: skip
MONTHS = {
    "jan": 1, "january": 1, "feb": 2, "february": 2, "febuary": 2, "mar": 3, "march": 3, "apr": 4, "april": 4,
    "may": 5, "jun": 6, "june": 6, "jul": 7, "july": 7, "aug": 8, "august": 8, "sep": 9, "sept": 9,
    "september": 9, "oct": 10, "october": 10, "nov": 11, "november": 11, "dec": 12, "december": 12, "decmber": 12,
}  # fmt: skip
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
PARTS = {"morning": (5, 12), "afternoon": (12, 17), "evening": (17, 22), "night": (18, 24), "lunch": (11, 14)}
"""Hours of the day, as the waitlist counts them, a little wider where people are loose."""


class Kind(Enum):
    DAY = auto()  # value: how the day was named, see `Named`
    CLOCK = auto()  # value: (hour, minute, am | pm | None, minutes were said)
    PART = auto()  # value: key of PARTS
    VAGUE = auto()  # surely about time, but not to be placed: value is its grain
    WORD = auto()
    BREAK = auto()  # punctuation that ends a clause


@dataclass(frozen=True, slots=True)
class Named:
    """How a day was named: `how` is weekday, date, monthday, month, offset, weeks, weekend, weekdays or months."""

    how: str
    number: int = 0
    month: int | None = None
    year: int | None = None
    next: bool = False
    plural: bool = False
    pinned: bool = False  # one such day was meant: "this tuesday"


Clock = tuple[int, int, str | None, bool]


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str
    value: Named | Clock | str | None = None


@cache
def _scanner() -> dict[str, re.Pattern[str]]:
    """The patterns of lists/times.yml by name, in order."""
    parts = {
        "A_DAY": "|".join(sorted(WEEKDAYS, key=len, reverse=True)),
        "A_MONTH": "|".join(sorted(MONTHS, key=len, reverse=True)),
        "A_NUMBER": "|".join(NUMBERS),
    }
    return {
        name: re.compile(rf"(?<![\w$#])(?:{phrase})")
        for name, phrase in named_patterns("times", "pieces", parts).items()
    }


@cache
def _left() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(phrase) for name, phrase in named_patterns("times", "left", {}).items()}


_SURE_MONTHS = re.compile(r"(?!may|mar|march)[a-z]{4,}")
_WORD = re.compile(r"[^\W_]+|\S")
_NO_NUMBER_AFTER = re.compile(
    r"(?:\b(?:option|number|num|choice|dr|room|suite|apt|ext|code|room|floor|top|phase)|[#$])\s*$"
)
_SPLIT_ENDS = re.compile(r"[,.;!?\n()]")


def pieces(text: str) -> list[Piece]:
    """Cut a text (any case and punctuation) into pieces and words, left to right, longest names first."""
    flat = (
        re.sub(r"(?<=\w)'(?=\w)", "", text.lower())
        .replace("-", " - ")
        .replace("@", " at ")
        .replace("&", " and ")
    )
    flat = re.sub(
        r"(\d{3}) - (\d{3,4})\b", r"\1-\2", re.sub(r"(\d{3}) - (\d{3,4})\b", r"\1-\2", flat)
    )  # a phone
    flat = re.sub(r"(20\d\d) - (\d\d?) - (\d\d?)", r"\1-\2-\3", re.sub(r"[^\S\n]+", " ", flat))
    found: list[Piece] = []
    at = 0
    while at < len(flat):
        if flat[at].isspace() and flat[at] != "\n":
            at += 1
            continue
        piece, length = _piece_at(flat, at)
        found.append(piece)
        at += length
    return found


def _piece_at(flat: str, at: int) -> tuple[Piece, int]:
    for name, pattern in _scanner().items():
        found = pattern.match(flat, at)
        if found is None or not found[0].strip() or _inside_word(flat, found.end()):
            continue
        if name in ("bare", "packed") and _NO_NUMBER_AFTER.search(flat, 0, at):
            continue
        if name in _left() and not _left()[name].search(flat, 0, at) and not _SURE_MONTHS.fullmatch(found[0]):
            continue
        if name == "phone":
            return Piece(Kind.WORD, found[0]), len(found[0])
        piece = _make(name, found)
        if piece is not None:
            return piece, len(found[0])
    word = _WORD.match(flat, at)
    said = word[0] if word else flat[at]
    return Piece(Kind.BREAK if _SPLIT_ENDS.fullmatch(said) else Kind.WORD, said), len(said)


def _inside_word(flat: str, end: int) -> bool:
    """Whether the match ends in the middle of a word ("sun" of "sunny")."""
    return end < len(flat) and flat[end - 1].isalnum() and flat[end].isalpha()


def _make(name: str, found: re.Match[str]) -> Piece | None:
    """The piece a pattern's match stands for; None where its numbers make no sense."""
    text = found[0].strip()
    if name in _VAGUE:
        return Piece(Kind.VAGUE, text, _VAGUE[name])
    if name in _FIXED_DAYS:
        return Piece(Kind.DAY, text, _FIXED_DAYS[name])
    group = found.groupdict()
    if name in ("iso", "slash", "month_day", "day_month"):
        return _date(text, group)
    if name in _DAYS:
        return Piece(Kind.DAY, text, _DAYS[name](group))
    if name == "in_units":
        return _in_units(text, group)
    if name == "monthday":
        day = int(group["day"])
        return Piece(Kind.DAY, text, Named("monthday", day)) if 1 <= day <= 31 else None
    if name == "part":
        return Piece(Kind.PART, text, _part(group["part"]))
    if name == "ampm":
        return Piece(Kind.PART, text, "morning" if group["ap"] == "am" else "afternoon")
    return _clock(name, text, group)


_VAGUE = {
    "vague_week": "week", "vague_day": "day", "vague_week2": "week", "vague_end": "week", "shift": "minute",
    "holiday": "day", "season": "month", "work": "part",
}  # fmt: skip
_FIXED_DAYS = {
    "after_tomorrow": Named("offset", 2),
    "week_after_next": Named("weeks", 2),
    "today": Named("offset", 0),
    "tonight": Named("tonight", 0),
    "tomorrow": Named("offset", 1),
    "yesterday": Named("offset", -1),
    "weekend": Named("weekend"),
    "weekends": Named("weekend", plural=True),
    "weekdays": Named("weekdays"),
}
_NEXT = ("next", "following")
_DAYS = {
    "week_from": lambda group: _week_from(group["weekday"] or group["weekday2"]),
    "weekday": lambda group: Named(
        "weekday",
        WEEKDAYS[group["weekday"]],
        next=group["mod"] in _NEXT,
        plural=bool(group["plural"]),
        pinned=bool(group["mod"]),
    ),
    "unit": lambda group: Named(
        {"week": "weeks", "month": "months"}.get(group["unit"], "weekend"),
        int(group["mod"] in _NEXT),
        next=group["mod"] in _NEXT,
        pinned=True,
    ),
    "month": lambda group: Named("month", month=MONTHS[group["month"]]),
}


def _week_from(said: str) -> Named:
    if said in WEEKDAYS:
        return Named("weekday_week", WEEKDAYS[said])
    return Named("offset", 7 if said == "today" else 8)


def _date(text: str, group: dict[str, str | None]) -> Piece | None:
    said = group["month"] or ""
    month = int(said) if said.isdigit() else MONTHS[said]
    day, year = int(group["day"] or 0), int(group["year"]) if group["year"] else None
    if not 1 <= day <= 31 or not 1 <= month <= 12:
        return None
    return Piece(Kind.DAY, text, Named("date", day, month, 2000 + year if year and year < 100 else year))


def _in_units(text: str, group: dict[str, str | None]) -> Piece:
    """A number of days or weeks from now; anything finer or looser is only known to be about time."""
    count, unit = group["count"] or "", (group["unit"] or "")[0]
    number = int(count) if count.isdigit() else NUMBERS.get(count, 1 if count in ("a", "an") else 0)
    if number and unit in "dw" and number < 400:
        return Piece(Kind.DAY, text, Named("offset", number * (7 if unit == "w" else 1)))
    return Piece(Kind.VAGUE, text, "hour" if unit in "hm" else "day")


def _part(said: str) -> str:
    return next((part for part in PARTS if part.startswith(said[:3])), "morning")


_WORD_MINUTES = {"thirty": 30, "fifteen": 15, "fortyfive": 45, "fifty": 50, "twenty": 20}


def _clock(name: str, text: str, group: dict[str, str | None]) -> Piece | None:
    if name in ("noon", "midnight"):
        return Piece(Kind.CLOCK, text, (12 if name == "noon" else 0, 0, "exact", False))
    said = group["hour"] or ""
    hour = int(said) if said.isdigit() else NUMBERS[said]
    minute_said = group.get("minute")
    minute = 0
    if minute_said:
        minute = int(minute_said) if minute_said.isdigit() else _WORD_MINUTES[minute_said.replace(" ", "")]
    if group.get("rel"):
        hour, minute = _past_or_to(group["rel"] or "", hour)
    if hour > 24:
        return None
    if name == "bare" and (hour > 12 or hour == 0):
        return Piece(Kind.VAGUE, text, "hour")
    half = group.get("ap")
    return Piece(
        Kind.CLOCK,
        text,
        (hour, minute, f"{half[0]}m" if half else None, bool(minute_said or group.get("rel"))),
    )


def _past_or_to(relation: str, hour: int) -> tuple[int, int]:
    if relation.startswith("half"):
        return hour, 30
    if "past" in relation or "after" in relation:
        return hour, 15
    return (hour - 1) or 12, 45
