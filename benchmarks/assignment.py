"""Assigning many openings as a whole, and beside it one by one: time, total score, openings filled."""

from dataclasses import replace

from benchmarks import Figure, Goal, waiting
from benchmarks.measure import milliseconds
from rules.arrays.columns import EntryArrays
from rules.assignment import Pairs, Table, assign, best_pairs, one_by_one, tabled
from rules.facts import EntryFacts
from rules.policy import Policy

TITLE = "Assign many openings at once"
METHOD = (
    "The best assignment of everybody who waits to all openings at once, from columns to pairs. Beside it one "
    "opening after the other, each to the best of those who are left."
)
OPENINGS, ENTRIES = 200, 5_000
GOAL, NEVER_WORSE = Goal("<", 2), Goal("≥", 1, of="ratio")
FEW = 200  # as many as openings, half of whom can come on one day only: here looking ahead shows


def run(scale: float = 1.0) -> list[Figure]:
    openings = [waiting.opening(number) for number in range(int(OPENINGS * scale))]
    everybody = EntryArrays.of(waiting.entries(int(ENTRIES * scale)))
    policy = Policy(threshold=0.5, search_horizon_days=30)
    seconds = milliseconds(lambda: assign(openings, everybody, policy, waiting.NOW), runs=3) / 1000
    table = tabled(openings, everybody, policy, waiting.NOW)
    plain = milliseconds(lambda: one_by_one(table), runs=1) / 1000
    what = f"assign {len(openings)} openings to {len(everybody):,} entries"
    time = _figure(what, seconds, plain, "s", GOAL)
    few = _picky(waiting.entries(int(FEW * scale), seed=2))
    short = tabled(openings, few, policy, waiting.NOW)
    shorter = f"{len(openings)} openings, {len(few)} entries, half of them picky"
    return [time, *_compared(table, what), *_compared(short, shorter)]


def _picky(entries: list[EntryFacts]) -> list[EntryFacts]:
    """Every second can come on one weekday only."""
    days = frozenset(range(7))
    return [
        each if number % 2 else replace(each, excluded_weekdays=days - {number // 2 % 7})
        for number, each in enumerate(entries)
    ]


def _compared(table: Table, what: str) -> list[Figure]:
    """As a whole, beside one by one."""
    best, plain = best_pairs(table), one_by_one(table)
    total, beside = _total(table, best), _total(table, plain)
    return [
        _figure(f"{what}: total score", total, beside, "", NEVER_WORSE),
        _figure(f"{what}: filled", len(best), len(plain), "", NEVER_WORSE),
    ]


def _total(table: Table, pairs: Pairs) -> float:
    return float(sum(table.scores[pair] for pair in pairs))


def _figure(what: str, value: float, beside: float, unit: str, goal: Goal) -> Figure:
    return Figure(what=what, value=value, unit=unit, goal=goal, beside=beside, beside_what="one by one")
