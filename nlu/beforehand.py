"""Wording that agrees to be booked without being asked, and that takes it back (`lists/beforehand.yml`).

All of it is read in plain text (`nlu.words.plain`).
"""

from nlu.words import pattern


def wants_auto_book(text: str) -> bool:
    """Whether plain text agrees to any time that comes free. "Book it" takes the time that was offered, and does
    not."""
    return not wants_asking(text) and pattern("beforehand", "auto_book").search(text) is not None


def may_want_auto_book(text: str) -> bool:
    """Whether plain text says nothing but "just put me in", which takes what was offered, if anything was."""
    return pattern("beforehand", "alone").fullmatch(text) is not None


def wants_asking(text: str) -> bool:
    """Whether plain text wants to be asked first."""
    return pattern("beforehand", "ask_first").fullmatch(text) is not None
