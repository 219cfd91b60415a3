"""Why a visit is given up, read out of free text (`lists/reasons.yml`): one of the eleven reasons, or none."""

import re
from functools import cache

from nlu.understanding import Reason
from nlu.words import named_phrases, pattern, plain

_OWN_NO = re.compile(
    r"(?:no|not|isnt|dont|doesnt|didnt|cant|cannot|couldnt|never|wont|wouldnt|without|lost)\b"
)
"""What carries its own "no" ("no ride", "not feeling well") is not denied by one more before it."""


def reason(text: str) -> Reason | None:
    """The reason that a cleaned text gives, the weightiest where there are several."""
    flat = plain(text)
    return next((named for named, phrases in _phrases().items() if _given(phrases, flat)), None)


@cache
def _phrases() -> dict[Reason, re.Pattern[str]]:
    return {Reason(name): found for name, found in named_phrases("reasons", "reasons").items()}


def _given(phrases: re.Pattern[str], flat: str) -> bool:
    return any(not _asked(flat, match) and not _denied(flat, match) for match in phrases.finditer(flat))


def _asked(flat: str, match: re.Match[str]) -> bool:
    """Whether the clause up to the phrase asks."""
    clause = flat[: match.start()].rsplit(" , ", 1)[-1]
    return pattern("reasons", "asked").search(clause) is not None


def _denied(flat: str, match: re.Match[str]) -> bool:
    if _OWN_NO.match(match[0]):
        return False
    return pattern("reasons", "denied").search(flat[: match.start()].rstrip()) is not None
