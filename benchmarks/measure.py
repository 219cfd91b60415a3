"""How long something takes, and how much memory there is to it."""

from collections.abc import Callable
from pathlib import Path
from resource import getpagesize
from time import perf_counter


def milliseconds(work: Callable[[], object], runs: int = 5) -> float:
    """The best of a few runs, which is the one least disturbed."""
    return min(_once(work) for _ in range(runs)) * 1000


def _once(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def resident() -> int:
    """Bytes of memory this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize()
