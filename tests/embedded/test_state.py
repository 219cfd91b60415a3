"""The demo's folder: secrets made once, one demo at a time, started over when asked."""

import subprocess
from pathlib import Path

import pytest

from bot.demo.state import DemoRefused, State


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "demo")


def test_secrets_are_made_once(state: State) -> None:
    with state.locked():
        assert state.secrets() == state.secrets()


def test_no_two_demos_share_secrets(state: State, tmp_path: Path) -> None:
    other = State(tmp_path / "other")
    with state.locked(), other.locked():
        assert state.secrets() != other.secrets()


def test_only_their_owner_can_read_them(state: State) -> None:
    with state.locked():
        state.secrets()
        state.write_environment({"STANDBY_SECRET_KEY": "k"})
    for file in ("secrets.json", "demo.env"):
        assert (state.root / file).stat().st_mode & 0o777 == 0o600


def test_a_shell_can_read_the_environment(state: State) -> None:
    with state.locked():
        state.write_environment({"DATABASE_URL": "postgresql://h/db?host=%2Frun&port=1"})
    script = f'. {state.environment}; echo "$DATABASE_URL"'
    shown = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown == "postgresql://h/db?host=%2Frun&port=1\n"


def test_a_second_demo_is_refused_while_one_runs(state: State) -> None:
    with state.locked(), pytest.raises(DemoRefused, match="already running here"), State(state.root).locked():
        pass


def test_another_can_start_once_it_has_ended(state: State) -> None:
    with state.locked():
        pass
    with state.locked():
        pass


def test_reset_forgets_everything(state: State) -> None:
    with state.locked():
        before = state.secrets()
        state.logs.mkdir()
        state.reset()
        assert [path.name for path in state.root.iterdir()] == ["lock"]
        assert state.secrets() != before
