"""The processes that started the demo, such as make and uv: when one of them dies, the demo is to stop.

A child is not told that its parent was killed, let alone its grandparent, so a thread watches them all.
"""

import os
import select
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

STARTERS = {"make", "gmake", "uv", "uvx"}
BETWEEN = {"sh", "bash", "dash", "ash", "zsh", "busybox", "env", "nice", "time", "timeout"}

LAUNCHER_PID = "STANDBY_LAUNCHER_PID"
"""Set by the Makefile to make's own process, in case it is killed before we have looked."""


class LauncherGone(Exception):
    """What started the demo was killed before the demo had come up."""


def stop_with_launchers() -> None:
    """From now on, get SIGTERM as soon as one of the processes that started us ends."""
    pids = launchers(os.getppid())
    promised = os.environ.get(LAUNCHER_PID)
    if promised and promised.isdigit() and int(promised) not in pids:
        raise LauncherGone("the process that started this demo has ended")
    if pids:
        threading.Thread(target=_watch, args=[_opened(pids)], name="launchers", daemon=True).start()


def launchers(pid: int) -> list[int]:
    """From `pid` upwards the shells, up to and including the topmost make or uv; none where there is none."""
    found: list[int] = []
    starters = 0
    for ancestor, name in _line_of(pid):
        if name not in STARTERS | BETWEEN:
            break
        found.append(ancestor)
        if name in STARTERS:
            starters = len(found)
    return found[:starters]


def _line_of(pid: int) -> Iterator[tuple[int, str]]:
    """A process and its ancestors, each with its name."""
    while pid > 1:
        try:
            name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            return
        yield pid, name
        pid = int(rest.split()[1])


def _opened(pids: list[int]) -> list[int]:
    """A file descriptor for each, readable once it has ended."""
    descriptors = []
    for pid in pids:
        try:
            descriptors.append(os.pidfd_open(pid))
        except ProcessLookupError:
            raise LauncherGone("the process that started this demo has ended") from None
    return descriptors


def _watch(descriptors: list[int]) -> None:
    with closing(select.epoll()) as ends:
        for descriptor in descriptors:
            ends.register(descriptor, select.EPOLLIN)
        ends.poll()
    os.kill(os.getpid(), signal.SIGTERM)
