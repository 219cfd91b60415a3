"""A database of a benchmark's own, dropped with its end: on an embedded server that stops with it, or where
`DATABASE_URL` is set on that server."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from bot.demo import embedded
from storage.migrations import upgrade
from storage.transaction import Links, Store, make_engine


@contextmanager
def empty_store(name: str, clock: Callable[[], datetime]) -> Iterator[Store]:
    """Tables with nothing in them. Nothing is woken: the benchmark does itself what is due."""
    with tempfile.TemporaryDirectory() as folder, embedded.postgres(Path(folder), fsync=False) as server:
        _on_server(server, "CREATE DATABASE {}", name)
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        upgrade(url)
        engine = make_engine(url)
        try:
            yield Store(engine, clock=clock, waker=lambda _kind, _id: None, links=Links("", ""))
        finally:
            engine.dispose()
            _on_server(server, "DROP DATABASE {} WITH (FORCE)", name)


def _on_server(server: str, statement: LiteralString, name: str) -> None:
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
