"""Calls to the carrier that a worker makes beside its turns: what it claimed goes out while it reads on."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import ParamSpec

import structlog

P = ParamSpec("P")

MOST = 4
"""While so many calls are under way, a worker leaves its replies to the outbox: a carrier that answers slowly, or
not at all, holds up no turn."""

log = structlog.get_logger()


class Lanes:
    """Used by one thread, the one that works. Threads begin with the first call."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._pool = ThreadPoolExecutor(most)
        self._under_way: set[Future[None]] = set()

    def has_room(self) -> bool:
        self._under_way = {call for call in self._under_way if not call.done()}
        return len(self._under_way) < self._most

    def run(self, call: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        self._under_way.add(self._pool.submit(_logged, partial(call, *args, **kwargs)))

    def settle(self) -> None:
        """Wait for what is under way."""
        wait(self._under_way)

    def close(self) -> None:
        self._pool.shutdown()


def _logged(call: Callable[[], None]) -> None:
    """What fails leaves a claim without an answer, which is looked up at the carrier."""
    try:
        call()
    except Exception:  # the edge: nobody waits for it
        log.exception("send.failed")
