"""Which language a text is written in: one of ours by words that only it has, any other by a library.

English and Spanish are told by `lists/languages.yml`, so that one word is enough and SMS spelling does no harm. A
text that has hardly a word of either is shown to py3langid, which knows a hundred.
"""

import re
import unicodedata
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from nlu.words import word_set, words

OURS = ("en", "es")
"""The languages we read and answer in."""

LEAST_WORDS = 3
"""Words below which a text written in our letters is never taken for another language than ours."""

LEAST_SURE = 0.85
"""Probability the library must give a language. None of 4,000 English replies is then given another."""

MOST_OURS = 0.34
"""Share of words of ours from which on a text is in one of ours: neighbours such as Portuguese share a few."""


def language_of(text: str) -> str | None:
    """The two letters of the language a text is written in; None where it does not tell ("ok", "2", "3pm")."""
    said = [word for word in words(text) if not word[0].isdigit()]
    if _in_other_letters(text):
        return _by_library(text, least=0)
    counts = {language: sum(word in word_set("languages", language) for word in said) for language in OURS}
    first, second = sorted(counts, key=lambda language: counts[language], reverse=True)
    ours = first if counts[first] > counts[second] else None
    if len(said) < LEAST_WORDS or counts[first] > len(said) * MOST_OURS:
        return ours
    found = _by_library(text, least=LEAST_SURE)
    return ours if found is None or (found in OURS and ours is not None) else found


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
