"""The scenario, fixed: the clinic, when its visits are given up, and who waits.

Six providers, three types, 40 visits a day; openings by notice; 300 entries, 40% of them with preferences, 5%
urgent. Nothing here can be set from outside but the seed.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from rules.facts import EntryFacts, OpeningFacts, Span, TimeWindow, TypeFacts
from rules.openings import give_up_at
from rules.policy import Policy
from rules.states import EntryPriority, Referral

ZONE = "America/New_York"
FIRST_DAY = date(2027, 1, 4)  # a Monday
WEEKS = 52
ENTRIES = 300
EXPIRES = timedelta(days=90)

PROVIDERS = tuple(UUID(int=number) for number in range(1, 7))
TYPES = tuple(TypeFacts(UUID(int=100 + minutes), minutes) for minutes in (30, 45, 60))
TYPE_SHARES = (0.5, 0.3, 0.2)

VISITS_A_DAY = 40
FREED_SHARE = 0.15
"""Of visits: between a tenth and a fifth are given up in most clinics' published figures."""

NOTICES = (
    (0.15, timedelta(minutes=30), timedelta(hours=4)),
    (0.20, timedelta(hours=4), timedelta(hours=24)),
    (0.30, timedelta(days=1), timedelta(days=3)),
    (0.35, timedelta(days=3), timedelta(days=14)),
)
"""How far ahead visits are given up: the share, from, to."""

CANCEL_HOURS = dict(zip(range(7, 22), (6, 14, 13, 11, 9, 7, 8, 8, 7, 6, 4, 2, 2, 2, 1), strict=True))
"""When people cancel: the hour, and how much of it. Most call in the morning."""

AT_WEEKENDS = 0.3  # of what a working day brings

WITH_PREFERENCES = 0.40
PRIORITIES = {
    EntryPriority.URGENT: 0.05,
    EntryPriority.HIGH: 0.10,
    EntryPriority.STANDARD: 0.70,
    EntryPriority.FLEXIBLE: 0.15,
}
WITH_LATER_VISIT = 0.70
NEEDS_A_DAYS_NOTICE = 0.15

_OPENS, _CLOSES = time(8), time(17)
_MORNING, _AFTERNOON = TimeWindow(time(0), time(12)), TimeWindow(time(12), time(17))
CLOCK = ZoneInfo(ZONE)


def begins() -> datetime:
    """The first moment of the year that is played, in UTC."""
    return datetime.combine(FIRST_DAY, time(), CLOCK).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Freed:
    """A slot that comes free at a moment."""

    at: datetime
    opening: OpeningFacts


def openings(rng: Random, policy: Policy, weeks: int) -> list[Freed]:
    """Everything that comes free in so many weeks, in order. No two of a provider overlap."""
    wanted = round(VISITS_A_DAY * 5 * weeks * FREED_SHARE)
    taken: dict[UUID, list[Span]] = {provider: [] for provider in PROVIDERS}
    found: list[Freed] = []
    while len(found) < wanted:
        kind = rng.choices(TYPES, TYPE_SHARES)[0]
        at, start = _notice(rng, weeks)
        slot = Span(start, start + timedelta(minutes=kind.minutes))
        free = [each for each in PROVIDERS if not any(slot.overlaps(other) for other in taken[each])]
        if not free:
            continue
        provider = rng.choice(free)
        taken[provider].append(slot)
        opening = OpeningFacts(
            id=UUID(int=rng.getrandbits(128)),
            provider_id=provider,
            start=slot.start,
            end=slot.end,
            give_up_at=give_up_at(start, kind, policy),
            zone=ZONE,
            type_id=kind.id,
        )
        found.append(Freed(at, opening))
    return sorted(found, key=lambda each: each.at)


def _notice(rng: Random, weeks: int) -> tuple[datetime, datetime]:
    """When a visit is given up, and when it would have been, in UTC."""
    _, least, most = rng.choices(NOTICES, [share for share, *_ in NOTICES])[0]
    while True:
        day = FIRST_DAY + timedelta(days=rng.randrange(7 * weeks))
        if day.weekday() >= 5 and rng.random() > AT_WEEKENDS:
            continue
        hour = rng.choices(list(CANCEL_HOURS), list(CANCEL_HOURS.values()))[0]
        at = datetime.combine(day, time(hour, rng.randrange(60)), CLOCK).astimezone(UTC)
        start = _on_the_half_hour(at + rng.uniform(0, 1) * (most - least) + least)
        if _is_working_time(start) and least <= start - at <= most:
            return at, start


def _on_the_half_hour(moment: datetime) -> datetime:
    return moment.replace(minute=30 * (moment.minute // 30), second=0, microsecond=0)


def _is_working_time(start: datetime) -> bool:
    here = start.astimezone(CLOCK)
    return here.weekday() < 5 and here.time() >= _OPENS and (here + timedelta(hours=1)).time() <= _CLOSES


def joins(rng: Random, at: datetime) -> EntryFacts:
    """Somebody who joins the list. They leave it when their later visit has come, where they have one."""
    later = timedelta(days=rng.randint(7, 60)) if rng.random() < WITH_LATER_VISIT else None
    priority = rng.choices(list(PRIORITIES), list(PRIORITIES.values()))[0]
    somebody = UUID(int=rng.getrandbits(128))
    entry = EntryFacts(
        id=somebody,
        patient_id=somebody,
        type=rng.choices(TYPES, TYPE_SHARES)[0],
        added_at=at,
        priority=priority,
        referral=_referral(rng, priority),
        notice_hours=24 if rng.random() < NEEDS_A_DAYS_NOTICE else 0,
        replaces_start=at + later if later else None,
    )
    return _with_wishes(rng, entry) if rng.random() < WITH_PREFERENCES else entry


def _referral(rng: Random, priority: EntryPriority) -> Referral | None:
    if priority is EntryPriority.URGENT and rng.random() < 0.5:
        return Referral.URGENT
    return Referral.STANDARD if rng.random() < 0.4 else None


def _with_wishes(rng: Random, entry: EntryFacts) -> EntryFacts:
    """At least one preference, and sometimes a day that is ruled out."""
    provider = weekdays = times = None
    while not (provider or weekdays or times):
        provider = rng.choice(PROVIDERS) if rng.random() < 0.6 else None
        weekdays = frozenset(rng.sample(range(5), rng.randint(2, 3))) if rng.random() < 0.5 else None
        times = (rng.choice((_MORNING, _AFTERNOON)),) if rng.random() < 0.5 else None
    others = sorted(set(range(5)) - (weekdays or frozenset()))
    return replace(
        entry,
        preferred_provider_id=provider,
        only_provider=provider is not None and rng.random() < 0.25,
        weekdays=weekdays or frozenset(),
        times=times or (),
        excluded_weekdays=frozenset(rng.sample(others, 1)) if rng.random() < 0.2 else frozenset(),
    )
