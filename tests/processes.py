"""For tests that start processes, kill them and look at what is left."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 30.0
"""Seconds to wait for what must come; a busy machine may need them."""

Child = subprocess.Popen[str]


def is_running(pid: int) -> bool:
    """Whether the process exists and is more than a zombie waiting to be collected."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def children(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in listed.stdout.split()]


def name_of(pid: int) -> str:
    """What `ps` calls it; nothing where it has ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().rstrip("\n")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def comes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def running(*command: str, **environment: str) -> Iterator[Child]:
    """A process in a session of its own, killed at the end."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | environment, start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def python(text: str, *arguments: object) -> list[str]:
    """The command that runs `text`."""
    return [sys.executable, "-c", text, *map(str, arguments)]


def line(process: Child) -> str:
    """The next line it prints."""
    assert process.stdout
    return process.stdout.readline().rstrip("\n")
