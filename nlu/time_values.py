"""What a pattern of lists/times.yml has found, as a value: a named day, a clock time, a part of the day."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from nlu.time_words import LARGER, MONTHS, NUMBERS, ORDINALS, PARTS, WEEKDAYS, Kind, Named, Piece
from nlu.words import named_patterns

Found = dict[str, str]
"""What the groups of a pattern have found, "" where nothing. A group that had to be named twice ("day2") counts
under its first name."""


def make(name: str, found: re.Match[str]) -> Piece | None:
    """The piece a pattern's match stands for; None where its numbers make no sense."""
    text = found[0].strip()
    if name in _VAGUE:
        return Piece(Kind.VAGUE, text, _VAGUE[name])
    if name in _FIXED_DAYS:
        return Piece(Kind.DAY, text, _FIXED_DAYS[name])
    group = _groups(found)
    if name in _DAYS:
        day = _DAYS[name](group)
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
    "vague_day": "day", "vague_week": "week", "shift": "minute", "holiday": "day", "season": "month",
    "work": "part",
}  # fmt: skip
_FIXED_DAYS = {
    "after_tomorrow": Named("offset", 2),
    "before_yesterday": Named("offset", -2),
    "week_after_next": Named("weeks", 2),
    "month_after_next": Named("months", 2),
    "end_of_week": Named("weeks", 0, pinned=True, cut="late"),
    "end_of_month": Named("months", 0, pinned=True, cut="late"),
    "today": Named("offset", 0),
    "tonight": Named("offset", 0, part="night"),
    "later_today": Named("later"),
    "tomorrow": Named("offset", 1),
    "yesterday": Named("offset", -1),
    "weekend": Named("weekend"),
    "weekends": Named("weekend", plural=True),
    "weekdays": Named("weekdays"),
    "fortnight": Named("offset", 14),
    "next_fortnight": Named("ahead", 14),
}
_NEXT = ("next", "following")
_PAST = ("last", "past", "previous", "this past")
_EVERY = ("every", "any", "each", "all")
_SOME = ("every other", "every second", "alternate", "alternating", "most")
"""Comes back, but not every week, and which weeks nobody said."""


def _weekday(group: Found) -> Named:
    mod = group["mod"]
    if mod in _PAST:
        return Named("last_weekday", WEEKDAYS[group["weekday"]])
    return Named(
        "weekday",
        WEEKDAYS[group["weekday"]],
        next=mod in _NEXT,
        plural=mod not in _SOME and (bool(group["plural"]) or mod in _EVERY),
        pinned=bool(mod) and mod not in _EVERY,
        loose=mod in _SOME,
    )


def _unit(group: Found) -> Named | None:
    """ "next week", "this month", "last weekend", with the part of it that was named ("early next week"). "any
    week" is no week."""
    how = {"week": "weeks", "wk": "weeks", "month": "months", "year": "years", "yr": "years"}.get(
        group["unit"], "weekend"
    )
    mod = group["mod"]
    if mod in _EVERY and how == "weekend":
        return Named(how, plural=True)
    if mod in _EVERY:
        return None
    number = -1 if mod in _PAST else int(mod in _NEXT)
    return Named(
        how,
        number,
        next=number == 1,
        pinned=True,
        cut=_CUTS.get(group.get("cut", ""), ""),
        loose=mod in _SOME,
    )


_CUTS = {
    "early": "early", "beginning": "early", "start": "early", "first half": "first half", "first part": "early",
    "early part": "early", "mid": "mid", "middle": "mid", "late": "late", "end": "late", "later": "later",
    "second half": "second half", "last part": "late", "later part": "late", "rest": "later",
    "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4", "4th": "4",
    "last": "last",
}  # fmt: skip


def _cut(group: Found) -> Named:
    """A part of a month, week or year, or what was counted in it. "of each month" is no one month."""
    cut, what = _CUTS[group["cut"]], group["what"]
    if what in MONTHS:
        return Named("month", month=MONTHS[what], year=_year(group), cut=cut)
    if group["mod"] in _EVERY:
        return Named("months", pinned=True, cut=cut, loose=True)
    found = _unit({"mod": group["mod"], "unit": what, "cut": group["cut"]})
    return found or Named("months", cut=cut)


def _nth_week(group: Found) -> Named:
    return replace(_cut(group), how="nth_weekend" if "nd" in group["span"] else "nth_week")


def _nth_day(group: Found) -> Named | None:
    """ "the third day of october", "the last day of the month", "first of march"."""
    number = 0 if group["cut"] == "last" else ORDINALS[group["cut"]]
    if group["what"] in MONTHS:
        return Named("nth_day", number, MONTHS[group["what"]], _year(group))
    return Named("nth_day", number, next=group["mod"] == "next")


def _week_from(group: Found) -> Named:
    weeks = (_whole(group["count"] or "a") or 1) * (2 if group["span"].startswith("f") else 1)
    said = group["weekday"]
    if said in WEEKDAYS:
        return Named("weekday_week", WEEKDAYS[said], month=weeks)
    return Named("offset", 7 * weeks + (said == "tomorrow"))


def _date(group: Found) -> Named | None:
    said, day = group["month"], _day_of_month(group["day"])
    month = int(said) if said.isdigit() else MONTHS[said]
    if not 1 <= day <= 31 or not 1 <= month <= 12:
        return None
    return Named("date", day, month, _year(group))


def _day_of_month(said: str) -> int:
    return int(said) if said.isdigit() else ORDINALS[said]


_A_CENTURY_AGO = 60
"""A year said in two digits is in the past from here on: a birthday in '74, an appointment in '27."""


def _year(group: Found) -> int | None:
    said = group.get("year", "")
    if not said.isdigit():
        return None
    year = int(said)
    return year if year >= 100 else year + (1900 if year >= _A_CENTURY_AGO else 2000)


def _monthday(group: Found) -> Named | None:
    day = _day_of_month(group["day"])
    return Named("monthday", day) if 1 <= day <= 31 else None


def _week_of(group: Found) -> Named | None:
    day = int(group["day"])
    how = "weekend_of" if "nd" in group["what"] else "week_of"
    return Named(how, day, MONTHS.get(group["month"])) if 1 <= day <= 31 else None


@cache
def _feasts() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(phrase) for name, phrase in named_patterns("times", "feasts", {}).items()}


def _feast_name(said: str) -> str:
    return next(name for name, phrase in _feasts().items() if phrase.fullmatch(said))


_YEARS = {"this year": 0, "next year": 1, "last year": -1}


def _feast(group: Found) -> Named:
    """A feast; `number` counts the years from the coming one where one was said without its number."""
    number = _YEARS.get(group["year"], -1 if group["mod"] == "last" else 0)
    return Named("feast", number, year=_year(group), feast=_feast_name(group["feast"]))


def _feast_week(group: Found) -> Named:
    how = "week_of" if group["what"] == "week" else "weekend_of"
    return Named(how, feast=_feast_name(group["feast"]))


def _beside(group: Found) -> Named | None:
    """ "the week after thanksgiving", "2 days after dec 5": `cut` is what was counted; "one" is the weekday."""
    before = group["side"] in ("before", "b4")
    count = _whole(group["count"]) or 1
    if group["nth"]:
        count = {"last": 1}.get(group["nth"]) or int(_CUTS[group["nth"]])
    what = group["what"].rstrip("s") or "one"
    day = _monthday({"day": group["monthday"] or group["day"] or "1"})
    if day is None:
        return None
    return Named(
        "beside",
        day.number,
        MONTHS.get(group["month"]),
        _year(group),
        weekday=WEEKDAYS.get(group["weekday"], 0),
        cut=what,
        feast=_feast_name(group["feast"]) if group["feast"] else "",
        steps=-count if before else count,
    )


def _next_month(group: Found) -> Named:
    return Named("month", month=MONTHS[group["month"]], next=not group["mod"])


def _whole(said: str) -> int:
    return int(_count(said))


_COUNTS = {
    **NUMBERS, **LARGER, "a": 1, "an": 1, "another": 1, "couple": 2, "a couple": 2, "a couple of": 2,
    "couple of": 2, "a pair of": 2, "half": 0.5, "half a": 0.5, "half an": 0.5, "a half": 0.5, "an half": 0.5,
    "a few": 3, "few": 3, "several": 3, "1/4": 0.25, "1/2": 0.5, "3/4": 0.75, "a quarter of an": 0.25,
    "three quarters of an": 0.75, "3 quarters of an": 0.75,
}  # fmt: skip
_LOOSE = ("a few", "few", "several")


def _count(said: str) -> float:
    """A number as said; 0 where it is none."""
    whole = said.removesuffix(" and a half").removesuffix(" and an half")
    if whole != said:
        return _count(whole) + 0.5
    if said.replace(".", "", 1).isdigit():
        return float(said)
    if said.endswith(" five"):
        return LARGER[said.removesuffix(" five")] + 5
    return _COUNTS.get(said, 0)


_DAYS_OF = {"d": 1, "w": 7, "f": 14}
_MINUTES_OF = {"h": 60, "m": 1}


def _is_of_day(unit: str) -> bool:
    """Minutes or hours."""
    return unit[0] in "hm" and not unit.startswith("mo")


def _stretch(group: Found) -> Named | None:
    """So many hours, days or weeks from now on, all of them: "in the next 2 weeks", "not for 3 weeks"."""
    count, unit = _count(group.get("count") or "a"), group["unit"]
    loose = group.get("count") in _LOOSE
    if not 0 < count < 100:
        return None
    if _is_of_day(unit):
        return Named("within", int(count * _MINUTES_OF[unit[0]]), loose=loose)
    days = 365 if unit.startswith("y") else 30 if unit.startswith("mo") else _DAYS_OF[unit[0]]
    return Named("ahead", int(count * days), loose=loose)


def _in_units(group: Found) -> Named | None:
    """A number of minutes, hours, days or weeks from now."""
    count, unit = _count(group["count"]), group["unit"]
    count += 0.5 if group.get("half") else 0
    if not 0 < count < 400:
        return None
    if group.get("side") == "within":
        return _stretch(group | {"count": group["count"]})
    loose = group["count"] in _LOOSE
    if _is_of_day(unit):
        return Named("minutes", int(count * _MINUTES_OF[unit[0]]), loose=loose)
    if unit.startswith(("mo", "y")):
        return Named("months_on", int(count * (12 if unit.startswith("y") else 1)), loose=loose)
    return Named("offset", int(count * _DAYS_OF[unit[0]]), loose=loose)


_DAYS: dict[str, Callable[[Found], Named | None]] = {
    "iso": _date,
    "slash": _date,
    "dashed": _date,
    "dotted": _date,
    "month_day": _date,
    "day_month": _date,
    "monthday": _monthday,
    "ordinal": _monthday,
    "large_ordinal": _monthday,
    "week_of": _week_of,
    "week_from": _week_from,
    "weekday_on": lambda group: Named("weekday_on", WEEKDAYS[group["weekday"]], month=_whole(group["count"])),
    "weekday": _weekday,
    "unit": _unit,
    "all_week": lambda group: _unit({"mod": "this", "unit": group["unit"]}),
    "cut": _cut,
    "nth_weekday": lambda group: replace(_cut(group), how="nth_weekday", weekday=WEEKDAYS[group["weekday"]]),
    "nth_weekday_loose": lambda group: Named(
        "nth_weekday", weekday=WEEKDAYS[group["weekday"]], cut=_CUTS[group["cut"]], loose=True
    ),
    "nth_week": _nth_week,
    "nth_day": _nth_day,
    "month": lambda group: Named("month", month=MONTHS[group["month"]]),
    "month_alone": lambda group: Named("month", month=MONTHS[group["month"]]),
    "month_year": lambda group: Named("month", month=MONTHS[group["month"]], year=_year(group)),
    "next_month": _next_month,
    "feast": _feast,
    "feast_week": _feast_week,
    "beside": _beside,
    "this_part": lambda group: Named("offset", 0, part=_part(group)),
    "next_units": _stretch,
    "for_units": _stretch,
    "within_the": _stretch,
    "in_units": _in_units,
    "after_units": _in_units,
    "fraction_units": _in_units,
}


def _part(group: Found) -> str:
    return next((part for part in PARTS if part.startswith(group["part"][:3])), "morning")


def _half(group: Found) -> str:
    return "morning" if group["ap"].startswith("a") else "afternoon"


_PARTS: dict[str, Callable[[Found], str]] = {
    "part": lambda group: "afternoon" if group["part"] == "arvo" else _part(group),
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
    minute = _minute(group.get("minute", ""))
    if group.get("rel"):
        hour, minute = _past_or_to(group, hour)
    elif name == "half_hour":
        minute = 30
    if hour > 24:
        return None
    if name == "bare" and (hour > 12 or hour == 0):
        return Piece(Kind.VAGUE, text, "hour")
    half = group.get("ap")
    known = f"{half}m" if half else "exact" if said in _NAMED_HOURS else None
    return Piece(Kind.CLOCK, text, (hour, minute, known, bool(group.get("minute") or minute)))


def _minute(said: str) -> int:
    """Minutes as said: "05", "oh five", "forty five"."""
    if said.isdigit():
        return int(said)
    return sum((NUMBERS | LARGER).get(word, 0) for word in said.replace("fortyfive", "forty five").split())


def _past_or_to(group: Found, hour: int) -> tuple[int, int]:
    """ "quarter past 3", "20 to 4"."""
    minutes = {"quarter": 15, "half": 30}.get(group["count"]) or _whole(group["count"])
    if group["rel"] in ("past", "after"):
        return hour, minutes
    return (hour - 1) % 12 or 12, 60 - minutes
