"""What a pattern of lists/times.yml has found, as a value: a named day, a clock time, a part of the day."""

import re
from collections.abc import Callable
from dataclasses import replace

from nlu.time_words import HOLIDAYS, MONTHS, NUMBERS, PARTS, WEEKDAYS, Kind, Named, Piece


def make(name: str, found: re.Match[str]) -> Piece | None:
    """The piece a pattern's match stands for; None where its numbers make no sense."""
    text = found[0].strip()
    if name in _VAGUE:
        return Piece(Kind.VAGUE, text, _VAGUE[name])
    if name in _FIXED_DAYS:
        return Piece(Kind.DAY, text, _FIXED_DAYS[name])
    group = {key: said or "" for key, said in found.groupdict().items()}
    if name in _DAYS:
        day = _DAYS[name](group)
        return Piece(Kind.DAY, text, day) if day else None
    if name == "in_units":
        return _in_units(text, group)
    if name == "part":
        return Piece(Kind.PART, text, _part(group["part"]))
    if name in ("ampm", "day_ampm", "bare_ampm"):
        return Piece(Kind.PART, text, "morning" if group["ap"].startswith("a") else "afternoon")
    return _clock(name, text, group)


_VAGUE = {
    "vague_day": "day", "vague_week": "week", "shift": "minute", "holiday": "day", "season": "month",
    "work": "part",
}  # fmt: skip
_FIXED_DAYS = {
    "after_tomorrow": Named("offset", 2),
    "week_after_next": Named("weeks", 2),
    "today": Named("offset", 0),
    "tonight": Named("offset", 0, part="night"),
    "later_today": Named("later"),
    "tomorrow": Named("offset", 1),
    "yesterday": Named("offset", -1),
    "weekend": Named("weekend"),
    "weekends": Named("weekend", plural=True),
    "weekdays": Named("weekdays"),
    "fortnight": Named("offset", 14),
}
_NEXT = ("next", "following")
_EVERY = ("every", "any", "each", "all")


def _weekday(group: dict[str, str]) -> Named:
    mod = group["mod"].removesuffix(" of the").strip()
    if mod == "last":
        return Named("last_weekday", WEEKDAYS[group["weekday"]])
    return Named(
        "weekday",
        WEEKDAYS[group["weekday"]],
        next=mod in _NEXT,
        plural=bool(group["plural"]) or mod in _EVERY,
        pinned=bool(mod) and mod not in _EVERY,
    )


def _unit(group: dict[str, str]) -> Named:
    """ "next week", "this month", "last weekend", with the part of it that was named ("early next week")."""
    how = {"week": "weeks", "wk": "weeks", "month": "months", "year": "years"}.get(group["unit"], "weekend")
    number = -1 if group["mod"] == "last" else int(group["mod"] in _NEXT)
    return Named(how, number, next=number == 1, pinned=True, cut=_CUTS.get(group.get("cut", ""), ""))


_CUTS = {
    "early": "early", "beginning": "early", "start": "early", "first half": "early", "first part": "early",
    "early part": "early", "mid": "mid", "middle": "mid", "late": "late", "end": "late", "later": "later",
    "second half": "late", "last part": "late", "later part": "late", "rest": "later",
    "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4", "4th": "4",
    "last": "last",
}  # fmt: skip


def _cut(group: dict[str, str]) -> Named:
    cut, what = _CUTS[group["cut"]], group["what"]
    if what in MONTHS:
        return Named("month", month=MONTHS[what], cut=cut)
    return _unit({"mod": group["mod"], "unit": what, "cut": group["cut"]})


def _week_from(group: dict[str, str]) -> Named:
    said, count = group["weekday"] or group["weekday2"], _count(group["count"] or "a") or 1
    if said in WEEKDAYS:
        return Named("weekday_week", WEEKDAYS[said], month=count)
    return Named("offset", 7 * count + (said not in ("today", "now")))


def _date(group: dict[str, str]) -> Named | None:
    said = group["month"]
    month = int(said) if said.isdigit() else MONTHS[said]
    day, year = int(group["day"]), int(group["year"] or 0)
    if not 1 <= day <= 31 or not 1 <= month <= 12:
        return None
    return Named("date", day, month, (year if year >= 100 else 2000 + year) if year else None)


def _monthday(group: dict[str, str]) -> Named | None:
    day = int(group["day"])
    return Named("monthday", day) if 1 <= day <= 31 else None


def _week_of(group: dict[str, str]) -> Named | None:
    day = int(group["day"])
    return Named("week_of", day, MONTHS.get(group["month"] or group["month2"])) if 1 <= day <= 31 else None


_DAYS: dict[str, Callable[[dict[str, str]], Named | None]] = {
    "iso": _date,
    "slash": _date,
    "month_day": _date,
    "day_month": _date,
    "monthday": _monthday,
    "week_of": _week_of,
    "week_from": _week_from,
    "weekday": _weekday,
    "unit": _unit,
    "cut": _cut,
    "nth_weekday": lambda group: replace(_cut(group), how="nth_weekday", weekday=WEEKDAYS[group["weekday"]]),
    "nth_week": lambda group: replace(_cut(group), how="nth_week"),
    "month": lambda group: Named("month", month=MONTHS[group["month"]]),
    "feast": lambda group: Named("date", HOLIDAYS[group["feast"]][1], HOLIDAYS[group["feast"]][0]),
    "this_part": lambda group: Named("offset", 0, part=_part(group["part"])),
    "next_units": lambda group: _stretch(group),
    "for_units": lambda group: _stretch(group),
}


def _count(said: str) -> int:
    """A number as said; 0 where it is loose ("a few")."""
    if said.isdigit():
        return int(said)
    return NUMBERS.get(
        said,
        {"a": 1, "an": 1, "another": 1, "couple": 2, "a couple": 2, "a couple of": 2, "couple of": 2}.get(
            said, 0
        ),
    )


_DAYS_OF = {"d": 1, "w": 7}


def _stretch(group: dict[str, str]) -> Named | None:
    """So many days or weeks from now on, all of them: "in the next 2 weeks", "not for 3 weeks"."""
    count, unit = _count(group["count"]), group["unit"]
    if not 0 < count < 100:
        return None
    return Named("ahead", 30 * count if unit.startswith("mo") else count * _DAYS_OF[unit[0]])


def _in_units(text: str, group: dict[str, str]) -> Piece | None:
    """A number of minutes, hours, days or weeks from now; anything looser is only known to be about time."""
    count, unit = group["count"] or group["count2"], group["unit"] or group["unit2"]
    number = _count(count)
    half = unit.startswith("h") and count in ("half an", "half")
    if half or (0 < number < 400 and unit[0] in "hm" and not unit.startswith("mo")):
        return Piece(Kind.DAY, text, Named("minutes", 30 if half else number * (60 if unit[0] == "h" else 1)))
    if 0 < number < 400:
        how = "months_on" if unit.startswith("mo") else "offset"
        return Piece(Kind.DAY, text, Named(how, number * _DAYS_OF.get(unit[0], 1)))
    return Piece(Kind.VAGUE, text, "hour" if unit[0] in "hm" else "day")


def _part(said: str) -> str:
    return next((part for part in PARTS if part.startswith(said[:3])), "morning")


_WORD_MINUTES = {"thirty": 30, "fifteen": 15, "fortyfive": 45, "fifty": 50, "twenty": 20}


def _clock(name: str, text: str, group: dict[str, str]) -> Piece | None:
    if name in ("noon", "midnight"):
        return Piece(Kind.CLOCK, text, (12 if name == "noon" else 0, 0, "exact", False))
    said = group["hour"]
    hour = int(said) if said.isdigit() else NUMBERS[said]
    minute_said = group.get("minute")
    minute = 0
    if minute_said:
        minute = int(minute_said) if minute_said.isdigit() else _WORD_MINUTES[minute_said.replace(" ", "")]
    if group.get("rel"):
        hour, minute = _past_or_to(group["rel"], hour)
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
