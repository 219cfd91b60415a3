"""Migrated, empty databases to lend: one that comes back is emptied and lent again.

A copy of the template for each test takes a hundred times as long: every table and index of it is a file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import Connection, sql
from sqlalchemy import URL, make_url

LOCKED_FOR = "30s"
"""How long a transaction left open may keep a table from being emptied."""

USED = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""

SCHEMA = """
    SELECT (SELECT (count(*), max(xmin::text::bigint)) FROM pg_attribute)::text,
           (SELECT (count(*), max(xmin::text::bigint)) FROM pg_constraint)::text,
           (SELECT (count(*), max(xmin::text::bigint)) FROM pg_proc)::text,
           (SELECT (count(*), max(xmin::text::bigint)) FROM pg_trigger)::text,
           (SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON setdatabase = pg_database.oid
            WHERE datname = current_database())::text
"""
"""What any change to columns, indexes, constraints, functions, triggers or settings alters, and none to rows."""

Row = tuple[object, ...]


class Databases:
    """Copies of a template on one server, made when all others are lent out."""

    def __init__(self, server_url: str, template: str) -> None:
        self._server_url = server_url
        self._template = template
        self._free: list[str] = []
        self._schemas: dict[str, Row] = {}

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address of an empty database. Whoever is still connected to it at the end is thrown out."""
        url = self._free.pop() if self._free else self._made()
        try:
            yield url
        finally:
            self._throw_out(url)
            if self.unchanged(url):
                empty(url)
                self._free.append(url)
            else:
                drop(self._server_url, url)

    def unchanged(self, url: str) -> bool:
        """Whether the schema is the template's."""
        with connected(url) as connection:
            return _schema(connection) == self._schemas[url]

    def drop_all(self) -> None:
        """Those that were lent have to be back."""
        while self._free:
            drop(self._server_url, self._free.pop())

    def _made(self) -> str:
        url = create(self._server_url, self._template)
        with connected(url) as connection:
            self._schemas[url] = _schema(connection)
        return url

    def _throw_out(self, url: str) -> None:
        others = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
        with connected(self._server_url) as connection:
            connection.execute(others, [make_url(url).database])


@contextmanager
def cloned(server_url: str, template: str) -> Iterator[str]:
    """A copy of a database, dropped afterwards whoever is still connected to it."""
    url = create(server_url, template)
    try:
        yield url
    finally:
        drop(server_url, url)


def create(server_url: str, template: str) -> str:
    """The address of a new copy of a database."""
    name = f"standby_test_{uuid4().hex}"
    with connected(server_url) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def drop(server_url: str, url: str) -> None:
    with connected(server_url) as connection:
        statement = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        connection.execute(statement.format(sql.Identifier(str(make_url(url).database))))


def empty(url: str | URL) -> None:
    """Delete all rows. To truncate the tables takes five times as long: they and their indexes get new files."""
    with connected(url) as connection:
        if used := [sql.Identifier(str(name)) for (name,) in connection.execute(USED)]:
            connection.execute(sql.SQL("SET lock_timeout = {}").format(LOCKED_FOR))
            _delete_all(connection, used)


@contextmanager
def connected(url: str | URL) -> Iterator[Connection[Row]]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _delete_all(connection: Connection[Row], tables: list[sql.Identifier]) -> None:
    try:
        connection.execute("SET session_replication_role = replica")  # passes over the foreign keys
    except (
        psycopg.errors.InsufficientPrivilege
    ):  # a server that was given, and a user who is not its superuser
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(tables)))
        return
    for table in tables:
        connection.execute(sql.SQL("DELETE FROM {}").format(table))
    # Else new rows would stand in the gaps of old ones, and be found in another order than they came in.
    connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(tables)))


def _schema(connection: Connection[Row]) -> Row:
    found = connection.execute(SCHEMA).fetchone()
    assert found
    return found
