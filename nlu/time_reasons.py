"""What was named and is not wished for: a day or hour that only says why, what is past, a slip of the tongue.

"The truck comes wednesday so make it thursday", "she gets off at 2, so 2:30", "tuesday, no wait, make it 4".
"""

from dataclasses import replace
from datetime import date
from itertools import pairwise, takewhile

from nlu.time_afterwards import no_leave
from nlu.time_days import days
from nlu.time_groups import Group, following, list_end, list_start, preceding, words_between
from nlu.time_mentions import Mention
from nlu.time_words import Piece
from nlu.words import pattern, word_set, wording


def rule_out_reasons(said: list[Piece], groups: list[Group], today: date) -> None:
    """Rule out days that are only reasons. That, or what comes once ("no ride thursday"), says nothing of every
    such day of the week."""
    for at, group in enumerate(groups):
        day = group.mention.day
        left = _is_left(said, groups, at)
        group.excluded |= left
        told = not group.excluded and _only_tells(said, groups, at, today)
        group.excluded |= told
        if day is None:
            continue
        if (left or told or _is_once(said, group)) if group.excluded else _is_reason(said, groups, at, today):
            group.excluded = True
            group.mention = replace(group.mention, day=replace(day, pinned=not day.plural))


def _is_once(said: list[Piece], group: Group) -> bool:
    before, after = " ".join(preceding(said, group)), following(said, group)
    return bool(
        pattern("polarity", "that_once").search(before)
        or wording("polarity", "that_once_after").search(after)
        or no_leave(said, group)
    )


def _is_left(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "switch me from monday to thursday", "move it to the 11th from the 9th": the day that is given up."""
    words = preceding(said, groups[at])
    before = " ".join(words)
    if "from" in words and groups[at].mention.day and wording("times", "moved_from").search(before):
        return True
    between = words_between(said, groups[at], groups[at + 1]) if at + 1 < len(groups) else []
    between = between[1:] if between[:1] and between[0] in word_set("times", "moved_what") else between
    moved = _MOVED.get(between[0]) if between else None
    if moved is None or not word_set("times", "moved_to").issuperset(between[1:]):
        return False
    # "Dont move me from monday to thursday" gives nothing up.
    kept = pattern("polarity", "void").search(before)
    return kept is None and pattern("times", moved).search(before) is not None


_MOVED = {"to": "moved_before", "for": "swapped_before"}
"""By the word before what is wished for: the list of what is said before the day that is given up."""


def _is_reason(said: list[Piece], groups: list[Group], at: int, today: date) -> bool:
    """ "the truck comes wednesday so make it thursday": a day said only as what speaks for another."""
    last = list_end(groups, at)
    later = groups[groups.index(last) + 1 :]
    first = list_start(groups, at)
    day = groups[at].mention.day
    if not later or later[0].mention.day is None or day is None:
        return False
    between = words_between(said, last, later[0])
    if "so" not in between or not {".", "?", "!", "but"}.isdisjoint(between):
        return False
    clause = " ".join([*preceding(said, first), "#", *between[: between.index("so")]])
    if pattern("polarity", "ruled_out_after").search(
        following(said, list_end(groups, groups.index(later[0])))
    ):
        return False
    named = {days(group.mention.day, today).first for group in later if group.mention.day}
    return days(day, today).first not in named and not wording("polarity", "no_reason").search(clause)


def _only_tells(said: list[Piece], groups: list[Group], at: int, today: date) -> bool:
    """ "pouring concrete wednesday, can you do thursday?": a time of which something else is told, beside another
    that is asked for."""
    group = groups[at]
    turn, clause, or_else = _clause_around(said, groups, at)
    if {turn, or_else} & _ALIKE or turn in word_set("polarity", "wishes") or not _tells(clause):
        return False
    if pattern("polarity", "void").search(" ".join(preceding(said, group))):
        return False
    return any(
        not other.excluded
        and _is_another(other.mention, group.mention, today)
        and _is_wished(said, groups, number)
        for number, other in enumerate(groups)
        if list_start(groups, number) is not list_start(groups, at)
    )


def _is_another(one: Mention, other: Mention, today: date) -> bool:
    """Whether two times of one kind are not the same: two days, two hours of a day, two parts of any."""
    if one.day is None or other.day is None:
        stretches = all(each.part or each.until for each in (one, other))
        return one.day is other.day and stretches and (one.clock, one.part) != (other.clock, other.part)
    if days(one.day, today).first != days(other.day, today).first:
        return True
    return (one.clock, one.part) != (other.clock, other.part) and not (one.is_day_alone or other.is_day_alone)


_ALIKE = {"and", "or", "y", "o"}
"""Words that join what is wished for alike: "tues at 2 for me and 2:30 for rosa"."""


def _clause_around(said: list[Piece], groups: list[Group], at: int) -> tuple[str, list[str], str]:
    """The word before the clause that a list of times stands in, its words, and the word after it, where that is
    "or": it begins and ends where the thought turns, at another time at the latest."""
    turns = word_set("polarity", "turns")
    first, last = list_start(groups, at), list_end(groups, at)
    before = [*takewhile(lambda word: word not in turns, reversed(preceding(said, first)))]
    behind = following(said, last).split()
    after = [*takewhile(lambda word: word not in turns, behind)]
    turn = first.first - len(before) - 1
    or_else = "or" if behind[len(after) :][:1] == ["or"] else ""
    return said[turn].text if turn >= 0 else "", [*reversed(before), *after], or_else


def _tells(clause: list[str]) -> bool:
    """Whether a clause around a time is about something else: it has words that say nothing of visits and times,
    and none that wish."""
    words = {*clause}
    return not words & word_set("polarity", "wishes") and not words <= word_set("polarity", "of_times")


def _is_wished(said: list[Piece], groups: list[Group], at: int) -> bool:
    """Whether a time is asked for or liked in so many words: "can you do thursday", "the 21st?", "5 is fine"."""
    last = list_end(groups, at)
    after = following(said, last)
    if wording("polarity", "liked_after").search(after) or after.startswith("would "):
        return True
    asked = [piece.text for piece in said[last.last + 1 : last.last + 2]] == ["?"]
    turn, clause, _ = _clause_around(said, groups, at)
    return asked or not word_set("polarity", "wishes").isdisjoint([turn, *clause])


def without_reasons(said: list[Piece], groups: list[Group]) -> list[Group]:
    """The groups without what only says why another is wished for: "she gets off at 2, so 2:30" (the wish is of
    the day of both), "it hurts since monday, anything at 3?"; and without what is past beside what is not."""
    kept: list[Group] = []
    ahead = [group for group in groups if not _is_past(group)]
    for at, group in enumerate(groups):
        since = pattern("times", "since_then").search(" ".join(preceding(said, group)))
        if (ahead and group not in ahead) or (since and group is not groups[-1]):
            continue
        wish = _wish_after(groups, at) if _only_says_why(said, groups, at) else None
        if wish is None:
            kept.append(group)
        elif wish.mention.day is None:
            wish.mention = wish.mention.on_day_of(group.mention)
    return kept


def _is_past(group: Group) -> bool:
    """ "i called yesterday", "my third visit this year"."""
    day = group.mention.day
    if day is None or group.mention.date is not None or group.mention.until is not None:
        return False
    this_year = day.how == "years" and day.number == 0 and not day.cut
    back = day.how in ("offset", "weeks", "months", "weekend", "years") and day.number < 0
    return day.how == "last_weekday" or back or this_year


def _only_says_why(said: list[Piece], groups: list[Group], at: int) -> bool:
    group = groups[at]
    if group.excluded or not group.mention.clock or group.mention.until:
        return False
    before = preceding(said, list_start(groups, at))
    return pattern("times", "only_why").search(" ".join(before)) is not None


def _wish_after(groups: list[Group], at: int) -> Group | None:
    """The next hour after it that is not ruled out, but for one of the same list ("i get off at 4 or 5")."""
    later = groups[groups.index(list_end(groups, at)) + 1 :]
    return next((group for group in later if group.mention.clock and not group.excluded), None)


def take_back_slips(said: list[Piece], groups: list[Group]) -> None:
    """Rule out what was said by mistake, and complete what was meant by it: "tuesday at 3, no wait, make it 4"."""
    for before, group in pairwise(groups):
        between = " ".join(words_between(said, before, group))
        denied = before.excluded and not between.startswith("no")
        if denied or group.excluded or not wording("polarity", "slip").search(between):
            continue
        wrong, meant = before.mention, group.mention
        if wrong.clock and meant.is_day_alone:
            group.mention = wrong.on_day_of(meant)
        elif wrong.clock and meant.clock and meant.day is None:
            group.mention = meant.on_day_of(wrong)
        elif bool(wrong.clock) is not bool(meant.clock) or (meant.day is None and not meant.clock):
            continue
        before.excluded = True
        wrong = wrong if wrong.day else wrong.on_day_of(meant)
        if wrong.day:  # that one day, and not every such weekday
            before.mention = replace(wrong, day=replace(wrong.day, pinned=True))
