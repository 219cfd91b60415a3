"""Where a named day, week or month lies on the calendar, as seen from today."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from nlu.time_feasts import feast
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
    found = _KINDS[named.how](named, today)
    return found._replace(sure=False) if named.loose else found


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


def _weekday_on(named: Named, today: date) -> Days:
    """ "2 tuesdays from now": the second that is still to come."""
    first = (named.number - today.weekday() - 1) % 7 + 1
    return Days(today + timedelta(days=first, weeks=(named.month or 1) - 1), 1)


_CUTS_OF_WEEK = {"early": (0, 2), "mid": (1, 3), "late": (3, 2), "first half": (0, 3), "second half": (2, 3)}


def _weeks(named: Named, today: date) -> Days:
    monday = _monday(today) + timedelta(weeks=named.number)
    start, length = _CUTS_OF_WEEK.get(named.cut, (0, 7))
    first = monday + timedelta(days=start)
    if named.number == 0 and named.cut in _CUTS_OF_WEEK and first + timedelta(days=length) <= today:
        return _weeks(replace(named, number=1), today)
    if named.cut == "later":
        return _from_tomorrow(monday, 7, today) if named.number == 0 else Days(monday + timedelta(days=2), 5)
    return Days(first, length)


def _from_tomorrow(first: date, length: int, today: date) -> Days:
    """What is left of a week or month: "later this week"."""
    start = max(first, today + timedelta(days=1))
    return Days(start, max(1, (first + timedelta(days=length) - start).days))


def _months(named: Named, today: date) -> Days:
    """ "next month", "early in the month": where that part is over, the next month's."""
    found = _cut_month(named, month_start(today.year, today.month + named.number), today)
    if named.cut and named.number == 0 and found.first + timedelta(days=found.length) <= today:
        return _months(replace(named, number=1), today)
    return found


def _month(named: Named, today: date) -> Days:
    """The month, this year or the next; "march after next" is a year later still."""
    month = named.month or today.month
    year = named.year or today.year + (month < today.month) + named.next
    return _cut_month(named, date(year, month, 1), today)


def _cut_month(named: Named, first: date, today: date) -> Days:
    """The month from `first` on, or the part of it that was named: thirds, or the rest."""
    length = (month_start(first.year, first.month + 1) - first).days
    if named.cut == "later":
        return _from_tomorrow(first, length, today)
    start, stop = {
        "early": (0, 10), "mid": (10, 20), "late": (20, length),
        "first half": (0, 15), "second half": (15, length),
    }.get(named.cut, (0, length))  # fmt: skip
    return Days(first + timedelta(days=start), stop - start)


def _nth_week(named: Named, today: date) -> Days:
    """ "first week of december": its first seven days; "last week": its last."""
    whole = Named("month" if named.month else "months", named.number, month=named.month, year=named.year)
    first, length, *_ = days(whole, today)
    start = length - 7 if named.cut == "last" else 7 * (int(named.cut) - 1)
    found = first + timedelta(days=start)
    if found + timedelta(days=7) <= today and named.month is None and named.number == 0:
        return _nth_week(replace(named, number=1), today)
    return Days(found, 7)


def _nth_weekend(named: Named, today: date) -> Days:
    """ "the first weekend of december": from its first Saturday on."""
    return _nth_weekday(replace(named, weekday=5), today)._replace(length=2)


def _nth_day(named: Named, today: date) -> Days:
    """ "the third day of october", "the last day of the month"; day 0 is the last."""
    if named.month is None and named.number and not named.next:
        return _monthday(named, today)
    whole = Named("month" if named.month else "months", int(named.next), month=named.month, year=named.year)
    first, length, *_ = days(replace(whole, next=False), today)
    found = first + timedelta(days=(named.number or length) - 1)
    return Days(found, 1, found.month == first.month)


def _nth_weekday(named: Named, today: date) -> Days:
    """ "first monday in december", "last friday of the month"."""
    week = _nth_week(named, today)
    found = week.first + timedelta(days=(named.weekday - week.first.weekday()) % 7)
    if found < today and named.month is None:
        return _nth_weekday(replace(named, number=named.number + 1), today)
    return Days(found, 1)


def week_of(day: date) -> Days:
    """Monday to Sunday round a day."""
    return Days(_monday(day), 7)


def _week_of(named: Named, today: date) -> Days:
    """ "week of the 7th", "christmas week"."""
    found = _the_day(named, today)
    return week_of(found.first)._replace(sure=found.sure)


def _weekend_of(named: Named, today: date) -> Days:
    """ "weekend of the 5th", "labor day weekend": the nearest."""
    found = _the_day(named, today)
    return Days(found.first + timedelta(days=(8 - found.first.weekday()) % 7 - 3), 2, found.sure)


def _the_day(named: Named, today: date) -> Days:
    """The day that something lies round or beside: a feast, a date, or a day of the month."""
    if named.feast:
        return _feast(replace(named, number=0), today)
    how = "date" if named.month else "monthday"
    return days(Named(how, named.number, named.month, named.year), today)


def _feast(named: Named, today: date) -> Days:
    """The next such feast; `number` counts the years from it where "next year" or "last" was said."""
    years = [named.year] if named.year else [today.year, today.year + 1]
    if named.number > 0:
        years = [today.year + named.number]
    coming = (found for year in years if (found := feast(named.feast, year)))
    found = next((day for day in coming if named.year or named.number > 0 or day >= today), None)
    if found is not None and named.number < 0:
        found = feast(named.feast, found.year - 1)
    return Days(found, 1) if found else Days(today, 1, False)


def _beside(named: Named, today: date) -> Days:
    """ "the week after thanksgiving", "the monday before the 15th": `steps` further on, or back."""
    if named.feast and not named.year:
        # The week after one that has just been is still to come.
        this_year = feast(named.feast, today.year)
        found = _stepped(named, this_year) if this_year else (today, 0)
        if found[0] + timedelta(days=found[1]) > today:
            return Days(*found)
    base = _the_day(named, today)
    return Days(*_stepped(named, base.first), base.sure)


def _stepped(named: Named, base: date) -> tuple[date, int]:
    steps = named.steps
    if named.cut in ("day", "weekday"):
        return base + timedelta(days=steps), 1
    if named.cut == "week" and abs(steps) == 1:
        return _monday(base) + timedelta(weeks=steps), 7
    if named.cut == "week":
        return base + timedelta(weeks=steps), 1
    if named.cut == "month":
        first = month_start(base.year, base.month + steps)
        return first, (month_start(first.year, first.month + 1) - first).days
    weekday, length = (named.weekday, 1) if named.cut == "one" else (5, 2)
    if steps > 0:
        return base + timedelta(days=(weekday - base.weekday() - 1) % 7 + 1 + 7 * (steps - 1)), length
    return base - timedelta(days=(base.weekday() - weekday - 1) % 7 + 1 + 7 * (-steps - 1)), length


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
    found = _valid(named.year or today.year, month, named.number)
    if found and found < today and named.year is None:
        found = _valid(today.year + 1, month, named.number)
    return Days(found, 1) if found else Days(today, 1, False)


def _valid(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is none ("Feb 30")."""
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
    """ "next year", "early next year"; the beginning of this year is over, so it is the next one's."""
    over = named.number == 0 and (named.cut == "early" or (named.cut == "mid" and today.month > 7))
    year = today.year + named.number + over
    first, last = date(year, 1, 1), date(year, 12, 31)
    first = {"late": last.replace(day=1), "mid": first.replace(month=6)}.get(named.cut, first)
    length = (last - first).days + 1
    return Days(first, {"early": 31, "mid": 61}.get(named.cut, length))


_KINDS: dict[str, Callable[[Named, date], Days]] = {
    "weekday": _weekday,
    "last_weekday": _last_weekday,
    "weekday_week": _weekday_week,
    "weekday_on": _weekday_on,
    "weekday_after": _weekday_week,
    "after_said": lambda _named, today: Days(today, 1, False),
    "shift": lambda _named, today: Days(today, 1, False),
    "weekend": lambda named, today: Days(_monday(today) + timedelta(days=5 + 7 * named.number), 2),
    "weekdays": lambda _named, today: Days(_monday(today), 5),
    "weeks": _weeks,
    "week_of": _week_of,
    "weekend_of": _weekend_of,
    "nth_week": _nth_week,
    "nth_weekend": _nth_weekend,
    "nth_weekday": _nth_weekday,
    "nth_day": _nth_day,
    "feast": _feast,
    "beside": _beside,
    "months": _months,
    "months_on": _months_on,
    "month": _month,
    "years": _years,
    "monthday": _monthday,
    "date": _date,
    "offset": lambda named, today: Days(today + timedelta(days=named.number), 1),
    "ahead": lambda named, today: Days(today, named.number),
    "within": lambda _named, today: Days(today, 1),
    "minutes": lambda _named, today: Days(today, 1),
    "later": lambda _named, today: Days(today, 1),
}
