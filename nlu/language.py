"""Which language a text is written in: one of ours by words that only it has, any other by a library.

English and Spanish are told by `lists/languages.yml` and the words of our examples, so that one word is enough and
SMS spelling does no harm. A text that has hardly a word of either is shown to py3langid, which knows a hundred.
"""

import re
import unicodedata
from functools import cache, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from nlu.signals import vocabulary
from nlu.words import word_set, words

OURS = ("en", "es")
"""The languages we read and answer in."""

LEAST_WORDS = 3
"""Words below which a text written in our letters is never taken for another language than ours."""

LEAST_SURE = 0.85
"""Probability the library must give a language. None of 4,000 English replies is then given another."""

LEAST_LETTERS = 2
"""Letters of a word that our examples may claim for a language."""

MIXED = 2
"""How many times as many words one of ours must have as the other: a text in both tells nothing."""

MOST_OURS = 0.5
"""Share of words of ours from which on a text is in one of ours: neighbours such as Portuguese share a few."""


@lru_cache(maxsize=256)  # asked several times of each text
def language_of(text: str) -> str | None:
    """The two letters of the language a text is written in; None where it does not tell ("ok", "2", "3pm")."""
    said = [word for word in words(text) if not word[0].isdigit()]
    if _in_other_letters(text):
        return _by_library(text, least=0)
    told = {language: sum(word in _only_in(language) for word in said) for language in OURS}
    first, second = sorted(told, key=lambda language: told[language], reverse=True)
    ours = first if told[first] > told[second] * MIXED else None
    if len(said) < LEAST_WORDS or told[first] >= len(said) * MOST_OURS:
        return ours
    found = _by_library(text, least=LEAST_SURE)
    return ours if found is None or (found in OURS and told[first]) else found


@cache
def _only_in(language: str) -> frozenset[str]:
    """The words of this language and of no other of ours: by the list, or by our own examples."""
    others = frozenset[str]().union(*(vocabulary(other) for other in OURS if other != language))
    examples = (word for word in vocabulary(language) - others if len(word) >= LEAST_LETTERS)
    return word_set("languages", language).union(examples)


def _by_library(text: str, *, least: float) -> str | None:
    found, share = _library().classify(re.sub(r"[^\w\s']", " ", text))
    return found if share >= least else None


def _in_other_letters(text: str) -> bool:
    """Whether most letters are none of the Latin alphabet."""
    letters = [char for char in text if char.isalpha()]
    others = sum(not unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return others > len(letters) / 2


@cache
def _library() -> LanguageIdentifier:
    library = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    library.set_languages([*OURS, *word_set("languages", "others")])
    return library
