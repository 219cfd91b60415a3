"""Words on which much hangs ("unsubscribe", "ambulance", "person"), read through one slip of the thumb.

Only those of `lists/spelling.yml`: to guess at every word would make words of what are none.
"""

from collections.abc import Iterator
from functools import cache, lru_cache

from nlu.words import word_set

LEAST = 5
"""Letters of a word that may be misspelt: of shorter ones too many others are one letter away."""


@lru_cache(maxsize=256)  # asked for by each rule anew
def respelt(text: str) -> str:
    """Plain text with every such word spelt as it should be."""
    return " ".join(_meant(word) for word in text.split())


def _meant(word: str) -> str:
    known = word_set("spelling", "weighty")
    if (
        len(word) < LEAST
        or not word.isalpha()
        or word in known
        or word in word_set("spelling", "not_misspelt")
    ):
        return word
    near = {meant for left in shortened(word) for meant in _by_shortened().get(left, ())}
    fits = sorted(meant for meant in near if not word.startswith(meant) and one_slip(word, meant))
    return fits[0] if fits else word


@cache
def _by_shortened() -> dict[str, tuple[str, ...]]:
    """The words by what is left of them without one letter, or with all: whoever is one slip away shares one."""
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(word_set("spelling", "weighty")):
        for left in shortened(word):
            found[left] = (*found.get(left, ()), word)
    return found


def shortened(word: str) -> Iterator[str]:
    """The word, and what is left of it without each of its letters."""
    yield word
    yield from {word[:at] + word[at + 1 :] for at in range(len(word))}


def one_slip(one: str, other: str) -> bool:
    """Whether a letter was changed, left out or put in, or two neighbours swapped."""
    shorter, longer = sorted((one, other), key=len)
    at = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    swapped = shorter[at : at + 2] == longer[at : at + 2][::-1] and shorter[at + 2 :] == longer[at + 2 :]
    return swapped or shorter[at + 1 :] == longer[at + 1 :]
