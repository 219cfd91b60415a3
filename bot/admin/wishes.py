"""What somebody on the waitlist wants and rules out, in the fewest words: "only Dr Lee · mornings · not Tue"."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from rules.policy import WEEKDAY_NAMES
from storage.tables import WaitlistEntry

BETWEEN = " · "
NOON, EVENING, LATE, EARLY = "12:00", "17:00", "21:00", "08:00"


def of_entry(entry: WaitlistEntry, providers: Mapping[UUID, str]) -> list[str]:
    """Each wish of an entry in a few words; `providers` gives their names."""
    return [*_provider(entry, providers), *_days(_columns(entry)), *_times(_columns(entry)), *_rest(entry)]


def said(preferences: Mapping[str, Any], *, fallback: str = "") -> str:
    """A wish as it was read in a text, with the names of `nlu.understanding.Preferences`."""
    name = str(preferences.get("provider") or "").title()
    provider = [f"only {name}" if preferences.get("only_provider") else f"prefers {name}"] if name else []
    without = str(preferences.get("excluded_provider") or "").title()
    found = [*provider, *([f"not {without}"] if without else []), *_days(preferences), *_times(preferences)]
    return BETWEEN.join(found) or fallback


def _columns(entry: WaitlistEntry) -> dict[str, Any]:
    names = (
        "weekdays",
        "excluded_weekdays",
        "times",
        "excluded_times",
        "excluded_dates",
        "earliest",
        "latest",
    )
    return {name: getattr(entry, name) for name in names}


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
        return
    if wanted:
        yield ", ".join(map(window, wanted))
    if without:
        yield "not " + ", ".join(map(window, without))


def _rest(entry: WaitlistEntry) -> Iterable[str]:
    if entry.preferred_date:
        yield f"best on {on(entry.preferred_date)}"
    if entry.notice_hours:
        yield f"{entry.notice_hours} h notice"


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
    return [(str(start)[:5], str(end)[:5]) for start, end in pairs or ()]
