"""Ranking a long list for one opening, from columns to order; beside it, the rules for one entry, in turn."""

from benchmarks import Figure, Goal, waiting
from benchmarks.measure import milliseconds
from rules.arrays.columns import EntryArrays
from rules.eligibility import first_refusal
from rules.facts import EntryFacts, OpeningFacts
from rules.matching import rank, score_of
from rules.ordering import place
from rules.policy import Policy
from rules.view import look_at

TITLE = "Rank everybody who waits for one opening"
METHOD = (
    "From the columns of everybody who waits to their order, the best few with their reasons; loading is not in "
    "it, and nothing is kept between calls. Beside it the rules for one entry, asked of each."
)
GOALS = {10_000: Goal("<", 15), 100_000: Goal("<", 150)}
SHOWN = 50


def run(scale: float = 1.0) -> list[Figure]:
    figures: list[Figure] = []
    opening, policy = waiting.opening(), Policy(threshold=0.3)
    for count, goal in GOALS.items():
        entries = waiting.entries(int(count * scale))
        columns = EntryArrays.of(entries)

        def at_once(columns: EntryArrays = columns) -> object:
            return rank(columns, opening, policy, waiting.NOW, limit=SHOWN)

        def in_turn(entries: list[EntryFacts] = entries) -> object:
            return one_by_one(entries, opening, policy)

        value, beside = milliseconds(at_once), milliseconds(in_turn, runs=1)
        what = f"rank {len(entries):,} entries, {SHOWN} explained"
        row = Figure(
            what=what, value=value, unit="ms", goal=goal, beside=beside, beside_what="one after the other"
        )
        figures.append(row)
    return figures


def one_by_one(entries: list[EntryFacts], opening: OpeningFacts, policy: Policy) -> list[EntryFacts]:
    view = look_at(opening, policy, waiting.NOW)
    found = [(each, score_of(each, view)) for each in entries if first_refusal(each, view) is None]
    found.sort(key=lambda pair: place(*pair, first_come=policy.first_come))
    return [entry for entry, _ in found]
