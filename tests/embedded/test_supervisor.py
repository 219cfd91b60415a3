"""The supervisor keeps processes running, and stops them in order."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.supervisor import Stop, Supervisor, stopping_on_signals
from bot.processes import ProcessFailed, Program
from tests.processes import comes_true


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path, say=said.append)
    yield supervisor
    supervisor.stop()


def sleeper(name: str = "sleeper") -> Program:
    return Program(name=name, command=["sleep", "600"])


def note_of_its_end(name: str, notes: Path) -> Program:
    script = f"trap 'echo {name} >> {notes}; exit' TERM; echo up; while true; do sleep 0.05; done"
    return Program(name=name, command=["sh", "-c", script])


def test_it_tells_when_each_is_ready(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.wait_until_ready(supervisor.start([sleeper("one"), sleeper("two")]))
    assert [line.split()[:2] for line in said] == [["one", "ready"], ["two", "ready"]]


def test_a_process_that_ends_before_it_is_ready_stops_the_start(supervisor: Supervisor) -> None:
    broken = Program(name="broken", command=["sh", "-c", "echo why; exit 1"], ready=lambda _pid: False)
    with pytest.raises(ProcessFailed, match=r"broken ended at once(.|\n)*why"):
        supervisor.wait_until_ready(supervisor.start([broken]))


def test_a_killed_process_is_started_again_and_told_of(supervisor: Supervisor, said: list[str]) -> None:
    (process,) = supervisor.start([sleeper()])
    first = process.pid
    os.kill(first, signal.SIGKILL)
    assert comes_true(lambda: not process.alive)

    def again() -> bool:
        supervisor.look()
        return process.alive

    assert comes_true(again)
    assert process.pid != first
    assert said[0].startswith("sleeper ended (killed by SIGKILL)")


def test_the_last_group_is_stopped_first(supervisor: Supervisor, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    for name in ("database", "web"):
        (process,) = supervisor.start([note_of_its_end(name, notes)])
        assert comes_true(lambda process=process: "up" in process.log_tail())  # type: ignore[misc]
    supervisor.stop()
    assert notes.read_text().split() == ["web", "database"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_it(number: signal.Signals) -> None:
    with stopping_on_signals(), pytest.raises(Stop, match=number.name):
        signal.raise_signal(number)


def test_a_second_signal_does_not_disturb_the_stopping() -> None:
    with stopping_on_signals():
        with pytest.raises(Stop):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
