"""The tests' own ground: nothing leaves the machine, no test sees what another left."""

import socket
from datetime import UTC, datetime

import pytest
from redis import Redis
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from storage.transaction import make_engine
from tests import factories
from tests.databases import connected, empty


def test_a_test_cannot_reach_another_machine() -> None:
    with socket.socket() as outside, pytest.raises(RuntimeError, match="stay on this machine"):
        outside.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_a_database_of_its_own(database_url: str, turn: str) -> None:
    with connected(database_url) as connection:
        connection.execute("CREATE TABLE left_behind (id int)")


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_finds_what_another_wrote(database_url: str, turn: str) -> None:
    assert rows(database_url) == [0, 0, 0]
    write(database_url)
    assert rows(database_url) == [1, 1, 1]


def test_a_database_is_emptied_by_who_may_not_pass_over_foreign_keys_too(database_url: str) -> None:
    write(database_url)
    with connected(database_url) as connection:
        connection.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO pg_monitor")
        empty(make_url(database_url).update_query_dict({"options": "-crole=pg_monitor"}))
        connection.execute("REVOKE TRUNCATE ON ALL TABLES IN SCHEMA public FROM pg_monitor")
    assert rows(database_url) == [0, 0, 0]


def write(database_url: str) -> None:
    """A clinic, and rows that point at it."""
    engine = make_engine(database_url)
    with Session(engine) as session, session.begin():
        factories.clinic(session, datetime.now(UTC))
    engine.dispose()


def rows(database_url: str) -> list[object]:
    with connected(database_url) as connection:
        counts = [
            connection.execute("SELECT count(*) FROM clinic"),
            connection.execute("SELECT count(*) FROM policy"),
            connection.execute("SELECT count(*) FROM sender"),
        ]
        return [found.fetchall()[0][0] for found in counts]


def test_a_test_database_is_migrated(database_url: str) -> None:
    with connected(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM clinic").fetchone() == (0,)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_an_empty_redis(redis_url: str, turn: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.incr("left_behind") == 1
