"""A text as plain words, the form all phrase lists (`lists/*.yml`) are written in.

A list may have a Spanish twin of the same name in `lists/es/`: its phrases count beside the English ones, in
every text, since many people write in both.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

LISTS = Path(__file__).parent / "lists"

_APOSTROPHE = re.compile(r"(?<=\w)'+(?=\w)")
_SEPARATOR = re.compile(r"[^\w\s$%#:/]+")


@lru_cache(maxsize=256)  # each rule asks for the same text anew
def plain(text: str) -> str:
    """Lower case, no accents ("mañana" is "manana"), apostrophes dropped ("don't" is "dont"), other punctuation a
    " , " of its own.

    A phrase list that wants adjacent words therefore never reaches across a comma or a full stop.
    """
    joined = _APOSTROPHE.sub("", unaccented(text.lower()))
    spaced = _SEPARATOR.sub(" , ", joined.replace("\n", " , "))
    return " ".join(re.sub(r"(?: ,)+", " ,", f" {spaced} ".replace("_", " ")).split()).strip(" ,")


def unaccented(text: str) -> str:
    """Letters without their accents: few people type them all."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The words of `plain(text)` without the separators."""
    return [word for word in plain(text).split() if word != ","]


def any_of(*phrases: str) -> re.Pattern[str]:
    """One pattern that finds any of the phrases (regular expressions) as whole words in plain text."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


def without(
    phrases: re.Pattern[str], text: str, *, where: Callable[[str, re.Match[str]], bool] = lambda *_: True
) -> str:
    """Plain text with a separator for each phrase found, or for those of which `where(text, match)` holds."""
    return phrases.sub(lambda match: " , " if where(text, match) else match[0], text)


@cache
def _lists(name: str) -> dict[str, Any]:
    """lists/<name>.yml, joined with its Spanish twin where there is one."""
    twin = LISTS / "es" / f"{name}.yml"
    return _joined(_loaded(LISTS / f"{name}.yml"), _loaded(twin) if twin.exists() else {})


def _loaded(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both: lists one after the other, groups name by name, words (a string) side by side."""
    together = one | other
    for name in one.keys() & other.keys():
        if isinstance(one[name], dict):
            together[name] = _joined(one[name], other[name])
        elif isinstance(one[name], str):
            together[name] = f"{one[name]} {other[name]}"
        else:
            together[name] = [*one[name], *other[name]]
    return together


@cache
def pattern(name: str, *keys: str) -> re.Pattern[str]:
    """The patterns under `keys` of lists/<name>.yml as one; `<part>` is replaced by the part of that name."""
    parts: dict[str, str] = _lists(name).get("parts", {})
    return any_of(*(_filled(phrase, parts) for key in keys for phrase in _lists(name)[key]))


@cache
def named_phrases(name: str, key: str) -> dict[str, re.Pattern[str]]:
    """Each list of phrases under `key` of lists/<name>.yml as one pattern, by its name and in order."""
    parts: dict[str, str] = _lists(name).get("parts", {})
    return {
        named: any_of(*(_filled(phrase, parts) for phrase in phrases))
        for named, phrases in _lists(name)[key].items()
    }


def named_patterns(name: str, key: str, parts: dict[str, str]) -> dict[str, str]:
    """The named patterns under `key` of lists/<name>.yml, in order, with its own parts and those given."""
    every = _lists(name).get("parts", {}) | parts
    return {named: _filled(phrase, every) for named, phrase in _lists(name)[key].items()}


def alternatives(name: str, key: str, parts: dict[str, str]) -> list[tuple[str, str]]:
    """The same where a name may have a list of patterns: each pattern with its name, in order."""
    every = _lists(name).get("parts", {}) | parts
    return [
        (named, _filled(phrase, every))
        for named, said in _lists(name)[key].items()
        for phrase in ([said] if isinstance(said, str) else said)
    ]


@cache
def tables(name: str, key: str) -> dict[str, dict[str, str]]:
    """The tables under `key` of lists/<name>.yml, each from a word to what it stands for."""
    return {
        table: {word: meaning for meaning, said in rows.items() for word in said.split()}
        for table, rows in _lists(name)[key].items()
    }


def _filled(phrase: str, parts: dict[str, str]) -> str:
    """A phrase with its parts put in; a part may itself hold parts, but never itself."""
    while any(f"<{part}>" in phrase for part in parts):
        for part, meaning in parts.items():
            phrase = phrase.replace(f"<{part}>", meaning)
    return phrase


@cache
def word_set(name: str, key: str) -> frozenset[str]:
    """The words (one string, by spaces) or phrases (a list) under `key` of lists/<name>.yml."""
    found: str | list[str] = _lists(name)[key]
    return frozenset(found.split() if isinstance(found, str) else found)


@cache
def wording(name: str, key: str) -> re.Pattern[str]:
    """The one pattern under `key` of lists/<name>.yml, as it stands."""
    return re.compile(_lists(name)[key])


@cache
def ending(name: str, *keys: str) -> re.Pattern[str]:
    """`pattern`, found only where it stands last: for what comes right before something else."""
    return re.compile(f"{pattern(name, *keys).pattern}$")
