"""Until when somebody wants to be left alone: "not till January", "until the 5th", "not for two weeks"."""

import re
from datetime import date, datetime, timedelta

from nlu.spanish import in_english
from nlu.time_numbers import COUNTS, count_of
from nlu.understanding import TimeSpan, Understanding
from nlu.words import plain

DAYS = {"day": 1, "week": 7, "month": 30}
LONGEST = timedelta(days=366)

_COUNT = "|".join(sorted((*COUNTS, "the next"), key=len, reverse=True))
_HOW_LONG = re.compile(rf"\b(?P<count>\d{{1,2}}|{_COUNT}) (?P<unit>day|week|month)s?\b")


def paused_until(read: Understanding, now: datetime) -> date | None:
    """The first day on which they may be asked again, as seen from `now` on the clinic's clock. None: no such day
    was said, or not one to rely on."""
    said = [read.preferences.earliest, *(_until(span, now) for span in read.times)]
    said.append(_after_how_long(read.text, now))
    ahead = [day for day in said if day is not None and now.date() < day <= now.date() + LONGEST]
    return max(ahead, default=None)


def _until(span: TimeSpan, now: datetime) -> date | None:
    """ "Until the 5th" ends as the 5th begins, "not this week" with the week; "in January" begins there."""
    if not span.exact or not span.dated:
        return None
    if span.start > now or span.end is None:
        return span.end.date() if span.excluded and span.end else span.start.date()
    if span.excluded:  # a day, a week, "until the 5th": from now until it is over
        return span.end.date()
    return _unit_start(span.end.date() - timedelta(days=1), span.grain)


def _unit_start(last: date, grain: str) -> date:
    """The first day of the day, week or month that ends with `last`."""
    if grain == "month":
        return last.replace(day=1)
    return last - timedelta(days=6) if grain == "week" else last


def _after_how_long(text: str, now: datetime) -> date | None:
    found = _HOW_LONG.search(plain(in_english(text)))
    if found is None:
        return None
    count = 1 if found["count"] == "the next" else count_of(found["count"])
    return (now + timedelta(days=int(count * DAYS[found["unit"]]))).date()
