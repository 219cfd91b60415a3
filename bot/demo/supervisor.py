"""Starts the demo's processes, waits until each is ready, starts again what dies, and stops all in order."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from bot.processes import Process, ProcessFailed, Program

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOKS_EVERY = 0.1
STEADY_AFTER = 10.0
"""Seconds after which a process counts as running well: its next end is followed by a start at once."""
LONGEST_PAUSE = 30.0

Say = Callable[[str], None]


class Stop(BaseException):
    """A signal asked us to stop. Not an Exception, so that nothing on the way catches it."""


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Inside, the first of the signals raises Stop; later ones are left to `Supervisor.stop`."""

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stop(signal.Signals(number).name)

    # `nohup` ignores SIGHUP for us: that is respected.
    wanted = [
        each for each in STOP_SIGNALS if signal.getsignal(each) != signal.SIG_IGN or each == signal.SIGINT
    ]
    before = {each: signal.signal(each, stop) for each in wanted}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@dataclass
class Kept:
    """A process we keep running, and when it may be started again after it died."""

    process: Process
    started: float
    pause: float = 0.0
    again_at: float | None = None


class Supervisor:
    """Processes in groups: a group is started together and stopped together, the last group first."""

    def __init__(self, logs: Path, *, say: Say) -> None:
        self._logs = logs
        self._say = say
        self._groups: list[list[Kept]] = []

    def start(self, programs: Sequence[Program]) -> list[Process]:
        """Start a group, without waiting for it."""
        group: list[Kept] = []
        self._groups.append(group)
        for program in programs:
            log = self._logs / f"{program.name.lower().replace(' ', '-')}.log"
            log.unlink(missing_ok=True)
            kept = Kept(Process(program, log=log), started=time.monotonic())
            group.append(kept)
            kept.process.start()
        return [kept.process for kept in group]

    def wait_until_ready(self, processes: Sequence[Process], patience: float = 120.0) -> None:
        """Say of each when it is ready. ProcessFailed where one ends or takes too long."""
        waiting = list(processes)
        deadline = time.monotonic() + patience
        while waiting:
            for process in [process for process in waiting if process.is_ready()]:
                waiting.remove(process)
                self._say(f"{process.name} ready ({time.monotonic() - self._kept(process).started:.1f} s)")
            if waiting and time.monotonic() > deadline:
                late = waiting[0]
                raise ProcessFailed(f"{late.name} was not ready after {patience:.0f} s. See {late.log}.")
            time.sleep(LOOKS_EVERY)

    def watch(self) -> None:
        """Keep everything running, until Stop."""
        while True:
            self.look()
            time.sleep(LOOKS_EVERY)

    def look(self) -> None:
        """Start again what has died, each after its pause."""
        for kept in self._everything():
            self._keep(kept)

    def pids(self) -> dict[str, int]:
        return {kept.process.name: kept.process.pid for kept in self._everything()}

    def stop(self) -> None:
        """Stop everything, the last group first. A second Ctrl-C kills what has not ended yet."""
        signal.signal(signal.SIGINT, lambda _number, _frame: self._kill_all())
        for group in reversed(self._groups):
            for kept in group:
                kept.process.ask_to_stop()
            for kept in group:
                kept.process.wait_until_ended()

    def _keep(self, kept: Kept) -> None:
        now = time.monotonic()
        if kept.process.alive:
            return
        if kept.again_at is None:
            kept.pause = (
                0.0 if now - kept.started > STEADY_AFTER else min(max(1.0, kept.pause * 2), LONGEST_PAUSE)
            )
            kept.again_at = now + kept.pause
            when = f"in {kept.pause:.0f} s" if kept.pause else "now"
            self._say(f"{kept.process.name} ended ({kept.process.ending()}); starting it again {when}")
        if now >= kept.again_at:
            kept.again_at, kept.started = None, now
            self._start_again(kept)

    def _start_again(self, kept: Kept) -> None:
        try:
            kept.process.start()
        except ProcessFailed as failure:
            self._say(str(failure))

    def _kill_all(self) -> None:
        for kept in self._everything():
            kept.process.send_kill()

    def _kept(self, process: Process) -> Kept:
        return next(kept for kept in self._everything() if kept.process is process)

    def _everything(self) -> Iterator[Kept]:
        return (kept for group in self._groups for kept in group)
