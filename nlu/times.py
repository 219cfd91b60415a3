"""Dates and times in a text, with their polarity: "not tuesdays", "after 3", "next thurs or fri morning".

A guard first and a reader second: whatever speaks of time is found, even where it cannot be placed exactly.
Steps: cut into pieces (`time_pieces`), join neighbours into groups and see how they hang together
(`time_groups`), tell what is wished for from what is ruled out (`time_polarity`), place each on the calendar
(`time_places`).
"""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from nlu.time_groups import Group, group_pieces, link, share
from nlu.time_pieces import Piece, pieces
from nlu.time_places import place
from nlu.time_polarity import flips, following, preceding, ruled_out
from nlu.understanding import TimeSpan

_BEFORE = {"before", "b4", "by", "until", "till", "til", "prior", "under"}
_AFTER = {"after", "past", "since", "from", "starting", "aftr"}
_OPEN_RIGHT = re.compile(r"^(?:or|and) (?:later|after|onwards?|on|up)\b|^onwards?\b|^and on\b")
_OPEN_LEFT = re.compile(r"^(?:or|and) (?:earlier|before|sooner)\b")

MOST_TIMES = 12
"""Times read in one text. Nobody means more, and reading hundreds would take long."""


def find_times(text: str, *, now: datetime, zone: ZoneInfo) -> tuple[TimeSpan, ...]:
    """Every date or time in `text`, in order, placed as seen from `now` in `zone`."""
    said = pieces(text)
    groups = group_pieces(said)[:MOST_TIMES]
    link(said, groups)
    share(groups)
    for at, group in enumerate(groups):
        group.excluded = ruled_out(said, groups, at)
    _relate(said, groups)
    local = now.astimezone(zone)
    return tuple(_span(group, local) for group in _merge_ranges(groups))


def _relate(said: list[Piece], groups: list[Group]) -> None:
    """Note "before" and "after", with "not before" turned round."""
    for group in groups:
        words = [
            word
            for word in preceding(said, group)
            if word not in ("the", "at", "about", "around", "like", "on")
        ]
        near, further = (words[-1] if words else ""), (words[-2] if len(words) > 1 else "")
        after = following(said, group)
        bound = "before" if near in _BEFORE or _OPEN_LEFT.search(after) else ""
        if (near in _AFTER and group.joined != "range") or _OPEN_RIGHT.search(after):
            bound = "after"
        if near == "than" and further in ("later", "earlier", "sooner"):
            bound = "after" if further == "later" else "before"
        if bound and flips(said, group):
            bound = "after" if bound == "before" else "before"
        group.mention = replace(group.mention, bound=bound)


def _merge_ranges(groups: list[Group]) -> list[Group]:
    """Take the two ends of a range for one mention."""
    merged: list[Group] = []
    for group in groups:
        if group.joined == "range" and merged:
            merged[-1].mention = merged[-1].mention.up_to(group.mention)
            merged[-1].text = f"{merged[-1].text} to {group.text}"
            merged[-1].excluded |= group.excluded
        else:
            merged.append(group)
    return merged


def _span(group: Group, now: datetime) -> TimeSpan:
    start, end, grain, sure = place(group.mention, now)
    day = group.mention.day
    weekly = day is not None and (
        day.plural or day.how in ("weekdays",) or (group.excluded and day.how == "weekday")
    )
    return TimeSpan(
        start=start,
        end=end,
        grain=grain,
        excluded=group.excluded,
        text=group.text,
        dated=day is not None,
        weekly=weekly,
        exact=sure,
    )
