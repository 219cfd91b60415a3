"""Where a named day, week or month lies on the calendar, as seen from today."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from nlu.time_words import Named


class Days(NamedTuple):
    """The first day and how many. `sure` is false where this is a guess; `other` is the other first day that may
    be meant."""

    first: date
    length: int
    sure: bool = True
    other: date | None = None


def days(named: Named, today: date) -> Days:
    """The days that are meant."""
    return _KINDS[named.how](named, today)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weekday(named: Named, today: date) -> Days:
    """The next such weekday. "next friday" is next week's, but unsure while this week's is still to come."""
    if not named.next:
        return Days(today + timedelta(days=(named.number - today.weekday()) % 7), 1)
    first = _monday(today) + timedelta(days=7 + named.number)
    if named.number < today.weekday():
        return Days(first, 1)
    return Days(first, 1, False, first - timedelta(weeks=1))


def _last_weekday(named: Named, today: date) -> Days:
    return Days(today - timedelta(days=(today.weekday() - named.number - 1) % 7 + 1), 1)


def _weekday_week(named: Named, today: date) -> Days:
    """ "tuesday week", "two weeks from monday"."""
    return Days(today + timedelta(days=(named.number - today.weekday()) % 7, weeks=named.month or 1), 1)


def _weeks(named: Named, today: date) -> Days:
    monday = _monday(today) + timedelta(weeks=named.number)
    start, length = {"early": (0, 2), "mid": (1, 3), "late": (3, 2)}.get(named.cut, (0, 7))
    first = monday + timedelta(days=start)
    if named.cut == "later":
        return _from_tomorrow(monday, 7, today) if named.number == 0 else Days(monday + timedelta(days=2), 5)
    return Days(first, length)


def _from_tomorrow(first: date, length: int, today: date) -> Days:
    """What is left of a week or month: "later this week"."""
    start = max(first, today + timedelta(days=1))
    return Days(start, max(1, (first + timedelta(days=length) - start).days))


def _months(named: Named, today: date) -> Days:
    return _cut_month(named, month_start(today.year, today.month + named.number), today)


def _month(named: Named, today: date) -> Days:
    month = named.month or today.month
    year = named.year or today.year + (month < today.month)
    return _cut_month(named, date(year, month, 1), today)


def _cut_month(named: Named, first: date, today: date) -> Days:
    """The month from `first` on, or the part of it that was named: thirds, or the rest."""
    length = (month_start(first.year, first.month + 1) - first).days
    if named.cut == "later":
        return _from_tomorrow(first, length, today)
    start, stop = {"early": (0, 10), "mid": (10, 20), "late": (20, length)}.get(named.cut, (0, length))
    return Days(first + timedelta(days=start), stop - start)


def _nth_week(named: Named, today: date) -> Days:
    """ "first week of december": its first seven days; "last week": its last."""
    whole = Named("month" if named.month else "months", named.number, month=named.month)
    first, length, *_ = days(whole, today)
    start = length - 7 if named.cut == "last" else 7 * (int(named.cut) - 1)
    return Days(first + timedelta(days=start), 7)


def _nth_weekday(named: Named, today: date) -> Days:
    """ "first monday in december", "last friday of the month"."""
    week = _nth_week(named, today)
    found = week.first + timedelta(days=(named.weekday - week.first.weekday()) % 7)
    if found < today and named.month is None:
        return _nth_weekday(replace(named, number=named.number + 1), today)
    return Days(found, 1)


def _week_of(named: Named, today: date) -> Days:
    """ "week of the 7th": Monday to Sunday round it."""
    found = days(Named("date" if named.month else "monthday", named.number, month=named.month), today)
    return Days(_monday(found.first), 7, found.sure)


def _monthday(named: Named, today: date) -> Days:
    """The next month that has such a day and in which it is still to come."""
    for ahead in range(13):
        first = month_start(today.year, today.month + ahead)
        found = _valid(first.year, first.month, named.number)
        if found and found >= today:
            return Days(found, 1)
    return Days(today, 1, False)


def _date(named: Named, today: date) -> Days:
    month = named.month or today.month
    found = _dated(named.year or today.year, month, named.number)
    if found and found < today and named.year is None:
        found = _dated(today.year + 1, month, named.number)
    return Days(found, 1) if found else Days(today, 1, False)


def _dated(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is none ("Feb 30"). Day 0 is the fourth Thursday: Thanksgiving."""
    if day:
        return _valid(year, month, day)
    first = date(year, month, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_start(year: int, month: int) -> date:
    """The first of a month; months before January and past December run on into the years beside."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _months_on(named: Named, today: date) -> Days:
    """ "in 2 months": the same day then, or the last where the month is shorter."""
    first = month_start(today.year, today.month + named.number)
    length = (month_start(first.year, first.month + 1) - first).days
    return Days(first.replace(day=min(today.day, length)), 1)


def _years(named: Named, today: date) -> Days:
    first, last = date(today.year + named.number, 1, 1), date(today.year + named.number, 12, 31)
    first = {"late": last.replace(day=1), "mid": first.replace(month=6)}.get(named.cut, first)
    length = (last - first).days + 1
    return Days(first, {"early": 31, "mid": 61}.get(named.cut, length))


_KINDS: dict[str, Callable[[Named, date], Days]] = {
    "weekday": _weekday,
    "last_weekday": _last_weekday,
    "weekday_week": _weekday_week,
    "weekend": lambda named, today: Days(_monday(today) + timedelta(days=5 + 7 * named.number), 2),
    "weekdays": lambda _named, today: Days(_monday(today), 5),
    "weeks": _weeks,
    "week_of": _week_of,
    "nth_week": _nth_week,
    "nth_weekday": _nth_weekday,
    "months": _months,
    "months_on": _months_on,
    "month": _month,
    "years": _years,
    "monthday": _monthday,
    "date": _date,
    "offset": lambda named, today: Days(today + timedelta(days=named.number), 1),
    "ahead": lambda named, today: Days(today, named.number),
    "minutes": lambda _named, today: Days(today, 1),
    "later": lambda _named, today: Days(today, 1),
}
