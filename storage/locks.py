"""Locks by a name: those that outlive a transaction and die with their process, and those of one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

_TRY = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_LET_GO = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")
_WAIT = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


@contextmanager
def held(session: Session, name: str) -> Iterator[bool]:
    """Hold the lock `name` across processes; yields False at once where somebody else has it.

    `session` is one of `Store.statements()`: the lock is its connection's, and what is asked there before and
    after needs no other. Killing the process frees it within moments.
    """
    connection = session.connection()
    mine = bool(connection.scalar(_TRY, {"name": name}))
    try:
        yield mine
    finally:
        if mine:
            connection.execute(_LET_GO, {"name": name})


def until_commit(session: Session, name: str) -> None:
    """Wait for the lock `name`, and have it until the transaction ends: two never count the same at once."""
    session.connection().execute(_WAIT, {"name": name})
