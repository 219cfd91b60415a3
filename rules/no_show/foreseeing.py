"""What a clinic says of its coming visits: by the learned model where that has earned it, else by rule of
thumb."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from rules.boosting import Model
from rules.no_show.baseline import chance, multipliers
from rules.no_show.judging import NothingToJudge, Verdict, judge
from rules.no_show.model import LEAST_VISITS, train
from rules.no_show.visits import Past, Visit, features, pasts

HELD_BACK = timedelta(days=30)
"""The latest month, on which a model has to beat the rule of thumb."""

MOST_REASONS = 3
WORTH_SAYING = 0.02
"""What raises a chance by less says nothing that staff could use."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Foreseen(NamedTuple):
    """A visit's chance to be missed, 0–1, and what speaks for it, most telling first."""

    chance: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of a clinic, and whether it is used; `why_not` is a sentence where it is not."""

    visits: int
    model: Model | None = None
    verdict: Verdict | None = None
    why_not: str = ""


def learn(past: Sequence[Visit]) -> Learned:
    """Learn from visits that are over. Seconds of work; the same visits teach the same."""
    told = [each for each in past if each.missed is not None]
    if len(told) < LEAST_VISITS:
        return Learned(len(told), why_not=f"There are fewer than {LEAST_VISITS:,} past visits.")
    try:
        verdict = judge(told, max(each.day for each in told) - HELD_BACK)
    except NothingToJudge:
        return Learned(len(told), why_not="There are too few missed visits to learn from.")
    if not _better(verdict):
        return Learned(
            len(told), verdict=verdict, why_not="It was no better than the rule of thumb last month."
        )
    return Learned(len(told), model=train(told), verdict=verdict)


def _better(verdict: Verdict) -> bool:
    learned, simple = verdict.learned, verdict.baseline
    return (learned.auc or 0.0) > (simple.auc or 0.0) and learned.brier < simple.brier


def foresee(
    past: Sequence[Visit], coming: Sequence[Visit], today: date, model: Model | None = None
) -> list[Foreseen]:
    """What is believed of each coming visit today; by the rule of thumb without a model."""
    if not coming:
        return []
    visits = [*past, *coming]
    as_of = [today] * len(visits)
    known = pasts(visits, as_of)[len(past) :]
    if model is None:
        return [_by_rule(each, its) for each, its in zip(coming, known, strict=True)]
    rows = features(visits, as_of)[len(past) :]
    because = model.because(rows)
    return [
        Foreseen(
            float(each),
            _telling({name: float(parts[place]) for name, parts in because.items()}, visit, its),
        )
        for place, (each, visit, its) in enumerate(zip(model.chances(rows), coming, known, strict=True))
    ]


def _by_rule(visit: Visit, past: Past) -> Foreseen:
    weekday = visit.day.weekday()
    found = chance(visits=past.visits, misses=past.misses, weekday=weekday, hour=visit.hour)
    times = multipliers(weekday, visit.hour) if past.misses else []
    return Foreseen(found, (_misses(past), *(each.because for each in times)))


def _telling(because: dict[str, float], visit: Visit, past: Past) -> tuple[str, ...]:
    """The columns that raise the chance most, in words; what several say in the same words is said once."""
    raising = sorted(
        (name for name, by in because.items() if by >= WORTH_SAYING), key=lambda name: -because[name]
    )
    return tuple(dict.fromkeys(_said(name, visit, past) for name in raising))[:MOST_REASONS]


def _said(name: str, visit: Visit, past: Past) -> str:
    words = {
        "lead_days": f"booked {(visit.day - visit.booked_on).days} days ahead",
        "weekday": f"on a {_WEEKDAYS[visit.day.weekday()]}",
        "hour": "the hour of the visit",
        "booked_hour": "the hour at which it was booked",
        "age_band": "patients of that age",
        "past_confirmed": f"confirmed {past.confirmed} of {past.visits} visits",
        "travel_minutes": f"lives {visit.travel_minutes or 0:.0f} minutes away",
        "can_text": "cannot be texted",
    }
    return words.get(name) or _misses(past)


def _misses(past: Past) -> str:
    return f"missed {past.misses} of {past.visits} visits" if past.visits else "no visit before"
