"""What our own text named: its words are known in an answer, and its names stand for what was offered."""

import re
from functools import lru_cache

from nlu.signals import words_of_a_yes
from nlu.words import any_of, plain, words

IT = "IT"

_NAMED = re.compile(r"[A-Z][\w'’]*[a-z](?:[ -](?:(?:and|&|of|the|to|on|at|in) )?[A-Z][\w'’]*[a-z])*")
"""Words written with capitals, one beside the other ("Willow & Sage", "Heart to Heart")."""

_BEFORE = r"(?:(?:dr|doctor|miss|mrs|mr|ms|the)(?: ,)? )*"
_BETWEEN = r"(?: ,)?(?: (?:and|of|the|to|on|at|in|with|from|,))* "


def words_of(said: str) -> frozenset[str]:
    """Every word of a text of ours."""
    return frozenset(words(said))


def with_it_for_names(flat: str, said: str) -> str:
    """A plain answer with IT for the names of what we offered: "lakeside sounds good" is "IT sounds good"."""
    return _named_in(said).sub(IT, flat) if said else flat


@lru_cache(maxsize=256)
def _named_in(said: str) -> re.Pattern[str]:
    """Finds the names of a text of ours, whole or in part; what any yes may say ("Tuesday") is no name."""
    found = {plain(name) for name in _NAMED.findall(said)}
    known = words_of_a_yes()
    names = {name for name in found if not known.issuperset(name.split())}
    names |= {word for name in names for word in name.split() if word not in known and len(word) > 1}
    if not names:
        return re.compile(r"(?!)")
    any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return any_of(rf"{_BEFORE}(?:{any_name})(?:{_BETWEEN}(?:{any_name}))*")
