"""Every sentence the bot can say stands in `phrases.<language>.yml`; this renders them.

What a sentence names (a day, a list, another phrase) is not text yet: it is put into words in the language of the
sentence. Everything that differs between languages stands in their files, also how a day is written.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from string import Formatter
from zoneinfo import ZoneInfo

import phonenumbers
import yaml
from babel.dates import format_datetime

from rules.facts import TimeWindow

DEFAULT_LANGUAGE = "en"
LANGUAGES = (DEFAULT_LANGUAGE, "es")

I_SOUND = re.compile(r"h?[ií](?![aeou])|y(?![aeiouáéíóú])", re.IGNORECASE)
"""How a word begins that has Spanish say "e" for "y": "Ana e Isabel"."""


class Spoken(ABC):
    """What is said in the language of the sentence it becomes part of. As plain text, for staff, it is English."""

    __slots__ = ()

    @abstractmethod
    def in_language(self, language: str) -> str: ...

    def __str__(self) -> str:
        return self.in_language(DEFAULT_LANGUAGE)


Words = str | Spoken


@cache
def _sentences(language: str) -> Mapping[str, str]:
    source = files("clinic") / f"phrases.{language}.yml"
    if not source.is_file():
        return _sentences(DEFAULT_LANGUAGE)
    loaded: dict[str, str] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return loaded


def load() -> None:
    """Read the sentences of all languages, for which the first text would wait."""
    for language in LANGUAGES:
        _sentences(language)


def render(phrase: str, language: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """The sentence `phrase`, with its values. An unknown phrase or a missing value is a programming error."""
    sentence = _sentences(language).get(phrase) or _sentences(DEFAULT_LANGUAGE)[phrase]
    return sentence.format(**{name: said(value, language) for name, value in values.items()})


def in_chat(phrase: str) -> str:
    """What is said in the web chat for `phrase`: itself, or the `…_chat` that stands beside it."""
    variant = f"{phrase}_chat"
    return variant if variant in _sentences(DEFAULT_LANGUAGE) else phrase


def in_any_language(language: str | None, **values: object) -> str:
    """That a person will answer, said in a language we do not otherwise speak; in English where we cannot."""
    sentences = _sentences("others")
    return sentences.get(language or "", sentences[DEFAULT_LANGUAGE]).format(**values)


def said(value: object, language: str) -> str:
    """A part of a sentence, or any other value, as text."""
    return value.in_language(language) if isinstance(value, Spoken) else str(value)


def places(phrase: str, language: str, values: Mapping[str, object]) -> list[str]:
    """What fills the numbered places of a template for a sentence: what the English sentence names, in its order,
    and last the link, if there is one. An empty place is refused by WhatsApp, so it holds a hyphen."""
    named = [name for _, name, _, _ in Formatter().parse(_sentences(DEFAULT_LANGUAGE)[phrase]) if name]
    names = dict.fromkeys([*named, *(["link"] if "link" in values else [])])
    return [said(values[name], language).strip() or "-" for name in names]


# Parts of sentences


@dataclass(frozen=True, slots=True)
class _Part(Spoken):
    phrase: str
    values: Mapping[str, object]

    def in_language(self, language: str) -> str:
        return render(self.phrase, language, **self.values)


@dataclass(frozen=True, slots=True)
class _Word(Spoken):
    """One of a phrase that is a list of words, by its place from 0."""

    phrase: str
    place: int

    def in_language(self, language: str) -> str:
        return render(self.phrase, language).split(", ")[self.place]


@dataclass(frozen=True, slots=True)
class _Row(Spoken):
    pieces: Sequence[Words]
    between: str = ", "

    def in_language(self, language: str) -> str:
        return self.between.join(said(piece, language) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _And(Spoken):
    pieces: Sequence[Words]

    def in_language(self, language: str) -> str:
        last = said(self.pieces[-1], language)
        if len(self.pieces) == 1:
            return last
        phrase = "and_before_i" if I_SOUND.match(last) else "and"
        return render(phrase, language, before=_Row(self.pieces[:-1]), last=last)


def part(phrase: str, **values: object) -> Spoken:
    """A phrase that becomes part of another."""
    return _Part(phrase, values)


def row(pieces: Sequence[Words]) -> Spoken:
    """`a, b, c`."""
    return _Row(pieces)


def both(pieces: Sequence[Words]) -> Spoken:
    """`a`, `a and b`, `a, b and c`."""
    return _And(pieces)


def numbered(lines: Sequence[Words], numbers: Sequence[int] | None = None) -> Spoken:
    """`1) this, 2) that`: a list that a number answers. `numbers`: those the lines have from before."""
    pairs = zip(numbers or range(1, len(lines) + 1), lines, strict=True)
    return row([_Row((f"{number})", line), between=" ") for number, line in pairs])


def ordinal(number: int) -> Spoken:
    """`1st`, `2nd`, `11th`."""
    last = 0 if number % 100 in (11, 12, 13) else number % 10
    return part(
        "ordinal_1" if last == 1 else "ordinal_2" if last == 2 else "ordinal_3" if last == 3 else "ordinal",
        number=number,
    )


# Days and times


def clock(moment: datetime, zone: str) -> str:
    """`3:00pm` on the clinic's wall."""
    return wall(moment.astimezone(ZoneInfo(zone)).time())


def wall(at: time) -> str:
    """`3:00pm`, a time of day, written so in every language of a US clinic."""
    return f"{at:%I:%M%p}".lstrip("0").lower()


def hour(at: time) -> Spoken:
    """`3:00pm` with the article that goes before it, where there is one ("las 3:00pm")."""
    return part("hour_one" if at.hour % 12 == 1 else "hour", clock=wall(at))


def weekday(number: int) -> Spoken:
    """`Mon`, 0 is Monday."""
    return _Word("weekdays", number)


def every_weekday(number: int) -> Spoken:
    """`Mondays`."""
    return _Word("every_weekday", number)


def day(moment: datetime, zone: str) -> Spoken:
    """`Tue Dec 1` on the clinic's calendar."""
    return calendar(moment.astimezone(ZoneInfo(zone)).date())


def calendar(on: date) -> Spoken:
    """`Tue Dec 1`, a day of the calendar."""
    return part("date", weekday=weekday(on.weekday()), month=_month(on), day=on.day)


def short_day(on: date) -> Spoken:
    """`Dec 1`."""
    return part("date_short", month=_month(on), day=on.day)


def _month(on: date) -> Spoken:
    return _Word("months", on.month - 1)


def when(moment: datetime, zone: str) -> Spoken:
    """`Tue Dec 1, 3:00pm`."""
    return row([day(moment, zone), clock(moment, zone)])


@dataclass(frozen=True, slots=True)
class _InFull(Spoken):
    moment: datetime
    zone: str
    phrase: str

    def in_language(self, language: str) -> str:
        pattern = render(self.phrase, language)
        written = format_datetime(self.moment, pattern, tzinfo=ZoneInfo(self.zone), locale=f"{language}_US")
        return written.replace("\u202f", " ").replace("\u00a0", " ")


def in_full(moment: datetime, zone: str) -> Spoken:
    """`Tuesday, December 1, 3:00 PM`: for the ear, and for pages."""
    return _InFull(moment, zone, phrase="in_full")


def day_in_full(moment: datetime, zone: str) -> Spoken:
    """`Tuesday, December 1`."""
    return _InFull(moment, zone, phrase="in_full_day")


def answer_by(moment: datetime, zone: str, now: datetime) -> Spoken:
    """`11:40am` today, `Wed 10:00am` on another day."""
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    at = hour(local.time())
    if local.date() == today.date():
        return at
    return part("weekday_at", weekday=weekday(local.weekday()), hour=at)


def opening_hours(week: Sequence[tuple[int, int, TimeWindow]]) -> Spoken:
    """`Mon-Thu 8am-5pm, Fri 8:30am-12pm`."""
    return row([_Row((_run(first, last), _from_to(window)), between=" ") for first, last, window in week])


def _run(first: int, last: int) -> Spoken:
    return _Row([weekday(number) for number in dict.fromkeys((first, last))], between="-")


def _from_to(window: TimeWindow) -> str:
    return "-".join(wall(at).replace(":00", "") for at in (window.start, window.end))


def phone(number: str) -> str:
    """`(212) 555-0199`: a clinic's own number as people there write it."""
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)
