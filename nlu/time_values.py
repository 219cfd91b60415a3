"""What a pattern of lists/times.yml has found, as a value: a named day, a clock time, a part of the day."""

import re
from collections.abc import Callable

from nlu.time_named import FIXED, NAMED
from nlu.time_numbers import minutes_of, whole
from nlu.time_words import NUMBERS, Found, Kind, Piece, part_of


def make(name: str, found: re.Match[str]) -> Piece | None:
    """The piece a pattern's match stands for; None where its numbers make no sense."""
    text = found[0].strip()
    if name in _VAGUE:
        return Piece(Kind.VAGUE, text, _VAGUE[name])
    if name in FIXED:
        return Piece(Kind.DAY, text, FIXED[name])
    group = _groups(found)
    if name in NAMED:
        day = NAMED[name](group)
        return Piece(Kind.DAY, text, day) if day else None
    if name in _PARTS:
        return Piece(Kind.PART, text, _PARTS[name](group))
    return _clock(name, text, group)


def _groups(found: re.Match[str]) -> Found:
    group: Found = {}
    for key, said in found.groupdict().items():
        name = key.rstrip("0123456789")
        group[name] = group.get(name) or said or ""
    return group


_VAGUE = {
    "vague_day": "day", "vague_week": "week", "vague_shift": "minute", "holiday": "day", "season": "month",
    "work": "part",
}  # fmt: skip


def _half(group: Found) -> str:
    return "morning" if group["ap"].startswith("a") else "afternoon"


_PARTS: dict[str, Callable[[Found], str]] = {
    "part": lambda group: "afternoon" if group["part"] == "arvo" else part_of(group["part"]),
    "first_thing": lambda _group: "morning",
    "early_half": _half,
    "ampm": _half,
    "day_ampm": _half,
    "bare_ampm": _half,
}
_FIXED_CLOCKS = {
    "noon": (12, 0, "exact", False),
    "midnight": (0, 0, "exact", False),
    "opening": (8, 0, "open", False),
    "closing": (17, 0, "close", False),
    "end_of_day": (17, 0, "close", False),
}
"""The clinic's own hours where they are known, else the usual ones."""
_NAMED_HOURS = {"noon": 12, "midday": 12, "midnight": 0}


def _clock(name: str, text: str, group: Found) -> Piece | None:
    if name in _FIXED_CLOCKS:
        return Piece(Kind.CLOCK, text, _FIXED_CLOCKS[name])
    said = group["hour"]
    hour = int(said) if said.isdigit() else (NUMBERS | _NAMED_HOURS)[said]
    minute = minutes_of(group.get("minute", ""))
    if group.get("rel"):
        hour, minute = _past_or_to(group, hour)
    elif name == "half_hour":
        minute = 30
    if hour > 24:
        return None
    if name == "bare" and (hour > 12 or hour == 0):
        return Piece(Kind.VAGUE, text, "hour")
    half = group.get("ap")
    if half == "a" and hour > 12:
        return None  # seat 14A
    known = f"{half}m" if half else "exact" if said in _NAMED_HOURS else None
    return Piece(Kind.CLOCK, text, (hour, minute, known, bool(group.get("minute") or minute)))


def _past_or_to(group: Found, hour: int) -> tuple[int, int]:
    """ "quarter past 3", "20 to 4"."""
    minutes = {"quarter": 15, "half": 30}.get(group["count"]) or whole(group["count"])
    if group["rel"] in ("past", "after"):
        return hour, minutes
    return (hour - 1) % 12 or 12, 60 - minutes
