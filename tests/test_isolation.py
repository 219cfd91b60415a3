"""The tests' own ground: nothing leaves the machine, no test sees what another left."""

import socket

import psycopg
import pytest
from redis import Redis
from sqlalchemy import make_url


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def test_a_test_cannot_reach_another_machine() -> None:
    with socket.socket() as outside, pytest.raises(RuntimeError, match="stay on this machine"):
        outside.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_a_database_of_its_own(database_url: str, turn: str) -> None:
    with connect(database_url) as connection:
        connection.execute("CREATE TABLE left_behind (id int)")


def test_a_test_database_is_migrated(database_url: str) -> None:
    with connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM clinic").fetchone() == (0,)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_an_empty_redis(redis_url: str, turn: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.incr("left_behind") == 1
