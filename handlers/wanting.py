"""Which times a text asks for, as the search for free times wants them: days and hours, who, sooner or later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic.wishes import wishes_of
from handlers import visits
from handlers.turn import Turn
from nlu.names import names_provider
from nlu.understanding import Daily, TimeSpan
from nlu.words import pattern, plain, words
from rules.wanted import Stretch, Wanted
from rules.wishes import Wishes
from storage.tables import Provider, WaitlistEntry

_MINUTE = timedelta(minutes=1)
_DAY_OR_MORE = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Seen:
    """Times that were offered or shown before: "sooner" and "later" are said of these, and a mere hour is one of
    `day`."""

    first: datetime
    last: datetime
    day: date | None = None

    def on_its_day(self, zone: ZoneInfo) -> "Seen":
        """The same with its day, where it has but one."""
        first, last = self.first.astimezone(zone).date(), self.last.astimezone(zone).date()
        return replace(self, day=first if first == last else None)


def wanted_in(
    turn: Turn, wishes: Wishes, seen: Seen | None = None, *, among: Sequence[TimeSpan] | None = None
) -> Wanted | None:
    """What the text asks for (by all the times said, or those `among` them), beside the standing wishes. None
    where it speaks of times that cannot be placed."""
    spans = turn.read.times if among is None else among
    asked = [span for span in spans if not span.excluded]
    found = [each for span in asked for each in _stretches(turn, span)]
    if asked and not found:
        return None
    moves = _moves(turn)
    day = seen.day if seen and not moves else None
    wanted = Wanted(
        any_of=tuple(_combined([each for each, _ in found], day)),
        none_of=tuple(each for span in spans if span.excluded for each, _ in _stretches(turn, span)),
        at=next((at for _, at in found if at is not None), None),
        provider_ids=named_providers(turn),
        wishes=wishes,
    )
    if asked or seen is None or moves is None:
        return wanted
    return replace(wanted, before=seen.first) if moves == "sooner" else replace(wanted, after=seen.last)


def names_something(turn: Turn) -> bool:
    """Whether a text says anything by which times could be looked for."""
    return bool(turn.read.times or turn.read.preferences or named_providers(turn) or _moves(turn))


def asks_for_a_day(turn: Turn) -> bool:
    """Whether a text asks for a day, whatever it wishes for good: "not Tuesdays, Thursday?"."""
    named = any(span.dated and not span.excluded and not span.weekly for span in turn.read.times)
    return named and turn.read.signals.question


def wishes_for(entry: WaitlistEntry | None, provider_id: UUID | None = None) -> Wishes:
    """The standing wishes of an entry; without one, the provider they have now is liked best."""
    if entry is not None:
        return wishes_of(entry)
    return Wishes(preferred_provider_id=provider_id)


def named_providers(turn: Turn) -> frozenset[UUID]:
    """Whom the text names, unless it rules them out."""
    out = (turn.read.preferences.excluded_provider or "").lower()
    everybody = turn.tx.session.scalars(select(Provider)).all()
    return frozenset(
        each.id
        for each in everybody
        if names_provider(turn.read.text, each.name) and not (out and out in each.name.lower())
    )


def provider_words(turn: Turn) -> set[str]:
    """The words that name a provider of the clinic."""
    return {word for name in turn.tx.session.scalars(select(Provider.name)) for word in words(name)}


def _moves(turn: Turn) -> str | None:
    """Whether they ask for something sooner or later than what they have seen, and which."""
    flat = plain(turn.read.text)
    return next((way for way in ("sooner", "later") if pattern("slots", way).search(flat)), None)


def _combined(named: Sequence[Stretch], day: date | None) -> Iterator[Stretch]:
    """Days and hours said apart belong together: "thursday or friday, after 3". Hours alone are those of the `day`
    that is spoken of, if any."""
    days = [each for each in named if each.first is not None or each.weekdays]
    hours = [each for each in named if each.first is None and not each.weekdays]
    if not days and day is not None:
        days = [Stretch(day, day)]
    if not (days and hours):
        yield from days or named
        return
    for each in days:
        whole = each.start == time() and each.until is None
        yield from (replace(each, start=hour.start, until=hour.until) for hour in hours) if whole else [each]


def _stretches(turn: Turn, span: TimeSpan) -> Iterator[tuple[Stretch, time | None]]:
    """What a time that was said may mean, each with the hour it names. Nothing where it could not be placed."""
    if span.daily is not None:
        yield _daily(span.daily)
        return
    zone = ZoneInfo(turn.tx.clinic().timezone)
    for each in visits.readings(turn, span):
        start, end = each.start.astimezone(zone), each.end and each.end.astimezone(zone)
        yield _placed(each, start, end)


def _daily(daily: Daily) -> tuple[Stretch, time | None]:
    days = Stretch(daily.first, daily.last, weekdays=daily.weekdays)
    if daily.until == daily.start:
        return days, daily.start
    return replace(days, start=daily.start, until=daily.until), None


def _placed(span: TimeSpan, start: datetime, end: datetime | None) -> tuple[Stretch, time | None]:
    if end == start and not span.excluded:
        return _days(span, start.date(), start.date()), start.time()
    if end is None:
        open_end = span.grain in _DAY_OR_MORE
        days = _days(span, start.date(), None if open_end else start.date())
        return (days if open_end else replace(days, start=start.time())), None
    last = max(end - _MINUTE, start).date()
    days = _days(span, start.date(), last)
    if last > start.date():
        return days, None
    return replace(days, start=start.time(), until=end.time() if end.time() > start.time() else None), None


def _days(span: TimeSpan, first: date, last: date | None) -> Stretch:
    if not span.dated:
        return Stretch()
    if span.weekly:
        ahead = (last - first).days + 1 if last else 1
        return Stretch(weekdays=frozenset((first + timedelta(days=each)).weekday() for each in range(ahead)))
    return Stretch(first, last)
