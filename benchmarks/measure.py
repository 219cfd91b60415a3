"""How long something takes: the best of a few runs, which is the one least disturbed."""

from collections.abc import Callable
from time import perf_counter


def milliseconds(work: Callable[[], object], runs: int = 5) -> float:
    return min(_once(work) for _ in range(runs)) * 1000


def _once(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
