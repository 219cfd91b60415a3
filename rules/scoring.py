"""The one small engine behind every score: named factors with weights, a breakdown, and plain reasons."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Subject = TypeVar("Subject")  # what is scored: an entry against an opening, an entry alone, a slot


@dataclass(frozen=True)  # no slots: they break `Factor[int](…)`
class Factor(Generic[Subject]):
    """One thing that counts. `score` gives 0–1 and the sentence that says why ("" for nothing to say).

    A negative weight takes away.
    """

    name: str
    weight: float
    score: Callable[[Subject], tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Score:
    """A score that can be explained: `total` is the sum of `parts`, by factor, in the profile's order.

    Always a share: 1 is the most a profile can give, and a profile thought of in points has a hundred of them.
    """

    total: float
    parts: dict[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()

    def plus(self, name: str, points: float, reason: str) -> "Score":
        """The same score with one more part and its reason."""
        parts = {**self.parts, name: points}
        return Score(sum(parts.values()), parts, (*self.reasons, reason))


@dataclass(frozen=True)  # no slots: they break `Profile[int](…)`
class Profile(Generic[Subject]):
    """A list of factors. The result is kept within 0–1; what that took or gave is a part named `limit`."""

    name: str
    factors: tuple[Factor[Subject], ...]

    def score(self, subject: Subject) -> Score:
        parts: dict[str, float] = {}
        reasons: list[str] = []
        for factor in self.factors:
            value, reason = factor.score(subject)
            parts[factor.name] = factor.weight * value
            if reason:
                reasons.append(reason)
        total = sum(parts.values())
        if not 0.0 <= total <= 1.0:
            parts["limit"] = min(max(total, 0.0), 1.0) - total
            total = sum(parts.values())
        return Score(total, parts, tuple(reasons))
