"""Child processes that end when the process that started them ends, even by kill -9.

The kernel does it: PR_SET_PDEATHSIG names the signal a process gets when its parent dies. "Parent" means the
thread that started it, so children are started from the main thread, which lives as long as the process.
"""

import contextlib
import ctypes
import gc
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15

RUN_IF_PARENT_LIVES = 'test "$PPID" = "$0" && exec "$@"'
"""Closes the gap between fork and setpriv: a parent that died in it can no longer send a signal."""


class ProcessFailed(Exception):
    """A child ended before it was ready, or was not ready in time. The text is a sentence for people."""


def tied(command: Sequence[str], *, orphan_signal: signal.Signals = signal.SIGKILL) -> list[str]:
    """The command, started so that it gets `orphan_signal` when this process dies."""
    name = orphan_signal.name.removeprefix("SIG")
    return ["setpriv", "--pdeathsig", name, "sh", "-c", RUN_IF_PARENT_LIVES, str(os.getpid()), *command]


def end_with_parent(parent: int) -> None:
    """For a process already running: be killed when `parent` dies, which may just have happened."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def call_itself(name: str) -> None:
    """For a process already running: what `ps` and `top` call it, in 15 bytes at most."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NAME, name.encode()[:15], 0, 0, 0)


OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""A turn makes some thousands, nearly all of which go by themselves: Python's own 700 is for smaller work."""


def spare_what_is_loaded() -> None:
    """For a process that has imported and made what it works with: the garbage collector leaves all of that alone.

    It is hundreds of thousands of objects which never go. Each full collection would walk through them, for a
    tenth of a second in the middle of somebody's turn, and write to each, so that forks would share them no more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def parent_of(pid: int) -> int:
    """0 where there is no such process."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _always(_pid: int) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, and how to know that it runs. `ready` is asked again and again with the child's pid."""

    name: str
    command: Sequence[str]
    ready: Callable[[int], bool] = _always
    environment: Mapping[str, str] | None = None
    """The whole of it; ours where it is None."""
    before: Callable[[], None] | None = None
    """Done before every start: makes directories, waits for a forerunner to go."""
    run_as: Sequence[str] = ()
    """A prefix that changes who runs the command. It stands first: changing identity clears the signal."""
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL


class Process:
    """One program as our child: started, stopped, killed and started again."""

    def __init__(self, program: Program, *, log: Path) -> None:
        self.program = program
        self.log = log
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int:
        if self._child is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("children are started from the main thread: they end with the thread")
        if self.program.before:
            self.program.before()
        command = tied(self.program.command, orphan_signal=self.program.orphan_signal)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches only us, and we stop things in order.
            self._child = subprocess.Popen(  # noqa: S603  # every command is put together in this project
                [*self.program.run_as, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.program.environment,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        """Whether it answers. ProcessFailed where it has ended."""
        if not self.alive:
            raise ProcessFailed(
                f"{self.name} ended at once. Its log, {self.log}, ends with:\n{self.log_tail()}"
            )
        return self.program.ready(self.pid)

    def wait_until_ready(self, patience: float = 60.0) -> None:
        deadline = time.monotonic() + patience
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise ProcessFailed(f"{self.name} was not ready after {patience:.0f} s. See {self.log}.")
            time.sleep(0.02)

    def ask_to_stop(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(self.program.stop_signal)

    def wait_until_ended(self, patience: float = 10.0) -> None:
        """Kill it where it has not ended within `patience` seconds."""
        if self._child is None:
            return
        try:
            self._child.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def stop(self, patience: float = 10.0) -> None:
        self.ask_to_stop()
        self.wait_until_ended(patience)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self._child is not None:
            self.send_kill()
            self._child.wait()

    def send_kill(self) -> None:
        """kill -9 without waiting, as a signal handler may do it."""
        if self._child is not None:
            self._child.kill()

    def ending(self) -> str:
        """How it ended, in words."""
        code = self._child.poll() if self._child else None
        if code is None:
            return "running"
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def log_tail(self, lines: int = 8) -> str:
        with contextlib.suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return "(empty)"
