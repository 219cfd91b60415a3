"""How a day, week or month was named, told from what the groups of a pattern have found."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from nlu.time_lengths import in_units, shift, stretch, week_from
from nlu.time_numbers import day_of_month, whole, year_of
from nlu.time_words import MONTHS, ORDINALS, WEEKDAYS, Found, Named, part_of
from nlu.words import named_patterns

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
        return Named("month", month=MONTHS[what], year=year_of(group), cut=cut)
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
        return Named("nth_day", number, MONTHS[group["what"]], year_of(group))
    return Named("nth_day", number, next=group["mod"] == "next")


def _date(group: Found) -> Named | None:
    said, day = group["month"], day_of_month(group["day"])
    month = int(said) if said.isdigit() else MONTHS[said]
    if not 1 <= day <= 31 or not 1 <= month <= 12:
        return None
    return Named("date", day, month, year_of(group))


def _monthday(group: Found) -> Named | None:
    day = day_of_month(group["day"])
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
    return Named("feast", number, year=year_of(group), feast=_feast_name(group["feast"]))


def _feast_week(group: Found) -> Named:
    how = "week_of" if group["what"] == "week" else "weekend_of"
    return Named(how, feast=_feast_name(group["feast"]))


def _beside(group: Found) -> Named | None:
    """ "the week after thanksgiving", "2 days after dec 5": `cut` is what was counted; "one" is the weekday."""
    before = group["side"] in ("before", "b4")
    count = whole(group["count"]) or 1
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
        year_of(group),
        weekday=WEEKDAYS.get(group["weekday"], 0),
        cut=what,
        feast=_feast_name(group["feast"]) if group["feast"] else "",
        steps=-count if before else count,
    )


def _after_said(group: Found) -> Named:
    """ "2 days later", "the week after": from the day said before it on."""
    back = group["side"].startswith(("previous", "before", "earlier", "sooner"))
    steps = (whole(group["count"] or "a") or 1) * (-1 if back else 1)
    unit = {"wk": "week"}.get(group["unit"], group["unit"])
    if group["count"] and unit == "week":  # "a week later" is a day, "the week after" all of it
        return Named("after_said", cut="day", steps=7 * steps)
    return Named("after_said", cut=unit, steps=steps)


def _next_month(group: Found) -> Named:
    return Named("month", month=MONTHS[group["month"]], next=not group["mod"])


FIXED = {
    "new_year": Named("years", 1, cut="early"),
    "after_tomorrow": Named("offset", 2),
    "before_yesterday": Named("offset", -2),
    "week_after_next": Named("weeks", 2),
    "month_after_next": Named("months", 2),
    "end_of_week": Named("weeks", 0, pinned=True, cut="late"),
    "end_of_month": Named("months", 0, pinned=True, cut="late"),
    "today": Named("offset", 0),
    "tonight": Named("offset", 0, part="night"),
    "last_night": Named("offset", -1, part="night"),
    "later_today": Named("later"),
    "tomorrow": Named("offset", 1),
    "yesterday": Named("offset", -1),
    "weekend": Named("weekend"),
    "weekends": Named("weekend", plural=True),
    "weekdays": Named("weekdays"),
    "fortnight": Named("offset", 14),
    "next_fortnight": Named("ahead", 14),
}
"""Patterns that name one day or stretch, whatever their groups found."""

NAMED: dict[str, Callable[[Found], Named | None]] = {
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
    "week_from": week_from,
    "weekday_after": lambda group: Named("weekday_after", WEEKDAYS[group["weekday"]], loose=True),
    "after_said": _after_said,
    "weekday_on": lambda group: Named("weekday_on", WEEKDAYS[group["weekday"]], month=whole(group["count"])),
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
    "month_year": lambda group: Named("month", month=MONTHS[group["month"]], year=year_of(group)),
    "next_month": _next_month,
    "feast": _feast,
    "feast_week": _feast_week,
    "beside": _beside,
    "this_part": lambda group: Named("offset", 0, part=part_of(group["part"])),
    "next_units": stretch,
    "for_units": stretch,
    "within_the": stretch,
    "shift": shift,
    "in_units": in_units,
    "after_units": in_units,
    "fraction_units": in_units,
}
"""The others: how each tells what was named. None where its numbers make no date."""
