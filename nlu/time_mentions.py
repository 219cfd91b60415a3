"""A mention of time put together from pieces: at most one day, one clock time and one part of the day."""

from dataclasses import dataclass, replace
from datetime import date

from nlu.time_words import Clock, Kind, Named, Piece

_HOLDS_WEEKDAYS = ("date", "monthday", "nth_day", "feast", "weeks", "week_of", "nth_week")
_MONTHS = ("month", "months")
_SOON = 3
"""Hours after one with am or pm that another without is taken for the same half of the day."""


@dataclass(frozen=True, slots=True)
class Mention:
    """At most one day, one clock time and one part of the day; `until` is the far end of a range."""

    day: Named | None = None
    date: Named | None = None  # what completes the day: "Tuesday, Dec 1", "tuesday next week"
    clock: Clock | None = None
    part: str | None = None
    many: bool = False  # the part or hour was said in the plural: "mornings", "no 4:30s"
    vague: str | None = None
    bound: str = ""  # before, by or through (up to and with it), from (with it) or after
    until: "Mention | None" = None
    last: "Mention | None" = None  # of several days with the same hours, the last: "monday to friday after 3"

    @property
    def plural(self) -> bool:
        """Said of all of them: "tuesdays", "monday mornings", "in the morning"."""
        return bool(self.day and self.day.plural) or self.many or (self.part is not None and self.day is None)

    @property
    def weekdays_of_month(self) -> frozenset[int]:
        """The days of the week that were said of a month: "a saturday in january"; empty where none were."""
        if self.day is None or self.date is None or self.date.how not in _MONTHS:
            return frozenset()
        several = {"weekend": range(5, 7), "weekdays": range(5)}
        single = [self.day.number] if self.day.how == "weekday" else []
        return frozenset(several.get(self.day.how, single))

    @property
    def is_day_alone(self) -> bool:
        """Nothing but a day."""
        return (
            self == Mention(day=self.day, date=self.date) and self.day is not None and self.day.part is None
        )

    @property
    def is_run_alone(self) -> bool:
        """Nothing but several days in a row: "monday to friday"."""
        near, far = replace(self, until=None), self.until
        return far is not None and near.is_day_alone and far.is_day_alone

    @property
    def is_hours_alone(self) -> bool:
        """Hours on no day, from or until when."""
        if self.day is not None or not (self.clock or self.part):
            return False
        return bool(self.bound) or (self.until is not None and self.until.day is None)

    def joined(self, piece: Piece) -> "Mention | None":
        """This mention with one more piece, or None where the piece does not complete it."""
        value = piece.value
        if self.vague or _is_shift(self.day) or (_is_shift(value) and self != Mention()):
            return None
        if piece.kind is Kind.VAGUE and self == Mention() and isinstance(value, str):
            return Mention(vague=value)
        if isinstance(value, Named):
            return self._with_day(value)
        if isinstance(value, str):
            new = self.part in (None, value) and piece.kind is Kind.PART
            return replace(self, part=value, many=self.many or piece.text.endswith("s")) if new else None
        if self.clock is not None or value is None:
            return None
        day = Named("offset") if self.day and self.day.how == "later" else self.day
        return replace(self, clock=value, day=day, many=self.many or piece.text.endswith("s"))

    def _with_day(self, day: Named) -> "Mention | None":
        if self.day is None:
            return replace(self, day=day, part=day.part or self.part)
        if self.date is not None or self.day.how == day.how:
            return None
        for near, far in ((self.day, day), (day, self.day)):
            if _belongs_to(near, far):
                return replace(self, day=near, date=far)
        return None

    def filled_from_right(self, other: "Mention") -> "Mention":
        """What the next of a list or range says for both: "fri morning", "2-4pm", "3 or 4 tomorrow"."""
        filled = self
        if self.is_day_alone and other.day:
            until = other.until if other.until and other.until.day is None else None
            filled = replace(filled, clock=other.clock, part=other.part, many=other.many, until=until)
        if self.clock and not self.day and other.day and other.clock:
            filled = replace(filled, day=other.day, date=other.date)
        if self.clock and other.clock and self.clock[2] is None and other.clock[2] in ("am", "pm"):
            half = other.clock[2] if _hour12(self.clock) <= _hour12(other.clock) else None
            filled = replace(filled, clock=(self.clock[0], self.clock[1], half, self.clock[3]))
        return filled

    def filled_from_left(self, other: "Mention") -> "Mention":
        """A day said once holds for the next clock time ("tomorrow at 3 or 4"), a month for the next day of it
        ("jan 5 or 6th"), am and pm for a later hour ("7 pm or 7:45")."""
        clock = self.clock
        if clock and other.clock and clock[2] is None and other.clock[2] in ("am", "pm"):
            soon_after = 0 <= _hour12(clock) - _hour12(other.clock) <= _SOON
            clock = (clock[0], clock[1], other.clock[2] if soon_after else None, clock[3])
        filled = replace(self, clock=clock)
        if filled.day is None and clock and other.day and other.clock:
            return replace(filled, day=other.day, date=other.date)
        return filled.in_month_of(other)

    def in_month_of(self, other: "Mention") -> "Mention":
        """A mere day of the month in that of the date said before it."""
        if self.day and other.day and self.day.how == "monthday" and other.day.how == "date":
            return replace(self, day=replace(other.day, number=self.day.number))
        return self

    def next_too(self, other: "Mention") -> "Mention":
        """A weekday as next week's, as the one said before it: "next tuesday or friday"."""
        day, date = self.day, self.date or (other.day and other.day.how != "weekday")
        if day is None or other.day is None or date or day.how != "weekday" or not other.day.next:
            return self
        return self if day.pinned or day.plural else replace(self, day=replace(day, next=True, pinned=True))

    def on_day_of(self, other: "Mention") -> "Mention":
        """These hours on the day of the other, or on each of its days."""
        last = other.until if other.is_run_alone else other.last
        return replace(self, day=other.day, date=other.date, last=last)

    def up_to(self, other: "Mention") -> "Mention":
        """A stretch from this to the other, whose day counts where this has none."""
        if self.bound and other.bound:
            near = self if self.day else replace(self, day=other.day, date=other.date)
            return replace(near, bound="", until=replace(other, bound=""))
        if self.is_day_alone and other.day and (other.part or other.until):
            return replace(other, day=self.day, date=self.date, last=Mention(day=other.day, date=other.date))
        if self.clock or other.clock:
            near, far = self.filled_from_right(other), other.in_month_of(self)
            same_day = (near.day, near.date) == (far.day, far.date)
            return replace(near, until=replace(far, day=None, date=None) if same_day else far)
        return replace(self.in_week_of(other), until=other.in_month_of(self))

    def in_week_of(self, other: "Mention") -> "Mention":
        """A weekday in the week that was said for the other: "monday to wednesday next week"."""
        weekdays = all(each.day is not None and each.day.how == "weekday" for each in (self, other))
        return replace(self, date=self.date or other.date) if weekdays else self


def _is_shift(value: object) -> bool:
    """ "an hour later" stands by itself."""
    return isinstance(value, Named) and value.how == "shift"


def _belongs_to(near: Named, far: Named) -> bool:
    """ "tuesday next week", "the 3rd of next month", "a saturday in january", "in two weeks, on friday"."""
    if near.how == "weekday":
        in_weeks = far.how == "offset" and far.number >= 7 and far.number % 7 == 0
        return in_weeks or far.how in _HOLDS_WEEKDAYS + _MONTHS
    if near.how == "monthday":
        return far.how == "months"
    return near.how in ("weekend", "weekdays") and far.how in _MONTHS


def _hour12(clock: Clock) -> int:
    return clock[0] % 12


def in_month(mention: Mention, first: date, today: date) -> Mention:
    """A mere day of the month as one of the month that begins with `first`, unless it is over there."""
    on = "day" if mention.day and mention.day.how == "monthday" else "date"
    named = mention.day if on == "day" else mention.date
    if named is None or named.how != "monthday":
        return mention
    if (first.year, first.month, named.number) < (today.year, today.month, today.day):
        return mention
    dated = replace(named, how="date", month=first.month, year=first.year)
    return replace(mention, day=dated) if on == "day" else replace(mention, date=dated)
