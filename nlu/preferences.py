"""Standing wishes: "not Tuesdays", "mornings only", "after the 15th", "only Dr Lee", "any day works now".

Each time that was said (`nlu.times.hear`) gets one sense, from its polarity and the words around it
(`lists/preferences.yml`); the senses together are the wishes. What is not surely a standing wish states nothing:
"can you do Thursday?" asks, "not on Tuesday's list" tells.
"""

import re
from collections.abc import Iterable
from datetime import date, time, timedelta

from nlu.senses import Sense, far_weekday, found, is_every_week, is_once, is_plural, sense_of
from nlu.spanish import in_english
from nlu.time_numbers import whole
from nlu.times import Heard
from nlu.understanding import DayWalls, Preferences, Walls
from nlu.words import pattern, plain

ALL_DAYS = frozenset(range(7))
DAY_STARTS, DAY_ENDS = time(0), time(23, 59)
PART_WALLS: dict[str, Walls] = {
    "morning": (DAY_STARTS, time(12)),
    "lunch": (time(11), time(14)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), DAY_ENDS),
    "night": (time(18), DAY_ENDS),
}
"""Parts of the day as the waitlist counts them, which is wider than anybody comes."""


Said = tuple[Heard, Sense]


def preferences(text: str, times: Iterable[Heard]) -> Preferences:
    """The standing wishes that a cleaned text with these times states."""
    flat = plain(in_english(text))
    said = [(heard, sense_of(heard)) for heard in times]
    only_days, only_times = _days(said, Sense.ONLY), _times(said, Sense.ONLY)
    excluded = _days(said, Sense.EXCLUDED) | (ALL_DAYS - only_days if only_days else frozenset())
    earliest, latest = _bounds(said)
    provider, only_provider, excluded_provider = _providers(flat)
    either = () if "?" in text or excluded_provider else _either(flat)
    if either:
        provider, only_provider = either[0], found("only_word", flat)
    asked = excluded_provider is not None or "?" in text
    again_provider = None if asked else _name("again_provider", flat)
    dropped = _dropped(text, flat, said)
    return Preferences(
        weekdays=(_days(said, Sense.LIKED) | only_days) - excluded,
        excluded_weekdays=excluded,
        times=_times(said, Sense.LIKED) + only_times,
        excluded_times=_times(said, Sense.EXCLUDED) + _rest_of_day(only_times),
        excluded_day_times=_day_times(said, Sense.EXCLUDED),
        excluded_dates=_excluded_dates(said),
        earliest=earliest,
        latest=latest,
        provider=provider if provider != again_provider else None,
        or_provider=either[1] if either else None,
        only_provider=only_provider,
        excluded_provider=excluded_provider,
        notice_hours=_notice(flat),
        again_weekdays=_days(said, Sense.AGAIN),
        again_times=_times(said, Sense.AGAIN),
        again_day_times=_day_times(said, Sense.AGAIN),
        again_provider=again_provider,
        any_day="any_day" in dropped,
        any_time="any_time" in dropped,
        any_provider="any_provider" in dropped and excluded_provider is None,
    )


# Days and times of the week


def _days(said: list[Said], wanted: Sense) -> frozenset[int]:
    return frozenset().union(*(_weekdays(heard, sense) for heard, sense in said if sense is wanted))


def _weekdays(heard: Heard, sense: Sense) -> frozenset[int]:
    """The days of the week that are meant every week. "not tuesday mornings" has no such days: it leaves the
    rest of Tuesday (`_day_times`)."""
    mention = heard.mention
    if not is_every_week(heard) or (mention.bound and not mention.clock):
        return frozenset()
    if (mention.part or mention.clock) and sense in (Sense.EXCLUDED, Sense.AGAIN):
        return frozenset()
    if mention.clock and not mention.bound and mention.until is None:
        return frozenset()
    return _named_weekdays(heard)


def _named_weekdays(heard: Heard) -> frozenset[int]:
    """The days of the week that stand in a mention."""
    day = heard.mention.day
    if day is None or day.how == "weekdays":
        return frozenset(range(5)) if day else frozenset()
    if day.how == "weekend":
        return frozenset({5, 6})
    last = far_weekday(heard)
    length = 1 if last is None else (last - day.number) % 7 + 1
    return frozenset((day.number + ahead) % 7 for ahead in range(length))


def _day_times(said: list[Said], wanted: Sense) -> tuple[DayWalls, ...]:
    """Stretches of single days of the week: "not tuesday mornings", "fridays after 2 dont work". In the singular
    ("not tuesday morning") one Tuesday may be meant."""
    found = (
        (weekday, walls)
        for heard, sense in said
        if sense is wanted and is_every_week(heard) and is_plural(heard)
        for walls in [_stretch_of_day(heard, sense)]
        if walls is not None
        for weekday in sorted(_named_weekdays(heard))
    )
    return tuple(dict.fromkeys(found))


def _times(said: list[Said], wanted: Sense) -> tuple[Walls, ...]:
    found = (_walls(heard, sense) for heard, sense in said if sense is wanted)
    return tuple(dict.fromkeys(walls for walls in found if walls is not None))


def _walls(heard: Heard, sense: Sense) -> Walls | None:
    """The stretch of the day that is meant on every day, if one is. A moment ("at 3") is none."""
    day = heard.mention.day
    if day is not None and (sense in (Sense.EXCLUDED, Sense.AGAIN) or not is_every_week(heard)):
        return None
    if is_once(heard):
        return None
    if sense is Sense.EXCLUDED and (hour := _hour_ruled_out(heard)):
        return hour
    return _stretch_of_day(heard, sense)


def _hour_ruled_out(heard: Heard) -> Walls | None:
    """ "no 8am": the whole hour, where that is all that is said of it. "3 doesnt work" may well be about today."""
    mention = heard.mention
    if mention.clock is None or mention.bound or mention.until or not found("no_hour_before", heard.before):
        return None
    if not found("no_hour_after", heard.after):
        return None
    start = heard.span.start.time()
    return start, time(start.hour + 1) if start.hour < DAY_ENDS.hour else DAY_ENDS


def _stretch_of_day(heard: Heard, sense: Sense) -> Walls | None:
    """Its hours, whatever its day."""
    if heard.mention.clock is None:
        return _part_walls(heard, sense)
    start, end = heard.span.start.time(), heard.span.end.time() if heard.span.end else DAY_ENDS
    if start >= end:
        return None
    if heard.turned:
        return _others(start, end)
    return start, end


def _part_walls(heard: Heard, sense: Sense) -> Walls | None:
    """A part of the day. "not early mornings" rules out less than the mornings, so it rules out nothing here."""
    part = heard.mention.part
    if part is None or heard.mention.bound or heard.turned:
        return None
    if sense is not Sense.LIKED and re.search(r"\b(?:early|late|mid)\b", heard.span.text):
        return None
    return PART_WALLS[part]


def _others(start: time, end: time) -> Walls:
    """What "not before 3" or "nothing after 4" rules out: the one stretch beside the one that is left."""
    return (DAY_STARTS, start) if start > DAY_STARTS else (end, DAY_ENDS)


def _rest_of_day(kept: tuple[Walls, ...]) -> tuple[Walls, ...]:
    """The stretches between those kept; none where nothing was kept."""
    if not kept:
        return ()
    rest, at = [], DAY_STARTS
    for start, end in sorted(kept):
        if start > at:
            rest.append((at, start))
        at = max(at, end)
    return (*rest, (at, DAY_ENDS)) if at < DAY_ENDS else tuple(rest)


# Dates


def _excluded_dates(said: list[Said]) -> tuple[tuple[date, date], ...]:
    """Days of the calendar that were ruled out whole: "not this thursday", "away Dec 5-12"."""
    return tuple(
        _stretch(heard)
        for heard, sense in said
        if sense is Sense.EXCLUDED
        and _is_dated(heard)
        and not heard.mention.bound
        and heard.mention.part is None
        and heard.mention.clock is None
    )


def _is_dated(heard: Heard) -> bool:
    """A day, week or month that stands on the calendar once."""
    return heard.span.dated and heard.span.exact and not is_every_week(heard) and not is_plural(heard)


def _stretch(heard: Heard) -> tuple[date, date]:
    """First and last day."""
    first, end = heard.span.start.date(), heard.span.end
    return first, max(first, end.date() - timedelta(days=1)) if end else first


def _bounds(said: list[Said]) -> tuple[date | None, date | None]:
    """Earliest and latest day: "not till January", "before Dec 20", "after the 20th is no good"."""
    earliest = latest = None
    for heard, sense in said:
        if not _bounds_days(heard, sense):
            continue
        first, last = heard.span.start.date(), _stretch(heard)[1]
        late = heard.mention.bound in ("after", "from")
        if not heard.span.excluded:
            earliest, latest = (first, latest) if late else (earliest, last)
        elif late:
            latest = first - timedelta(days=1)
        else:
            earliest = last + timedelta(days=1)
    return earliest, latest


def _bounds_days(heard: Heard, sense: Sense) -> bool:
    mention = heard.mention
    if not mention.bound or mention.clock or mention.part or not _is_dated(heard):
        return False
    if sense is Sense.PLAIN:
        return found("alone_before", heard.before)
    return sense in (Sense.EXCLUDED, Sense.ONLY, Sense.LIKED)


# What names no time


def _providers(flat: str) -> tuple[str | None, bool, str | None]:
    """The provider wished for, whether nobody else will do, and the one ruled out."""
    excluded = _name("excluded_provider", flat)
    only = _name("only_provider", flat)
    if only is not None and only != excluded:
        return only, True, excluded
    liked = _name("liked_provider", flat)
    return (liked if liked != excluded else None), False, excluded


def _either(flat: str) -> tuple[str, ...]:
    """Two providers who will do: "with Dr Patel or Dr Kim"."""
    match = pattern("preferences", "either_provider").search(flat)
    return tuple(name for name in match.groups() if name) if match else ()


def bare_names(text: str) -> tuple[tuple[str, ...], bool]:
    """Words of a cleaned text that wish for providers if any are so called ("kim only", "patel or kim"), one or
    two, and whether nobody else will do. None in a question."""
    flat = plain(in_english(text))
    for key in () if "?" in text else ("bare_either", "bare_only"):
        match = pattern("preferences", key).search(flat)
        if match is not None:
            return tuple(name for name in match.groups() if name), found("only_word", flat)
    return (), False


def _name(key: str, flat: str) -> str | None:
    match = pattern("preferences", key).search(flat)
    return next((name for name in match.groups() if name), None) if match else None


_HOURS = {"h": 1, "d": 24, "w": 168}


def _notice(flat: str) -> int | None:
    """Hours of warning they need."""
    match = pattern("preferences", "notice").search(flat)
    if match is None or pattern("preferences", "no_notice").search(flat):
        return None
    count, unit = match["count"] or match["count2"], match["unit"] or match["unit2"]
    return (whole(count) or 1) * _HOURS[unit[0]]


_KINDS = ("any_day", "any_time", "any_provider")


def _dropped(text: str, flat: str, said: list[Said]) -> frozenset[str]:
    """The kinds of wish that are dropped. "any day but Friday" drops nothing, and neither does a question."""
    if "?" in text or any(sense in (Sense.EXCLUDED, Sense.ONLY) for _, sense in said):
        return frozenset()
    found_kinds = {kind for kind in _KINDS if found(kind, flat)}
    if not said and found("any_thing", flat):
        found_kinds |= {"any_day", "any_time"}
    return frozenset(found_kinds)
