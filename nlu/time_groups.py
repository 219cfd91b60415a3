"""Mentions of time as groups of pieces: which neighbours belong together, and how groups hang on each other."""

from dataclasses import dataclass, replace
from itertools import pairwise

from nlu.time_mentions import Mention
from nlu.time_words import Kind, Named, Piece
from nlu.words import pattern, word_set

_GLUE = {
    "at",
    "on",
    "the",
    "a",
    "in",
    "of",
    "around",
    "about",
    "for",
    ",",
    "like",
    "this",
    "sharp",
    "only",
    "then",
}
_LIST = {"or", "and", "/", ",", "nor"}
_MOVED = 10
"""Words looked back at most for a visit that is moved."""
_BEHIND = 24
"""Words looked back at most, so that a text made to be slow to read is not."""
_BESIDE = ("on", "at", "the", "a", "an", "in", "maybe", "even", "like", "else")
"""Words that carry no meaning between two times."""
_ASKING = ("is", "would", "does", "will", "could", "can")
"""Words that ask for the second of two times."""
_CLOSE = 4
"""Words within which a no is said of a time."""
_BOUNDS = {
    "but",
    "after",
    "before",
    "from",
    "by",
    "past",
    "between",
    "and",
    "any",
    "time",
    "no",
    "not",
    "earlier",
    "later",
    "than",
}
_RANGE = {"-", "to", "through", "thru", "til", "till", "until", "untill"}


@dataclass(slots=True)
class Group:
    """A mention while it is put together: `first` to `last` are its pieces' places in the text."""

    first: int
    last: int
    mention: Mention
    text: str
    excluded: bool = False
    turned: bool = False  # "not before 3": a bound that leaves no other choice
    hours_first: bool = False  # "3pm on tuesday"
    joined: str = ""  # how it hangs on the group before: list, range or nothing

    def take_in(self, later: "Group", joint: str = " ") -> None:
        """Reach as far as a later group, whose mention this one's has been put together with."""
        self.text, self.last = f"{self.text}{joint}{later.text}", later.last


def group_pieces(said: list[Piece]) -> list[Group]:
    """Join neighbouring pieces that complete each other: a day, its clock time, its part."""
    groups: list[Group] = []
    for at, piece in enumerate(said):
        if piece.kind in (Kind.WORD, Kind.BREAK):
            continue
        last = groups[-1] if groups else None
        if last and _completes(said, groups, at) and (joined := last.mention.joined(piece)):
            last.hours_first |= joined.day is not None and last.mention.day is None
            last.mention, last.last = joined, at
            last.text = f"{last.text} {piece.text}"
        else:
            groups.append(Group(at, at, Mention().joined(piece) or Mention(), piece.text))
    return groups


def _hangs_on_a_day(said: list[Piece], groups: list[Group]) -> bool:
    """Whether the hours that stand last are those, or the far end of those, of the day before them."""
    at = len(groups) - 1
    while at > 0 and groups[at].mention.day is None:
        between = {*words_between(said, groups[at - 1], groups[at])}
        if not between or not between <= _RANGE | _LIST | _GLUE | _BOUNDS:
            return False
        at -= 1
    return at < len(groups) - 1 and groups[at].mention.day is not None and not groups[at].hours_first


def _completes(said: list[Piece], groups: list[Group], at: int) -> bool:
    """Whether what stands between the last group and a piece lets the one complete the other."""
    last, piece = groups[-1], said[at]
    between = [each.text for each in said[last.last + 1 : at]]
    if last.mention.many and "," in between and _denied(said, last):
        return False  # "no mornings, 9 or after"
    if piece.kind is Kind.DAY and "," in between and last.mention.clock and _hangs_on_a_day(said, groups):
        return False  # "mon 9 to 11, tues 2 to 4"
    if between[:1] == ["-"] and between[1:] in ([], ["at"]):
        return _day_and_hour(last.mention, piece) or _day_and_date(last.mention, piece)
    return len(between) <= 3 and all(word in _GLUE for word in between)


def _day_and_hour(mention: Mention, piece: Piece) -> bool:
    """ "monday - 3pm" is one time, but "the 5th - 9" may be a stretch of days."""
    if piece.kind is not Kind.CLOCK or not mention.is_day_alone or mention.day is None:
        return False
    return (
        mention.day.how in ("weekday", "offset")
        or mention.day.year is not None
        or not (piece.text.isdigit() and len(piece.text) < 3)
    )


def _day_and_date(mention: Mention, piece: Piece) -> bool:
    """ "wednesday - the 9th"."""
    day, date = mention.day, piece.value
    if not mention.is_day_alone or day is None or not isinstance(date, Named):
        return False
    return day.how == "weekday" and not day.plural and date.how in ("date", "monthday")


def link(said: list[Piece], groups: list[Group]) -> None:
    """Say how each group hangs on the one before it."""
    for before, group in pairwise(groups):
        words = words_between(said, before, group)
        core = _core(words)
        if words in ([], ["the"]) and (_both_weekdays(before, group) or _both_hours(before, group)):
            group.joined = "list"
        if not core or len(core) > 2:
            continue
        opened = said[before.first - 1].text if before.first else ""
        if words[:2] in (["maybe", ","], [",", "maybe"]) or (core == ["to"] and _moves(said, before)):
            continue  # "tuesday maybe, wednesday after 3", "not mondays, maybe tuesday"
        if words == [","] and group.mention.clock and not before.mention.clock and _denied(said, before):
            continue  # "cant tuesday, thursday at 2 then"
        if before.mention.is_day_alone and group.mention.day is None and core[0] in _RANGE:
            continue  # "monday til 4"
        if len(core) == 1 and (core[0] in _RANGE or (core[0] == "and" and opened == "between")):
            group.joined = "range"
        elif all(word in _LIST for word in core):
            group.joined = "list"


def _core(words: list[str]) -> list[str]:
    """What of the words between two times says how they hang together: "or" of "4pm or would 5 be ok"."""
    core = [word for word in words if word not in _BESIDE]
    return core[:1] if core[:1] == ["or"] and core[-1] in _ASKING else core


def merge_ranges(groups: list[Group]) -> list[Group]:
    """Take the ends of a range for one mention, the last range first: "monday to friday 9 to 11" has two."""
    merged: list[Group] = []
    for group in reversed(groups):
        if merged and merged[-1].joined == "range":
            far = merged.pop()
            if group.hours_first and far.mention.is_day_alone:
                group.mention = replace(group.mention, last=far.mention)  # "3pm monday to friday"
            else:
                group.hours_first |= far.hours_first and group.mention.day is None
                group.mention = group.mention.up_to(far.mention)
            group.take_in(far, " to ")
        merged.append(group)
    return merged[::-1]


def _moves(said: list[Piece], group: Group) -> bool:
    """ "move it from tuesday to thursday" names two days and no stretch."""
    before = " ".join(piece.text for piece in said[max(0, group.first - _MOVED) : group.first])
    return pattern("times", "moved_before").search(before) is not None


def _denied(said: list[Piece], group: Group) -> bool:
    before = [piece.text for piece in said[max(0, group.first - _CLOSE) : group.first]]
    busy = pattern("polarity", "busy_then").search(" ".join(preceding(said, group)))
    return busy is not None or not word_set("polarity", "negators").isdisjoint(before)


def _names_week(piece: Piece) -> bool:
    return isinstance(piece.value, Named) and piece.value.how in ("weeks", "week_of")


def _has_comma(said: list[Piece], before: Group, group: Group) -> bool:
    return any(piece.text == "," for piece in said[before.last + 1 : group.first])


def _both_weekdays(one: Group, other: Group) -> bool:
    """ "mon wed or fri": nobody needs a comma there."""
    if one.text.endswith("day.") or (
        one.text.endswith(".") and other.mention != Mention(day=other.mention.day)
    ):
        return False  # "im away til sat. tues the 8th works"
    return all(each.mention.day is not None and each.mention.day.how == "weekday" for each in (one, other))


def _both_hours(one: Group, other: Group) -> bool:
    """ "10 10:30 11 are all fine"."""
    return all(each.mention == Mention(clock=each.mention.clock) for each in (one, other))


def share(said: list[Piece], groups: list[Group]) -> None:
    """What was said once for all of a list: "thurs or fri morning", "tomorrow at 3 or 4", "mornings on tues or
    wed"."""
    for at in range(len(groups) - 1, 0, -1):
        if groups[at].joined and not _hangs_on_a_day(said, groups[:at]):
            groups[at - 1].mention = groups[at - 1].mention.filled_from_right(groups[at].mention)
    for before, group in pairwise(groups):
        if group.joined:
            group.mention = group.mention.filled_from_left(before.mention)
        if group.joined == "list":
            group.mention = group.mention.next_too(before.mention)
        this_one = group.text.startswith("this ")
        if group.joined == "list" and _names_week(said[before.first]) and not this_one:
            group.mention = group.mention.in_week_of(before.mention)  # "next week, monday or friday"
        if (
            group.joined == "list"
            and before.hours_first
            and group.mention.is_day_alone
            and not _has_comma(said, before, group)
        ):
            group.mention = before.mention.on_day_of(group.mention)
            group.hours_first = True


def list_start(groups: list[Group], at: int) -> Group:
    """The first of the list a group stands in; itself where it stands alone."""
    while at > 0 and groups[at].joined == "list":
        at -= 1
    return groups[at]


def list_end(groups: list[Group], at: int) -> Group:
    """The last of the list a group stands in; itself where it stands alone."""
    while at + 1 < len(groups) and groups[at + 1].joined == "list":
        at += 1
    return groups[at]


def words_between(said: list[Piece], one: Group, other: Group) -> list[str]:
    """The words and marks between two groups."""
    return [piece.text for piece in said[one.last + 1 : other.first]]


def following(said: list[Piece], group: Group) -> str:
    """The words after a group, up to the end of the clause or the next time, which stands as "#"."""
    words = []
    for piece in said[group.last + 1 : group.last + 9]:
        if piece.kind not in (Kind.WORD, Kind.BREAK):
            words.append("#")
        if piece.kind is not Kind.WORD or piece.text in ("but", "/"):
            break
        words.append(piece.text)
    return " ".join(words)


def preceding(said: list[Piece], group: Group) -> list[str]:
    """The words of the clause before a group, nearest last; times among them stand as "#"."""
    words: list[str] = []
    for piece in reversed(said[max(0, group.first - _BEHIND) : group.first]):
        if piece.kind is Kind.BREAK and piece.text != ",":
            break
        words.append(piece.text if piece.kind in (Kind.WORD, Kind.BREAK) else "#")
    return words[::-1]
