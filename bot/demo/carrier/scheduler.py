"""A small clock: jobs with a due time, run by a few threads."""

import heapq
import itertools
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition, Thread

Job = Callable[[], None]


class Scheduler:
    def __init__(self, workers: int = 8) -> None:
        self._changed = Condition()
        self._due: list[tuple[float, int, Job]] = []
        self._ticket = itertools.count()
        self._running = 0
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="carrier-job")
        Thread(target=self._run, name="carrier-clock", daemon=True).start()

    def at(self, moment: float, job: Job) -> None:
        """Run a job at a moment of the monotonic clock, or at once where that is past."""
        with self._changed:
            heapq.heappush(self._due, (moment, next(self._ticket), job))
            self._changed.notify_all()

    def clear(self) -> None:
        """Drop what is due. What is running ends first, and what it still asks for is dropped too."""
        with self._changed:
            self._due.clear()
            self._changed.wait_for(lambda: not self._running)
            self._due.clear()
            self._changed.notify_all()

    def wait_idle(self, timeout: float) -> bool:
        """Whether everything due, and everything that grew out of it, was done in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._running, timeout)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, job = heapq.heappop(self._due)
                self._running += 1
            # Asking for the result makes a job that failed say so on stderr.
            self._pool.submit(self._work, job).add_done_callback(Future.result)

    def _work(self, job: Job) -> None:
        try:
            job()
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()
