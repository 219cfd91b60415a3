"""`standby worker` runs a process a queue, replaces one that dies, and ends them all."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from bot.processes import parent_of
from cli import main
from tests.processes import PATIENCE, Child, children, comes_true, is_running, line, name_of, python, running

POOL = """
import os, time
from cli._pool import Pool

def work(task):
    os.write(1, f"{task} {os.getpid()}\\n".encode())  # in one piece: two of us write
    time.sleep(600)

Pool(["inbound", "due"], work).run()
"""


COMMAND = (sys.executable, "-m", "cli", "worker")

NO_REDIS = {
    "DATABASE_URL": "postgresql://postgres@127.0.0.1:9/standby",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "PUBLIC_URL": "http://127.0.0.1",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "t0ken",
    "STANDBY_SECRET_KEY": "k" * 32,
}


@pytest.fixture
def pool() -> Iterator[tuple[Child, dict[str, int]]]:
    """A running pool and the process of each task."""
    with running(*python(POOL)) as process:
        yield process, {task: int(pid) for task, pid in (line(process).split() for _ in range(2))}


def test_each_task_has_a_process(pool: tuple[Child, dict[str, int]]) -> None:
    process, workers = pool
    assert set(workers) == {"inbound", "due"}
    assert {parent_of(pid) for pid in workers.values()} == {process.pid}


def test_a_killed_process_is_replaced(pool: tuple[Child, dict[str, int]]) -> None:
    process, workers = pool
    os.kill(workers["due"], signal.SIGKILL)
    task, pid = line(process).split()
    assert task == "due"
    assert int(pid) != workers["due"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_them_all(pool: tuple[Child, dict[str, int]], number: signal.Signals) -> None:
    process, workers = pool
    process.send_signal(number)
    assert process.wait(PATIENCE) == 0
    assert not any(map(is_running, workers.values()))


def test_kill_9_of_the_pool_leaves_nothing_running(pool: tuple[Child, dict[str, int]]) -> None:
    process, workers = pool
    process.kill()
    assert comes_true(lambda: not any(map(is_running, workers.values())))


def test_the_process_of_a_single_queue_is_replaced_too(redis_url: str) -> None:
    with running(*COMMAND, "due", **NO_REDIS | {"REDIS_URL": redis_url}) as process:
        assert comes_true(lambda: len(children(process.pid)) == 1)
        first = children(process.pid)
        os.kill(first[0], signal.SIGKILL)
        assert comes_true(lambda: children(process.pid) not in ([], first))


def test_a_process_is_called_by_its_queue(redis_url: str) -> None:
    with running(*COMMAND, "outbound:2", "due", **NO_REDIS | {"REDIS_URL": redis_url}) as process:
        named = ["worker due", "worker outbound", "worker outbound"]
        assert comes_true(lambda: sorted(map(name_of, children(process.pid))) == named)


LOADED = """
import gc, sys
from bot.processes import spare_what_is_loaded
from bot.queue import JOBS
from jobs.worker import load_jobs
from nlu import words

load_jobs(["inbound"])
spare_what_is_loaded()
jobs, lists = {job.rpartition(".")[0] for _, job in JOBS.values()}, words.pattern.cache_info().currsize
print(gc.get_freeze_count() > 100_000, {*jobs, "twilio.rest.api"} <= set(sys.modules), lists > 50)
"""


def test_all_that_jobs_need_is_loaded_before_the_first_and_not_collected_again() -> None:
    with running(*python(LOADED)) as process:
        assert line(process) == "True True True"


@pytest.mark.parametrize("given", ["mail", "inbound:0", "inbound:many", "inbound:1000"])
def test_a_wrong_queue_or_number_is_refused(given: str) -> None:
    result = CliRunner().invoke(main, ["worker", given])
    assert result.exit_code == 2
    assert " is not a " in result.stderr


def test_there_is_nothing_to_do_without_a_queue() -> None:
    assert CliRunner().invoke(main, ["worker"]).exit_code == 2


def test_a_redis_out_of_reach_is_said_in_a_sentence() -> None:
    ended = subprocess.run(
        [*COMMAND, "inbound"],
        env=os.environ | NO_REDIS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "Error: REDIS_URL cannot be reached: Error 111 connecting to 127.0.0.1:9. Connection refused.\n"
    )
