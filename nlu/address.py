"""What somebody is called and wished beside what is said to them: "sí, mija, Dios se lo pague" says "sí"."""

import re
import unicodedata
from functools import cache

from nlu.words import named_patterns, words


def without_address(text: str) -> str:
    """The text with a comma for each blessing and each name somebody is called by (`lists/address.yml`); as it is
    where nothing else stands in it.

    Only what stands apart is one: "mi hermano me lleva" speaks of him.
    """
    left = text
    for apart in _apart():
        for found in reversed(list(apart.finditer(_letter_for_letter(left)))):
            begin = found.end("before") if "before" in apart.groupindex else found.start()
            left = f"{left[:begin]}, {left[found.end() :].lstrip(' ,')}"
    left = re.sub(r"[\s,]+(?=[.,;!?])", "", left).strip(" ,")
    return left if words(left) else text


@cache
def _apart() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(phrase) for phrase in named_patterns("address", "apart", {}).values())


def _letter_for_letter(text: str) -> str:
    """Lower case and no accents, each letter where it stood."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", letter.lower())[0] for letter in text)
