"""Cutting a text into the words times are made of (a day, a clock time, a part of the day) and plain words.

Nothing is resolved here; `nlu.times` puts the pieces together.
"""

import re
from collections.abc import Iterable
from functools import cache

from nlu.time_spelling import respelt
from nlu.time_values import make
from nlu.time_words import LARGER, MONTHS, NUMBERS, ORDINALS, WEEKDAYS, Kind, Piece
from nlu.words import named_patterns, wording


@cache
def _scanner() -> dict[str, re.Pattern[str]]:
    """The patterns of lists/times.yml by name, in order."""
    parts = {
        "A_DAY": _longest_first(WEEKDAYS),
        "A_MONTH": _longest_first(MONTHS),
        "A_NUMBER": "|".join(NUMBERS),
        "A_LARGER": "|".join(LARGER),
        "AN_ORDINAL": _longest_first(ORDINALS),
        "A_FEAST": "|".join(named_patterns("times", "feasts", {}).values()),
    }
    return {
        name: re.compile(rf"(?<![\w$#])(?:{phrase})")
        for name, phrase in named_patterns("times", "pieces", parts).items()
    }


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


@cache
def _any() -> re.Pattern[str]:
    """All of them as one, each a group of its name. Most words are no time: one look tells."""
    plain = ((name, re.sub(r"\(\?P<\w+>", "(?:", each.pattern)) for name, each in _scanner().items())
    return re.compile("|".join(f"(?P<{name}>{phrase})" for name, phrase in plain))


def _fitting(flat: str, at: int) -> Iterable[tuple[str, re.Pattern[str]]]:
    """The patterns from the first on that fits here."""
    first = _any().match(flat, at)
    return _from_each()[first.lastgroup or ""] if first else ()


@cache
def _from_each() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """The patterns from each on, by its name."""
    every = [*_scanner().items()]
    return {name: every[at:] for at, (name, _) in enumerate(every)}


@cache
def _left() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(phrase) for name, phrase in named_patterns("times", "left", {}).items()}


_SURE_MONTHS = re.compile(r"(?!may|mar|march)[a-z]{4,}")
_WORD = re.compile(r"[^\W_]+|\S")
_NUMBERS = ("bare", "packed", "packed24", "spaced")
"""Pieces that are hours only where no other number is meant."""
_NEAR = 40
"""Characters looked at to the left of a word."""
_SPLIT_ENDS = re.compile(r"[,.;!?\n()]")


def pieces(text: str) -> list[Piece]:
    """Cut a text (any case and punctuation) into pieces and words, left to right, longest names first."""
    flat = respelt(text.lower())
    found: list[Piece] = []
    at = 0
    while at < len(flat):
        if flat[at].isspace() and flat[at] != "\n":
            at += 1
            continue
        piece, length = _piece_at(flat, at)
        found.append(piece)
        at += length
    return found


def _piece_at(flat: str, at: int) -> tuple[Piece, int]:
    for name, pattern in _fitting(flat, at):
        found = pattern.match(flat, at)
        if found is None or not found[0].strip() or _inside_word(flat, found.end()):
            continue
        if name in _NUMBERS and wording("times", "no_hour").search(flat, max(0, at - _NEAR), at):
            continue
        if not _stands_right(name, found[0], flat[max(0, at - _NEAR) : at]):
            continue
        if name in ("phone", "no_time"):
            return Piece(Kind.WORD, found[0]), len(found[0])
        piece = make(name, found)
        if piece is not None:
            return piece, len(found[0]) - (1 if _ends_sentence(found[0]) else 0)
    word = _WORD.match(flat, at)
    said = word[0] if word else flat[at]
    return Piece(Kind.BREAK if _SPLIT_ENDS.fullmatch(said) else Kind.WORD, said), len(said)


def _ends_sentence(said: str) -> bool:
    """Whether the full stop of a time is none of its own: "not 2pm. 4pm", but not "2 p.m. or 4"."""
    return said.endswith(("am.", "pm."))


def _stands_right(name: str, word: str, left: str) -> bool:
    """Whether what stands to the left lets a doubtful word be a time ("may", "one")."""
    needed = _left().get(name)
    return (
        needed is None
        or needed.search(left) is not None
        or (name == "month" and _SURE_MONTHS.fullmatch(word) is not None)
    )


def _inside_word(flat: str, end: int) -> bool:
    """Whether the match ends in the middle of a word ("sun" of "sunny")."""
    return end < len(flat) and flat[end - 1].isalnum() and flat[end].isalpha()
