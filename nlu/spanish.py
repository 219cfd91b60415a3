"""What is said of time in Spanish, in the English words that the grammar of times reads (`nlu.times`).

One grammar reads both languages. The phrase book is `lists/es/times.yml`; a text without Spanish is not touched.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from nlu.language import language_of
from nlu.understanding import TimeSpan
from nlu.words import alternatives, named_patterns, pattern, tables, unaccented

_BOOK = "es/times"
_CHUNK = re.compile(r"\w+|\s+|.", re.S)
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"\{(\w+)\}")
_BEHIND = 80
"""Characters looked at to the left of a phrase."""
_NEAR = 4
"""Words within which the next word of one time stands."""


class _Stretch(NamedTuple):
    """A phrase, or a word that is in no phrase: as typed and in English."""

    own: str
    english: str


class _Phrase(NamedTuple):
    """One entry of the phrase book; `after` must stand to the left of it."""

    english: str
    said: re.Pattern[str]
    after: re.Pattern[str] | None


def in_english(text: str) -> str:
    """`text` with what it says of time in English; `text` itself where it holds no Spanish."""
    if not _has_spanish(text):
        return text
    return "".join(stretch.english for stretch in _stretches(text))


def in_their_words(text: str, spans: Iterable[TimeSpan]) -> tuple[TimeSpan, ...]:
    """Times that were read in `in_english(text)`, in order, each with the words that `text` has for it."""
    if not _has_spanish(text):
        return tuple(spans)
    stretches = list(_stretches(text))
    said = [(word, at) for at, stretch in enumerate(stretches) for word in _words(stretch.english)]
    return tuple(_own(stretches, said, spans))


def _own(
    stretches: list[_Stretch], said: list[tuple[str, int]], spans: Iterable[TimeSpan]
) -> Iterator[TimeSpan]:
    begin, words = 0, [word for word, _ in said]
    for span in spans:
        places = _places(_words(span.text), words, begin)
        if not places:
            yield span
            continue
        first, last = said[places[0]][1], said[places[-1]][1]
        begin = places[-1] + 1
        yield replace(span, text="".join(each.own for each in stretches[first : last + 1]).strip())


def _places(wanted: list[str], words: list[str], begin: int) -> list[int]:
    """Where the words of a time stand, one after the other, as close together as they are found."""
    starts = [at for at in range(begin, len(words)) if words[at] == wanted[0]] if wanted else []
    found = (_places_from(start, wanted, words) for start in starts)
    return max(found, key=lambda places: (len(places), places[0] - places[-1]), default=[])


def _places_from(start: int, wanted: list[str], words: list[str]) -> list[int]:
    """The grammar may have put in a word of its own, which stands nowhere."""
    places = [start]
    for word in wanted[1:]:
        near = words[places[-1] + 1 : places[-1] + 1 + _NEAR]
        if word in near:
            places.append(places[-1] + 1 + near.index(word))
    return places


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _has_spanish(text: str) -> bool:
    return pattern(_BOOK, "evidence").search(_folded(text)) is not None or language_of(text) == "es"


def _folded(text: str) -> str:
    """Lower case without accents, character by character as long as the text."""
    if text.isascii():
        return text.lower()
    return "".join(
        folded if len(folded := unaccented(char).lower()) == 1 else char
        for char in unicodedata.normalize("NFC", text)
    )


def _stretches(text: str) -> Iterator[_Stretch]:
    own, folded = unicodedata.normalize("NFC", text), _folded(text)
    at = 0
    while at < len(folded):
        english, end = _phrase_at(folded, at) or _chunk_at(own, at)
        yield _Stretch(own[at:end], english)
        at = end


def _chunk_at(own: str, at: int) -> tuple[str, int]:
    """The next word, space or mark, as it stands."""
    found = _CHUNK.match(own, at)
    return (found[0], found.end()) if found else (own[at], at + 1)


def _phrase_at(folded: str, at: int) -> tuple[str, int] | None:
    """The phrase that begins here, in English, and its end."""
    for phrase in _phrases() if _any().match(folded, at) else ():
        found = phrase.said.match(folded, at)
        if found is None:
            continue
        if phrase.after is None or phrase.after.search(folded[max(0, at - _BEHIND) : at]):
            return _filled(phrase.english, found), found.end()
    return None


def _filled(english: str, found: re.Match[str]) -> str:
    return _NAME.sub(lambda name: _said(name[1], found[name[1]]), english)


def _said(name: str, word: str) -> str:
    """The English of what a part found; figures stand as they are."""
    return tables(_BOOK, "words").get(name.rstrip("2"), {}).get(word, word)


@cache
def _phrases() -> tuple[_Phrase, ...]:
    parts = _parts()
    after = named_patterns(_BOOK, "after", parts)
    return tuple(
        _Phrase(
            english,
            re.compile(rf"(?<![\w$#:/])(?:{said})(?:(?<!\w)|(?!\w))"),
            re.compile(after[english]) if english in after else None,
        )
        for english, said in alternatives(_BOOK, "phrases", parts)
    )


@cache
def _any() -> re.Pattern[str]:
    """All phrases as one: most words begin none, and one look is quicker than two hundred."""
    return re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", each.said.pattern) for each in _phrases()))


def _parts() -> dict[str, str]:
    """<DIA>, <DIA2> and <A_DIA> for the table `dia`, and so on: longest words first, figures where it has them."""
    parts: dict[str, str] = {}
    for name, table in tables(_BOOK, "words").items():
        words = "|".join(sorted(table, key=len, reverse=True))
        figures = _FIGURES.get(name)
        any_of = f"{figures}|(?:{words})\\b" if figures else words
        parts[name.upper()] = f"(?P<{name}>{any_of})"
        parts[f"{name.upper()}2"] = f"(?P<{name}2>{any_of})"
        parts[f"A_{name.upper()}"] = f"(?:{any_of})"
    return parts


_FIGURES = {
    "hora": r"(?:1?\d|2[0-4])(?!\d)",
    "minuto": r"(?:15|20|30|40|45|50)(?!\d)",
    "numero": r"\d{1,3}(?!\d)",
    "fecha": r"(?:[12]\d|3[01]|0?[1-9])(?!\d)",
}
"""Figures that count as words of a table."""
