"""The words a yes is made of, read through one slip of the thumb: "ues i want it", "awsome", "sounds goood".

Only a word that is none itself, in English or Spanish, is read as another; what is one letter away from a word of
a yes and is a word too stands in `not_slips` of lists/spelling.yml. Words of two letters stay as they were typed.
"""

import re
from functools import cache

from nlu.signals import told
from nlu.spelling import one_slip, shortened
from nlu.words import unaccented, word_set

LEAST = 3
"""Letters of a word that may be misspelt."""

LONG = 5
"""Letters from which on any wrong letter is a slip; in a shorter word only one that lies beside the right one."""

FAR_OFTENER = 10
"""How many times as often our examples must have the word that is meant as the one that was typed."""

_WORD = re.compile(r"(?<![\w'’@#])[^\W\d_]+(?![\w'’])")
_STRETCHED = re.compile(r"(.)\1{2,}")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def without_slips(text: str) -> str:
    """The text with each such word spelt as it should be; everything else is left as it was typed."""
    return _WORD.sub(lambda found: _meant(found[0]), text)


def _meant(word: str) -> str:
    flat = unaccented(word.lower())
    if len(flat) < LEAST or not flat.isascii() or flat in _words():
        return word
    stretched = [_STRETCHED.sub(letters, flat) for letters in (r"\1\1", r"\1")]
    near = {meant for left in shortened(flat) for meant in _by_shortened().get(left, ())}
    fits = [each for each in stretched if each in word_set("spelling", "of_a_yes")]
    fits += sorted(meant for meant in near if slipped(flat, meant))
    return next((meant for meant in fits if _told(meant) >= FAR_OFTENER * _told(flat)), word)


@cache
def _words() -> frozenset[str]:
    return word_set("spelling", "of_a_yes") | word_set("spelling", "not_slips")


def _told(word: str) -> int:
    return told("en")[word] + told("es")[word]


def slipped(typed: str, meant: str) -> bool:
    """Whether a thumb that meant one word may have typed the other: a letter left out, put in or typed twice, two
    swapped, or the key beside the right one."""
    if not one_slip(typed, meant):
        return False
    if len(typed) != len(meant) or len(meant) >= LONG:
        return len(meant) >= LONG or typed[0] == meant[0]
    wrong = [(a, b) for a, b in zip(typed, meant, strict=True) if a != b]
    return len(wrong) > 1 or _beside(*wrong[0])  # two that differ are swapped


@cache
def _by_shortened() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(word_set("spelling", "of_a_yes")):
        for left in shortened(word):
            found[left] = (*found.get(left, ()), word)
    return found


def _beside(one: str, other: str) -> bool:
    """Whether two keys lie side by side, on one row or on two."""
    (row, place), (other_row, other_place) = _keys()[one], _keys()[other]
    return abs(row - other_row) <= 1 and abs(place - other_place) <= 1


@cache
def _keys() -> dict[str, tuple[int, float]]:
    """Where each letter's key lies: the row, and how far to the right (each row begins half a key later)."""
    return {key: (row, at + row / 2) for row, keys in enumerate(_ROWS) for at, key in enumerate(keys)}
