"""What is wished for and what is ruled out: "not tuesdays", "anything but mornings", "3 is no good but 4 is"."""

from nlu.time_afterwards import (
    answered_no,
    busy_that_day,
    either_way,
    no_leave,
    not_so,
    other_after_all,
    so_no,
    taken_up,
)
from nlu.time_groups import Group, following, list_end, list_start, preceding, words_between
from nlu.time_mentions import Mention
from nlu.time_words import Piece
from nlu.words import pattern, word_set, wording

_SCOPE = 6
"""Words a negator reaches forward."""
_HEAD = 8
"""Words looked at together, so many before the last of them."""
_ABLE = ("be", "able", "to")
"""Words that carry a no on and use up none of its reach: "wont be able to get there before 9"."""
_NEAR = 4
_FAR = 14
"""Words of a whole clause in which a bound is denied: "wont be able to get there before"."""
_BETWEEN = ("on", "the", "at", "in", "a", "an", "any", "for", "to", "do", "during", "around", "about", "over")
"""Words that may stand between a no and its time: "not on a monday"."""


def ruled_out(said: list[Piece], groups: list[Group], at: int) -> bool:
    """Whether a group is excluded: by what was said before it, or after it."""
    group = groups[at]
    before = preceding(said, group)
    after = wording("polarity", "what_was_offered").sub("", following(said, group))
    unlike = not_so(said, groups, at)
    denied = not unlike and pattern("polarity", "ruled_out_after").search(after) is not None
    # "monday doesnt work tuesday doesnt work": the first no is not of the second, which has its own.
    if (
        (denied and before[:1] == ["#"])
        or (not after and _likewise(said, groups, at))
        or no_leave(said, group)
    ):
        return True
    supposed = wording("polarity", "supposed").search(" ".join([*before[-_NEAR:], "#", after]))
    if supposed or flips(said, group) or pattern("polarity", "void").search(" ".join(before)):
        return False
    if unlike or (at and other_after_all(said, groups, at - 1)) or either_way(said, groups, at):
        return False
    if denied or _put_aside(" ".join(before)):
        return True
    if so_no(said, groups, at) or answered_no(said, group) or other_after_all(said, groups, at):
        return True
    if taken_up(said, groups, at):
        return True
    # "tuesdays and thursdays dont work": what follows the last of a list is said of all of it.
    of_all = following(said, list_end(groups, at))
    if pattern("polarity", "ruled_out_after").search(of_all) and not _wished_for(said, groups, at):
        return True
    liked = wording("polarity", "liked_after")
    if liked.search(after) or (liked.search(of_all) and _in_last_clause(said, groups, at)):
        barred = _just_before(said, group) or (group.mention.plural and _no_directly(said, group))
        return barred or _listed_after_no(said, groups, at)
    no_to = wording("polarity", "no_to").search(" ".join(before)) is not None
    told = no_to or _reached_by_negator(said, groups, at) or _likewise(said, groups, at)
    return told or busy_that_day(said, groups, at)


def _put_aside(before: str) -> bool:
    """ "forget tuesday", "double shift monday": dropped for another, or given to something else."""
    dropped = wording("polarity", "set_aside").search(before)
    return bool(dropped or pattern("polarity", "busy_then").search(before))


def _wished_for(said: list[Piece], groups: list[Group], at: int) -> bool:
    """Whether a list opens with a wish, so that a no at its end is said of its last time alone: "i can do mondays
    and tuesdays no"."""
    opens = " ".join(preceding(said, list_start(groups, at))[-_HEAD:])
    return wording("polarity", "wished_before").search(opens) is not None


def _listed_after_no(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "not mon or tue please": the list is ruled out whatever ends it, up to a comma, and past it where no more
    than "please" does: "not the 3rd, 4th or 5th please"."""
    first = list_start(groups, at)
    if first is groups[at] or not first.excluded:
        return False
    last = list_end(groups, at)
    ended = groups[at - 1] is not first or not {"or", "nor", "and"}.isdisjoint(
        words_between(said, first, last)
    )
    if ended and following(said, last).startswith("please"):
        return True
    if wording("polarity", "none_of").search(" ".join(preceding(said, first))):
        return True
    return _no_comma(said[first.last + 1 : groups[at].first])


def _likewise(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "monday is out and so is tuesday"."""
    if at == 0 or not groups[at - 1].excluded:
        return False
    before, after = " ".join(preceding(said, groups[at])), following(said, groups[at])
    return bool(
        wording("polarity", "likewise_before").search(before)
        or wording("polarity", "likewise_after").search(after)
    )


def _in_last_clause(said: list[Piece], groups: list[Group], at: int) -> bool:
    """Whether no comma comes after a time in its list: of "not mon, tue or wed is fine" the last two are fine."""
    first, last = groups[at], list_end(groups, at)
    return _no_comma(said[first.last + 1 : last.first])


def _no_comma(between: list[Piece]) -> bool:
    return all(piece.text != "," for piece in between)


def _just_before(said: list[Piece], group: Group) -> bool:
    heard = preceding(said, group)[-_NEAR:]
    words = [word for word in heard if word not in _BETWEEN]
    return bool(words) and (
        words[-1] in word_set("polarity", "negators")
        or any(pattern("polarity", "except").search(" ".join(each)) for each in (words, heard))
    )


def _no_directly(said: list[Piece], group: Group) -> bool:
    """ "no mornings", "no appointments on fridays"."""
    return wording("polarity", "no_directly").search(f"{' '.join(preceding(said, group))} ") is not None


def flips(said: list[Piece], group: Group) -> bool:
    """ "not before 3", "not until friday", "no later than 5": a bound, not an exclusion."""
    words, mention = preceding(said, group), group.mention
    if wording("polarity", "bound").search(" ".join(words[-_FAR:])) is not None:
        return True
    of_a_day = mention.day is not None and mention.clock is not None and not mention.plural
    return of_a_day and wording("polarity", "bound_of_day").search(" ".join(words[-_FAR:])) is not None


def _reached_by_negator(said: list[Piece], groups: list[Group], at: int) -> bool:
    """Whether a negator before the group still holds when it is reached."""
    words = preceding(said, groups[at])
    if _no_directly(said, groups[at]):
        kind = wording("polarity", "kind_after").search(following(said, groups[at])) is not None
        said_against = kind or _set_against(said, groups, at) or _all_that_is_said(said, groups, at)
        return said_against or groups[at].mention.plural or ("," not in words and len(words) > 1)
    if groups[at].joined == "list" and list_start(groups, at).excluded:
        return not _corrects(said, groups, at)
    left = _SCOPE
    for index, word in reversed(list(enumerate(words))):
        head = " ".join(words[max(0, index - _HEAD) : index + 1])
        if word == "except" or pattern("polarity", "except").search(head):
            return not _except_from_no(words, index, groups[at - 1] if at else None)
        if word == "#" and groups[at].joined == "list":
            return False  # what was said before the list holds for all of it, and its first is not ruled out
        if word == "#":
            left = _SCOPE
            continue
        if word in word_set("polarity", "negators"):
            return not _is_asked_or_supposed(words, index) and not _bounds_another(words, index, groups[at])
        left -= word not in _ABLE
        if left == 0 or _ends_reach(words, index) or (word == "," and groups[at].joined != "list"):
            return False
    return False


def _set_against(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "no monday, yes tuesday": the no is to Monday."""
    if at + 1 == len(groups):
        return False
    between = " ".join(words_between(said, groups[at], groups[at + 1]))
    return wording("polarity", "yes_to_another").search(between) is not None


def _all_that_is_said(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "no 8am", "no tues or thurs": nothing else is said. "no thursday" and "no 3" may well be "no, thursday"."""
    last = list_end(groups, at)
    if groups[at].first != 1 or last.last + 1 != len(said):
        return False
    if last is not groups[at]:
        between = {*words_between(said, groups[at], last)}
        return bool(between & {"or", "nor"}) and "," not in between
    clock = groups[at].mention.clock
    return clock is not None and clock[2] in ("am", "pm") and groups[at].mention.day is None


def _except_from_no(words: list[str], at: int, before: Group | None) -> bool:
    """ "cant do mornings except fridays": what is left out of a no is fine."""
    while at and words[at] != "except":
        at -= 1
    return before is not None and before.excluded and words[at - 1 : at + 1] == ["#", "except"]


def _corrects(said: list[Piece], groups: list[Group], at: int) -> bool:
    """ "not today, tomorrow": the second of just two is wanted instead. "not mondays, tuesdays" is a list."""
    first, second = list_start(groups, at), groups[at]
    if groups[at - 1] is not first or list_end(groups, at) is not second:
        return False
    if second.mention.plural and not _of_its_day(first, second):
        return False
    between = {*words_between(said, first, second)}
    said_before = [word for word in preceding(said, first) if word not in _BETWEEN]
    instead = said_before[-1:] == ["not"] or said_before[-2:] in (["instead", "of"], ["rather", "than"])
    instead = instead or (_is_proposed(said, second) and not _left_out(said, first))
    return instead and ("," in between or between == {"the"}) and not between & {"or", "and", "nor"}


def _is_proposed(said: list[Piece], group: Group) -> bool:
    """ "not feeling monday, wednesday maybe?"."""
    asked = [piece.text for piece in said[group.last + 1 : group.last + 2]] == ["?"]
    return asked or wording("polarity", "corrected_after").search(following(said, group)) is not None


def _left_out(said: list[Piece], group: Group) -> bool:
    words = preceding(said, group)
    return words[-1:] == ["except"] or pattern("polarity", "except").search(" ".join(words)) is not None


def _of_its_day(first: Group, second: Group) -> bool:
    """ "not the afternoon of the 4th, the morning"."""
    day_and_part = first.mention.day is not None and first.mention.part is not None
    return day_and_part and second.mention == Mention(part=second.mention.part)


def _ends_reach(words: list[str], index: int) -> bool:
    """A word for yes, unless it is itself denied ("cant make"), and a comma that carries no list on."""
    if words[index] == ",":
        return not _lists_on(words, index)
    if words[max(0, index - 1) : index + 1] in (["and", "do"], ["then", "do"]):
        return True  # "skip next week and do the week after"
    if words[max(0, index - 1) : index + 1] == ["#", "then"]:
        return True  # "if its not monday then tuesday"
    if words[index] not in word_set("polarity", "positive"):
        return False
    before = words[max(0, index - _HEAD) : index]
    while before and before[-1] in word_set("polarity", "filler"):
        before.pop()
    denied = bool(before) and before[-1] in word_set("polarity", "negators")
    return not denied and words[max(0, index - 2) : index] != ["able", "to"]


def _bounds_another(words: list[str], at: int, group: Group) -> bool:
    """ "saturday but not before 8 or sunday": the no is of the 8."""
    bound = wording("polarity", "bound_said").match(" ".join(words[at : at + 4]))
    return bound is not None and (group.mention.day is not None or "#" in words[at + 4 :])


def _is_asked_or_supposed(words: list[str], at: int) -> bool:
    """ "why not tuesday", "if you cant do monday, tuesday". But "if its not monday" rules Monday out."""
    before = words[max(0, at - 3) : at]
    return before[-1:] == ["why"] or ("if" in before and before[-1] not in ("it", "its", "is"))


def _lists_on(words: list[str], comma: int) -> bool:
    """A comma between two times carries on the list; any other comma ends the thought."""
    return (
        comma > 0
        and words[comma - 1] == "#"
        and set(words[comma + 1 :]) <= {"#", ",", "or", "and", "on", "the"}
    )
