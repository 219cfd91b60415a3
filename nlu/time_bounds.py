"""How a time bounds what is meant: "after 3", "not before friday", "5 at the latest", "between 10 and 12"."""

import re
from dataclasses import replace

from nlu.time_afterwards import until_next
from nlu.time_groups import Group, following, preceding, words_between
from nlu.time_polarity import flips
from nlu.time_words import Piece
from nlu.words import pattern, word_set, wording

BOUNDS = {
    **dict.fromkeys(("before", "b4", "prior", "under"), "before"),
    **dict.fromkeys(("by", "until", "till", "til", "untill"), "by"),
    **dict.fromkeys(("through", "thru"), "through"),
    **dict.fromkeys(("after", "past", "aftr"), "after"),
    **dict.fromkeys(("since", "from", "starting", "beginning"), "from"),
}
_THAN = {"later": "after", "earlier": "before", "sooner": "before"}
_TURNED = {"before": "from", "by": "from", "through": "after", "after": "by", "from": "before"}
"""What "not" makes of a bound: "not before 3" is from 3 on, "not until friday" from Friday on."""
BESIDE = {"the", "at", "about", "around", "like", "on", "in", "to", "of"}
"""Words that may stand between a bound and its time: "after about 3", "prior to the 5th"."""

_FROM_NOTHING = ("apart", "aside", "different")
"""Words with which "from" is no bound: "apart from mondays"."""

_STARTS = ("from", "starting", "beginning")

_OTHER_DAY = re.compile(r"^to (?:(?:any|any ?time|some ?time|on|the|maybe|about) )*#")
"""After "from tuesday" no stretch: it is moved "from tuesday to thursday"."""

_BECAUSE = re.compile(r"^(?:is|isnt|are|arent|was|wasnt|does|doesnt|wont|cant|got|has|works)\b")
"""After "since tuesday": it gives a reason, and no time from which on."""

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
    r"\b(as) of$|(?:^|\b(?:time|anytime|anything|anywhere|free|available|open|here) )up to$"
)
"""Before a time that bounds: "the latest i can do is 3", "any time up to 4"."""

NO = {"no", "not", "just", "earlier", "later", "sooner", "than"}
"""Words beside a bound that a no turns: "tuesday but not before 3"."""


def set_bounds(said: list[Piece], groups: list[Group]) -> None:
    """Note "before" and "after", with "not before" turned round."""
    for at, group in enumerate(groups):
        bound, group.turned = _bound(said, group) or _bound_of_it(said, groups, at), flips(said, group)
        if bound and group.turned and not _until_after(said, group):
            bound = _TURNED[bound]
        elif bound == "by" and group.excluded:
            bound = "before"  # "away until the 15th": back on the 15th
        group.mention = replace(group.mention, bound=bound)


def _bound(said: list[Piece], group: Group) -> str:
    """How a group bounds time: before, by or through (with it), from (with it), after; "" where it does not."""
    words = [word for word in preceding(said, group) if word not in BESIDE]
    near, further = (words[-1] if words else ""), (words[-2] if len(words) > 1 else "")
    after = following(said, group)
    if (limit := _LIMIT.search(" ".join(preceding(said, group)))) and group.mention.until is None:
        return "from" if limit[1] in ("earliest", "soonest") or limit[2] else "by"
    if near == "than" and further in _THAN:
        return _THAN[further]
    if _OPEN_RIGHT.search(after):
        return "from"
    if near in BOUNDS and group.mention.until is None and not _is_no_bound(said, group, words):
        return BOUNDS[near]
    return "by" if _OPEN_LEFT.search(after) else ""


def _bound_of_it(said: list[Piece], groups: list[Group], at: int) -> str:
    """ "i leave on the 18th, anything before then"."""
    if groups[at].excluded or groups[at].mention.until is not None:
        return ""
    found = wording("times", "bound_of_it").search(until_next(said, groups, at))
    return found["bound"] if found else ""


def _is_no_bound(said: list[Piece], group: Group, words: list[str]) -> bool:
    """Whether the word for a bound that stands before a group is of something else: "apart from", "stop by at"."""
    near, further = words[-1], (words[-2] if len(words) > 1 else "")
    if near == "from" and (_OTHER_DAY.search(following(said, group)) or further in _FROM_NOTHING):
        return True
    if near == "since" and _BECAUSE.search(following(said, group)):
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


def merge_bounds(said: list[Piece], groups: list[Group]) -> list[Group]:
    """Take two bounds for one mention: "after 10 but before 12"."""
    merged: list[Group] = []
    for group in groups:
        of_a_day = len(merged) > 1 and merged[-2].mention.is_day_alone
        if merged and _closes(said, merged[-1], group, of_a_day=of_a_day):
            merged[-1].mention = merged[-1].mention.up_to(group.mention)
            merged[-1].take_in(group, " to ")
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
    between = {*words_between(said, first, second)}
    allowed = {"but", "and", ",", *BOUNDS, *BESIDE, *({"or", *NO} if second.turned else ())}
    return bool(between & {"but", "and"}) and allowed.issuperset(between)
