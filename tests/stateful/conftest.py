"""A database of its own for the machine, seen through two connections: ours, and one that only looks."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import dict_row
from sqlalchemy import Engine, create_engine, make_url

OPTIONS = "-c jit=off -c timezone=UTC"
"""Of every connection: small statements that come often are not worth compiling."""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url, connect_args={"options": OPTIONS})
    yield engine
    engine.dispose()


@pytest.fixture
def eyes(database_url: str) -> Iterator[Connection[dict[str, Any]]]:
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True, row_factory=dict_row, options=OPTIONS) as connection:
        yield connection
