"""Several processes forked from one that has loaded everything: quicker to start and smaller than as many
programs, and one thing to run for whoever deploys."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

import structlog

from bot.processes import call_itself, end_with_parent

log = structlog.get_logger()

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
QUICK = 1.0
"""A process that ended sooner than so many seconds after its start waits as long before the next one."""


class Pool:
    """One forked process for each task; one that ends is replaced, until SIGTERM or SIGINT ends all."""

    def __init__(self, tasks: Sequence[str], work: Callable[[str], None]) -> None:
        self._tasks = tasks
        self._work = work
        self._running: dict[int, tuple[str, float]] = {}
        self._stopping = False

    def run(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        for task in self._tasks:
            self._start(task)
        while self._running:
            pid, _status = os.wait()
            task, started = self._running.pop(pid)
            if not self._stopping:
                self._replace(task, started)

    def _replace(self, task: str, started: float) -> None:
        if time.monotonic() - started < QUICK:
            time.sleep(QUICK)
        if not self._stopping:
            self._start(task)

    def _start(self, task: str) -> None:
        parent = os.getpid()
        # A signal between fork and what follows it would miss the child, or reach its fellows through it.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        pid = os.fork()
        if pid == 0:
            self._be_child(task, parent)
        self._running[pid] = (task, time.monotonic())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def _be_child(self, task: str, parent: int) -> NoReturn:
        """In the fork. It never returns: what is above it on the stack is the parent's."""
        code = 1
        try:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            end_with_parent(parent)
            call_itself(f"worker {task}")
            self._work(task)
            code = 0
        except Exception:
            log.exception("worker.failed", task=task)
        finally:
            os._exit(code)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for pid in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
