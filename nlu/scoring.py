"""Scoring labelled replies: how many yeses are taken, asked back or lost, and what was taken wrongly."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_FALSE_ACCEPTS = 0.001
"""Share of texts that are no yes and may be taken for one. Of declines and counters, none may."""

SHORT = 6
"""Words up to which a yes counts as short."""

RIGHT = {
    "accept": {"accept"},
    # Each passes the offer on and keeps the place; the last two keep more of what was said besides ("not this
    # month", "not Tuesdays"), which a label of four kinds has no name for.
    "decline": {"decline", "not_now", "preferences"},
    # Each is handed the wish: the other time is kept, looked for, or given to a person with the visit it is about.
    "counter": {"counter", "preferences", "earlier", "reschedule"},
    "question": {"question"},
}
"""What may be decided on a reply of each label. Of "not_accept", anything but an accept."""

LABELS = (*RIGHT, "not_accept")


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled reply and what was decided. `gold`: accept, decline, counter, question or not_accept."""

    text: str
    gold: str
    group: str
    decided: str

    @property
    def right(self) -> bool:
        if self.gold == "not_accept":
            return self.decided != "accept"
        return self.decided in RIGHT[self.gold]

    @property
    def asked(self) -> bool:
        return self.decided == "check"


@dataclass(slots=True)
class Tally:
    total: int = 0
    taken: int = 0  # decided accept
    asked: int = 0  # decided check
    right: int = 0
    wrong: int = 0  # neither right nor asked back

    def add(self, judged: Judged) -> None:
        self.total += 1
        self.taken += judged.decided == "accept"
        self.asked += judged.asked
        self.right += judged.right
        self.wrong += not (judged.right or judged.asked)


@dataclass(slots=True)
class Report:
    """The score of a file, by label and by finer group."""

    tallies: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_gold: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    short_accepts: Tally = field(default_factory=Tally)
    false_accepts: list[Judged] = field(default_factory=list)
    lost: list[Judged] = field(default_factory=list)  # accepts that were neither taken nor asked back
    wrong: list[Judged] = field(default_factory=list)  # the rest of what is neither right nor asked back

    def add(self, judged: Judged) -> None:
        self.tallies[judged.gold, judged.group].add(judged)
        self.by_gold[judged.gold].add(judged)
        if judged.gold == "accept" and len(judged.text.split()) <= SHORT:
            self.short_accepts.add(judged)
        if judged.decided == "accept" and judged.gold != "accept":
            self.false_accepts.append(judged)
        elif not (judged.right or judged.asked):
            (self.lost if judged.gold == "accept" else self.wrong).append(judged)

    def passes(self) -> bool:
        """Whether the limits on false accepts hold."""
        if any(one.gold in ("decline", "counter") for one in self.false_accepts):
            return False
        others = sum(tally.total for gold, tally in self.by_gold.items() if gold != "accept")
        return len(self.false_accepts) <= others * MOST_FALSE_ACCEPTS


def score(judged: Iterable[Judged]) -> Report:
    report = Report()
    for one in judged:
        report.add(one)
    return report
