"""Spanish as it is spelt by ear ("ci por fabor", "kedamos"): the word that sounds the same is meant.

Only a word that our examples hardly have is read as another, only as one that they have far oftener, and never in
a text that is English: rules, guards and model then see "cambiar" in "canviar". Words of danger (`by_ear` in
lists/es/spelling.yml) are read however they are spelt.
"""

import re
from functools import cache

from nlu.language import language_of
from nlu.signals import told, vocabulary
from nlu.words import unaccented, word_set

_WORD = re.compile(r"(?<![\w'’])[^\W\d_]+(?![\w'’])")
_SOUNDS = (
    (re.compile(r"(?<!c)h"), ""),
    (re.compile(r"n(?=[bpv])"), "m"),
    (re.compile(r"v"), "b"),
    (re.compile(r"z|c(?=[ei])"), "s"),
    (re.compile(r"qu?|c(?!h)"), "k"),
    (re.compile(r"ll|y(?!$)"), "y"),
    (re.compile(r"y$"), "i"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"([^r])\1+"), r"\1"),
)
"""Letters that sound the same, in the order they are taken for each other."""

FAR_OFTENER = 10
"""How many times as often our examples must have the word that is meant as the one that was typed."""

LEAST = 2
"""Letters of a word that may be meant: "ci" is "si"."""


def by_ear(text: str) -> str:
    """The text with each such word spelt as we know it; everything else is left as it was typed."""
    if language_of(text) == "en":
        return text
    return _WORD.sub(lambda found: found[0] if _names_somebody(found) else _meant(found[0]), text)


def _names_somebody(found: re.Match[str]) -> bool:
    """A capital inside a sentence: "sí, Ben" is no "ven"."""
    before = found.string[: found.start()].rstrip(" ¿¡")
    return found[0].istitle() and before != "" and before[-1] not in ".!?\n"


def _meant(word: str) -> str:
    flat = unaccented(word.lower())
    if flat in vocabulary("en"):
        return word
    danger = _dangers().get(_sound(flat))
    if danger is not None:
        return word if danger == flat else danger
    meant = _by_sound().get(_sound(flat), word)
    return meant if _told(meant) >= FAR_OFTENER * _told(flat) else word


def _told(word: str) -> int:
    return told("es")[word]


@cache
def _by_sound() -> dict[str, str]:
    """Our Spanish words by how they sound; of several spellings the one told most."""
    ours = sorted((_told(word), word) for word in vocabulary("es") - vocabulary("en") if word.isalpha())
    return {_sound(word): word for _, word in ours if len(word) >= LEAST}


@cache
def _dangers() -> dict[str, str]:
    return {_sound(word): word for word in word_set("spelling", "by_ear")}


def _sound(word: str) -> str:
    for letters, sound in _SOUNDS:
        word = letters.sub(sound, word)
    return word
