"""From a slot that comes free to the first offer in the carrier's hands, with ten thousand people waiting."""

import time
from datetime import UTC, datetime

from benchmarks import Figure, Goal
from benchmarks.system import System, percentile, running
from benchmarks.texting import ANSWERED_WITHIN, NoAnswer

TITLE = "From a freed slot to the first offer"
METHOD = (
    "Slots come free one after the other in an idle system (PostgreSQL, Valkey, web, the workers, the carrier's "
    "double), with 10,000 on the waitlist all of whom wait for this type of visit and agreed to texts: from "
    "the moment before the opening is written to the moment the carrier's double has the offer."
)
GOALS = {"p50": (0.50, None), "p95": (0.95, Goal("<", 500))}
WAITING, SLOTS, WARM_UP = 10_000, 40, 2


def run(scale: float = 1.0) -> list[Figure]:
    waiting, slots = max(int(WAITING * scale), 50), max(int(SLOTS * scale), 3)
    with running("carrier", "web", "workers", waiting=waiting) as system:
        times = [_offered(system, number) for number in range(slots + WARM_UP)][WARM_UP:]
    return [
        Figure(
            what=f"freed slot to first offer, {waiting:,} waiting, {name}",
            value=percentile(times, share),
            unit="ms",
            goal=goal,
        )
        for name, (share, goal) in GOALS.items()
    ]


def _offered(system: System, number: int) -> float:
    """Milliseconds; the carrier's double runs by the clock of this machine, as we do."""
    seen = max((message["order"] for message in system.carrier.messages()), default=0)
    freed = datetime.now(UTC)
    system.house.free_slot(number)
    until = time.monotonic() + ANSWERED_WITHIN
    while not (offers := system.carrier.messages(since=seen)):
        if time.monotonic() > until:
            raise NoAnswer("no offer went out")
        # Looked at seldom: each look takes time from what is measured.
        time.sleep(0.1)
    system.carrier.settle()
    return (datetime.fromisoformat(offers[0]["created"]) - freed).total_seconds() * 1000
