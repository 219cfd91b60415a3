"""Cutting a text into the words times are made of (a day, a clock time, a part of the day) and plain words.

Nothing is resolved here; `nlu.times` puts the pieces together.
"""

import re
from collections.abc import Iterable
from functools import cache

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
    """All of them as one. Most words are no time, and one look is quicker than forty."""
    return re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", each.pattern) for each in _scanner().values()))


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
_A_DATE = rf"\b((?:{'|'.join(MONTHS)})\.? \d\d?(?:st|nd|rd|th)?)"
_DAY_NUMBER = r"(?:1[3-9]|2\d|3[01])(?![\w:/]| ?[ap]\.?m?\b|\.\d)|[0-3]?\d(?! ?[\w:/.]| - )"
"""A number after a date that is a day as well: "dec 4 or 5", and with any word behind it if no hour is so late."""
_AN_HOUR = rf"\d\d?|{'|'.join(NUMBERS)}"
_JOINS = r"(-|to|thru|through|or|and|til|till|untill?)"
_SPACED = (
    (re.compile(r"\b(?:mwf|m ?/ ?w ?/ ?f)\b"), "mon, wed, fri"),
    (re.compile(r"\b(?:tth|tu?e? ?/ ?th)\b"), "tue and thu"),
    (re.compile(r"\bm ?- ?f\b"), "mon - fri"),
    (
        # A fixed beginning is quick to look for.
        re.compile(
            r"'s(?= )(?:(?<=\d's)|(?<=clock's)|(?<=\d[ap]m's)|(?<=\d [ap]m's)|(?<=noon's)|"
            r"(?<=\d(?:st|nd|rd|th)'s))"
        ),
        " is",
    ),
    (
        re.compile(
            r"(?<=day)'s(?= (?:fine|good|ok|okay|great|best|perfect|better|bad|out|no|not|booked|taken|too|a)\b)"
        ),
        " is",
    ),
    (re.compile(r"\bwe'd\b"), "we would"),
    (re.compile(r"\.(?:(?<=\bdr\.)|(?<=\bmr\.)|(?<=\bms\.)|(?<=\bmrs\.))(?= )"), ""),
    (re.compile(r"\b2 (?=(?:early|late|soon|far|much|long)\b)"), "too "),
    (re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?= )"), ""),
    (re.compile(r"\bo ?[\"'`´’] ?clock"), "oclock"),
    (re.compile(r"\bweek-?end"), "weekend"),
    (re.compile(r"\b(twenty|thirty|forty|fifty|mid|early|late|half|three)-(?=[a-z])"), r"\1 "),
    (re.compile(r"-(?=(?:oh|fifteen|twenty|thirty|forty|fifty)\b)"), " "),
    (re.compile(r"[-–—]"), " - "),
    (re.compile(r"@"), " at "),
    (re.compile(r"&"), " and "),
    (re.compile(r"[^\S\n]+"), " "),
    (re.compile(r"(?<=[a-z\d]) - ?ish\b"), "ish"),
    (re.compile(r"(\d{3}) - (?=\d{3,4}\b)"), r"\1-"),  # a phone
    (re.compile(r"(20\d\d) - (\d\d?) - (?=\d\d?\b)"), r"\1-\2-"),
    (re.compile(rf"{_A_DATE}, (\d\d?),? (and|or) ({_DAY_NUMBER})"), r"\1, \2th \3 \4th"),
    (
        re.compile(rf"{_A_DATE} {_JOINS} ({_DAY_NUMBER})"),
        r"\1 \2 \3th",
    ),
    (
        # "the 3rd to 5th of march", both ends with their month.
        re.compile(
            rf"\b(\d\d?)(?:st|nd|rd|th)? {_JOINS} (?:the )?(\d\d?)(?:st|nd|rd|th)? (?:of )?"
            rf"({'|'.join(MONTHS)})\b(?<!may)"
        ),
        r"\4 \1 \2 \4 \3",
    ),
    (
        # "ten past nine or twenty past": of the same hour.
        re.compile(
            rf"(past|after) ({_AN_HOUR}) (or|and) ((?:a )?(?:quarter|half|five|ten|twenty(?: five)?|\d\d)) "
            rf"(past|after)\b(?! (?:{_AN_HOUR}))"
        ),
        r"\1 \2 \3 \4 \5 \2",
    ),
    # "this week or next", "not this week but next": of the same.
    (
        re.compile(r"\b(this|coming) (week|weekend|month|[a-z]+day)( or| but|,) next\b(?! [a-z]*day| week)"),
        r"\1 \2\3 next \2",
    ),
    (re.compile(r"\bthis or next (week|weekend|month|[a-z]+day)\b"), r"this \1 or next \1"),
)
"""How a text is spaced before it is cut."""


def pieces(text: str) -> list[Piece]:
    """Cut a text (any case and punctuation) into pieces and words, left to right, longest names first."""
    flat = text.lower()
    for spaced, instead in _SPACED:
        flat = spaced.sub(instead, flat)
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
    for name, pattern in _scanner().items() if _any().match(flat, at) else ():
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
            return piece, len(found[0])
    word = _WORD.match(flat, at)
    said = word[0] if word else flat[at]
    return Piece(Kind.BREAK if _SPLIT_ENDS.fullmatch(said) else Kind.WORD, said), len(said)


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
