"""Choosing from a list in words that need the list to be understood: "the earlier one", "either", "neither"
(`lists/answers.yml`). Numbers and their words ("2", "the second one") are read by `nlu.exact`."""

import re
from enum import StrEnum

from nlu.words import named_phrases, pattern, plain

_LETTERS = "abcde"
_COUNTED = {
    1: ("one", "first", "frist", "uno", "una", "primer"),
    2: ("two", "sec", "dos", "segund"),
    3: ("three", "third", "tres", "tercer"),
    4: ("four", "cuatro", "cuart"),
    5: ("five", "fifth", "cinco", "quint"),
}
"""How the words for a number begin, of those that `choice` and `refused_number` in answers.yml find."""


class Pointing(StrEnum):
    """What such words point at."""

    EITHER = "either"
    BOTH = "both"
    EARLIER = "earlier"
    LATER = "later"
    LAST = "last"


def pointing(text: str) -> Pointing | None:
    """What a text points at, if it does nothing else."""
    said = plain(text).replace(" ,", "")
    every = named_phrases("answers", "pointing")
    return next((Pointing(name) for name, found in every.items() if found.fullmatch(said)), None)


def refuses_all(text: str) -> bool:
    """Whether a text wants none of what was listed, and says nothing else."""
    return pattern("answers", "none_of_them").fullmatch(plain(text).replace(" ,", "")) is not None


def names_all(text: str) -> bool:
    """Whether a text speaks of all of their visits ("both my appointments")."""
    return pattern("visits", "all_of_theirs").search(plain(text)) is not None


def takes_all(text: str) -> bool:
    """Whether a text takes all of what was listed, and says nothing else ("both", "cancel all of them")."""
    return pattern("answers", "all_of_them").fullmatch(plain(text).replace(" ,", "")) is not None


def chosen_numbers(text: str, *, most: int) -> list[int]:
    """The numbers of a list of `most` lines that a text takes together ("1 and 3", "both"), in order; none where
    it says anything else, or names a number that is not there."""
    if takes_all(text):
        return list(range(1, most + 1))
    said = plain(text).replace(" ,", "")
    if pattern("answers", "several_numbers").fullmatch(said) is None:
        return []
    found = sorted({int(digit) for digit in re.findall(r"\d", said)})
    return found if found[0] >= 1 and found[-1] <= most else []


def refused_number(text: str) -> int | None:
    """The number of the one thing on a list that a text does not want ("not the first", "no to 2"), if it says
    nothing else."""
    found = pattern("answers", "refused_number").fullmatch(plain(text).replace(" ,", ""))
    return number_in(found) if found else None


def accepted_number(text: str) -> int | None:
    """The number of the one thing on a list that a text says yes to ("yes 2", "sí, la primera"), if it says
    nothing else. It chooses from a list of offers only."""
    found = pattern("answers", "accepted_number").fullmatch(plain(text).replace(" ,", ""))
    return number_in(found) if found else None


def number_in(found: re.Match[str]) -> int:
    """The number that a pattern's one named part stands for: a digit, a letter, or a word for a number."""
    said = next(word for word in found.groupdict().values() if word).lstrip("#")
    if said[0].isdigit():
        return int(said[0])
    if len(said) == 1:
        return _LETTERS.index(said) + 1
    return next(number for number, word_forms in _COUNTED.items() if said.startswith(word_forms))


def lets_it_be(text: str) -> bool:
    """ "Never mind": a no to what was shown, and to having asked for it."""
    return pattern("answers", "lets_it_be").fullmatch(plain(text).replace(" ,", "")) is not None
