"""Which of the times shown a text points out: "the thursday one", "can I do Thursday at 11?"."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from handlers import visits
from handlers.pointing import in_any_week
from handlers.spans import covers
from handlers.turn import Turn
from handlers.wanting import named_providers, provider_words
from nlu.spanish import in_english
from nlu.understanding import TimeSpan
from nlu.words import word_set, words
from storage.tables import Hold

OF_A_CLOCK = ("minute", "hour")


def picked(turn: Turn, shown: Sequence[Hold]) -> Hold | None:
    """The one of the times that the words point at and nothing else ("the thursday one", "10am with Dr Kim")."""
    if not (turn.read.times or named_providers(turn)) or not _only_points(turn):
        return None
    fitting = _fitting(turn, shown, turn.read.times) or _fitting(turn, shown, in_any_week(turn.read.times))
    return fitting[0] if len(fitting) == 1 else None


def named(turn: Turn, shown: Sequence[Hold]) -> list[Hold]:
    """Those of the times that a text asks for in more words: the one with that hour, or those on that weekday
    where only a later week has it. Nothing is booked by it: they are shown again, alone."""
    times = turn.read.times
    if not times or turn.read.signals.no or any(span.excluded or span.end is None for span in times):
        return []
    fitting = _fitting(turn, shown, times)
    if fitting:
        to_the_hour = any(span.grain in OF_A_CLOCK for span in times)
        return fitting if to_the_hour and len(fitting) == 1 else []
    return _fitting(turn, shown, in_any_week(times))


def _fitting(turn: Turn, shown: Sequence[Hold], times: Iterable[TimeSpan]) -> list[Hold]:
    """Of the times shown those that everything said fits, day, hour and doctor."""
    zone, with_whom = ZoneInfo(turn.tx.clinic().timezone), named_providers(turn)
    said = [list(visits.readings(turn, span)) for span in times]
    return [
        held
        for held in shown
        if all(any(covers(each, held.starts_at, zone) for each in readings) for readings in said)
        and (not with_whom or held.provider_id in with_whom)
    ]


def _only_points(turn: Turn) -> bool:
    """Whether a text does nothing but point: "I work thursday" and "thursday?" book nothing."""
    read = turn.read
    if read.signals.question or read.signals.no or any(span.excluded for span in read.times):
        return False
    pointing = {word for span in read.times for word in words(span.text)} | provider_words(turn)
    return all(
        word in pointing or word in word_set("slots", "beside") for word in words(in_english(read.text))
    )
