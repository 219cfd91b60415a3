"""Which of our open questions a text answers. Bound only where that is unambiguous; else we ask which."""

from zoneinfo import ZoneInfo

from handlers.guards import OFFERED, Awaited, named_provider, names_other_provider
from handlers.spans import covers
from nlu.names import names
from nlu.understanding import Understanding
from rules.states import PromptKind

WANTED = (PromptKind.JOIN, PromptKind.KEEP_PLACE, PromptKind.AUTO_BOOK, PromptKind.LEAVE_OUT)
"""What we ask whether they would like; a yes books nothing by itself."""

INVITED = (PromptKind.CAMPAIGN, PromptKind.RECOVERY)
"""An invitation to come back, of a campaign or after a lost visit: anything else that is asked comes before it."""

DIRECT = (PromptKind.CONFIRM, PromptKind.CANCEL_CONFIRM, *WANTED)
YES_OR_NO = (*OFFERED, PromptKind.CANCEL_CONFIRM, PromptKind.REMINDER, *WANTED, *INVITED)


def asked_about(awaited: tuple[Awaited, ...]) -> Awaited | None:
    """The one question a bare yes or no answers; None where there is none, or where it could be several.

    The question asked last and directly ("Just to check: book Tue 3:00pm?") is unambiguous beside older ones,
    since it names what it asks. Anything else must be alone. An offer and its own check are one question, and so
    is what one text asks together ("see you Wed: 9:00am and 2:00pm").
    """
    asked = sorted((one for one in awaited if one.kind in YES_OR_NO), key=lambda one: one.asked_at)
    asked = [one for one in asked if one.kind not in INVITED] or asked[
        -1:
    ]  # of several invitations the newest
    if any(one.kind in OFFERED for one in asked):  # whoever answers an offer wants to stay on the list
        asked = [one for one in asked if one.kind is not PromptKind.KEEP_PLACE]
    if not asked:
        return None
    newest = asked[-1]
    together = asked_together(newest, awaited)
    alone = all(subject(one) == subject(newest) or one in together for one in asked)
    strictly_last = all(one.asked_at < newest.asked_at for one in asked[:-1])
    return newest if alone or (newest.kind in DIRECT and strictly_last) else None


def question_of(understanding: Understanding, awaited: tuple[Awaited, ...], zone: ZoneInfo) -> Awaited | None:
    """The one question that a text answers. Of visits that one text asks about it may name one."""
    asked = asked_about(awaited)
    if asked is not None and len(asked_together(asked, awaited)) == 1:
        return asked
    return named_among(understanding, awaited, zone) or asked


def named_among(understanding: Understanding, awaited: tuple[Awaited, ...], zone: ZoneInfo) -> Awaited | None:
    """The one question whose visit a text names, by its time, its provider or its patient ("yes for Ben", "the
    3pm one"). None where the text names none, or what it names fits several."""
    asked = [one for one in awaited if one.kind in YES_OR_NO and one.start is not None]
    fitting = [one for one in asked if _names(understanding, one, asked, zone)]
    if not fitting or any(subject(one) != subject(fitting[0]) for one in fitting):
        return None
    return max(fitting, key=lambda one: one.asked_at)


def subject(one: Awaited) -> tuple[bool, object]:
    """What a question is about. An offer and its own check are about the same."""
    return one.kind in OFFERED, one.subject_id or one.id


def asked_together(one: Awaited, awaited: tuple[Awaited, ...]) -> tuple[Awaited, ...]:
    """All that the text of one reminder asks about: the visits of a day stand in one text."""
    if one.kind is not PromptKind.REMINDER or one.asked_in is None:
        return (one,)
    return tuple(each for each in awaited if each.kind is one.kind and each.asked_in == one.asked_in)


def _names(read: Understanding, one: Awaited, asked: list[Awaited], zone: ZoneInfo) -> bool:
    """Whether everything the text names fits this question, and it names something."""
    hints = []
    # "not the Tuesday one" names the Tuesday one; beside a time that is wished for, only that one counts.
    times = [span for span in read.times if not span.excluded] or read.times
    if times and one.start is not None:
        start = one.start
        hints.append(all(covers(span, start, zone) for span in times))
    if named_provider(read) is not None:
        hints.append(not names_other_provider(read, one))
    if any(each.name and names(read.text, each.name) for each in asked):
        hints.append(bool(one.name) and names(read.text, one.name or ""))
    return bool(hints) and all(hints)
