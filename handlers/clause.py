"""What one clause of a longer text says beside the others: nothing, a condition, a wish for something else."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from handlers.asking import about_the_visit
from handlers.decision import Decision
from handlers.decision import DecisionKind as Kind
from handlers.fitting import is_its_time, meets, rules_out
from handlers.guards import Awaited, names_other_provider
from handlers.intents import reading
from nlu.remarks import adds_nothing, speaks_for_it
from nlu.spanish import in_english
from nlu.understanding import Intent, Understanding
from nlu.words import pattern, plain
from rules.states import PromptKind

YES = (Kind.ACCEPT, Kind.CONFIRM, Kind.UNASKED_YES)
OTHER_WISH = (Kind.COUNTER, Kind.NOT_NOW, Kind.RESCHEDULE, Kind.BOOK, Kind.EARLIER)
"""Beside a yes, these ask for something else than what was offered."""

MAYBE_A_WISH = (Kind.CHECK, Kind.UNCLEAR, Kind.QUESTION, Kind.PREFERENCES, Kind.EARLIER, Kind.BOOK)
"""A clause read as one of these may be a wish for something else, when its words say so."""

MAY_BE_A_REMARK = (
    Kind.UNCLEAR,
    Kind.CHECK,
    Kind.DECLINE,
    Kind.REASON,
    Kind.COUNTER,
    Kind.STATUS,
    Kind.UNASKED_NO,
    Kind.PREFERENCES,
    Kind.QUESTION,
)
"""What may have been read in a thought that only speaks for what was offered."""

LEAST_AGREED = 0.6
"""The share the model must give a yes that stands beside a no, before we ask which of the two is meant."""


def says_nothing(part: Decision) -> bool:
    """Whether nothing is done about a clause that stands beside another."""
    return part.kind in (Kind.IGNORE, Kind.THANKS, Kind.GREETING) or is_remark(part)


def is_remark(part: Decision) -> bool:
    """Thanks, or a remark that could change no answer ("I have been waiting for weeks", "you are the best")."""
    if part.read is None or part.kind in YES:
        return False
    said = plain(part.read.text)
    favours = part.kind in MAY_BE_A_REMARK and not part.times and speaks_for_it(said)
    return part.read.signals.polite or favours or adds_nothing(said)


def concedes(part: Decision) -> bool:
    """ "It's short notice", "not ideal": what somebody puts up with who goes on "but I'll take it"."""
    said = plain(part.read.text) if part.read else ""
    return pattern("clauses", "concession").fullmatch(f"{said} but") is not None


def asks_how_to_come(part: Decision) -> bool:
    """A question that only somebody asks who comes ("what should I bring?", "how long will it take?")."""
    said = plain(part.read.text) if part.read else ""
    if part.read is None or part.read.signals.no or part.read.signals.change:
        return False
    return part.kind is Kind.QUESTION and pattern("clauses", "about_coming").search(said) is not None


def wants_no_more(part: Decision) -> bool:
    """ "That's all", behind a "great" that else might be no more than a breath."""
    said = plain(part.read.text) if part.read else ""
    return pattern("clauses", "no_more").fullmatch(said) is not None


def plainer(part: Decision) -> Decision:
    """A clause nobody could read is still a question if it plainly asks something."""
    read = part.read
    if part.kind is not Kind.UNCLEAR or read is None or not read.signals.question or read.times:
        return part
    if _may_tell(read):
        return part
    wishes = pattern("clauses", "other_wish").search(plain(read.text))
    return part if wishes else replace(part, kind=Kind.QUESTION)


def _may_tell(read: Understanding) -> bool:
    """Whether a question without its mark may be none: "tengo que ir" asks and tells in the same words."""
    return "?" not in read.text and pattern("clauses", "may_tell").match(plain(read.text)) is not None


def is_condition(part: Decision, flat: str) -> bool:
    """ "if it's with Dr Lee"; `flat` is what the clause says, plain (`nlu.words.plain`)."""
    if part.read is None or pattern("answers", "a_plain_no").search(flat):
        return False
    return bool(pattern("clauses", "condition").match(flat)) or _only_bounds(part.read)


def _only_bounds(read: Understanding) -> bool:
    """ "not before 3", "mornings only" after a yes: nothing but a time, which then is a condition."""
    said = sum(len(plain(span.text).split()) for span in read.times)
    return bool(read.times) and not read.signals.question and read.signals.words - said <= 2


def wants_another(part: Decision, asked: Awaited | None, zone: ZoneInfo) -> bool:
    """Whether a clause beside a yes wishes for something other than what was offered."""
    if asked is None or part.read is None:
        return part.kind in OTHER_WISH
    if part.kind in OTHER_WISH:
        return _asks_for_something(part.read) or names_other_provider(part.read, asked)
    if part.kind is Kind.PREFERENCES and rules_out(part.read.preferences, asked, zone):
        return True
    return _names_a_time(part) and meets(part.read, asked, zone) is False


def _asks_for_something(read: Understanding) -> bool:
    """ "I have been waiting for weeks" sounds like somebody who wants something sooner, and asks for nothing."""
    signals = read.signals
    return signals.change or signals.question or signals.no or bool(read.times)


def _names_a_time(part: Decision) -> bool:
    """A clause that wishes for a time, whatever else could be read in it."""
    if part.kind is Kind.QUESTION and part.read is not None and about_the_visit(part.read):
        return False
    return part.kind in MAYBE_A_WISH and any(not span.excluded for span in part.times)


def wishes_for_another(part: Decision, asked: Awaited, zone: ZoneInfo) -> bool:
    """Whether a clause beside a no asks for something else: another time, place or doctor. What is on at the very
    time offered ("he has dialysis Tuesdays") is a reason."""
    elsewhen = not part.times or any(not is_its_time(span, asked, zone) for span in part.times)
    if elsewhen and (part.kind is Kind.COUNTER or _names_a_time(part)):
        return True
    said = plain(part.read.text) if part.read and part.kind in (*MAYBE_A_WISH, *YES) else ""
    return pattern("clauses", "another").search(said) is not None


def half_agrees(part: Decision) -> bool:
    """A clause that is half a yes by itself."""
    read = part.read
    sure = read is not None and read.intent is Intent.ACCEPT and read.confidence >= LEAST_AGREED
    return part.kind is Kind.CHECK and sure


def is_firm(yes: Decision) -> bool:
    """Whether a yes counts beside a question. "Ok" and "sounds good" there may say no more than "I see", unless we
    have asked back already ("Just to check: ...?"), which they do answer."""
    if yes.awaited is not None and yes.awaited.kind is PromptKind.CONFIRM:
        return True
    return has_firm_word(yes) and not is_breath(yes)


def has_firm_word(yes: Decision) -> bool:
    """ "Sure" and "I'll take it", not "ok" and "great"."""
    return pattern("answers", "firm_yes").search(plain(yes.read.text) if yes.read else "") is not None


def is_breath(yes: Decision) -> bool:
    """ "Ok" or "great", which before a question may be no more than drawing breath."""
    return pattern("answers", "breath").fullmatch(plain(yes.read.text) if yes.read else "") is not None


def is_glad(yes: Decision) -> bool:
    """ "Great", which before "that's all" is more than a breath."""
    return pattern("answers", "glad").fullmatch(plain(yes.read.text) if yes.read else "") is not None


def is_harmless(part: Decision, asked: Awaited | None, zone: ZoneInfo) -> bool:
    """Whether what stands beside a yes leaves it a yes."""
    read = part.read
    if read is None or asked is None or names_other_provider(read, asked):
        return False
    if pattern("answers", "a_plain_no").search(plain(read.text)) or _may_tell(read):
        return False
    if part.kind is Kind.QUESTION and about_the_visit(read):
        return not read.signals.cancel
    if read.intent is Intent.COUNTER and read.confidence >= LEAST_AGREED and read.signals.change:
        return False
    if part.kind is Kind.PREFERENCES:
        return bool(read.preferences) and not rules_out(read.preferences, asked, zone)
    same = pattern("clauses", "same_time")
    elsewhen = [span for span in read.times if not same.fullmatch(in_english(span.text))]
    if part.kind not in (Kind.QUESTION, Kind.STATUS) or elsewhen or read.signals.cancel:
        return False
    if read.topic is None and reading(read) not in (Kind.QUESTION, Kind.STATUS, Kind.UNCLEAR):
        return False  # put as a question, and surely about something else
    return read.topic is not None or not pattern("clauses", "other_wish").search(plain(read.text))
