"""Visits as a prediction sees them, and what was known of each when it was predicted.

What is allowed: when the visit is and when it was booked, the patient's age band, how far they live, whether
they can be texted, and their past: visits, misses and confirmations. What would be a leak: anything of the
visit itself that comes after the prediction (whether it was reminded or confirmed, how it ended), totals that
count later visits, and record numbers, which grow with time. Sex and language are here for one thing only, to
see whether the chances are fair (`rules.no_show.judging`); race, religion and insurance are nowhere.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules.no_show.baseline import chance

COLUMNS = (
    "lead_days",
    "weekday",
    "hour",
    "booked_hour",
    "age_band",
    "past_visits",
    "past_misses",
    "past_confirmed",
    "travel_minutes",
    "can_text",
)
"""What a model may look at, in this order."""

_YEARS_A_BAND = 5


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit, on the clinic's clock. Hours count from midnight: 9.5 is half past nine."""

    patient: str
    day: date
    booked_on: date
    hour: float | None = None
    booked_hour: float | None = None
    missed: bool | None = None  # None: its time has not come, or nobody wrote down how it ended
    confirmed: bool | None = None  # counts only in the past of later visits
    age: float | None = None
    travel_minutes: float | None = None
    can_text: bool | None = None
    sex: str | None = None
    language: str | None = None


class Past(NamedTuple):
    """What was known of a patient at some time."""

    visits: int = 0
    misses: int = 0
    confirmed: int = 0


def pasts(visits: Sequence[Visit], as_of: Sequence[date]) -> list[Past]:
    """For each visit, the patient's past as it was known on the day given for it.

    How a visit ended is known from the next day on, so two visits of one day never see each other's end.
    """
    of_patient: dict[str, list[Visit]] = defaultdict(list)
    for each in visits:
        if each.missed is not None:
            of_patient[each.patient].append(each)
    known = {patient: _Known.of(theirs) for patient, theirs in of_patient.items()}
    return [
        known[each.patient].before(min(day, each.day)) if each.patient in known else Past()
        for each, day in zip(visits, as_of, strict=True)
    ]


class _Known(NamedTuple):
    """A patient's visits in order: their days, and the past as it was before each, and after the last."""

    days: list[date]
    pasts: list[Past]

    @classmethod
    def of(cls, visits: Iterable[Visit]) -> "_Known":
        ordered = sorted(visits, key=lambda each: each.day)
        steps = accumulate(
            ordered,
            lambda past, each: Past(
                past.visits + 1, past.misses + bool(each.missed), past.confirmed + bool(each.confirmed)
            ),
            initial=Past(),
        )
        return cls([each.day for each in ordered], list(steps))

    def before(self, day: date) -> Past:
        return self.pasts[bisect_left(self.days, day)]


def when_booked(visits: Iterable[Visit]) -> list[date]:
    """The days on which visits were booked: predicting then, nothing of what came after can be used."""
    return [each.booked_on for each in visits]


def features(visits: Sequence[Visit], as_of: Sequence[date] | None = None) -> NDArray[np.float64]:
    """What was known of each visit on the day given for it (left out: when it was booked), a row each, in the
    order of `COLUMNS`; NaN where something is not known."""
    found = pasts(visits, when_booked(visits) if as_of is None else as_of)
    rows = [_row(each, past) for each, past in zip(visits, found, strict=True)]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(COLUMNS))


def _row(visit: Visit, past: Past) -> list[float | None]:
    return [
        max((visit.day - visit.booked_on).days, 0),
        visit.day.weekday(),
        visit.hour,
        visit.booked_hour,
        None if visit.age is None else visit.age // _YEARS_A_BAND,
        past.visits,
        past.misses,
        past.confirmed / past.visits if past.visits else None,
        visit.travel_minutes,
        visit.can_text,
    ]


def baseline_chances(visits: Sequence[Visit], as_of: Sequence[date] | None = None) -> NDArray[np.float64]:
    """What the rule of thumb says of each, from what was known on the day given for it."""
    found = pasts(visits, when_booked(visits) if as_of is None else as_of)
    return np.array(
        [
            chance(visits=past.visits, misses=past.misses, weekday=each.day.weekday(), hour=each.hour)
            for each, past in zip(visits, found, strict=True)
        ]
    )
