"""How many to ask at once, and when the next: asking one by one, or faster the less time is left.

A **pace** is how many may be thinking at a time. Somebody asked counts as one at first, and as half once half
of the answers have usually come (`Response.share`); when the hold is over, as nothing. At pace 1 the next is
asked when the hold is over, which is asking one by one; at 1.25 when three quarters of the answers have come;
at 3 three are asked at once, and a fourth as soon as the three together count as two.

`plan` takes the slowest pace that fills the slot as surely as is wanted, out of those under the limit on yeses
that come too late. Everything in it is worked out for the case that nobody answers: an answer changes what is
known, and the plan is made anew.

Times are minutes of allowed time, counted from now.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.response import Response

PACES = (1, 1.1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.5, 4, 5, 6, 8, 10, 15, 20)

MOST_PLANNED = 60
"""So many further candidates are planned with."""

_POINTS = 240  # of the grid on which a plan is worked out: a minute apart, further where there is time for it
_LONGEST = 2000  # minutes of the reply curve: practically all have come
_GOOD_ENOUGH = 0.99  # of the best that can be had: the last hundredth is not worth hurrying for
_A_TRIFLE = 0.02  # of a person: somebody handed over seconds later than planned delays nothing
_TINY = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be asked, or asked and silent so far.

    `waits`: minutes until it is an allowed hour for them. `asked`: minutes since their text was handed over, None
    where it was not yet. `held`: minutes that their hold still runs, None for the whole of one.
    """

    chance: float
    urgent: bool = False
    waits: float = 0.0
    asked: float | None = None
    held: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`now`: places in the line of those to ask now. `again_in`: minutes until the next are to be asked.

    `fill`: the chance that a yes comes in time. `too_late`: the largest share, at any stage of the plan, of yeses
    that come when somebody else has the slot.
    """

    pace: float = 1.0
    now: tuple[int, ...] = ()
    again_in: float | None = None
    fill: float = 0.0
    too_late: float = 0.0


@dataclass(frozen=True, slots=True)
class Terms:
    """`minutes`: left until nobody is asked any more. `most_too_late`: None for no limit."""

    minutes: float
    hold: float
    wanted: float
    most_too_late: float | None
    hard: bool = False


def plan(out: Sequence[Person], line: Sequence[Person], terms: Terms, response: Response) -> Plan:
    """Whom of the line (urgent ones first) to ask now, beside those that are out."""
    board = _Board(terms, response)
    for person in out:
        board.put(person)
    line, found = line[:MOST_PLANNED], list[Plan]()
    for pace in PACES:
        each = board.copied().carry_out(pace, line)
        if found and terms.most_too_late is not None and each.too_late > terms.most_too_late + _TINY:
            break
        found.append(each)
        if each.fill >= terms.wanted or pace > len(out) + len(line):
            break
    enough = _GOOD_ENOUGH * min(terms.wanted, max(each.fill for each in found))
    return next(each for each in found if each.fill >= enough - _TINY)


class _Board:
    """The minutes ahead on a grid, with everybody asked put on it."""

    def __init__(self, terms: Terms, response: Response) -> None:
        self.terms = terms
        self.apart, self.come = _grid(response, max(1.0, terms.minutes / _POINTS), terms.minutes)
        self.response = response
        self.last = len(self.come) - 1
        self.thinking: Floats = np.zeros(len(self.come))  # persons, at each point
        self.silence: Floats = np.ones(len(self.come))  # chance that no yes has come by then
        self.yeses = 0.0  # expected, late ones too
        self.nobody = 1.0  # chance that none of those asked ever says yes
        self.busy_until = {True: 0, False: 0}  # urgent ones, others: the point at which their holds are over
        self.too_late = 0.0

    def copied(self) -> "_Board":
        other = copy(self)
        other.thinking, other.silence = self.thinking.copy(), self.silence.copy()
        other.busy_until = dict(self.busy_until)
        return other

    def carry_out(self, pace: float, line: Sequence[Person]) -> Plan:
        """Ask down the line at this pace until the slot is as sure to be filled as wanted, or time is up."""
        point, now, later = 0, list[int](), None
        for place, person in enumerate(line):
            point = max(point, self.busy_until[not person.urgent])
            free = self.thinking[point : self.last] <= pace - 1 + _A_TRIFLE
            if not free.any():
                break
            point += int(free.argmax())
            if point + self._points(person.waits) >= self.last:
                continue  # no hour of theirs is left
            if point == 0:
                now.append(place)
            elif later is None:
                later = point * self.apart
            self.put(person, point)
            if 1 - self.silence[-1] >= self.terms.wanted:
                break
        return Plan(pace, tuple(now), later, float(1 - self.silence[-1]), self.too_late)

    def put(self, person: Person, point: int = 0) -> None:
        """Somebody is asked at a point of the grid, or has been before."""
        ago = person.asked or 0.0
        held = self.terms.hold if person.held is None else person.held
        start = point if person.asked is not None else max(point, self._points(person.waits))
        if start >= self.last:
            return
        come, ends = self._come_since(ago), min(start + self._points(held), self.last)
        before = come[0]
        answered = person.chance * (come - before) / (1 - person.chance * before)
        eventually = person.chance * (1 - before) / (1 - person.chance * before)
        if self.terms.hard:
            answered[ends - start :] = eventually = float(answered[ends - start])
        self.yeses += eventually * float(self.silence[point])
        self.nobody *= 1 - eventually
        if self.yeses > 0:
            self.too_late = max(self.too_late, 1 - (1 - self.nobody) / self.yeses)
        self.thinking[point:start] += 1
        self.thinking[start:ends] += 1 - come[: ends - start]
        self.silence[start:] *= 1 - answered[: len(self.silence) - start]
        self.busy_until[person.urgent] = max(self.busy_until[person.urgent], ends if held > 0 else 0)

    def _come_since(self, ago: float) -> Floats:
        """The share of answers that have come at each point, of somebody asked so many minutes before."""
        if ago == 0:
            return self.come
        return _come(self.response, ago + self.apart * np.arange(self.last + 1))

    def _points(self, minutes: float) -> int:
        return ceil(min(minutes, self.terms.minutes) / self.apart - _TINY)


@lru_cache(maxsize=4096)
def _grid(response: Response, apart: float, minutes: float) -> tuple[float, Floats]:
    return apart, _come(response, apart * np.arange(ceil(minutes / apart) + 1))


def _come(response: Response, minutes: NDArray[Any]) -> Floats:
    by_the_minute = _curve(response)
    come: Floats = np.interp(minutes, np.arange(len(by_the_minute)), by_the_minute)
    return come


@lru_cache(maxsize=64)
def _curve(response: Response) -> Floats:
    """The share of answers that have come at 0, 1, 2 … minutes, worked out once."""
    return np.array([response.share(minutes) for minutes in range(_LONGEST + 1)])
