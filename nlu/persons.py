"""Wording that asks for a person anywhere in a text (`lists/persons.yml`), told apart from "the nurse called me".

All of it is read in plain text (`nlu.words.plain`).
"""

from functools import lru_cache

from nlu.spelling import respelt
from nlu.words import pattern, without


@lru_cache(maxsize=256)
def wants_person(text: str) -> bool:
    """Whether plain text asks, beside whatever else it says, to talk to somebody or to be called."""
    rest = without_unmeant(respelt(text))
    said = respelt(text) if rest is None else rest
    return pattern("persons", "asks").search(said) is not None


def without_unmeant(text: str) -> str | None:
    """The rest of plain text that speaks of talking to somebody only to deny it or to tell of it ("the nurse
    called me"). None where it does not."""
    rest = without(pattern("persons", "not_asked"), text)
    return None if rest == text else " ".join(rest.split()).strip(" ,")
