"""Numbers as people say them of time: "a couple", "an hour and a half", "twenty five", the year '27."""

from nlu.time_words import LARGER, NUMBERS, ORDINALS, Found

COUNTS = {
    **NUMBERS, **LARGER, "a": 1, "an": 1, "another": 1, "couple": 2, "a couple": 2, "a couple of": 2,
    "couple of": 2, "a pair of": 2, "half": 0.5, "half a": 0.5, "half an": 0.5, "a half": 0.5, "an half": 0.5,
    "a few": 3, "few": 3, "several": 3, "1/4": 0.25, "1/2": 0.5, "3/4": 0.75, "a quarter of an": 0.25,
    "three quarters of an": 0.75, "3 quarters of an": 0.75,
}  # fmt: skip
LOOSE = ("a few", "few", "several")


def count_of(said: str) -> float:
    """A number as said; 0 where it is none."""
    whole = said.removesuffix(" and a half").removesuffix(" and an half")
    if whole != said:
        return count_of(whole) + 0.5
    if said.replace(".", "", 1).isdigit():
        return float(said)
    if said.endswith(" five"):
        return LARGER[said.removesuffix(" five")] + 5
    return COUNTS.get(said, 0)


def whole(said: str) -> int:
    """The same without its fraction."""
    return int(count_of(said))


def minutes_of(said: str) -> int:
    """Minutes as said: "05", "oh five", "forty five"."""
    if said.isdigit():
        return int(said)
    return sum((NUMBERS | LARGER).get(word, 0) for word in said.replace("fortyfive", "forty five").split())


def day_of_month(said: str) -> int:
    """ "21" or "twenty first"; a number that no month has is left to the caller."""
    return int(said) if said.isdigit() else ORDINALS[said]


_A_CENTURY_AGO = 60
"""A year said in two digits is in the past from here on: a birthday in '74, an appointment in '27."""


def year_of(group: Found) -> int | None:
    """The year of a date, in four digits; None where none was said, or none in digits ("this year")."""
    said = group.get("year", "")
    if not said.isdigit():
        return None
    year = int(said)
    return year if year >= 100 else year + (1900 if year >= _A_CENTURY_AGO else 2000)
