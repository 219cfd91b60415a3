"""How patients answer offers: how soon, and how likely with a yes.

Everybody starts from published figures. A clinic's own offers then pull them its way, the more the more there
are: `learn` counts them beside a fixed number of imagined offers that went as published.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from rules.channels import WRITES_FIRST
from rules.states import Channel

MEAN_CHANCE = 0.109
"""Share of offers accepted: Epic Fast Pass, 6,603 of 60,660 (JMIR 2024;1:e52071)."""

_LEAST_CHANCE, _BEST_CHANCE = 0.05, 0.20
_LOWEST_SCORE, _HIGHEST_SCORE = 0.70, 1.00
_FIRST_REPLY = 0.8  # minutes; the published curve means nothing before

MINUTES = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 480, 960)
"""Where the share of a clinic's own replies is counted; a straight line between."""

SCORES = (0.75, 0.80, 0.85, 0.90, 0.95)
NOTICES = (4.0, 24.0, 72.0)
"""Where one band of match scores, or of hours between offer and visit, ends and the next begins."""

LIKE_PUBLISHED_REPLIES = 100
"""Imagined replies beside a clinic's own: with a hundred, about a month of a busy clinic, its own count half."""

LIKE_PUBLISHED_YESES = 20.0
"""Imagined yeses beside those of a band: fewer than twenty move a rate by chance alone by a fifth and more."""

LIKE_PUBLISHED_OFFERS = 10
"""Imagined offers beside a patient's own: one yes of one is not yet a patient who always says yes."""


def published_share(minutes: float) -> float:
    """The share of replies that have come, of all that will, `minutes` of allowed time after an offer.

    `1 − 1.498·exp(−0.007·t − 0.435·t^(1/3))`, Covidliste: half by 12.5 minutes, 90% by 99.
    """
    if minutes < _FIRST_REPLY:
        return 0.0
    return 1 - 1.498 * math.exp(-0.007 * minutes - 0.435 * minutes ** (1 / 3))


def published_chance(score: float) -> float:
    """The chance of a yes by match score: 0.05 for the poorest match that is offered, 0.20 for the best."""
    place = (score - _LOWEST_SCORE) / (_HIGHEST_SCORE - _LOWEST_SCORE)
    return _LEAST_CHANCE + (_BEST_CHANCE - _LEAST_CHANCE) * min(max(place, 0.0), 1.0)


class Tally(NamedTuple):
    """Yeses that came, beside those that were expected of the same offers."""

    yes: float = 0.0
    expected: float = 0.0

    @property
    def times(self) -> float:
        """By how much a clinic's own yeses are more (or fewer) than expected, shrunk toward 1."""
        return (LIKE_PUBLISHED_YESES + self.yes) / (LIKE_PUBLISHED_YESES + self.expected)


@dataclass(frozen=True, slots=True)
class Observation:
    """An offer that went out. `answerable`: minutes of allowed time in which a reply could count, whether it came
    or not; `replied_after`: when one came, yes or no."""

    score: float
    notice_hours: float
    answerable: float
    yes: bool = False
    replied_after: float | None = None
    channel: Channel = Channel.SMS


class Row(NamedTuple):
    """A line of `Response.describe`: what is believed, on how many of the clinic's own, and what was published."""

    what: str
    learned: float
    published: float
    own: int


class Response(BaseModel):
    """What is believed of a clinic's patients. Without anything of its own it is the published figures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offers: int = 0
    replies: tuple[int, ...] = (0,) * (
        len(MINUTES) + 1
    )  # by when they came: up to each of MINUTES, and later
    overall: Tally = Tally()
    by_score: tuple[Tally, ...] = (Tally(),) * (len(SCORES) + 1)
    by_notice: tuple[Tally, ...] = (Tally(),) * (len(NOTICES) + 1)
    by_channel: tuple[tuple[Channel, Tally], ...] = tuple((channel, Tally()) for channel in WRITES_FIRST)

    def share(self, minutes: float) -> float:
        """The share of replies that have come after so many minutes of allowed time, 0–1."""
        own = sum(self.replies)
        published = published_share(minutes)
        if not own:
            return published
        return (LIKE_PUBLISHED_REPLIES * published + _came_by(self.replies, minutes)) / (
            LIKE_PUBLISHED_REPLIES + own
        )

    def chance(
        self,
        score: float,
        notice_hours: float,
        *,
        channel: Channel = Channel.SMS,
        accepted: int = 0,
        asked: int = 0,
    ) -> float:
        """The chance that an offer ends in a yes, sooner or later. `accepted` of `asked`: the patient's own."""
        usual = (
            published_chance(score)
            * self.overall.times
            * self.by_score[_band(score, SCORES)].times
            * self.by_notice[_band(notice_hours, NOTICES)].times
            * dict(self.by_channel).get(channel, Tally()).times
        )
        own = (LIKE_PUBLISHED_OFFERS * min(usual, 1.0) + accepted) / (LIKE_PUBLISHED_OFFERS + asked)
        return min(own, 0.95)

    def describe(self) -> list[Row]:
        """Everything that is believed, line by line, for people to look at."""
        rows = [
            Row(
                f"replied within {minutes} min",
                self.share(minutes),
                published_share(minutes),
                sum(self.replies[: place + 1]),
            )
            for place, minutes in enumerate(MINUTES)
        ]
        rows.append(Row("says yes", MEAN_CHANCE * self.overall.times, MEAN_CHANCE, round(self.overall.yes)))
        rows += _bands("match", "", SCORES, self.by_score)
        rows += _bands("notice", " h", NOTICES, self.by_notice)
        rows += [
            Row(f"by {channel}, times", tally.times, 1.0, round(tally.yes))
            for channel, tally in self.by_channel
        ]
        return rows


PUBLISHED = Response()


def learn(observations: Iterable[Observation]) -> Response:
    """What a clinic's own offers say, beside the published figures.

    1. An offer counts as far as it could be answered: one that was taken after five minutes says little of
       those who were silent.
    2. Of the reply times only offers count that stayed answerable until nearly all replies have come: the others
       would show the quick ones alone.
    3. The rate overall first; then what a band of scores, of notice, or a channel has over and above it.
    """
    seen = list(observations)
    expected = [published_chance(each.score) * published_share(each.answerable) for each in seen]
    overall = _tally(seen, expected)
    rest = [each * overall.times for each in expected]
    return Response(
        offers=len(seen),
        replies=_replies(seen),
        overall=overall,
        by_score=_tallies(seen, rest, [_band(each.score, SCORES) for each in seen], len(SCORES) + 1),
        by_notice=_tallies(
            seen, rest, [_band(each.notice_hours, NOTICES) for each in seen], len(NOTICES) + 1
        ),
        by_channel=tuple(
            (channel, _tally(*_only(seen, rest, [each.channel == channel for each in seen])))
            for channel in WRITES_FIRST
        ),
    )


_LONG_ENOUGH = 240.0  # minutes: 98% of the published replies have come


def _replies(seen: Sequence[Observation]) -> tuple[int, ...]:
    counts = [0] * (len(MINUTES) + 1)
    for each in seen:
        if each.replied_after is not None and each.answerable >= _LONG_ENOUGH:
            counts[_band(each.replied_after, MINUTES, up_to=True)] += 1
    return tuple(counts)


def _tallies(
    seen: Sequence[Observation], expected: Sequence[float], bands: Sequence[int], count: int
) -> tuple[Tally, ...]:
    return tuple(_tally(*_only(seen, expected, [each == band for each in bands])) for band in range(count))


def _only(
    seen: Sequence[Observation], expected: Sequence[float], chosen: Sequence[bool]
) -> tuple[list[Observation], list[float]]:
    kept = [place for place, wanted in enumerate(chosen) if wanted]
    return [seen[place] for place in kept], [expected[place] for place in kept]


def _tally(seen: Sequence[Observation], expected: Sequence[float]) -> Tally:
    return Tally(float(sum(each.yes for each in seen)), sum(expected))


def _band(value: float, ends: Sequence[float], *, up_to: bool = False) -> int:
    """Which band a value is in; with `up_to` a band's end belongs to it."""
    return bisect_left(ends, value) if up_to else bisect_right(ends, value)


def _came_by(replies: Sequence[int], minutes: float) -> float:
    """How many of the counted replies had come by then. The last of them count as come at twice the last mark."""
    came, begin = 0.0, 0.0
    for count, end in zip(replies, (*MINUTES, 2 * MINUTES[-1]), strict=True):
        if minutes < end:
            return came + count * max(minutes - begin, 0.0) / (end - begin)
        came, begin = came + count, end
    return came


def _bands(name: str, unit: str, ends: Sequence[float], tallies: Sequence[Tally]) -> list[Row]:
    names = [
        f"{name} under {ends[0]:g}{unit}",
        *(f"{name} {low:g}–{high:g}{unit}" for low, high in pairwise(ends)),
        f"{name} {ends[-1]:g}{unit} and more",
    ]
    return [
        Row(f"{each}, times", tally.times, 1.0, round(tally.yes))
        for each, tally in zip(names, tallies, strict=True)
    ]
