"""Emergency and crisis wording (`lists/emergencies.yml`), and the narrow cases in which it is not meant."""

import re
from enum import StrEnum

from nlu.words import pattern


class Emergency(StrEnum):
    MEDICAL = "medical"
    CRISIS = "crisis"


_DENIED = re.compile(
    r"(?:"
    r"\b(?:no|without|never had|never have) (?:any |more |longer |a )*"
    r"|\b(?:not|isnt|wasnt|arent|aint) (?:having |experiencing |feeling |in |any |an? |really |been )*"
    r"|\b(?:dont|do not|didnt|doesnt|havent|hasnt) (?:have |having |had |get |feel |experience |any |an? )+"
    r"|\b(?:not|never) (?:going to|gonna|trying to|planning to|about to|gonna try to) "
    r")$"
)
"""Right before a phrase: it is denied. Only these few words may stand between, so "no i have chest pain",
"not good chest pain" and "dont know chest pain" stay emergencies. Phrases that carry their own "not" ("cant
breathe") are denied only by a second one."""


def find_emergency(text: str) -> Emergency | None:
    """What kind of emergency plain text speaks of, if any. Crisis wins, since its helpline is the narrower."""
    if _meant(pattern("emergencies", "mind", "mind_es"), text):
        return Emergency.CRISIS
    return Emergency.MEDICAL if _meant(pattern("emergencies", "body", "body_es"), text) else None


def _meant(phrases: re.Pattern[str], text: str) -> bool:
    """Whether any phrase found is really meant: one that is guarded does not excuse another that is not."""
    found = re.finditer(phrases, text)
    return any(not _guarded(text, match) for match in found)


def _guarded(text: str, match: re.Match[str]) -> bool:
    if _DENIED.search(text[: match.start()]):
        return True
    if pattern("emergencies", "harmless").search(text[max(0, match.start() - 12) : match.end() + 30]):
        return True
    if not pattern("emergencies", "happens_once").fullmatch(match[0]):
        return False
    return pattern("emergencies", "long_ago").search(text) is not None
