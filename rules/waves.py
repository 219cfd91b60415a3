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

import numpy as np
from numpy.typing import NDArray

from rules.response import Response

PACES = (1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 6, 10, 20)

MOST_PLANNED = 60
"""So many further candidates are planned with."""

_POINTS = 240  # of the grid on which a plan is worked out: a minute apart, further where there is time for it
_LONGEST = 2000  # minutes of the reply curve: practically all have come
_MINUTES = np.arange(_LONGEST + 1)
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
    ahead = _Ahead(terms, response)
    board = _Board(ahead)
    for person in out:
        board.put(ahead.prospect(person))
    prospects = [ahead.prospect(person) for person in line[:MOST_PLANNED]]
    found: list[Plan] = []
    for pace in PACES:
        each = board.copied().carry_out(pace, prospects)
        if found and terms.most_too_late is not None and each.too_late > terms.most_too_late + _TINY:
            break
        found.append(each)
        if each.fill >= terms.wanted or pace > len(out) + len(prospects):
            break
    enough = _GOOD_ENOUGH * min(terms.wanted, max(each.fill for each in found))
    return next(each for each in found if each.fill >= enough - _TINY)


@dataclass(frozen=True, slots=True)
class _Prospect:
    """What asking somebody (or having asked them) puts on the grid, from the point of asking on.

    `thinking`: how much of a person is still thinking it over. `quiet`: the chance that no yes of theirs has come.
    `eventually`: the chance that one ever comes. `never`: nothing can come in time.
    """

    urgent: bool
    thinking: Floats
    quiet: Floats
    eventually: float
    held: int  # points until the hold is over
    never: bool = False


class _Ahead:
    """The minutes until time is up, as a grid of points, and what each person would put on it."""

    def __init__(self, terms: Terms, response: Response) -> None:
        self.terms, self.response = terms, response
        self.apart = max(1.0, terms.minutes / _POINTS)
        self.points = ceil(terms.minutes / self.apart) + 1
        self._fresh = self._answers(0.0, 0, None)
        self._known: dict[Person, _Prospect] = {}

    def prospect(self, person: Person) -> _Prospect:
        if person not in self._known:
            self._known[person] = self._worked_out(person)
        return self._known[person]

    def _worked_out(self, person: Person) -> _Prospect:
        """Of somebody who can be asked at once, all but the chance is the same for everybody."""
        if person.asked is None and not person.waits:
            come, thinking, ends = self._fresh
            yes, begins, before = person.chance * come, 0, 0.0
        else:
            begins = 0 if person.asked is not None else self._point(person.waits)
            come, thinking, ends = self._answers(person.asked or 0.0, begins, person.held)
            before = float(come[begins])
            yes = person.chance * (come - before) / (1 - person.chance * before)
            yes[:begins] = 0.0
        eventually = person.chance * (1 - before) / (1 - person.chance * before)
        if self.terms.hard:
            yes[ends:] = eventually = float(yes[ends])
        never = begins >= self.points - 1
        return _Prospect(person.urgent, thinking, 1 - yes, eventually, ends if ends > begins else 0, never)

    def _answers(self, ago: float, begins: int, held: float | None) -> tuple[Floats, Floats, int]:
        """The share of answers that have come at each point, what is still thought over while the hold runs, and
        the point where that is over."""
        come = np.zeros(self.points)
        come[begins:] = _come(self.response, ago, self.apart, self.points - begins)
        ends = min(begins + self._point(self.terms.hold if held is None else held), self.points - 1)
        thinking = 1 - come
        thinking[ends:] = 0.0
        return come, thinking, ends

    def _point(self, minutes: float) -> int:
        return ceil(min(minutes, self.terms.minutes) / self.apart - _TINY)


class _Board:
    """The grid with everybody asked put on it."""

    def __init__(self, ahead: _Ahead) -> None:
        self.ahead = ahead
        self.last = ahead.points - 1
        self.thinking: Floats = np.zeros(ahead.points)  # persons, at each point
        self.silence: Floats = np.ones(ahead.points)  # chance that no yes has come by then
        self.yeses = 0.0  # expected, late ones too
        self.nobody = 1.0  # chance that none of those asked ever says yes
        self.busy_until = {True: 0, False: 0}  # urgent ones, others: the point at which their holds are over
        self.too_late = 0.0

    def copied(self) -> "_Board":
        other = copy(self)
        other.thinking, other.silence = self.thinking.copy(), self.silence.copy()
        other.busy_until = dict(self.busy_until)
        return other

    def carry_out(self, pace: float, line: Sequence[_Prospect]) -> Plan:
        """Ask down the line at this pace until the slot is as sure to be filled as wanted, or time is up."""
        point, now, later = 0, list[int](), None
        for place, prospect in enumerate(line):
            point = max(point, self.busy_until[not prospect.urgent])
            if point >= self.last:
                break
            free = self.thinking[point : self.last] <= pace - 1 + _A_TRIFLE
            first = int(free.argmax())
            if not free[first]:
                break
            point += first
            if prospect.never:
                continue  # no hour of theirs is left
            if point == 0:
                now.append(place)
            elif later is None:
                later = point * self.ahead.apart
            self.put(prospect, point)
            if 1 - self.silence[-1] >= self.ahead.terms.wanted:
                break
        return Plan(pace, tuple(now), later, float(1 - self.silence[-1]), self.too_late)

    def put(self, prospect: _Prospect, point: int = 0) -> None:
        """Somebody is asked at a point of the grid, or has been before."""
        if prospect.never:
            return
        self.yeses += prospect.eventually * float(self.silence[point])
        self.nobody *= 1 - prospect.eventually
        if self.yeses > 0:
            self.too_late = max(self.too_late, 1 - (1 - self.nobody) / self.yeses)
        points = self.last + 1 - point
        self.thinking[point:] += prospect.thinking[:points]
        self.silence[point:] *= prospect.quiet[:points]
        if prospect.held:
            until = min(point + prospect.held, self.last)
            self.busy_until[prospect.urgent] = max(self.busy_until[prospect.urgent], until)


def _come(response: Response, ago: float, apart: float, points: int) -> Floats:
    """The share of answers that have come at each point, of somebody asked so many minutes before the first."""
    by_the_minute = _curve(response)
    minutes = ago + apart * np.arange(points)
    come: Floats = np.interp(minutes, _MINUTES, by_the_minute)
    return come


@lru_cache(maxsize=64)
def _curve(response: Response) -> Floats:
    """The share of answers that have come at 0, 1, 2 … minutes, worked out once."""
    return np.array([response.share(minutes) for minutes in range(_LONGEST + 1)])
