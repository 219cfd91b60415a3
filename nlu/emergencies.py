"""Emergency and crisis wording (`lists/emergencies.yml`), and the narrow cases in which it is not meant."""

import re
from enum import StrEnum
from functools import lru_cache

from nlu.spelling import respelt
from nlu.words import ending, pattern, without


class Emergency(StrEnum):
    MEDICAL = "medical"
    CRISIS = "crisis"


NEAR = 30
"""Letters on both sides in which a harmless meaning is looked for."""


def find_emergency(text: str) -> Emergency | None:
    """What kind of emergency plain text speaks of, if any. Crisis wins, since its helpline is the narrower."""
    if _meant("mind", text):
        return Emergency.CRISIS
    return Emergency.MEDICAL if _meant("body", text) else None


def without_unmeant(text: str) -> str | None:
    """The rest of plain text that names an emergency only to deny it, to tell of the past or in play ("no chest
    pain, just tired"). None where it names none so."""
    rest = text
    for name in ("mind", "body"):
        if _found(name, rest):
            rest = without(pattern("emergencies", name), rest, where=_guarded)
    for name in ("well", "harmless"):
        rest = without(pattern("emergencies", name), rest)
    return None if rest == text else " ".join(rest.split())


def speaks_of_danger(text: str) -> bool:
    """Whether plain text holds a word of danger, meant or not."""
    return pattern("emergencies", "danger").search(respelt(text)) is not None


def _meant(name: str, text: str) -> bool:
    """Whether any phrase found is really meant: one that is guarded does not excuse another that is not."""
    return any(not _guarded(text, match) for match in _found(name, text))


@lru_cache(maxsize=256)  # the longest of all lists, asked for by each rule anew
def _found(name: str, text: str) -> tuple[re.Match[str], ...]:
    return tuple(pattern("emergencies", name).finditer(text))


def _guarded(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :].strip()
    if ending("emergencies", "denied").search(before.strip()) or _is_over(before.strip(), after):
        return True
    if _is_harmless(text, match) or _was_once(text, before):
        return True
    if not pattern("emergencies", "happens_once").fullmatch(match[0]):
        return False
    return pattern("emergencies", "long_ago").search(text) is not None


def _was_once(text: str, before: str) -> bool:
    """Somebody had it long ago, and says nothing of now."""
    had = ending("emergencies", "had").search(before.strip())
    long_ago = pattern("emergencies", "long_ago").search(text)
    return bool(had and long_ago) and not pattern("emergencies", "now").search(text)


def _is_over(before: str, after: str) -> bool:
    """What stands around it says that it has passed, and not that it has come back."""
    gone = pattern("emergencies", "gone").match(after)
    if not gone and not ending("emergencies", "ended").search(before):
        return False
    return not pattern("emergencies", "back").search(after[gone.end() if gone else 0 :])


def _is_harmless(text: str, match: re.Match[str]) -> bool:
    """Words around it, as far as some thirty letters, that make something harmless of it."""
    around = text[max(0, match.start() - NEAR) : match.end() + NEAR]
    return pattern("emergencies", "harmless").search(around) is not None
