"""Guards on the names: each job resolves, takes one id, has a queue, and each queue has a worker."""

import inspect
from importlib import import_module

import pytest
from click.testing import CliRunner

from bot.demo.plan import WORKERS
from bot.queue import JOBS, QUEUES
from cli import main


@pytest.mark.parametrize(("queue", "name"), JOBS.values())
def test_each_job_is_a_function_that_takes_one_id(queue: str, name: str) -> None:
    module, _, function = name.rpartition(".")
    job = getattr(import_module(module), function)
    assert [each.annotation for each in inspect.signature(job).parameters.values()] == [str]


def test_each_job_has_one_of_the_queues_and_each_queue_a_job() -> None:
    assert {queue for queue, _ in JOBS.values()} == set(QUEUES)


def test_the_demo_has_workers_for_every_queue() -> None:
    assert set(WORKERS) == set(QUEUES)


@pytest.mark.parametrize("queue", QUEUES)
def test_a_worker_can_be_started_for_each_queue(queue: str) -> None:
    """With settings missing it is these, not the queue, that the command refuses."""
    refused = CliRunner(env=dict.fromkeys(("DATABASE_URL", "REDIS_URL"), "")).invoke(main, ["worker", queue])
    assert "is not a queue" not in refused.output
    assert "DATABASE_URL" in refused.output


def test_what_is_no_queue_has_no_worker() -> None:
    assert "is not a queue" in CliRunner().invoke(main, ["worker", "pigeons"]).output
