"""Ranking a long list for one opening, from columns to order; beside it, the rules for one entry, in turn."""

from benchmarks import waiting
from benchmarks.measure import milliseconds
from rules.arrays.columns import EntryArrays
from rules.eligibility import first_refusal
from rules.facts import EntryFacts, OpeningFacts
from rules.matching import rank, score_of
from rules.ordering import place
from rules.policy import Policy
from rules.view import look_at

TITLE = "Rank everybody who waits for one opening"
GOALS = {10_000: 15.0, 100_000: 150.0}  # milliseconds
SHOWN = 50


def run(scale: float = 1.0) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    opening, policy = waiting.opening(), Policy(threshold=0.3)
    for count, goal in GOALS.items():
        entries = waiting.entries(int(count * scale))
        columns = EntryArrays.of(entries)

        def at_once(columns: EntryArrays = columns) -> object:
            return rank(columns, opening, policy, waiting.NOW, limit=SHOWN)

        def in_turn(entries: list[EntryFacts] = entries) -> object:
            return one_by_one(entries, opening, policy)

        value, beside = milliseconds(at_once), milliseconds(in_turn, runs=1)
        rows.append(
            {
                "what": f"rank {len(entries):,} entries, {SHOWN} explained",
                "value": round(value, 2),
                "unit": "ms",
                "goal": f"< {goal:g}",
                "beside": round(beside, 1),
                "ratio": round(beside / value, 1),
            }
        )
    return rows


def one_by_one(entries: list[EntryFacts], opening: OpeningFacts, policy: Policy) -> list[EntryFacts]:
    view = look_at(opening, policy, waiting.NOW)
    found = [(each, score_of(each, view)) for each in entries if first_refusal(each, view) is None]
    found.sort(key=lambda pair: place(*pair, first_come=policy.first_come))
    return [entry for entry, _ in found]
