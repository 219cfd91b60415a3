"""A mention of time put together from pieces, and where it lies on the calendar as seen from now."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from nlu.time_pieces import PARTS, Clock, Kind, Named, Piece


class Placed(NamedTuple):
    """A moment has `end` equal to `start`; an open end is None. `sure` is false where this is a guess."""

    start: datetime
    end: datetime | None
    grain: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """At most one day, one clock time and one part of the day; `until` is the far end of a range."""

    day: Named | None = None
    date: Named | None = None  # beside a weekday: "Tuesday, Dec 1"
    clock: Clock | None = None
    part: str | None = None
    vague: str | None = None
    bound: str = ""  # before, by (up to and with it), from (with it) or after
    until: "Mention | None" = None

    @property
    def plural(self) -> bool:
        return bool(self.day and self.day.plural) or (self.part is not None and self.day is None)

    def joined(self, piece: Piece) -> "Mention | None":
        """This mention with one more piece, or None where the piece does not complete it."""
        if self.vague:
            return None
        value = piece.value
        if piece.kind is Kind.VAGUE and self == Mention() and isinstance(value, str):
            return Mention(vague=value)
        if isinstance(value, Named):
            return self._with_day(value)
        if isinstance(value, str):
            return replace(self, part=value) if self.part is None and piece.kind is Kind.PART else None
        return replace(self, clock=value) if self.clock is None and value is not None else None

    def _with_day(self, day: Named) -> "Mention | None":
        if day.how == "tonight":
            return replace(self, day=Named("offset", 0), part="night") if self.day is None else None
        if self.day is None:
            return replace(self, day=day)
        names_weekday = "weekday" in (self.day.how, day.how)
        names_date = {"date", "monthday"} & {self.day.how, day.how}
        if self.date is None and names_weekday and names_date:
            weekday, exact = (self.day, day) if self.day.how == "weekday" else (day, self.day)
            return replace(self, day=weekday, date=exact)
        return None

    def filled_from_right(self, other: "Mention") -> "Mention":
        """What the next of a list or range says for both: "fri morning", "2-4pm", "3 or 4 tomorrow"."""
        filled = self
        if self.day and not self.clock and not self.part:
            filled = replace(
                filled, clock=other.clock if other.day else None, part=other.part if other.day else None
            )
        if self.clock and not self.day and other.day and other.clock:
            filled = replace(filled, day=other.day, date=other.date)
        if self.clock and other.clock and self.clock[2] is None and other.clock[2] in ("am", "pm"):
            half = other.clock[2] if _hour12(self.clock) <= _hour12(other.clock) else None
            filled = replace(filled, clock=(self.clock[0], self.clock[1], half, self.clock[3]))
        return filled

    def filled_from_left(self, other: "Mention") -> "Mention":
        """A day said once holds for the next clock time: "tomorrow at 3 or 4"."""
        if self.day is None and self.clock and other.day and other.clock:
            return replace(self, day=other.day, date=other.date)
        return self

    def up_to(self, other: "Mention") -> "Mention":
        return replace(self, until=other)


def _hour12(clock: Clock) -> int:
    return clock[0] % 12


def place(mention: Mention, now: datetime) -> Placed:
    """Place a mention; `now` is in the zone meant."""
    if mention.vague:
        return Placed(now, now, mention.vague, False)
    start, end, grain, sure = _bare(mention, now)
    if mention.until is not None and end is not None:
        far = _bare(_far_end(mention), now)
        stop = far.end if far.end is not None and far.end > far.start else far.start
        return (
            Placed(start, stop, grain, sure and far.sure)
            if stop > start
            else Placed(start, stop, grain, False)
        )
    return _bounded(Placed(start, end, grain, sure), mention, now)


def _bounded(bare: Placed, mention: Mention, now: datetime) -> Placed:
    """With its bound. "after friday" leaves Friday out, "from friday" and "by friday" do not."""
    last = bare.end or bare.start
    if mention.bound in ("before", "by"):
        stop = bare.start if mention.bound == "before" else last
        floor = stop.replace(hour=0, minute=0) if mention.clock or mention.part else now
        return bare._replace(start=min(floor, stop), end=stop)
    if mention.bound in ("after", "from"):
        return bare._replace(start=last if mention.bound == "after" else bare.start, end=None)
    return bare


def _far_end(mention: Mention) -> Mention:
    """The far end of a range, with the near end's day; "11 to 2" runs past noon."""
    far = mention.until or Mention()
    if far.day is None and mention.day is not None:
        far = replace(far, day=mention.day, date=mention.date)
    if far.clock and far.clock[2] is None and mention.clock and mention.clock[2] == "pm":
        far = replace(far, clock=(far.clock[0], far.clock[1], "pm", far.clock[3]))
    return far


def _bare(mention: Mention, now: datetime) -> Placed:
    """A mention without its bound or range."""
    first, last, sure = _days(mention, now)
    grain = _day_grain(mention.day)
    midnight = datetime.combine(first, time(), tzinfo=now.tzinfo)
    if mention.clock:
        hour, minute = _on_the_wall(mention.clock, mention.part)
        moment = midnight.replace(hour=hour, minute=minute)
        return Placed(moment, moment, "minute" if mention.clock[3] else "hour", sure)
    if mention.part:
        begin, stop = PARTS[mention.part]
        return Placed(midnight.replace(hour=begin), _at_hour(midnight, stop), "part", sure)
    return Placed(midnight, datetime.combine(last, time(), tzinfo=now.tzinfo), grain, sure)


def _at_hour(midnight: datetime, hour: int) -> datetime:
    return midnight.replace(hour=hour) if hour < 24 else midnight + timedelta(days=1)


def _on_the_wall(clock: Clock, part: str | None) -> tuple[int, int]:
    """Hour and minute of the day. Bare hours: 1–6 are pm, 7–11 am, unless a part of the day says otherwise."""
    hour, minute, half, _ = clock
    if half == "exact" or hour > 12 or hour == 0:
        return hour % 24, minute
    if half is None and part is not None:
        half = "am" if part == "morning" else "pm"
    if half is None:
        half = "pm" if hour <= 6 or hour == 12 else "am"
    return hour % 12 + (12 if half == "pm" else 0), minute


def _day_grain(day: Named | None) -> str:
    return {"weeks": "week", "months": "month", "month": "month"}.get(day.how, "day") if day else "day"


def _days(mention: Mention, now: datetime) -> tuple[date, date, bool]:
    """The first day and the day after the last, and whether they are surely meant."""
    today = now.date()
    day = mention.day
    if day is None:
        return today, today + timedelta(days=1), True
    first, length, sure = _first_day(day, today)
    if mention.date is not None:
        named, length, sure = _first_day(mention.date, today)
        sure = sure and named.weekday() == day.number
        first = named
    return first, first + timedelta(days=length), sure


def _first_day(day: Named, today: date) -> tuple[date, int, bool]:
    """First day, how many days, and whether surely meant."""
    monday = today - timedelta(days=today.weekday())
    if day.how == "weekday":
        return _weekday(day, today, monday)
    if day.how == "weekday_week":
        return today + timedelta(days=(day.number - today.weekday()) % 7 + 7), 1, True
    if day.how == "offset":
        return today + timedelta(days=day.number), 1, True
    if day.how == "weeks":
        return monday + timedelta(weeks=day.number), 7, True
    if day.how == "weekend":
        return monday + timedelta(days=5 + 7 * day.next), 2, True
    if day.how == "weekdays":
        return monday, 5, True
    return _by_date(day, today)


def _weekday(day: Named, today: date, monday: date) -> tuple[date, int, bool]:
    """The next such weekday. "next Friday" is next week's, but unsure while this week's is still to come."""
    if day.next:
        return monday + timedelta(days=7 + day.number), 1, day.number <= today.weekday() - 1
    return today + timedelta(days=(day.number - today.weekday()) % 7), 1, True


def _by_date(day: Named, today: date) -> tuple[date, int, bool]:
    if day.how == "months":
        first = _month_start(today.year, today.month + day.number)
        return first, (_month_start(first.year, first.month + 1) - first).days, True
    if day.how == "month":
        month = day.month or 1
        first = date(today.year + (month < today.month), month, 1)
        return first, (_month_start(first.year, month + 1) - first).days, True
    if day.how == "monthday":
        for ahead in range(13):
            first = _month_start(today.year, today.month + ahead)
            found = _valid(first.year, first.month, day.number)
            if found and found >= today:
                return found, 1, True
    found = _valid(day.year or today.year, day.month or today.month, day.number)
    if found and found < today and day.year is None:
        found = _valid(today.year + 1, day.month or today.month, day.number)
    return (found, 1, True) if found else (today, 1, False)


def _valid(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is none ("Feb 30")."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_start(year: int, month: int) -> date:
    """The first of a month; months past December run on into the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
