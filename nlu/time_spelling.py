"""A text in the spelling that the pieces of a time are looked for in (`time_pieces`): marks spaced, what was left
out put in ("dec 4 or 5" names two days of December), short forms in full ("mwf")."""

import re
from collections.abc import Callable
from functools import cache
from string import ascii_lowercase

from nlu.time_words import MONTHS, NUMBERS

_A_DATE = rf"\b((?:{'|'.join(MONTHS)})\.? \d\d?(?:st|nd|rd|th)?)"
_DAY_NUMBER = (
    r"(?:1[3-9]|2\d|3[01])(?![\w:/]| ?[ap]\.?m?\b|\.\d| (?:past|to|till?|of|after) [\dnteosf])|"
    r"[0-3]?\d(?! ?[\w:/.]| - )"
)
"""A number after a date that is a day as well: "dec 4 or 5", and with any word behind it if no hour is so late."""
_AN_HOUR = rf"\d\d?|{'|'.join(NUMBERS)}"
_JOINS = r"(-|to|thru|through|or|and|til|till|untill?)"


def _days_in_a_row(found: re.Match[str]) -> str:
    """ "dec 2-4" are days, "dec 8-4" is the 8th, at an hour."""
    first, last = (int(re.sub(r"\D", "", number)) for number in found.groups())
    return f"{found[1]} - {last}th" if first < last <= 31 else found[0]


_RESPELT: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\b(?:mwf|m[ ,]+w[ ,]+f|m ?/ ?w ?/ ?f)\b"), "mon, wed, fri"),
    (re.compile(r"\bm ?/ ?w\b(?!/)"), "mon and wed"),
    (re.compile(r"\bw ?/ ?f\b"), "wed and fri"),
    (re.compile(r"\b(?:tth|t ?/ ?r|tu?e? ?/ ?th)\b"), "tue and thu"),
    (re.compile(r"\bm ?- ?f\b"), "mon - fri"),
    (re.compile(r"\bm ?- ?(?:th|r)\b"), "mon - thu"),
    (re.compile(r"\bm ?- ?w\b"), "mon - wed"),
    (re.compile(r"\btu?e?s? ?- ?th\b"), "tue - thu"),
    (re.compile(r"\bw ?- ?f\b"), "wed - fri"),
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
            r"(?<=day)'s(?= (?:fine|good|ok|okay|great|best|perfect|better|bad|out|no|not|"
            r"booked|taken|too|an?|gonna|going|looking|kinda|pretty|really|hard|tough|tricky|impossible|busy)\b)"
        ),
        " is",
    ),
    (re.compile(r"\bwe'd\b"), "we would"),
    (re.compile(r"\.(?:(?<=\bdr\.)|(?<=\bmr\.)|(?<=\bms\.)|(?<=\bmrs\.))(?= )"), ""),
    (re.compile(r"(?<=(?:is|ts|ay|re|it|st|tl) )2 (?=(?:early|late|soon|far|much|long)\b)"), "too "),
    (re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?= )"), ""),
    (re.compile(r" ?\((?!\d{3}\))([^()\n]{1,30})\)"), r", \1,"),  # "wednesday (the 9th) at 3"
    (re.compile(r"\bo ?[\"'`´’] ?clock"), "oclock"),
    (re.compile(r"\bweek-?end"), "weekend"),
    (re.compile(r"\b(twenty|thirty|forty|fifty|mid|early|late|half|three)-(?=[a-z])"), r"\1 "),
    (re.compile(r"-(?=(?:oh|fifteen|twenty|thirty|forty|fifty)\b)"), " "),
    (
        re.compile(rf"(?<!\d )(?<!\d[snrt][tdh] ){_A_DATE}-(\d\d?)(?![\w:/.-]| ?[ap]\.?m)"),
        _days_in_a_row,
    ),
    (re.compile(r"[-–—]"), " - "),
    (re.compile(r"\bnow(?= (?:to|til|till|until|through|thru) )|(?<=between )now(?= and )"), "today"),
    (re.compile(r"@"), " at "),
    (re.compile(r"&|(?<=[a-z]{3} )n(?= [a-z])"), " and "),
    (re.compile(r"\bnxt\b"), "next"),
    (re.compile(r"\bbe?t?w[ei]?e?n\b|\bbtw(?= \d)"), "between"),
    (re.compile(r"(?<= )(?:u+h+|u+mm?|e+r+m?|hm+)\b,?"), ""),
    (re.compile(r"[^\S\n]+"), " "),
    (re.compile(r"\bor after(?= (?:on|this|next)\b)"), "or later"),
    (re.compile(r"\bor before(?= (?:on|this|next)\b)"), "or earlier"),
    (re.compile(r"(?<=[a-z\d]) - ?ish\b"), "ish"),
    (re.compile(r"(\d{3}) - (?=\d{3,4}\b)"), r"\1-"),  # a phone
    (re.compile(r"(20\d\d) - (\d\d?) - (?=\d\d?\b)"), r"\1-\2-"),
    (
        re.compile(
            r"(\d(?:st|nd|rd|th)?),? (?:thats|which is|that is|its|it is|falls on)(?: on)? an? (?=[a-z]+day\b)"
        ),
        r"\1, ",
    ),
    (re.compile(rf"{_A_DATE}, (\d\d?),? (and|or) ({_DAY_NUMBER})"), r"\1, \2th \3 \4th"),
    (
        re.compile(rf"{_A_DATE} {_JOINS} ({_DAY_NUMBER})"),
        r"\1 \2 \3th",
    ),
    (
        # "the 3rd to 5th of march", both ends with their month.
        re.compile(
            rf"\b(\d\d?)(?:st|nd|rd|th)? {_JOINS} (?:the )?(\d\d?)(?:st|nd|rd|th)? (?:of )?"
            rf"({'|'.join(MONTHS)})\b(?<!may)(?! (?:the )?\d\d?(?:st|nd|rd|th)?\b(?!:| ?[ap]\.?m))"
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


def respelt(flat: str) -> str:
    """Lower case text in that spelling."""
    for said, instead in _RESPELT:
        flat = said.sub(instead, flat)
    return _LONG_WORD.sub(lambda word: _misspelt().get(word[0], word[0]), flat)


_LONG_WORD = re.compile(r"[a-z]{5,}")
_NAMES = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "yesterday"),
    *(
        "january",
        "february",
        "september",
        "october",
        "november",
        "december",
        "morning",
        "afternoon",
        "evening",
    ),
)
_WORDS = frozenset(["mooring", "warning", "mourning", "moaning", "horning", "sundry", "sundae", "evenly"])
"""One letter away from them, and words themselves."""


@cache
def _misspelt() -> dict[str, str]:
    """The names of days and months by what one slip of the thumb makes of them, with their plurals: a letter left
    out, typed twice, another in its place, or two swapped."""
    found: dict[str, str] = {}
    for name in _NAMES:
        for at in range(len(name)):
            start, letter, rest = name[:at], name[at], name[at + 1 :]
            near = {start + rest, start + letter * 2 + rest, start + rest[:1] + letter + rest[1:]}
            near |= {start + other + rest for other in ascii_lowercase}
            for slip in near - _WORDS - {*_NAMES}:
                found[slip], found[f"{slip}s"] = name, f"{name}s"
    return found
