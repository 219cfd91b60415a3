"""The words times are made of and the values they stand for; how they are found stands in `time_pieces`."""

from dataclasses import dataclass
from enum import Enum, auto

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
HOLIDAYS = {
    "christmas eve": (12, 24), "xmas eve": (12, 24), "christmas": (12, 25), "christmas day": (12, 25),
    "xmas": (12, 25),
    "new years eve": (12, 31), "new years": (1, 1), "new years day": (1, 1), "new year": (1, 1),
    "halloween": (10, 31), "valentines day": (2, 14), "valentines": (2, 14), "thanksgiving": (11, 0),
    "july 4th": (7, 4), "4th of july": (7, 4), "fourth of july": (7, 4), "st patricks day": (3, 17),
}  # fmt: skip
"""Month and day; day 0 is the fourth Thursday."""


class Kind(Enum):
    """What a piece of text is."""

    DAY = auto()  # value: how the day was named, see `Named`
    CLOCK = auto()  # value: (hour, minute, am | pm | None, minutes were said)
    PART = auto()  # value: key of PARTS
    VAGUE = auto()  # surely about time, but not to be placed: value is its grain
    WORD = auto()
    BREAK = auto()  # punctuation that ends a clause


@dataclass(frozen=True, slots=True)
class Named:
    """How a day was named: `how` is a key of `time_days.DAYS`, and `number` counts what it says.

    `cut`: only a part of the week or month is meant ("early next week"). `part`: the part of the day comes with it
    ("tonight").
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


Clock = tuple[int, int, str | None, bool]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: a time word with its value, or a plain word."""

    kind: Kind
    text: str
    value: Named | Clock | str | None = None
