"""The words times are made of and the values they stand for; how they are found stands in `time_pieces`."""

from dataclasses import dataclass
from enum import Enum, auto

WEEKDAYS = {
    "mon": 0, "monday": 0, "munday": 0,
    "tue": 1, "tues": 1, "tuesday": 1,
    "wed": 2, "weds": 2, "wednesday": 2, "wensday": 2, "wendsday": 2,
    "wedsday": 2, "wednes": 2,
    "thu": 3, "thur": 3, "thurs": 3, "thursday": 3,
    "thurs day": 3,
    "fri": 4, "friday": 4, "frid": 4,
    "sat": 5, "saturday": 5, "sataurday": 5,
    "sun": 6, "sunday": 6,
}  # fmt: skip
MONTHS = {
    "jan": 1, "january": 1, "janurary": 1, "feb": 2, "february": 2,
    "mar": 3, "march": 3, "apr": 4, "april": 4, "may": 5, "jun": 6, "june": 6, "jul": 7, "july": 7,
    "aug": 8, "august": 8, "sep": 9, "sept": 9, "september": 9, "oct": 10, "october": 10,
    "nov": 11, "november": 11, "novemeber": 11, "dec": 12, "december": 12, "decemeber": 12,
}  # fmt: skip
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
"""The hours of a clock."""
LARGER = {
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20,
    "twenty first": 21, "twenty second": 22, "twenty third": 23, "twenty fourth": 24, "twenty fifth": 25,
    "twenty sixth": 26, "twenty seventh": 27, "twenty eighth": 28, "twenty ninth": 29, "thirtieth": 30,
    "thirty first": 31,
}  # fmt: skip
PARTS = {"morning": (5, 12), "afternoon": (12, 17), "evening": (17, 22), "night": (18, 24), "lunch": (11, 14)}
"""Hours of the day, as the waitlist counts them, a little wider where people are loose."""

Found = dict[str, str]
"""What the groups of a pattern have found, "" where nothing. A group that had to be named twice ("day2") counts
under its first name."""


class Kind(Enum):
    """What a piece of text is."""

    DAY = auto()  # value: how the day was named, see `Named`
    CLOCK = auto()  # value: see `Clock`
    PART = auto()  # value: key of PARTS
    VAGUE = auto()  # surely about time, but not to be placed: value is its grain
    WORD = auto()
    BREAK = auto()  # punctuation that ends a clause


@dataclass(frozen=True, slots=True)
class Named:
    """How a day was named: `how` is a key of the table in `time_days`, and `number` counts what it says.

    `cut`: only a part of the week or month is meant ("early next week"). `part`: the part of the day comes with it
    ("tonight"). `feast`: the holiday it is, or lies beside. `loose`: not to be relied on ("in a few days").
    """

    how: str
    number: int = 0
    month: int | None = None
    year: int | None = None
    next: bool = False
    plural: bool = False
    pinned: bool = False  # one such day was meant: "this tuesday"
    weekday: int = 0  # "first monday in december"
    cut: str = ""
    part: str | None = None
    feast: str = ""
    steps: int = 0  # so many further on, or back
    loose: bool = False


Clock = tuple[int, int, str | None, bool]
"""Hour, minute, which half of the day (am, pm; exact; open and close: the clinic's own hours), and
whether minutes were said."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: a time word with its value, or a plain word."""

    kind: Kind
    text: str
    value: Named | Clock | str | None = None


def part_of(said: str) -> str:
    """The key of PARTS that a word is, told by its first letters ("mornin", "aft", "lunch hour")."""
    return next((part for part in PARTS if part.startswith(said[:3])), "morning")
