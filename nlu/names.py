"""Whether a text names somebody: first names as whole words, however they are written."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from nlu.words import word_set, words


def names(text: str, first_name: str) -> bool:
    """Whether `text` names somebody called `first_name`: "Ben" or "Ben's", never "Dr Ben" or "bench"."""
    said, name = words(text), words(first_name)
    if not name:
        return False
    return any(_names_at(said, place, name) for place in range(len(said) - len(name) + 1))


def _names_at(said: Sequence[str], place: int, name: Sequence[str]) -> bool:
    *front, last = said[place : place + len(name)]
    theirs = last == f"{name[-1]}s"
    if front != list(name[:-1]) or not (theirs or last == name[-1]):
        return False
    before = said[place - 1] if place else ""
    if before in word_set("names", "titles"):
        return False
    return theirs or before in word_set("names", "pointers") or not _is_also_a_word(name)


def _is_also_a_word(name: Collection[str]) -> bool:
    return len(name) == 1 and word_set("names", "also_words").issuperset(name)


def names_provider(text: str, name: str) -> bool:
    """Whether `text` speaks of somebody who works at the clinic ("Dr Lee", "Kelly Park NP"): by the whole name,
    or by the last one after a title or "with"."""
    said = words(text)
    own = [word for word in words(name) if word not in word_set("names", "titles")]
    if not own:
        return False
    whole = len(own) > 1 and any(said[place : place + len(own)] == own for place in range(len(said)))
    return whole or any(
        word in (own[-1], f"{own[-1]}s") and (before == "with" or before in word_set("names", "titles"))
        for before, word in pairwise(said)
    )


def names_type(text: str, name: str) -> bool:
    """Whether `text` speaks of a type of visit by its name, however that is parted: "check-up", "checkups"."""
    said, parts = words(text), words(name)
    whole = "".join(parts)
    runs = (said[start:end] for start in range(len(said)) for end in range(start + 1, start + len(parts) + 2))
    return bool(whole) and any("".join(run) in (whole, f"{whole}s") for run in runs)
