"""Dates and times in a text, with their polarity: "not tuesdays", "after 3", "next thurs or fri morning".

A guard first and a reader second: whatever speaks of time is found, even where it cannot be placed exactly.
Steps: cut into pieces (`time_pieces`), join neighbours into groups and see how they hang together
(`time_groups`), tell what is wished for from what is ruled out (`time_polarity`), place each on the calendar
(`time_places`).
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nlu.spanish import in_english
from nlu.time_bare_numbers import without_counts, without_meals
from nlu.time_bounds import merge_bounds, set_bounds
from nlu.time_context import by_meals, by_times_before, join_lengths
from nlu.time_day_hours import join_hours
from nlu.time_groups import (
    Group,
    following,
    group_pieces,
    link,
    list_end,
    list_start,
    merge_ranges,
    preceding,
    share,
)
from nlu.time_mentions import Mention
from nlu.time_pieces import pieces
from nlu.time_places import Hours, each_day, place
from nlu.time_polarity import ruled_out
from nlu.time_reasons import rule_out_reasons, take_back_slips, without_reasons
from nlu.time_words import Kind, Piece
from nlu.understanding import TimeSpan

WEEKLY = ("weekday", "weekend", "weekdays")
"""How a day is named that comes back every week."""

MOST_TIMES = 12
"""Times read in one text. Nobody means more, and reading hundreds would take long."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A time as it was said: placed, put together, and the words of its clause before and after it.

    Of a list ("mon, wed or fri are best") the words stand before and after the whole of it. Other times among
    them stand as "#". `asked`: the sentence ends in a question mark. `turned`: "not before 3", a bound that
    leaves no other choice.
    """

    span: TimeSpan
    mention: Mention
    before: str
    after: str
    listed: bool = False
    asked: bool = False
    turned: bool = False


def find_times(
    text: str, *, now: datetime, zone: ZoneInfo, hours: Hours | None = None
) -> tuple[TimeSpan, ...]:
    """Every date or time in `text`, in order, placed as seen from `now` in `zone`.

    `hours` are the clinic's: a bare "7" is seven in the evening where it is closed in the morning.
    """
    return tuple(heard.span for heard in hear(text, now=now, zone=zone, hours=hours))


def hear(text: str, *, now: datetime, zone: ZoneInfo, hours: Hours | None = None) -> tuple[Heard, ...]:
    """The same with the words around each time."""
    said = without_meals(without_counts(pieces(in_english(text))))
    groups = group_pieces(said)[:MOST_TIMES]
    link(said, groups)
    groups = merge_ranges(groups)
    share(said, groups)
    for at, group in enumerate(groups):
        group.excluded = ruled_out(said, groups, at)
    local = now.astimezone(zone)
    rule_out_reasons(said, groups, local.date())
    take_back_slips(said, groups)
    groups = without_reasons(said, groups)
    set_bounds(said, groups)
    by_times_before(groups, local.date())
    groups = join_lengths(said, groups, local.date())
    by_meals(said, groups)
    merged = join_hours(said, merge_bounds(said, groups))
    return tuple(_heard(said, merged, at, local, hours) for at in range(len(merged)))


def _heard(said: list[Piece], groups: list[Group], at: int, now: datetime, hours: Hours | None) -> Heard:
    group, first, last = groups[at], list_start(groups, at), list_end(groups, at)
    return Heard(
        span=_span(group, now, hours),
        mention=group.mention,
        before=" ".join(preceding(said, first)),
        after=following(said, last),
        listed=first is not last,
        asked=_asked(said, last),
        turned=group.turned,
    )


def _asked(said: list[Piece], group: Group) -> bool:
    ends = (piece.text for piece in said[group.last + 1 :] if piece.kind is Kind.BREAK and piece.text != ",")
    return next(ends, "") == "?"


def _span(group: Group, now: datetime, hours: Hours | None) -> TimeSpan:
    start, end, grain, sure, other = place(group.mention, now, hours)
    day = group.mention.day
    return TimeSpan(
        start=start,
        end=end,
        grain=grain,
        excluded=group.excluded,
        text=group.text,
        dated=day is not None,
        weekly=_weekly(group),
        weekday=_weekday_alone(group.mention),
        exact=sure,
        or_start=other,
        daily=each_day(group.mention, now, hours),
    )


def _weekday_alone(mention: Mention) -> bool:
    """ "tuesday", and neither "this tuesday" nor "tuesday the 8th"."""
    day = mention.day
    if day is None or day.how != "weekday" or mention.date or mention.until or mention.bound:
        return False
    return not (day.pinned or day.next or day.plural)


def _weekly(group: Group) -> bool:
    """Whether every such day was meant. "not tuesday" means all of them; "not this tuesday" is one."""
    day = group.mention.day
    if day is None or day.how not in WEEKLY or group.mention.date is not None:
        return False
    return day.plural or group.mention.many or day.how == "weekdays" or (group.excluded and not day.pinned)
