"""Talk beside a yes in Spanish: "la tomo, mi nieto me lleva". It leaves the yes a yes.

Pure. A remark is known by its words (`remark` in lists/clauses.yml), talk by holding none that could take a yes
back, whatever the model makes of it.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers.clause import YES, is_breath
from handlers.decision import Decision
from handlers.decision import DecisionKind as Kind
from handlers.guards import Awaited, names_other_provider
from handlers.intents import ALWAYS
from handlers.spans import same_time
from nlu.signals import without_harmless
from nlu.understanding import Intent, Understanding
from nlu.words import pattern, plain

NEVER = frozenset(ALWAYS.values()) - {Kind.UNCLEAR} | {
    Kind.HUMAN,
    Kind.NO_OFFERS,
    Kind.LEAVE_LIST,
    Kind.FEWER_TEXTS,
    Kind.CHOICE,
}
"""What is never only talk."""

ASKS = (Kind.QUESTION, Kind.STATUS)
SURE_AGAINST = 0.8
"""The share from which the model's reading as a wish for something else, or as taking it back, outweighs that no
word says so."""

ELSE = (Intent.COUNTER, Intent.CANCEL, Intent.RESCHEDULE, Intent.UNDO, Intent.NOT_NOW)
MOST_WORDS = 18


def without_talk(whole: Decision, parts: Sequence[Decision], zone: ZoneInfo) -> list[Decision]:
    """The clauses without those that are only talk beside a firm yes."""
    yes = next((part for part in parts if part.kind in YES and _is_sure(part)), None)
    if yes is None or yes.awaited is None or whole.read is None or whole.read.language != "es":
        return list(parts)
    return [part for part in parts if part.kind in YES or not _is_talk(part, yes.awaited, zone)]


def _is_sure(yes: Decision) -> bool:
    """More than a breath, and more than a lone "sí", which may be one to anything ("sí, tengo diabetes")."""
    if yes.read is None or is_breath(yes):
        return False
    lone = pattern("clauses", "lone_yes").fullmatch(plain(yes.read.text)) is not None
    return not lone


def _is_talk(part: Decision, asked: Awaited, zone: ZoneInfo) -> bool:
    read = part.read
    if read is None or part.kind in NEVER or names_other_provider(read, asked):
        return False
    if part.kind in ASKS and read.signals.question:
        return False  # it is answered
    if any(asked.start is None or not same_time(span, asked.start, zone) for span in read.times):
        return False
    return not _weighs(read)


def _weighs(read: Understanding) -> bool:
    """Whether it says no, doubts, asks, or has a word that may take a yes back or bind it to something."""
    signals = read.signals
    if signals.no or signals.hedge or signals.cancel or signals.person or "?" in read.text:
        return True
    if signals.words > MOST_WORDS or (read.intent in ELSE and read.confidence >= SURE_AGAINST):
        return True
    return pattern("clauses", "weighs").search(without_harmless(plain(read.text))) is not None
