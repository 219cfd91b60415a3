"""Which language a text is written in, by words that only one of them has (`lists/languages.yml`)."""

from nlu.words import word_set, words

OURS = ("en", "es")
"""The languages we read and answer in."""


def language_of(text: str) -> str | None:
    """The two letters of the language a text is written in; None where it does not tell ("ok", "2", "3pm")."""
    said = words(text)
    counts = {language: sum(word in word_set("languages", language) for word in said) for language in OURS}
    first, second = sorted(counts, key=lambda language: counts[language], reverse=True)
    return first if counts[first] > counts[second] else None
