"""The rule of thumb: what is believed of a visit from the schedule alone."""

from typing import NamedTuple

WITHOUT_A_PAST = 0.15
"""The chance for a patient who has had no visit yet; nothing multiplies it."""

BEFORE_EIGHT, ON_MONDAY, LATE_ON_FRIDAY = 1.3, 1.2, 1.15
_MONDAY, _FRIDAY = 0, 4


class Multiplier(NamedTuple):
    """What makes a time of the week worse than others, and by how much."""

    times: float
    because: str


def multipliers(weekday: int, hour: float | None) -> list[Multiplier]:
    """Those of a visit on that day (0 = Monday) at that hour of the clinic's clock, 9.5 being half past nine;
    None where only the day is known."""
    found = []
    if hour is not None and hour < 8:
        found.append(Multiplier(BEFORE_EIGHT, "before 8:00"))
    if weekday == _MONDAY:
        found.append(Multiplier(ON_MONDAY, "on a Monday"))
    if weekday == _FRIDAY and hour is not None and hour >= 14:
        found.append(Multiplier(LATE_ON_FRIDAY, "on a Friday afternoon"))
    return found


def chance(*, visits: int, misses: int, weekday: int, hour: float | None) -> float:
    """The chance, 0–1, that a patient who missed `misses` of their `visits` misses this one."""
    if not visits:
        return WITHOUT_A_PAST
    found = misses / visits
    for each in multipliers(weekday, hour):
        found *= each.times
    return min(found, 1.0)
