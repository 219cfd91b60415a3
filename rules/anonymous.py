"""A patient's text without what tells who wrote it: names, numbers, addresses of mail and web, dates of birth."""

import re
from collections.abc import Collection

import phonenumbers

_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.I)
_DATE_OF_YEAR = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d{1,2}-\d{1,2}\b")
_LONG_NUMBER = re.compile(r"#?\b\d(?:[\s-]?\d){4,}\b")
_STREETS = "street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd"
_STREET = re.compile(rf"\b\d{{1,5}} (?:[A-Za-z]+ ){{1,3}}(?:{_STREETS})\b", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENDS_A_SENTENCE = re.compile(r"(?:^|[.!?\n]\s*)$")


def anonymised(text: str, *, names: Collection[str], familiar: Collection[str], region: str = "US") -> str:
    """`text` with "[name]", "[number]", "[email]", "[link]", "[date]", "[address]" for what is personal.

    `names` are those known here and `familiar` everyday words, both in lower case: "will" is a name only where it
    is written as one. A word that looks like a name and is in neither is taken for one.
    """
    text = _LINK.sub("[link]", _MAIL.sub("[email]", text))
    text = _DATE_OF_YEAR.sub("[date]", _STREET.sub("[address]", text))
    for number in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
        text = f"{text[: number.start]}[number]{text[number.end :]}"
    text = _LONG_NUMBER.sub("[number]", text)
    return _WORD.sub(lambda word: "[name]" if _is_name(word, names, familiar) else word[0], text)


def _is_name(word: re.Match[str], names: Collection[str], familiar: Collection[str]) -> bool:
    said = re.split("['’]", word[0])[0]
    if word.string[: word.start()].endswith("["):
        return False  # a placeholder
    inside = not _ENDS_A_SENTENCE.search(word.string[: word.start()])
    written_as_one = inside and said[0].isupper() and said[1:].islower()
    if said.lower() in names:
        return written_as_one or said.lower() not in familiar
    return written_as_one and said.lower() not in familiar
