"""`standby web` serves the application, refuses an old database, and leaves nothing behind."""

import signal
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from bot.demo.checks import free_port
from bot.demo.probes import answers_http
from tests.processes import Child, children, comes_true, is_running, running

COMMAND = [sys.executable, "-m", "cli", "web"]


@pytest.fixture
def environment(database_url: str, redis_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PUBLIC_URL": "http://127.0.0.1",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t0ken",
        "STANDBY_SECRET_KEY": "k" * 32,
        "STANDBY_WEB_PORT": str(free_port()),
    }


@pytest.fixture
def web(environment: dict[str, str]) -> Iterator[tuple[Child, str]]:
    """A running `standby web` and its address."""
    address = f"http://127.0.0.1:{environment['STANDBY_WEB_PORT']}"
    with running(*COMMAND, **environment) as process:
        assert comes_true(lambda: answers_http(f"{address}/healthz")(process.pid))
        yield process, address


def test_nothing_answers_after_kill_9(web: tuple[Child, str]) -> None:
    process, _address = web
    serving = children(process.pid)
    assert serving
    process.kill()
    assert comes_true(lambda: not any(map(is_running, serving)))


def test_sigterm_ends_it_in_order(web: tuple[Child, str]) -> None:
    process, _address = web
    serving = children(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0
    assert not any(map(is_running, serving))


def test_a_database_that_is_not_migrated_is_refused(environment: dict[str, str], postgres_url: str) -> None:
    empty = make_url(postgres_url).set(database="postgres").render_as_string(hide_password=False)
    with running(*COMMAND, **{**environment, "DATABASE_URL": empty}) as process:
        assert process.wait() == 1


def test_a_database_out_of_reach_is_refused(environment: dict[str, str]) -> None:
    nowhere = "postgresql://postgres@/standby?host=/nowhere"
    with running(*COMMAND, **{**environment, "DATABASE_URL": nowhere}) as process:
        assert process.wait() == 1
