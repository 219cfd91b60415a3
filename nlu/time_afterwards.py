"""What is said of a time only after it: "i have class at 3 so no", "friday? no", "tuesday no thursday yes"."""

from nlu.time_groups import Group, following, list_end, preceding
from nlu.time_words import Kind, Piece
from nlu.words import pattern, word_set, wording

_NEAR = 6
_BEHIND = 24
"""Words looked ahead at most."""


def so_no(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "i have class at 3 so no": said of the last time before it, and of all of its list."""
    words = until_next(said, groups, at)
    return wording("polarity", "so_no").search(words) is not None


def taken_up(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "lab all day thursdays so those dont work", "el 12 es fiesta, ese no": a later clause rules it out."""
    words = until_next(said, groups, at)
    if wording("polarity", "not_that").search(words):
        return True
    found = wording("polarity", "taken_up").search(words)
    return (
        found is not None and pattern("polarity", "ruled_out_after").search(words[found.end() :]) is not None
    )


def busy_that_day(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "does it have to be tuesday? i teach that day"."""
    return wording("polarity", "busy_that_day").search(until_next(said, groups, at)) is not None


def no_leave(said: list[Piece], group: Group) -> bool:
    """ "no luck getting friday off"."""
    after = following(said, group)
    if "off" not in after:
        return False
    return wording("polarity", "no_leave").search(" ".join([*preceding(said, group), "#", after])) is not None


def either_way(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "id prefer thursday over tuesday but either will do": the one liked less is fine too."""
    return wording("polarity", "either_way").search(until_next(said, groups, at)) is not None


def until_next(said: list[Piece], groups: list[Group], at: int) -> str:
    """The words after a time, or after the list it stands in, as far as the next time."""
    last = list_end(groups, at)
    until = next((group.first for group in groups if group.first > last.last), len(said))
    return " ".join(piece.text for piece in said[last.last + 1 : min(until, last.last + _BEHIND)])


def not_so(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "thursday is full, friday isnt": what rules the one out is denied of the other."""
    if at == 0 or not groups[at - 1].excluded or following(said, groups[at]) not in _ELLIPSES:
        return False
    told = following(said, groups[at - 1]).split()
    ruled_out = pattern("polarity", "ruled_out_after").search(" ".join(told))
    return ruled_out is not None and word_set("polarity", "negators").isdisjoint(
        set(told) - {"booked", "busy"}
    )


_ELLIPSES = ("isnt", "arent", "doesnt", "dont", "is not", "are not")


def answered_no(said: list[Piece], group: Group) -> bool:
    """ "friday? no", "friday, no way": asked and answered in one breath."""
    behind = said[group.last + 1 : group.last + _NEAR + 2]
    if not behind or behind[0].text not in ("?", ","):
        return False
    words = " ".join(piece.text if piece.kind in (Kind.WORD, Kind.BREAK) else "#" for piece in behind[1:])
    answer = "answered_no" if behind[0].text == "?" else "never"
    return wording("polarity", answer).search(words) is not None


def other_after_all(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "tuesday no thursday yes": the no stands after its time, as the yes does."""
    if at + 1 == len(groups) or following(said, groups[at]) != "no #":
        return False
    return wording("polarity", "other_after_all").search(following(said, groups[at + 1])) is not None
