"""A day and the hours of it as one time, said one after the other or apart in one sentence.

"Thursday from 9 to 11", "the 2:30 slot on friday", "tuesday is fine if it is before 2", "the 5th, one at 2 and one
at 3".
"""

from dataclasses import replace
from itertools import takewhile

from nlu.time_bounds import BESIDE, BOUNDS, NO
from nlu.time_groups import Group, following, list_start, preceding, words_between
from nlu.time_mentions import Mention
from nlu.time_words import PARTS, Kind, Piece
from nlu.words import pattern, word_set

_FAR = 16
"""Words between a day and its hours at most."""
_NEAR = 8
"""Words between hours and their day at most."""
_FROM_NOW = ("minutes", "within", "later")
"""Days that are moments already."""


def join_hours(said: list[Piece], groups: list[Group]) -> list[Group]:
    """The groups, with what was said of a day and of its hours put together."""
    return _join_apart(said, _join_days(said, groups))


_OF_DAY = (
    {"from", "between", "but", "only", "any", "time", "anytime", "anywhere", "anything", "sometime", ","}
    | {*BOUNDS}
    | BESIDE
)
"""Words that may stand between a day and the hours of it."""


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
            day.take_in(group)
        else:
            joined.append(group)
    return joined


def _is_stretch_of(said: list[Piece], day: Group, so_far: list[Group], group: Group) -> bool:
    """Whether the one is no more than a day, alone or the last of a list of such, and the other hours of it: from,
    until, or both."""
    between = words_between(said, day, group)
    said_of_day = word_set("polarity", "of_day") if day.excluded and group.mention.bound else frozenset()
    if group.turned:
        said_of_day |= NO
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


def _join_apart(said: list[Piece], groups: list[Group]) -> list[Group]:
    """The groups, with what was said of a day and of its hours put together. What is ruled out stays by itself."""
    joined: list[Group] = []
    for group in groups:
        before = joined[-1] if joined else None
        if before is not None and _is_other_part(said, before, group):
            group.mention = group.mention.on_day_of(before.mention)
            joined.append(group)
        elif before is None or not _may_be_one(said, before, group):
            joined.append(group)
        elif _takes_hours(before.mention, group.mention) and _hours_follow(said, before, group):
            _give_hours(joined, group)
        elif _narrows(said, before, group):
            before.mention = replace(group.mention, part=before.mention.part)
            _absorb(before, group)
        elif _takes_hours(group.mention, before.mention) and _day_follows(said, before, group):
            _give_day(joined, group)
        else:
            _share(said, before, group)
            joined.append(group)
    return joined


def _is_other_part(said: list[Piece], before: Group, group: Group) -> bool:
    """ "not the afternoon of the 4th, the morning", "monday morning ive got class, afternoon is ok"."""
    part, day = group.mention.part, before.mention.day
    if not before.excluded or group.excluded or group.mention != Mention(part=part) or day is None:
        return False
    between = words_between(said, before, group)
    of_one = before.mention.part is not None and not before.mention.plural and before.mention.until is None
    return of_one and len(between) <= _NEAR and word_set("times", "parts_hours").isdisjoint(between)


def _may_be_one(said: list[Piece], before: Group, group: Group) -> bool:
    """Neither is ruled out, or both are: "the tuesday appt you sent at 8 is too early". "not before 10" is mostly
    said of any day: with a date it is of that day, and after a "but"."""
    if _is_no_to_both(said, before, group):
        return True
    if group.excluded:
        return word_set("times", "of_offer").issuperset(words_between(said, before, group))
    if before.excluded:
        return False
    if not (before.turned or group.turned) or _is_on_calendar(before.mention):
        return True
    return not word_set("times", "qualifies").isdisjoint(words_between(said, before, group))


def _is_no_to_both(said: list[Piece], part: Group, day: Group) -> bool:
    """ "afternoons are no good mondays": one no, to that part of that day."""
    alone = part.mention in (Mention(part=part.mention.part), Mention(part=part.mention.part, many=True))
    if not (part.excluded and alone and _is_day(day.mention)) or _goes_on(said, day):
        return False
    between = words_between(said, part, day)
    return len(between) > 1 and word_set("polarity", "of_day").issuperset(between)


def _goes_on(said: list[Piece], group: Group) -> bool:
    after = [piece.text for piece in said[group.last + 1 : group.last + 2]]
    return bool(following(said, group)) or after == ["?"]


def _narrows(said: list[Piece], part: Group, hours: Group) -> bool:
    """ "mid afternoon is best, perhaps 3:10": an hour of that part of the day."""
    named, hour = part.mention.part, replace(hours.mention, day=None, date=None)
    if named is None or part.mention != Mention(part=named) or not _is_moment(hour):
        return False
    return _lies_in(named, hour) and _hours_follow(said, part, hours)


def _is_day(mention: Mention) -> bool:
    alone = mention.is_day_alone or mention.is_run_alone
    return alone and mention.day is not None and mention.day.how not in _FROM_NOW


def _takes_hours(day: Mention, hours: Mention) -> bool:
    """Whether the one has no hours yet, or a part of the day with the others in it: "monday morning, like 10"."""
    if not _is_hours(hours):
        return False
    named = replace(day.day, part=None) if day.day else None
    whole = replace(day, day=named, part=None)
    return _is_day(whole) and (day.part is None or _lies_in(day.part, hours))


def _lies_in(part: str, hours: Mention) -> bool:
    if hours.clock is None or hours.part:
        return False
    hour, _, half, _ = hours.clock
    halves = {None: (hour, hour % 12 + 12), "am": (hour % 12,), "pm": (hour % 12 + 12,)}.get(half, (hour,))
    first, last = PARTS[part]
    return any(first <= each < last for each in halves)


def _is_hours(mention: Mention) -> bool:
    far = mention.until
    return mention.day is None and bool(mention.clock or mention.part) and (far is None or far.day is None)


def _is_on_calendar(mention: Mention) -> bool:
    day = mention.day
    return day is not None and (day.how != "weekday" or day.pinned or mention.date is not None)


def _hours_follow(said: list[Piece], day: Group, hours: Group) -> bool:
    """Whether hours said after a day are of that day: no word between tells them apart."""
    between = words_between(said, day, hours)
    if len(between) > _FAR or between[-1:] == ["to"]:
        return False
    if not _in_one_sentence(said, day, hours) and (
        len(between) > _NEAR or (hours.mention.part and not hours.mention.clock)
    ):
        return False
    if pattern("times", "plan").search(" ".join(between)):
        return False
    if pattern("times", "their_visit").search(" ".join(preceding(said, day))):
        return False
    return word_set("times", "parts_hours").isdisjoint(between)


def _day_follows(said: list[Piece], hours: Group, day: Group) -> bool:
    """Whether a day said after hours is theirs: few words name a thing between ("the 3pm class on monday")."""
    between = words_between(said, hours, day)
    if hours.mention.bound and between[:1] == ["or"]:
        between = between[2:] or ["on"]  # "3 or later on monday", "3 or later monday"
    if day.mention.is_run_alone and between[-1:] in (["from"], ["between"]):
        between = between[:-1] or ["on"]  # "afternoons from the 7th to the 9th"
    if between[:2] in (["or", "so"], ["or", "thereabouts"]):
        between = between[2:]
    if _is_moment(hours.mention) and pattern("times", "hour_and_day").fullmatch(" ".join(between)):
        return True
    if not 0 < len(between) <= _NEAR or not _in_one_sentence(said, hours, day) or "to" in between[-2:]:
        return False
    if not word_set("times", "bounds_day").isdisjoint(between[-2:]):
        return False
    return (word_set("times", "parts_hours") | word_set("times", "parts_day")).isdisjoint(between)


def _share(said: list[Piece], before: Group, group: Group) -> None:
    """A second hour on the same day ("the 5th, one at 2 and one at 3"), or a second day with the same hours ("a
    morning slot on the 1st or the 2nd")."""
    between = words_between(said, before, group)
    hours = replace(before.mention, day=None, date=None)
    moments = hours != before.mention and _is_moment(hours) and _is_moment(group.mention)
    if moments and (_is_another(group, between) or group.mention == hours):
        group.mention = group.mention.on_day_of(before.mention)
    elif group.joined == "list" and before.hours_first and _is_day(group.mention) and "," not in between:
        group.mention = before.mention.on_day_of(group.mention)


def _is_another(group: Group, between: list[str]) -> bool:
    return group.joined == "list" or pattern("times", "another").fullmatch(" ".join(between)) is not None


def _is_moment(mention: Mention) -> bool:
    return _is_hours(mention) and mention.clock is not None and not mention.until and not mention.bound


def _in_one_sentence(said: list[Piece], one: Group, other: Group) -> bool:
    between = said[one.last + 1 : other.first]
    return all(piece.kind is Kind.WORD or piece.text == "," for piece in between)


def _give_hours(joined: list[Group], hours: Group) -> None:
    """Each day of the list that stands last gets them."""
    last = joined[-1]
    listed = joined[joined.index(list_start(joined, len(joined) - 1)) :]
    for each in listed if all(_is_day(day.mention) and not day.excluded for day in listed) else [last]:
        part = hours.mention.part or each.mention.part
        each.mention = replace(hours.mention.on_day_of(each.mention), part=part)
        each.turned = hours.turned
    _absorb(last, hours)


def _give_day(joined: list[Group], day: Group) -> None:
    """Each hour of the list that stands last gets it."""
    last = joined[-1]
    for each in joined[joined.index(list_start(joined, len(joined) - 1)) :]:
        if _is_hours(each.mention) and each.excluded is last.excluded:
            part = each.mention.part or day.mention.part
            each.mention, each.hours_first = replace(each.mention.on_day_of(day.mention), part=part), True
    _absorb(last, day)


def _absorb(first: Group, second: Group) -> None:
    first.excluded |= second.excluded
    first.take_in(second)
