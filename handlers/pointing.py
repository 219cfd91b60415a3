"""Which offer a text points at without a word for yes ("the Tuesday one", "the one with Dr Lee"), to ask back."""

from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

from handlers.binding import named_among, subject
from handlers.guards import OFFERED, Awaited
from nlu.understanding import TimeSpan, Understanding
from nlu.words import pattern, plain, word_set, words
from rules.states import PromptKind


def pointed_at(understanding: Understanding, awaited: tuple[Awaited, ...], zone: ZoneInfo) -> Awaited | None:
    """The one open offer that a text points at, where it does nothing else. Of several, "the Tuesday one" is the
    one on a Tuesday, whichever week that lies in."""
    offers = tuple(one for one in awaited if one.kind in OFFERED)
    if pattern("answers", "the_other").fullmatch(plain(understanding.text).replace(" ,", "")):
        return _other(offers)
    if not _only_points(understanding, offers):
        return None
    found = named_among(understanding, awaited, zone)
    if found is None and len(offers) > 1:
        loosely = replace(understanding, times=in_any_week(understanding.times))
        found = named_among(loosely, awaited, zone)
    return found if found is not None and found.kind in OFFERED else None


def _other(offers: tuple[Awaited, ...]) -> Awaited | None:
    """ "No, the other one" to "Just to check: ...?": the other of two."""
    newest = max(offers, key=lambda one: one.asked_at, default=None)
    if newest is None or newest.kind is not PromptKind.CONFIRM:
        return None
    others = [one for one in offers if subject(one) != subject(newest)]
    return others[0] if len({subject(one) for one in others}) == 1 else None


def in_any_week(times: Iterable[TimeSpan]) -> tuple[TimeSpan, ...]:
    """The same times, with a day that was named by its weekday alone meaning every such day."""
    return tuple(replace(span, weekly=span.weekly or span.weekday) for span in times)


def _only_points(understanding: Understanding, offers: tuple[Awaited, ...]) -> bool:
    signals = understanding.signals
    if signals.no or signals.hedge or signals.question or signals.cancel or signals.quoted:
        return False
    if understanding.exact or understanding.preferences:
        return False
    named = [word for one in offers for word in words(f"{one.provider or ''} {one.name or ''}")]
    known = {*named, *(f"{word}s" for word in named), *word_set("answers", "pointers")}
    known |= {word for span in understanding.times for word in words(span.text)}
    return known.issuperset(words(understanding.text))
