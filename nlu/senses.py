"""What is meant by a time that was said: ruled out, the only one, liked, fine again, or no standing wish at all.

Told from its polarity and the words of its clause (`lists/preferences.yml`).
"""

from enum import Enum, auto

from nlu.times import WEEKLY, Heard
from nlu.words import pattern


class Sense(Enum):
    """What is meant by a time that was said."""

    EXCLUDED = auto()
    ONLY = auto()  # nothing else will do
    LIKED = auto()
    AGAIN = auto()  # ruled out before, fine again
    PLAIN = auto()  # said with no word for or against it
    NOTHING = auto()  # asked about, or said of something else


def sense_of(heard: Heard) -> Sense:
    """The sense of one time. A wish needs words that say so; a time alone is none."""
    if found("one_visit_after", heard.after) or _speaks_of_a_visit(heard):
        return Sense.NOTHING
    if _is_again(heard):
        return Sense.AGAIN
    if heard.span.excluded and found("less_liked_before", heard.before):
        return Sense.PLAIN
    if heard.span.excluded or heard.turned:
        return Sense.EXCLUDED
    if heard.asked or found("asks_before", heard.before):
        return Sense.NOTHING
    if _is_only(heard):
        return Sense.LIKED if _only_once(heard) else Sense.ONLY
    return Sense.LIKED if _is_liked(heard) else Sense.PLAIN


def _speaks_of_a_visit(heard: Heard) -> bool:
    """A visit that stands ("cant make my appointment tuesday"). Of "tuesdays" in the plural nobody says so."""
    return not is_plural(heard) and found("one_visit_before", heard.before)


def _is_again(heard: Heard) -> bool:
    # "i dont work tuesdays anymore" gives them back; "i dont work tuesdays" says nothing of the kind.
    if found("not_work_before", heard.before) and found("not_work_after", heard.after):
        return True
    if heard.span.excluded or heard.turned:
        return found("forget_before", heard.before)
    if found("forget_before", heard.before) or _is_actually_fine(heard):
        return True
    taken_back = found("can_again_before", heard.before) and found("can_again_after", heard.after)
    return taken_back or found("again_after", heard.after)


def _is_actually_fine(heard: Heard) -> bool:
    """ "actually tuesdays are fine"."""
    return found("actually_before", heard.before) and _is_liked(heard)


def _is_only(heard: Heard) -> bool:
    if found("not_only_before", heard.before):
        return False
    return found("only_before", heard.before) or found("only_after", heard.after)


def _only_once(heard: Heard) -> bool:
    """ "only tuesday" may be about the one that was offered."""
    day = heard.mention.day
    if day is None or day.how != "weekday" or heard.listed or is_plural(heard):
        return False
    return found("only_once_before", heard.before) and not heard.after.startswith(("is", "are"))


def _is_liked(heard: Heard) -> bool:
    if found("liked_before", heard.before) or found("liked_after", heard.after):
        return True
    day = heard.mention.day
    if day is not None and not heard.listed and not is_plural(heard):
        return False
    if found("weakly_liked_before", heard.before) or found("weakly_liked_after", heard.after):
        return True
    return _is_liked_by_itself(heard)


def _is_liked_by_itself(heard: Heard) -> bool:
    """ "tuesdays are good", "mon wed or fri": said of what comes back, with hardly a word besides."""
    if not (is_plural(heard) or heard.listed):
        return False
    if heard.after:
        return found("plural_liked_after", heard.after)
    return found("alone_before", heard.before)


def is_plural(heard: Heard) -> bool:
    """Said of all of them: "tuesdays", "mornings", "weekdays"."""
    day = heard.mention.day
    if day is not None:
        in_a_row = (
            heard.mention.until is not None and day.how == "weekday"
        )  # "monday to friday", "monday 9-11"
        return (
            day.plural
            or day.how == "weekdays"
            or in_a_row
            or far_weekday(heard) is not None
            or _plural_part(heard)
        )
    return _plural_part(heard)


def _plural_part(heard: Heard) -> bool:
    return heard.mention.many


def far_weekday(heard: Heard) -> int | None:
    """The last day of "mon-wed"; None where no such range was said."""
    end = heard.mention.last or heard.mention.until
    far = end.day if end else None
    return far.number if far and far.how == "weekday" else None


def found(name: str, words: str) -> bool:
    """Whether a pattern of lists/preferences.yml is among the words before or after a time."""
    return pattern("preferences", name).search(words) is not None


def is_every_week(heard: Heard) -> bool:
    """Whether every such day is meant, not one: no date beside it, not "this tuesday", not "busy tuesday"."""
    day = heard.mention.day
    if day is None or day.how not in WEEKLY or day.pinned or heard.mention.date is not None:
        return False
    return not is_once(heard)


def is_once(heard: Heard) -> bool:
    """That time alone, not every week: "busy tuesday", "cant make it in the morning"."""
    return not is_plural(heard) and found("once_before", heard.before)
