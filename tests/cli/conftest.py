"""The command line as a test calls it: on a database of its own, with nobody else running."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main

Standby = Callable[..., Result]

LAKESIDE = [
    *("clinic", "create", "--slug", "lakeside", "--timezone", "America/New_York"),
    *("--phone", "7165550199", "--sender", "+17165550100"),
]


@pytest.fixture
def standby(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Standby]:
    """The command line, on a database."""
    settings = {
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody there: waking is only a hint
        "PUBLIC_URL": "https://standby.example.com",
        "STANDBY_SECRET_KEY": "k" * 32,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t0ken",
    }
    monkeypatch.chdir(tmp_path)

    def on(url: str) -> Standby:
        for name, value in (settings | {"DATABASE_URL": url}).items():
            monkeypatch.setenv(name, value)
        return lambda *arguments, **more: CliRunner().invoke(main, list(arguments), **more)

    return on


@pytest.fixture
def here(standby: Callable[[str], Standby], database_url: str) -> Standby:
    """The command line, on a migrated, empty database."""
    return standby(database_url)


@pytest.fixture
def lakeside(here: Standby) -> Standby:
    """… with one clinic."""
    made = here(*LAKESIDE, "--name", "Lakeside Family Clinic", "--short-name", "Lakeside")
    assert made.exit_code == 0, made.output
    return here


def last_line(result: Result) -> str:
    """What was said last, of a command that failed with exit code 1 and no traceback."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    return result.stderr.strip().splitlines()[-1]
