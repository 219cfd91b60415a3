"""Why a visit is given up, read out of free text: one of the eleven reasons, or none.

The words of `lists/reasons.yml` come first; where they say nothing, or the model is surer, its reason counts.
"""

import re
from collections.abc import Callable, Collection

from nlu.understanding import Intent, Ranked, Reason
from nlu.words import named_phrases, pattern, plain, word_set

GIVING_UP = (Intent.CANCEL, Intent.DECLINE, Intent.NOT_NOW, Intent.RESCHEDULE, Intent.LATE, Intent.LEAVING)
"""What is said along with a reason. The model then gives most of its trust to this and little to the reason, so it
is asked once more about the rest of the text."""

OF_NO_REASON = (
    Intent.ACCEPT,
    Intent.QUESTION,
    Intent.STATUS,
    Intent.THANKS,
    Intent.BOOK,
    Intent.HELP,
    Intent.START,
    Intent.STOP,
    Intent.EARLIER,
    Intent.HUMAN,
    Intent.CONFIRM,
    Intent.GREETING,
    Intent.ARRIVED,
)
"""Texts that give no reason, whatever the model sees in them beside that."""

LEAST = {Intent.REASON: 0.2}
LEAST_BESIDE = 0.05
"""The share the model must give the reasons together: where a reason is what it reads first, and elsewhere."""

LEAST_OF_THEM = 0.4
"""How much of that the likeliest reason must have."""

SURER_THAN_A_RULE = 0.6
"""A reason with this share counts for more than what the words of another one say, or deny."""

Ask = Callable[[str], Ranked]


def reason(text: str) -> Reason | None:
    """The reason that the words of a cleaned text give, the weightiest where there are several."""
    flat = plain(text)
    every = named_phrases("reasons", "reasons")
    return next((Reason(named) for named, phrases in every.items() if _given(phrases, flat)), None)


def reason_with_model(text: str, ranked: Ranked, ask: Ask, placed: Collection[str] = ()) -> Reason | None:
    """The reason that words and model together find. `ranked` is what the model makes of the text, `ask` asks it
    about a part. `placed` are the words of times: "cancel my visit on Monday" says when, not why. Of `OTHER` the
    model knows nothing, so the words decide it."""
    said, first, flat = reason(text), ranked.intents[0][0], plain(text)
    if text.endswith("?") or first in OF_NO_REASON:
        return said
    if said is Reason.OTHER or any(pattern("reasons", key).search(flat) for key in ("asked", "not_it")):
        return said
    rest = beside_giving_up(text)
    if not set(rest.split()) - word_set("reasons", "no_words_of_it") - set(placed):
        return said
    heard = ask(rest) if first in GIVING_UP and rest != flat else ranked
    if _mentioned(flat) and not any(share >= SURER_THAN_A_RULE for _, share in heard.reasons):
        return said
    return _likeliest(heard) or _likeliest(ranked) or said


def beside_giving_up(text: str) -> str:
    """What is left of a text without the words that cancel or decline; empty where they are all of it."""
    left = pattern("reasons", "giving_up").sub(" , ", plain(text))
    return " ".join(" ".join(part.split()) for part in left.split(",") if part.strip())


def _mentioned(flat: str) -> bool:
    """Whether words of any reason are there, given, asked about or denied."""
    return any(phrases.search(flat) for phrases in named_phrases("reasons", "reasons").values())


def _likeliest(ranked: Ranked) -> Reason | None:
    first = ranked.intents[0][0]
    together = sum(share for _, share in ranked.reasons)
    if first in OF_NO_REASON or together < LEAST.get(first, LEAST_BESIDE):
        return None
    likeliest, share = ranked.reasons[0]
    return likeliest if share >= LEAST_OF_THEM * together else None


def _given(phrases: re.Pattern[str], flat: str) -> bool:
    return any(not _asked(flat, match) and not _denied(flat, match) for match in phrases.finditer(flat))


def _asked(flat: str, match: re.Match[str]) -> bool:
    """Whether the clause up to the phrase asks."""
    clause = flat[: match.start()].rsplit(" , ", 1)[-1]
    return pattern("reasons", "asked").search(clause) is not None


def _denied(flat: str, match: re.Match[str]) -> bool:
    if pattern("reasons", "own_no").match(match[0]):
        return False
    return pattern("reasons", "denied").search(flat[: match.start()].rstrip()) is not None
