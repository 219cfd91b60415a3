"""Which of several texts works better: who gets which, and what may be said of the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from statistics import NormalDist
from uuid import UUID

Z = 1.959963984540054
"""Of the normal distribution: 95 of 100 intervals made so hold the true share."""

FINE = 10_000
REST = "rest"
"""In place of a variant: whoever waits until one of them has won, and then gets that one."""


def variant_of(
    campaign_id: UUID,
    patient_id: UUID,
    labels: Sequence[str],
    hold_out_percent: float,
    try_percent: float | None = None,
) -> str | None:
    """Which variant a patient gets, always the same one; None: they are held out, and get nothing. `try_percent`
    of those texted get one of the variants, and the others are the rest; None: all of them do.

    A hash of both ids spreads the patients evenly, and says of nobody anything about another campaign.
    """
    drawn = int.from_bytes(sha256(campaign_id.bytes + patient_id.bytes).digest()[:8])
    place, rest = drawn % FINE, drawn // FINE
    held_out = hold_out_percent * FINE / 100
    if place < held_out:
        return None
    if try_percent is not None and place >= held_out + (FINE - held_out) * try_percent / 100:
        return REST
    return labels[rest % len(labels)]


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many."""

    name: str
    hits: int
    of: int

    @property
    def share(self) -> float:
        return self.hits / self.of if self.of else 0.0


def wilson(hits: int, of: int, z: float = Z) -> Interval:
    """Wilson's interval of a share (Wilson 1927); all of 0 to 1 where there is nothing to go by."""
    if of == 0:
        return Interval(0.0, 1.0)
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == of else min(1.0, middle + half)
    return Interval(low, high)


def newcombe(one: Tally, other: Tally, z: float = Z) -> Interval:
    """The interval of the difference `one` − `other` of two shares (Newcombe 1998, method 10)."""
    mine, theirs = wilson(one.hits, one.of, z), wilson(other.hits, other.of, z)
    difference = one.share - other.share
    down = sqrt((one.share - mine.low) ** 2 + (theirs.high - other.share) ** 2)
    up = sqrt((mine.high - one.share) ** 2 + (other.share - theirs.low) ** 2)
    return Interval(difference - down, difference + up)


def z_for(comparisons: int) -> float:
    """The z at which all of so many comparisons hold together 95 times of a hundred, after Bonferroni."""
    return NormalDist().inv_cdf(1 - 0.025 / max(comparisons, 1))


def verdict(one: Tally, other: Tally, z: float = Z) -> str:
    """Whether the difference between two is real, in a plain sentence."""
    if not (one.of and other.of):
        return f"Nothing can be said yet of {one.name} and {other.name}: one of them has gone to nobody."
    better, worse = (one, other) if one.share >= other.share else (other, one)
    found = newcombe(better, worse, z)
    by = f"{found.low * 100:.1f} to {found.high * 100:.1f} points"
    if found.low > 0:
        return f"{better.name} works better than {worse.name}, by {by}. The difference is real."
    return (
        f"No real difference between {better.name} and {worse.name} so far: it may be anything from {by}, "
        "so chance alone could have made it."
    )


def verdicts(tallies: Sequence[Tally]) -> list[str]:
    """A sentence for each pair, in order. The more pairs, the more each has to show."""
    pairs = [(one, other) for place, one in enumerate(tallies) for other in tallies[place + 1 :]]
    z = z_for(len(pairs))
    return [verdict(one, other, z) for one, other in pairs]


@dataclass(frozen=True, slots=True)
class Winner:
    """The variant that the rest gets. `real`: it works better than each of the others beyond chance; otherwise
    it only leads."""

    name: str
    real: bool


def winner(tallies: Sequence[Tally], looks: int, *, last: bool) -> Winner | None:
    """The one to send the rest, if one can be told; at the `last` look the one that leads, in doubt the first.

    Who looks again and again for a difference finds one by chance, so each of `looks` has to show more. Before the
    last none is told while one of them has gone to nobody.
    """
    if not last and not all(each.of for each in tallies):
        return None
    best = max(tallies, key=lambda each: each.share)
    others = [each for each in tallies if each is not best]
    z = z_for(len(tallies) * (len(tallies) - 1) // 2 * looks)
    if all(newcombe(best, each, z).low > 0 for each in others):
        return Winner(best.name, real=True)
    return Winner(best.name, real=False) if last else None
