"""Mentions of time as groups of pieces: which neighbours belong together, and how groups hang on each other."""

from dataclasses import dataclass
from itertools import pairwise

from nlu.time_mentions import Mention
from nlu.time_words import Kind, Piece

_GLUE = {"at", "on", "the", "in", "of", "around", "about", "for", ",", "like", "this", "sharp"}
_LIST = {"or", "and", "/", ",", "nor"}
_RANGE = {"-", "to", "through", "thru", "til", "till", "until", "untill"}


@dataclass(slots=True)
class Group:
    """A mention while it is put together: `first` to `last` are its pieces' places in the text."""

    first: int
    last: int
    mention: Mention
    text: str
    excluded: bool = False
    joined: str = ""  # how it hangs on the group before: list, range or nothing


def group_pieces(said: list[Piece]) -> list[Group]:
    """Join neighbouring pieces that complete each other: a day, its clock time, its part."""
    groups: list[Group] = []
    for at, piece in enumerate(said):
        if piece.kind in (Kind.WORD, Kind.BREAK):
            continue
        last = groups[-1] if groups else None
        if last and _only_glue(said[last.last + 1 : at]) and (joined := last.mention.joined(piece)):
            last.mention, last.last = joined, at
            last.text = f"{last.text} {piece.text}"
        else:
            groups.append(Group(at, at, Mention().joined(piece) or Mention(), piece.text))
    return groups


def _only_glue(between: list[Piece]) -> bool:
    return len(between) <= 3 and all(piece.text in _GLUE for piece in between)


def link(said: list[Piece], groups: list[Group]) -> None:
    """Say how each group hangs on the one before it."""
    for before, group in pairwise(groups):
        words = [piece.text for piece in said[before.last + 1 : group.first]]
        core = [word for word in words if word not in ("on", "at", "the", "in", "maybe", "even", "like")]
        if not words and _both_weekdays(before, group) and not before.text.endswith("day."):
            group.joined = "list"
        if not core or len(core) > 2:
            continue
        opened = said[before.first - 1].text if before.first else ""
        if len(core) == 1 and (core[0] in _RANGE or (core[0] == "and" and opened == "between")):
            group.joined = "range"
        elif all(word in _LIST for word in core):
            group.joined = "list"


def _both_weekdays(one: Group, other: Group) -> bool:
    """ "mon wed or fri": nobody needs a comma there."""
    return all(each.mention.day is not None and each.mention.day.how == "weekday" for each in (one, other))


def share(groups: list[Group]) -> None:
    """What was said once for all of a list or range: "thurs or fri morning", "2-4pm", "tomorrow at 3 or 4"."""
    for before, group in reversed(list(pairwise(groups))):
        if group.joined:
            before.mention = before.mention.filled_from_right(group.mention)
    for before, group in pairwise(groups):
        if group.joined:
            group.mention = group.mention.filled_from_left(before.mention)
