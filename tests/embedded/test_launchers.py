"""The demo stops when make, uv or a shell between them is killed."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.demo.launchers import LAUNCHER_PID, launchers
from bot.demo.state import PROJECT
from tests.processes import Child, comes_true, is_running, line, running

DEMO = """
import os, sys
from pathlib import Path
from bot.demo.launchers import LauncherGone, launchers, stop_with_launchers
from bot.demo.supervisor import Stop, Supervisor, stopping_on_signals
from bot.processes import Program

def say(text):
    print(text, file=sys.stderr, flush=True)

with stopping_on_signals():
    supervisor = Supervisor(Path(os.environ["LOGS"]), say=say)
    try:
        stop_with_launchers()
        supervisor.start([Program(name="one", command=["sleep", "600"])])
        supervisor.start([Program(name="two", command=["sleep", "600"])])
        print(os.getpid(), *supervisor.pids().values(), "|", *launchers(os.getppid()), flush=True)
        supervisor.watch()
    except (Stop, LauncherGone):
        pass
    finally:
        supervisor.stop()
"""
MAKEFILE = f"""demo:
	@export STANDBY_LAUNCHER_PID=$$PPID; $(RUN) {sys.executable} $(DEMO); true
"""


@contextmanager
def made(folder: Path, run: str) -> Iterator[tuple[Child, list[int], list[int]]]:
    """`make demo` as a person starts it: make, then the demo and its children, then what the demo watches."""
    (folder / "demo.py").write_text(DEMO)
    (folder / "Makefile").write_text(MAKEFILE)
    command = [
        "make",
        "--no-print-directory",
        "-C",
        str(folder),
        "demo",
        f"RUN={run}",
        f"DEMO={folder / 'demo.py'}",
    ]
    with running(*command, LOGS=str(folder / "logs")) as make:
        ours, _, watched = line(make).partition("|")
        yield make, [int(pid) for pid in ours.split()], [int(pid) for pid in watched.split()]


def all_end(pids: list[int]) -> bool:
    return comes_true(lambda: not any(map(is_running, pids)))


@pytest.fixture
def uv() -> str:
    """uv's way of starting a program, without touching the environment."""
    if shutil.which("uv") is None and not (PROJECT / ".standby" / "uv").exists():
        pytest.skip("uv has not been fetched: `make setup` does")
    return f"{PROJECT / '.ci' / 'uv'} run --no-project --no-config --no-env-file --offline --"


def test_it_watches_every_process_from_its_parent_up_to_make(tmp_path: Path, uv: str) -> None:
    with made(tmp_path, uv) as (make, ours, watched):
        assert watched[-1] == make.pid
        assert len(watched) == 3, "uv, the recipe's shell and make"
        os.kill(ours[0], signal.SIGTERM)
        assert all_end(ours)


@pytest.mark.parametrize("victim", [0, 1, 2], ids=["uv", "the shell", "make"])
def test_killing_any_of_them_leaves_nothing_running(tmp_path: Path, uv: str, victim: int) -> None:
    with made(tmp_path, uv) as (_make, ours, watched):
        os.kill(watched[victim], signal.SIGKILL)
        assert all_end([*ours, *watched[:victim]])


def test_killing_the_demo_itself_leaves_nothing_running(tmp_path: Path) -> None:
    with made(tmp_path, "") as (_make, ours, _watched):
        os.kill(ours[0], signal.SIGKILL)
        assert all_end(ours)


def test_it_does_not_start_where_make_has_ended_already(tmp_path: Path) -> None:
    (tmp_path / "demo.py").write_text(DEMO)
    gone = running("true")
    with gone as process:
        process.wait()
    command = ["env", f"{LAUNCHER_PID}={process.pid}", sys.executable, str(tmp_path / "demo.py")]
    with running(*command, LOGS=str(tmp_path)) as demo:
        assert line(demo) == ""
        assert demo.wait() == 0


def test_a_shell_without_make_or_uv_is_not_watched(tmp_path: Path) -> None:
    script = f"{sys.executable} -c 'from bot.demo.launchers import *; print(launchers(os.getppid()))'; true"
    with running("env", "sh", "-c", script) as shell:
        assert line(shell) == "[]"


def test_nothing_is_watched_above_a_stranger() -> None:
    assert launchers(os.getpid()) == []
