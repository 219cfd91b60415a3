"""Where a mention of time lies on the calendar and the clock, as seen from now and from a clinic's hours."""

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from nlu.time_days import Days, days, week_of
from nlu.time_mentions import Mention
from nlu.time_words import PARTS, Clock, Named
from nlu.understanding import Daily, Walls

Hours = Mapping[int, Walls]
"""When a clinic is open, by weekday (0 = Monday)."""

_HALF_A_DAY = timedelta(hours=12)
_A_WEEK = timedelta(weeks=1)


class Placed(NamedTuple):
    """A moment has `end` equal to `start`; an open end is None. `sure` is false where this is a guess, and
    `other` is then the start that may be meant instead, if there is just one."""

    start: datetime
    end: datetime | None
    grain: str
    sure: bool
    other: datetime | None = None


def place(mention: Mention, now: datetime, hours: Hours | None) -> Placed:
    """Place a mention; `now` is in the zone meant. Without `hours` any hour of the day may be meant."""
    if mention.vague:
        return Placed(now, now, mention.vague, False)
    bare = _bare(mention, now, hours)
    if mention.until is not None and bare.end is not None:
        return _up_to(bare, mention, now, hours)
    return _bounded(bare, mention, now)


def each_day(mention: Mention, now: datetime, hours: Hours | None) -> Daily | None:
    """The time of day and its days, where it was said of several ("mornings next week") or of weekdays in a month;
    else None."""
    weekdays = mention.weekdays_of_month
    if mention.vague or mention.day is None or not (mention.clock or mention.part or weekdays):
        return None
    if mention.day.how in ("minutes", "within", "later"):
        return None
    whole = replace(mention, day=mention.date, date=None) if weekdays else mention
    found = _days(whole, now.date())
    if found.length <= 1:
        return None
    of_day = place(replace(mention, day=None, date=None), now, hours)
    # Until midnight is to the end of the day.
    until = of_day.end.time() if of_day.end and of_day.end.date() == of_day.start.date() else None
    last = found.first + timedelta(days=found.length - 1)
    first = max(found.first, now.date()) if weekdays else found.first
    return Daily(first, last, of_day.start.time(), until, weekdays)


def _up_to(near: Placed, mention: Mention, now: datetime, hours: Hours | None) -> Placed:
    """A range: to the end of its far end."""
    end = _far_end(mention)
    ahead = _moves_on(end) and near.start > now and (end.day, end.date) != (mention.day, mention.date)
    far = _bare(end, near.start if ahead else now, hours)
    stop = far.end if far.end is not None and far.end > far.start else far.start
    if stop <= near.start and end.clock and end.clock[2] is None:
        stop += _HALF_A_DAY  # "7 to 9" in the evening
    if stop <= near.start and end.day and end.day.how == "weekday":
        stop += _A_WEEK  # "monday to friday" said on a friday
    return near._replace(end=stop, sure=near.sure and far.sure and stop > near.start)


def _moves_on(end: Mention) -> bool:
    """Whether the far end is the first such day after the near one."""
    return end.day is not None and end.day.how in ("weekday", "monthday") and end.date is None


def _far_end(mention: Mention) -> Mention:
    """The far end of a range, with the near end's day; "11 to 2" runs past noon."""
    far = mention.until or Mention()
    if far.day is None and mention.day is not None:
        far = replace(far, day=mention.day, date=mention.date)
    if far.clock and far.clock[2] is None and mention.clock and mention.clock[2] == "pm":
        far = replace(far, clock=(far.clock[0], far.clock[1], "pm", far.clock[3]))
    return far


def _bounded(bare: Placed, mention: Mention, now: datetime) -> Placed:
    """With its bound. "after friday" leaves Friday out, "from friday" and "by friday" do not."""
    last = bare.end or bare.start
    if mention.bound == "before" and bare.start <= now and _comes_weekly(mention):
        return bare._replace(start=now, end=bare.start + _A_WEEK)
    if mention.bound in ("before", "by", "through"):
        # "before the end of the month" is by then, not before its last third.
        early = mention.bound == "before" and not (mention.day and mention.day.cut == "late")
        stop = bare.start if early else last
        floor = stop.replace(hour=0, minute=0) if mention.clock or mention.part else now
        return bare._replace(start=min(floor, stop), end=stop, other=None)
    if mention.bound in ("after", "from"):
        return bare._replace(start=last if mention.bound == "after" else bare.start, end=None, other=None)
    return bare


def _comes_weekly(mention: Mention) -> bool:
    """ "before friday" said on a friday is before the next one."""
    return mention.day is not None and mention.day.how == "weekday" and mention.date is None


def _bare(mention: Mention, now: datetime, hours: Hours | None) -> Placed:
    """A mention without its bound or range."""
    if mention.day is not None and mention.day.how in ("minutes", "within", "later"):
        return _from_now(mention.day, now)
    first, length, sure, other = _days(mention, now.date())
    begin, end, grain = _within(mention, first, length, hours)
    # "mornings next week" are several mornings, and "3pm next week" may be any of its days.
    whole = not (mention.clock or mention.part) or length == 1
    shift = timedelta(days=(other - first).days) if other else None
    return Placed(
        datetime.combine(first, time(), tzinfo=now.tzinfo) + begin,
        datetime.combine(first, time(), tzinfo=now.tzinfo) + end,
        grain,
        sure and whole,
        datetime.combine(first, time(), tzinfo=now.tzinfo) + begin + shift if shift else None,
    )


def _within(
    mention: Mention, first: date, length: int, hours: Hours | None
) -> tuple[timedelta, timedelta, str]:
    """From when until when after the midnight that begins the first day, and the grain."""
    if mention.clock:
        said = on_the_wall(mention.clock, mention.part, _open(hours, first if mention.day else None))
        return said, said, "minute" if mention.clock[3] else "hour"
    if mention.part and length == 1:
        begin, stop = PARTS[mention.part]
        return timedelta(hours=begin), timedelta(hours=stop), "part"
    return timedelta(), timedelta(days=length), _day_grain(mention.day)


def _from_now(day: Named, now: datetime) -> Placed:
    """ "in 2 hours" is a moment, "within 2 hours" all until then, "later today" what is left of the day."""
    if day.how == "later":
        tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)
        return Placed(now, tomorrow, "part", True)
    then = (now + timedelta(minutes=day.number)).replace(second=0, microsecond=0)
    grain = "minute" if day.number % 60 else "hour"
    return Placed(now if day.how == "within" else then, then, grain, not day.loose)


def _open(hours: Hours | None, day: date | None) -> tuple[Walls, ...]:
    """When the clinic is open on a day; on any day where none was said."""
    if hours is None:
        return ()
    if day is None or day.weekday() not in hours:
        return tuple(hours.values())
    return (hours[day.weekday()],)


def on_the_wall(clock: Clock, part: str | None, opens: tuple[Walls, ...]) -> timedelta:
    """The hour of the day. Bare hours: 1–6 are pm, 7–11 am, unless a part of the day says otherwise, or the
    clinic is closed then and open twelve hours earlier or later."""
    hour, minute, half, _ = clock
    if half in ("open", "close") and opens:
        wall = min(start for start, _ in opens) if half == "open" else max(end for _, end in opens)
        return timedelta(hours=wall.hour, minutes=wall.minute)
    if half in ("open", "close", "exact") or hour > 12 or hour == 0:
        return timedelta(hours=hour % 24, minutes=minute)
    early = timedelta(hours=hour % 12, minutes=minute)
    late = early + _HALF_A_DAY
    if half is None and part is not None:
        half = "am" if part == "morning" else "pm"
    if half is not None:
        return late if half == "pm" else early
    usual, unusual = (late, early) if hour <= 6 or hour == 12 else (early, late)
    return unusual if _is_open(unusual, opens) and not _is_open(usual, opens) else usual


def _is_open(at: timedelta, opens: tuple[Walls, ...]) -> bool:
    wall = time(at.seconds // 3600, at.seconds // 60 % 60)
    return any(start <= wall <= end for start, end in opens)


_GRAINS = {
    **dict.fromkeys(("weeks", "week_of", "nth_week"), "week"),
    **dict.fromkeys(("months", "month", "years"), "month"),
}


def _day_grain(day: Named | None) -> str:
    """ "early next week" is some of its days, "the week after christmas" a whole one."""
    if day is not None and day.how == "beside":
        return day.cut if day.cut in ("week", "month") and abs(day.steps) == 1 else "day"
    if day is None or (day.cut and day.how != "nth_week"):
        return "day"
    return _GRAINS.get(day.how, "day")


def _days(mention: Mention, today: date) -> Days:
    """The days of a mention; none said: today, for want of a better one."""
    day, beside = mention.day, mention.date
    if day is None:
        return Days(today, 1)
    if mention.last is not None:
        first = _days(replace(mention, last=None), today)
        last = _days(mention.last, first.first if _moves_on(mention.last) else today)
        return Days(
            first.first, max(1, (last.first - first.first).days + last.length), first.sure and last.sure
        )
    if beside is None:
        return days(day, today)
    found = days(beside, today)
    if day.how == "monthday":
        return _in_month(found.first, day.number)
    if mention.weekdays_of_month:
        return _first_on(mention.weekdays_of_month, max(found.first, today))
    if beside.how == "offset":
        found = week_of(found.first)
    if found.length > 1:
        return _first_on({day.number}, found.first)._replace(sure=found.sure)
    return found._replace(sure=found.sure and found.first.weekday() == day.number)


def _first_on(weekdays: Set[int], first: date) -> Days:
    """The first of such days of the week from a day on: one of several that may be meant, so a guess."""
    ahead = min((number - first.weekday()) % 7 for number in weekdays)
    return Days(first + timedelta(days=ahead), 1, False)


def _in_month(first: date, day: int) -> Days:
    """The day of that month; a guess where the month is too short for it."""
    found = first + timedelta(days=day - 1)
    return Days(found, 1, found.month == first.month)
