"""Locks that outlive a transaction and die with their process."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text


@contextmanager
def held(engine: Engine, name: str) -> Iterator[bool]:
    """Hold the lock `name` across processes; yields False at once where somebody else has it.

    It is the connection's: killing the process frees it within moments.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"name": name}
        mine = connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), key)
        try:
            yield bool(mine)
        finally:
            if mine:
                connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), key)
