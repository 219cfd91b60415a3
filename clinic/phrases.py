"""Every sentence the bot can say stands in `phrases.<language>.yml`; this renders them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import phonenumbers
import yaml

DEFAULT_LANGUAGE = "en"


@cache
def _sentences(language: str) -> Mapping[str, str]:
    source = files("clinic") / f"phrases.{language}.yml"
    if not source.is_file():
        return _sentences(DEFAULT_LANGUAGE)
    loaded: dict[str, str] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return loaded


def render(phrase: str, language: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """The sentence `phrase`, with its values. An unknown phrase or a missing value is a programming error."""
    sentence = _sentences(language).get(phrase) or _sentences(DEFAULT_LANGUAGE)[phrase]
    return sentence.format(**values)


def in_any_language(language: str | None, **values: object) -> str:
    """That a person will answer, said in a language we do not otherwise speak; in English where we cannot."""
    sentences = _sentences("others")
    return sentences.get(language or "", sentences[DEFAULT_LANGUAGE]).format(**values)


def keys() -> frozenset[str]:
    return frozenset(_sentences(DEFAULT_LANGUAGE))


def clock(moment: datetime, zone: str) -> str:
    """`3:00pm` on the clinic's wall."""
    return wall(moment.astimezone(ZoneInfo(zone)).time())


def wall(at: time) -> str:
    """`3:00pm`, a time of day."""
    return f"{at:%I:%M%p}".lstrip("0").lower()


def day(moment: datetime, zone: str) -> str:
    """`Tue Dec 1` on the clinic's calendar."""
    return calendar(moment.astimezone(ZoneInfo(zone)).date())


def calendar(on: date) -> str:
    """`Tue Dec 1`, a day of the calendar."""
    return f"{on:%a %b} {on.day}"


def when(moment: datetime, zone: str) -> str:
    """`Tue Dec 1, 3:00pm`."""
    return f"{day(moment, zone)}, {clock(moment, zone)}"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def both(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def phone(number: str) -> str:
    """`(212) 555-0199`: a clinic's own number as people there write it."""
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)


def answer_by(moment: datetime, zone: str, now: datetime) -> str:
    """`11:40am` today, `Wed 10:00am` on another day."""
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    text = clock(moment, zone)
    return text if local.date() == today.date() else f"{local:%a} {text}"
