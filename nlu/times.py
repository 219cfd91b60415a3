"""Dates and times in a text, with their polarity: "not tuesdays", "after 3", "next thurs or fri morning".

A guard first and a reader second: whatever speaks of time is found, even where it cannot be placed exactly.
Steps: cut into pieces (`time_pieces`), join neighbours into groups and see how they hang together
(`time_groups`), tell what is wished for from what is ruled out (`time_polarity`), place each on the calendar
(`time_places`).
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from nlu.spanish import in_english
from nlu.time_afterwards import rule_out_reasons, take_back_slips, without_reasons
from nlu.time_apart import join_apart
from nlu.time_context import by_meals, by_times_before, join_lengths
from nlu.time_counts import without_counts, without_meals
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
from nlu.time_polarity import flips, ruled_out
from nlu.time_words import Kind, Piece
from nlu.understanding import TimeSpan
from nlu.words import pattern, word_set

_BOUNDS = {
    **dict.fromkeys(("before", "b4", "prior", "under"), "before"),
    **dict.fromkeys(("by", "until", "till", "til", "untill"), "by"),
    **dict.fromkeys(("through", "thru"), "through"),
    **dict.fromkeys(("after", "past", "aftr"), "after"),
    **dict.fromkeys(("since", "from", "starting", "beginning"), "from"),
}
_THAN = {"later": "after", "earlier": "before", "sooner": "before"}
_TURNED = {"before": "from", "by": "from", "through": "after", "after": "by", "from": "before"}
"""What "not" makes of a bound: "not before 3" is from 3 on, "not until friday" from Friday on."""
_BETWEEN = {"the", "at", "about", "around", "like", "on", "in", "to", "of"}
"""Words that may stand between a bound and its time: "after about 3", "prior to the 5th"."""

_FROM_NOTHING = ("apart", "aside", "different")
"""Words with which "from" is no bound: "apart from mondays"."""

_STARTS = ("from", "starting", "beginning")

_OTHER_DAY = re.compile(r"^to #")
"""After "from tuesday" no stretch: it is moved "from tuesday to thursday"."""

_OPEN_RIGHT = re.compile(
    r"^(?:or|and) (?:later|onwards?|up)\b|^(?:or|and) (?:after|on)\b(?!.*#)|"
    r"^(?:(?:at|is|would be) )?(?:the |my )?(?:very )?(?:earliest|soonest)\b(?! (?:you|u|yall)\b)|"
    r"^onwards?\b|^on(?:$| only| is| are| please| works)"
)
_OPEN_LEFT = re.compile(
    r"^(?:(?:at|is|would be) )?(?:the |my )?(?:very )?latest\b(?! (?:you|u|yall)\b)|"
    r"^(?:or|and) (?:earlier|sooner)\b|^(?:or|and) before\b(?!.*#)"
)
_LIMIT = re.compile(
    r"\b(earliest|soonest|latest)(?: (?!you\b|u\b|yall\b)[a-z]+){0,5} (?:is|would be|be)"
    r"(?: (?:about|around|like|at))?$|"
    r"(?:^|\b(?:time|anytime|anything|anywhere|free|available|open|here) )up to$"
)
"""Before a time that bounds: "the latest i can do is 3", "any time up to 4"."""

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
    _relate(said, groups)
    by_times_before(groups, local.date())
    groups = join_lengths(said, groups, local.date())
    by_meals(said, groups)
    merged = join_apart(said, _join_days(said, _merge_bounds(said, groups)))
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


def _relate(said: list[Piece], groups: list[Group]) -> None:
    """Note "before" and "after", with "not before" turned round."""
    for group in groups:
        bound, group.turned = _bound(said, group), flips(said, group)
        if bound and group.turned and not _until_after(said, group):
            bound = _TURNED[bound]
        elif bound == "by" and group.excluded:
            bound = "before"  # "away until the 15th": back on the 15th
        group.mention = replace(group.mention, bound=bound)


def _bound(said: list[Piece], group: Group) -> str:
    """How a group bounds time: before, by or through (with it), from (with it), after; "" where it does not."""
    words = [word for word in preceding(said, group) if word not in _BETWEEN]
    near, further = (words[-1] if words else ""), (words[-2] if len(words) > 1 else "")
    after = following(said, group)
    if (limit := _LIMIT.search(" ".join(preceding(said, group)))) and group.mention.until is None:
        return "from" if limit[1] in ("earliest", "soonest") else "by"
    if near == "than" and further in _THAN:
        return _THAN[further]
    if _OPEN_RIGHT.search(after):
        return "from"
    if near in _BOUNDS and group.mention.until is None and not _is_no_bound(said, group, words):
        return _BOUNDS[near]
    return "by" if _OPEN_LEFT.search(after) else ""


def _is_no_bound(said: list[Piece], group: Group, words: list[str]) -> bool:
    """Whether the word for a bound that stands before a group is of something else: "apart from", "stop by at"."""
    near, further = words[-1], (words[-2] if len(words) > 1 else "")
    if near == "from" and (_OTHER_DAY.search(following(said, group)) or further in _FROM_NOTHING):
        return True
    if near == "from" and further == "away" and group.mention.plural:
        return True
    if near in _STARTS and further in word_set("times", "lasting"):
        return True
    before = [*preceding(said, group), "hour" if group.mention.clock else "day"]
    return pattern("times", "no_bound").search(" ".join(before)) is not None


def _until_after(said: list[Piece], group: Group) -> bool:
    """ "not until after christmas" is after it; "not after christmas" is not."""
    return preceding(said, group)[-2:] in (["until", "after"], ["till", "after"], ["til", "after"])


def _merge_bounds(said: list[Piece], groups: list[Group]) -> list[Group]:
    """Take two bounds for one mention: "after 10 but before 12"."""
    merged: list[Group] = []
    for group in groups:
        of_a_day = len(merged) > 1 and merged[-2].mention.is_day_alone
        if merged and _closes(said, merged[-1], group, of_a_day=of_a_day):
            merged[-1].mention = merged[-1].mention.up_to(group.mention)
            merged[-1].text = f"{merged[-1].text} to {group.text}"
            merged[-1].last = group.last
        else:
            merged.append(group)
    return merged


def _closes(said: list[Piece], first: Group, second: Group, *, of_a_day: bool) -> bool:
    """ "after 10 but before 12" is a stretch."""
    if first.mention.bound not in ("after", "from") or second.mention.bound not in ("before", "by"):
        return False
    if not (first.mention.clock and second.mention.clock) or first.excluded or second.excluded:
        return False
    if second.mention.day is not None and first.mention.day is None and of_a_day:
        return False
    between = {piece.text for piece in said[first.last + 1 : second.first]}
    allowed = {"but", "and", ",", *_BOUNDS, *_BETWEEN, *(_NO if second.turned else ())}
    return bool(between & {"but", "and"}) and allowed.issuperset(between)


_OF_DAY = (
    {"from", "between", "but", "only", "any", "time", "anytime", "anywhere", "anything", "sometime", ","}
    | {*_BOUNDS}
    | _BETWEEN
)
"""Words that may stand between a day and the hours of it."""
_NO = {"no", "not", "just", "earlier", "later", "sooner", "than"}
"""The same where a no turns what bounds them: "tuesday but not before 3"."""


def _join_days(said: list[Piece], groups: list[Group]) -> list[Group]:
    """Take a day and the hours of it that follow for one mention: "thursday from 9 to 11", "tuesdays after 5".
    Said after a list, they are hours of each of its days: "tuesdays or thursdays after 3"."""
    joined: list[Group] = []
    for group in groups:
        day = joined[-1] if joined else None
        if day is not None and _is_stretch_of(said, day, joined, group):
            for each in _days_listed(joined):
                each.mention = group.mention.on_day_of(each.mention)
                each.excluded |= group.excluded
            day.text, day.last = f"{day.text} {group.text}", group.last
        else:
            joined.append(group)
    return joined


def _is_stretch_of(said: list[Piece], day: Group, so_far: list[Group], group: Group) -> bool:
    """Whether the one is no more than a day, alone or the last of a list of such, and the other hours of it: from,
    until, or both."""
    between = [piece.text for piece in said[day.last + 1 : group.first]]
    said_of_day = word_set("polarity", "of_day") if day.excluded and group.mention.bound else frozenset()
    if group.turned:
        said_of_day |= _NO
    if not (_OF_DAY | said_of_day).issuperset(between) or ("," in between and day.excluded != group.excluded):
        return False
    listed = _days_listed(so_far)
    if len(listed) > 1 and any(each.excluded or "," in between for each in listed):
        return False  # "not mondays or tuesdays, before 10"
    return bool(listed) and group.mention.is_hours_alone


def _days_listed(so_far: list[Group]) -> list[Group]:
    """The days without hours of their own that stand last in the last list."""
    listed = so_far[so_far.index(list_start(so_far, len(so_far) - 1)) :]
    alone = takewhile(lambda each: each.mention.is_day_alone or each.mention.is_run_alone, reversed(listed))
    return [*alone][::-1]


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
