"""What somebody on the waitlist wants and rules out, in the fewest words: "only Dr Lee · mornings · not Tue"."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from rules.policy import WEEKDAY_NAMES
from storage.tables import WaitlistEntry

COLUMNS = (
    "weekdays",
    "excluded_weekdays",
    "times",
    "excluded_times",
    "excluded_day_times",
    "excluded_dates",
    "earliest",
    "latest",
    "notice_hours",
)
BETWEEN = " · "
NOON, EVENING, LATE, EARLY = "12:00", "17:00", "21:00", "08:00"


def of_entry(entry: WaitlistEntry, providers: Mapping[UUID, str]) -> list[str]:
    """Each wish of an entry in a few words; `providers` gives their names."""
    own = {name: getattr(entry, name) for name in COLUMNS}
    best = [f"best on {on(entry.preferred_date)}"] if entry.preferred_date else []
    return [*_provider(entry, providers), *_days(own), *best, *_times(own), *_notice(own)]


def said(wish: Mapping[str, Any]) -> str:
    """A wish as it was read in a text, with the names of `nlu.understanding.Preferences`."""
    return BETWEEN.join(
        [
            *_named(wish),
            *_days(wish),
            *_times(wish),
            *_again(wish),
            *_notice(wish),
        ]
    )


def _named(wish: Mapping[str, Any]) -> Iterable[str]:
    """Providers as they were named ("lee")."""
    if wish.get("provider"):
        names = " or ".join(str(wish[key]).title() for key in ("provider", "or_provider") if wish.get(key))
        yield f"{'only' if wish.get('only_provider') else 'prefers'} {names}"
    if wish.get("excluded_provider"):
        yield f"not {str(wish['excluded_provider']).title()}"


def _again(wish: Mapping[str, Any]) -> Iterable[str]:
    """What was ruled out before and is not any more."""
    if wish.get("again_weekdays"):
        yield f"{weekdays(wish['again_weekdays'])} again"
    if wish.get("again_times"):
        yield ", ".join(map(window, _walls(wish["again_times"]))) + " again"
    yield from (f"{day_time(each)} again" for each in wish.get("again_day_times") or ())
    yield from (f"any {what}" for what in ("day", "time", "provider") if wish.get(f"any_{what}"))


def _provider(entry: WaitlistEntry, providers: Mapping[UUID, str]) -> Iterable[str]:
    wanted = entry.preferred_provider_id or entry.requested_provider_id
    if wanted is not None:
        yield f"{'only' if entry.only_provider else 'prefers'} {providers.get(wanted, 'a provider')}"
    others = [providers[each] for text in entry.alternate_provider_ids if (each := UUID(text)) in providers]
    if others:
        yield "or " + ", ".join(others)
    without = [providers[each] for text in entry.excluded_provider_ids if (each := UUID(text)) in providers]
    if without:
        yield "not " + ", ".join(without)


def _days(wish: Mapping[str, Any]) -> Iterable[str]:
    if wish.get("weekdays"):
        yield weekdays(wish["weekdays"])
    if wish.get("excluded_weekdays"):
        yield "not " + weekdays(wish["excluded_weekdays"])
    if wish.get("earliest"):
        yield f"from {on(wish['earliest'])}"
    if wish.get("latest"):
        yield f"until {on(wish['latest'])}"
    for first, last in wish.get("excluded_dates") or ():
        yield f"not {on(first)}" if first == last else f"not {on(first)} – {on(last)}"


def _times(wish: Mapping[str, Any]) -> Iterable[str]:
    wanted, without = _walls(wish.get("times")), _walls(wish.get("excluded_times"))
    if wanted and covers_the_day([*wanted, *without]):
        yield "only " + ", ".join(map(window, wanted))
    else:
        if wanted:
            yield ", ".join(map(window, wanted))
        if without:
            yield "not " + ", ".join(map(window, without))
    yield from (f"not {day_time(each)}" for each in wish.get("excluded_day_times") or ())


def _notice(wish: Mapping[str, Any]) -> Iterable[str]:
    if wish.get("notice_hours"):
        yield f"{wish['notice_hours']} h notice"


def weekdays(days: Iterable[int]) -> str:
    """`Mon, Wed`; `weekdays` and `weekends` where it is just those."""
    chosen = sorted(set(days))
    if chosen == [0, 1, 2, 3, 4]:
        return "weekdays"
    return "weekends" if chosen == [5, 6] else ", ".join(WEEKDAY_NAMES[day][:3] for day in chosen)


def window(pair: tuple[str, str]) -> str:
    """A stretch of the day: `mornings`, `after 2:00pm`, `2:00pm – 4:00pm`."""
    start, end = pair
    begins_early, ends_late = start <= EARLY, end >= LATE
    if begins_early and end == NOON:
        return "mornings"
    if start == NOON and end == EVENING:
        return "afternoons"
    if start == EVENING and ends_late:
        return "evenings"
    if ends_late:
        return f"after {clock(start)}"
    return f"before {clock(end)}" if begins_early else f"{clock(start)} – {clock(end)}"


def day_time(found: Sequence[Any]) -> str:
    """A stretch of one day of the week: `Tue mornings`."""
    weekday, start, end = found
    return f"{WEEKDAY_NAMES[weekday][:3]} {window((str(start)[:5], str(end)[:5]))}"


def covers_the_day(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether these stretches together leave no time out, so that what is wanted is wanted only."""
    reached = "00:00"
    for start, end in sorted(pairs):
        if start > reached:
            return False
        reached = max(reached, end)
    return reached >= "23:59"


def clock(text: str) -> str:
    return f"{time.fromisoformat(text):%I:%M%p}".lstrip("0").lower()


def on(day: date | str) -> str:
    """`Dec 5`."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day:%b} {day.day}"


def _walls(pairs: Iterable[Any] | None) -> list[tuple[str, str]]:
    """Pairs only: a third in a row of `excluded_times` is the one day of the week it holds on."""
    return [(str(pair[0])[:5], str(pair[1])[:5]) for pair in pairs or () if len(pair) == 2]
