"""How the demo knows that a process is ready: by asking it, not by waiting a while."""

import contextlib
import socket
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import psycopg
from redis import Redis
from redis.exceptions import RedisError
from rq.worker_registration import REDIS_WORKER_KEYS
from sqlalchemy import make_url

from bot.processes import parent_of

Probe = Callable[[int], bool]
"""Takes the process's pid."""


def answers_http(url: str) -> Probe:
    """It answers a GET with success. Asked often, so without the weight of a whole client."""
    parts = urlsplit(url)

    def probe(_pid: int) -> bool:
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=2.0)
        with contextlib.suppress(OSError, HTTPException), contextlib.closing(connection):
            connection.request("GET", parts.path)
            return connection.getresponse().status == HTTPStatus.OK
        return False

    return probe


def listens(port: int) -> Probe:
    """It takes connections on a port of this machine."""

    def probe(_pid: int) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2.0):
            return True
        return False

    return probe


def work_for_rq(redis_url: str, many: int) -> Probe:
    """So many children of it have registered as RQ workers."""

    def probe(pid: int) -> bool:
        with contextlib.suppress(RedisError), contextlib.closing(Redis.from_url(redis_url)) as redis:
            registered = (redis.hget(key, "pid") or b"0" for key in redis.smembers(REDIS_WORKER_KEYS))
            return sum(parent_of(int(worker)) == pid for worker in registered) >= many
        return False

    return probe


def uses_database(database_url: str, application_name: str) -> Probe:
    """It has connected to the database under its own name (PGAPPNAME)."""
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    query = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"

    def probe(_pid: int) -> bool:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(address, connect_timeout=2) as connection,
        ):
            return connection.execute(query, [application_name]).fetchone() is not None
        return False

    return probe
