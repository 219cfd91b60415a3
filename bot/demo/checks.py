"""What must hold before the demo starts, each failure a sentence that says what to do."""

import platform
import shutil
import socket
import sys
import time
from pathlib import Path

from bot.demo.state import DemoRefused

OLDEST_PYTHON = (3, 11)
GIGABYTE = 1_000_000_000
PORT_FREE_WITHIN = 3.0
"""Seconds the web server of a demo that was just killed may take to leave its port."""


def check_platform(system: str = platform.system(), machine: str = platform.machine()) -> None:
    if (system, machine) != ("Linux", "x86_64"):
        raise DemoRefused(
            f"The demo runs on Linux x86-64; this is {system} {machine}. "
            "Elsewhere run the processes yourself, with DATABASE_URL and REDIS_URL set: see README.md."
        )
    if shutil.which("setpriv") is None:
        raise DemoRefused("The program `setpriv` is missing: install your system's package `util-linux`.")


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    if version < OLDEST_PYTHON:
        raise DemoRefused(f"Standby needs Python 3.11 or newer; this is {version[0]}.{version[1]}.")


def check_disk(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DemoRefused(
            f"{folder} has {free / GIGABYTE:.1f} GB free; the demo needs {needed / GIGABYTE:.1f} GB: "
            "make room first."
        )


def check_port(port: int) -> None:
    deadline = time.monotonic() + PORT_FREE_WITHIN
    while not is_free(port):
        if time.monotonic() > deadline:
            raise DemoRefused(f"Port {port} is taken by another program: choose another with --port.")
        time.sleep(0.1)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(preferred: int = 0) -> int:
    """`preferred` where it is given and free, so that links stay the same; else any."""
    if 0 < preferred <= 65535 and is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
