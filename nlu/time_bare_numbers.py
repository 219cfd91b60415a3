"""Numbers beside a clock time that are no hours themselves: "dinner at 7:15, we are 4", "row 9, the 6:50 show"."""

from dataclasses import replace

from nlu.time_words import Kind, Piece
from nlu.words import word_set


def without_counts(said: list[Piece]) -> list[Piece]:
    """The pieces, with a bare number as a plain word where another hour is said for certain and nothing makes it
    one too: a word such as "at" or "do" before it, "is" or "works" or nothing after it, another time beside it."""
    bare: list[int] = []
    counted = False
    for at, piece in enumerate(said):
        # "we have 6 in our group now not 4": both are people.
        of_another = counted and _word(said, at - 1) in ("not", "of")
        if _is_bare(piece) and (of_another or piece.kind is Kind.WORD or not _is_hour(said, at)):
            bare.append(at)
        counted = piece.kind is not Kind.BREAK and (counted or at in bare)
    if not bare or not any(_is_sure(said, at) for at in range(len(said))):
        return said
    return [
        replace(piece, kind=Kind.WORD, value=None) if at in bare else piece for at, piece in enumerate(said)
    ]


def without_meals(said: list[Piece]) -> list[Piece]:
    """The pieces without lunch beside an hour of the clock: "lunch on sunday at half twelve"."""
    if not any(piece.kind is Kind.CLOCK for piece in said):
        return said
    return [
        piece
        for at, piece in enumerate(said)
        if piece.value != "lunch" and not (piece.text == "," and at and said[at - 1].value == "lunch")
    ]


def _is_bare(piece: Piece) -> bool:
    return piece.text.isdigit() and len(piece.text) <= 2


def _is_sure(said: list[Piece], at: int) -> bool:
    """An hour with its minutes, its half of the day or a word that only stands before hours."""
    piece = said[at]
    if piece.kind is not Kind.CLOCK:
        return False
    return not _is_bare(piece) or _word(said, at - 1) in word_set("times", "before_hours")


def _is_hour(said: list[Piece], at: int) -> bool:
    before, after = _word(said, at - 1), _word(said, at + 1)
    if before in word_set("times", "before_hours") or after in word_set("times", "after_hours"):
        return True
    if before in _JOINS and _is_time(said, at - 2):
        return True
    if before == "for":
        return False
    if after in _ANSWERS and (at + 2 == len(said) or said[at + 2].kind is Kind.BREAK):
        return True  # "2 no, 2:30 yes"
    if at + 1 == len(said) or said[at + 1].kind is not Kind.WORD or _is_time(said, at - 1):
        return True
    if after == "or" and (
        _word(said, at + 2) in _OPEN or any(_is_time(said, at + ahead) for ahead in (3, 4))
    ):
        return True  # "2 or later", "2 or if not 2:30"
    return (after in (*_JOINS, "on") and _is_time(said, at + 2)) or before in word_set(
        "times", "asking_hours"
    )


_OPEN = ("later", "after", "earlier", "before", "sooner", "so")
_ANSWERS = ("no", "nope", "yes", "yep")
_JOINS = ("or", "and", "to", "-", "/", ",", "til", "till", "until", "thru", "not")


def _word(said: list[Piece], at: int) -> str:
    return said[at].text if 0 <= at < len(said) else ""


def _is_time(said: list[Piece], at: int) -> bool:
    return 0 <= at < len(said) and said[at].kind not in (Kind.WORD, Kind.BREAK)
