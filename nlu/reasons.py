"""Why a visit is given up, read out of free text: one of the eleven reasons, or none.

The words of `lists/reasons.yml` come first; where they say nothing, the model's likeliest reason counts.
"""

import re
from functools import cache

from nlu.understanding import Intent, Ranked, Reason
from nlu.words import named_phrases, pattern, plain

_OWN_NO = re.compile(
    r"(?:no|not|isnt|dont|doesnt|didnt|cant|cannot|couldnt|never|wont|wouldnt|without|lost|sin|nadie|ya no)\b"
)
"""What carries its own "no" ("no ride", "not feeling well") is not denied by one more before it."""

GIVING_UP = (Intent.CANCEL, Intent.DECLINE, Intent.NOT_NOW, Intent.RESCHEDULE, Intent.LATE, Intent.LEAVING)
"""What is said along with a reason. The model then gives most of its trust to this and little to the reason."""

LEAST_ALONE = 0.4
"""The share the model must give the reasons together, where a reason is what it reads first."""

LEAST_BESIDE = 0.1
"""The same beside one of `GIVING_UP`."""

LEAST_OF_THEM = 0.5
"""How much of that the likeliest reason must have."""


def reason(text: str, ranked: Ranked | None = None) -> Reason | None:
    """The reason that a cleaned text gives, the weightiest where there are several. `ranked` is what the model
    makes of the text, where it was asked."""
    flat = plain(text)
    given = next((named for named, phrases in _phrases().items() if _given(phrases, flat)), None)
    if given is not None or ranked is None or _only_mentioned(flat):
        return given
    return _likeliest(ranked)


def beside_giving_up(text: str) -> str:
    """What is left of a text without the words that cancel or decline; empty where they are all of it."""
    left = pattern("reasons", "giving_up").sub(" , ", plain(text))
    return " ".join(" ".join(part.split()) for part in left.split(",") if part.strip())


def _only_mentioned(flat: str) -> bool:
    """Words of a reason that is asked about or denied ("im not sick"): the model does not hear the difference."""
    mentioned = any(phrases.search(flat) for phrases in _phrases().values())
    return mentioned or pattern("reasons", "asked").search(flat) is not None


def _likeliest(ranked: Ranked) -> Reason | None:
    first = ranked.intents[0][0]
    least = {Intent.REASON: LEAST_ALONE, **dict.fromkeys(GIVING_UP, LEAST_BESIDE)}.get(first)
    together = sum(share for _, share in ranked.reasons)
    if least is None or together < least:
        return None
    likeliest, share = ranked.reasons[0]
    return likeliest if share >= LEAST_OF_THEM * together else None


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
