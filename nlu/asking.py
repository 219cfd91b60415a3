"""Whether a thought is put as a question, by its form alone (`lists/asking.yml`)."""

import re

from nlu.words import pattern, plain

_A_TAG = re.compile(r"^(?:\S+ ){3,}(?:ok|okay|alright)(?: ,)*$")
"""What tells something and only asks for a nod: "my car broke down ok?"."""


def question_in(text: str) -> tuple[str, str] | None:
    """What one clause of a cleaned text says before its question, and the question, both plain. None where it asks
    nothing: it is neither built like a question nor ends on the mark of one."""
    said = plain(text)
    built = pattern("asking", "by_form").search(said)
    if built is not None:
        return said[: built.start()].strip(" ,"), said[built.start() :].strip(" ,")
    marked = text.rstrip(" \"')").endswith("?") and _A_TAG.match(said) is None
    return ("", said) if marked else None
