"""Speed, one file a goal. `standby bench` runs them; each has a TITLE, a METHOD and a `run(scale)`.

`run` gives figures. A figure and what stands beside it are measured in one run on one machine, so that on a quiet
machine their ratio means something anywhere. `scale` makes the work smaller or larger; the goals hold at 1. METHOD
says in plain words how it is measured.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

NAMES = (
    "webhook",
    "reply",
    "turns",
    "first_offer",
    "ranking",
    "assignment",
    "slots",
    "analytics",
    "campaign",
    "risk",
)
"""The files, in the order in which they are run."""

TIMES = ("ms", "s")
"""Units of which less is better; of all others more is."""


@dataclass(frozen=True, slots=True)
class Goal:
    """`Goal("<", 15)` of the value itself, or of its ratio to what stands beside it."""

    sense: Literal["<", "≥"]
    amount: float
    of: Literal["value", "ratio"] = "value"

    def holds(self, value: float) -> bool:
        return value < self.amount if self.sense == "<" else value >= self.amount

    def __str__(self) -> str:
        return f"{self.sense} {self.amount:g}{' ×' if self.of == 'ratio' else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure. `beside` is the same done the way that `beside_what` names."""

    what: str
    value: float
    unit: str
    goal: Goal | None = None
    beside: float | None = None
    beside_what: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better than what stands beside it; below 1 it is worse."""
        if not self.beside or not self.value:
            return None
        return self.beside / self.value if self.unit in TIMES else self.value / self.beside

    @property
    def reached(self) -> bool | None:
        """Whether the goal holds; None where there is none."""
        held = None if self.goal is None else self.value if self.goal.of == "value" else self.ratio
        return None if self.goal is None or held is None else self.goal.holds(held)

    def as_json(self) -> dict[str, Any]:
        goal = None if self.goal is None else str(self.goal)
        return asdict(self) | {"goal": goal, "ratio": self.ratio, "reached": self.reached}
