"""Scoring labelled replies: how many yeses are taken, asked back or lost, and what was taken wrongly."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_FALSE_ACCEPTS = 0.001
"""Share of texts that are no yes and may be taken for one. Of declines and counters, none may."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled reply and what was decided. `gold`: accept, decline, counter, question or not_accept."""

    text: str
    gold: str
    group: str
    decided: str


@dataclass(slots=True)
class Tally:
    total: int = 0
    taken: int = 0  # decided accept
    asked: int = 0  # decided check
    right: int = 0  # decided what it is; for "not_accept" anything but accept

    def add(self, judged: Judged) -> None:
        self.total += 1
        self.taken += judged.decided == "accept"
        self.asked += judged.decided == "check"
        wrong_if = judged.gold == "not_accept" and judged.decided == "accept"
        self.right += judged.decided == judged.gold or (judged.gold == "not_accept" and not wrong_if)


@dataclass(slots=True)
class Report:
    """The score of a file, by label and by finer group."""

    tallies: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    false_accepts: list[Judged] = field(default_factory=list)
    wrong: list[Judged] = field(default_factory=list)

    def passes(self) -> bool:
        """Whether the limits on false accepts hold."""
        if any(one.gold in ("decline", "counter") for one in self.false_accepts):
            return False
        others = sum(tally.total for (gold, _), tally in self.tallies.items() if gold != "accept")
        return len(self.false_accepts) <= others * MOST_FALSE_ACCEPTS

    def by_gold(self) -> dict[str, Tally]:
        sums: dict[str, Tally] = defaultdict(Tally)
        for (gold, _), tally in self.tallies.items():
            one = sums[gold]
            one.total, one.taken = one.total + tally.total, one.taken + tally.taken
            one.asked, one.right = one.asked + tally.asked, one.right + tally.right
        return sums


def score(judged: Iterable[Judged]) -> Report:
    report = Report()
    for one in judged:
        report.tallies[one.gold, one.group].add(one)
        if one.decided == "accept" and one.gold != "accept":
            report.false_accepts.append(one)
        elif one.decided not in (one.gold, "check") and one.gold != "not_accept":
            report.wrong.append(one)
    return report
