"""Children end with their parent, and are started, stopped and killed as told."""

from pathlib import Path

import pytest

from bot.processes import Process, ProcessFailed, Program
from tests.processes import comes_true, is_running, line, python, running

PARENT = """
import sys, time
from pathlib import Path
from bot.processes import Process, Program
child = Process(Program(name="child", command=["sleep", "600"]), log=Path(sys.argv[1]))
child.start()
print(child.pid, flush=True)
time.sleep(600)
"""

SERVER_WITH_A_FORK = """
import os, time
from bot.processes import end_with_parent
parent = os.getpid()
if os.fork() == 0:
    end_with_parent(parent)
    print(os.getpid(), flush=True)
    time.sleep(600)
time.sleep(600)
"""


def sleeper(tmp_path: Path, command: str = "exec sleep 600") -> Process:
    return Process(Program(name="sleeper", command=["sh", "-c", command]), log=tmp_path / "sleeper.log")


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    with running(*python(PARENT, tmp_path / "child.log")) as parent:
        child = int(line(parent))
        parent.kill()
        assert comes_true(lambda: not is_running(child))


def test_a_forked_process_can_tie_itself_to_its_parent() -> None:
    with running(*python(SERVER_WITH_A_FORK)) as parent:
        fork = int(line(parent))
        parent.kill()
        assert comes_true(lambda: not is_running(fork))


def test_stop_ends_a_child(tmp_path: Path) -> None:
    process = sleeper(tmp_path)
    process.start()
    process.stop()
    assert not process.alive


def test_stop_kills_a_child_that_does_not_listen(tmp_path: Path) -> None:
    process = sleeper(tmp_path, "trap '' TERM; echo deaf; while true; do sleep 0.1; done")
    process.start()
    assert comes_true(lambda: "deaf" in process.log_tail())
    process.stop(patience=0.1)
    assert not process.alive


def test_a_killed_child_can_be_started_again(tmp_path: Path) -> None:
    process = sleeper(tmp_path)
    process.start()
    first = process.pid
    process.kill()
    process.start()
    assert process.alive
    assert process.pid != first
    process.kill()


def test_a_child_that_ends_before_it_is_ready_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    process = Process(
        Program(name="broken", command=["sh", "-c", "echo no such thing; exit 3"], ready=lambda _pid: False),
        log=tmp_path / "broken.log",
    )
    process.start()
    with pytest.raises(ProcessFailed, match=r"broken ended at once(.|\n)*no such thing"):
        process.wait_until_ready()


def test_a_child_that_is_never_ready_is_reported(tmp_path: Path) -> None:
    program = Program(name="slow", command=["sleep", "600"], ready=lambda _pid: False)
    process = Process(program, log=tmp_path / "slow.log")
    process.start()
    with pytest.raises(ProcessFailed, match="slow was not ready"):
        process.wait_until_ready(patience=0.1)
    process.kill()
