"""One opening as matching looks at it: its times in the clinic's zone, worked out once for all entries."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.facts import OpeningFacts
from rules.openings import length
from rules.policy import WEEKDAY_NAMES, Policy


@dataclass(frozen=True, slots=True)
class View:
    """`day`, `weekday`, `at` and `today` are the clinic's; `start` and `now` are in UTC."""

    opening: OpeningFacts
    policy: Policy
    now: datetime
    zone: ZoneInfo
    start: datetime
    minutes: float  # how long the opening is
    notice: timedelta  # how far away it is
    day: date
    weekday: int
    weekday_name: str
    at: time
    today: date
    insurance_accepted: frozenset[str]  # case folded
    automatic: bool  # nobody of the staff chose this


def look_at(opening: OpeningFacts, policy: Policy, now: datetime, *, automatic: bool = True) -> View:
    zone = ZoneInfo(opening.zone)
    start, now = opening.start.astimezone(UTC), now.astimezone(UTC)
    local = start.astimezone(zone)
    return View(
        opening=opening,
        policy=policy,
        now=now,
        zone=zone,
        start=start,
        minutes=length(opening) / timedelta(minutes=1),
        notice=start - now,
        day=local.date(),
        weekday=local.weekday(),
        weekday_name=WEEKDAY_NAMES[local.weekday()],
        at=local.time(),
        today=now.astimezone(zone).date(),
        insurance_accepted=frozenset(name.casefold() for name in opening.insurance_accepted),
        automatic=automatic,
    )
