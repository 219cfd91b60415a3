"""A database of a benchmark's own, on an embedded server that stops with it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

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
        plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        upgrade(url)
        engine = make_engine(url)
        yield Store(engine, clock=clock, waker=lambda _kind, _id: None, links=Links("", ""))
        engine.dispose()
