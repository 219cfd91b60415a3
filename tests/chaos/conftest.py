"""What the tests under fire share: the carrier's double, the whole of Standby in one process, and workers
that die where they are told."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from bot.demo.carrier.client import ACCOUNT_SID, AUTH_TOKEN
from jobs.worker import Worker, give
from tests.chaos.house import LINE
from tests.system import NO_MODEL, SECRET, System, running_system

Kill = Callable[..., None]


def work_queue(system: System, name: str) -> None:
    """Do what waits in one queue, and nothing else: replies are left to the outbox."""
    give(replace(system.services, lanes=None))
    jobs = Queue(name, connection=system.services.redis, serializer=JSONSerializer)
    worker = Worker([jobs], connection=system.services.redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="CRITICAL")


@pytest.fixture(scope="module")
def system(module_database_url: str, redis_server_url: str) -> Iterator[System]:
    """Standby in this process: it works when the test says so."""
    with running_system(module_database_url, redis_server_url, number=LINE) as running:
        yield running


@pytest.fixture(scope="module")
def kill_worker(system: System, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kill]:
    """Have a worker of a queue do what waits there, and die at a fault point."""
    settings = system.services.settings
    environment = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "PUBLIC_URL": settings.public_url,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": system.carrier.url,
        "STANDBY_SECRET_KEY": SECRET,
        "STANDBY_NLU_URL": NO_MODEL,
    }
    folder = tmp_path_factory.mktemp("markers")
    with doomed_workers(environment) as start:

        def kill(point: str, queue: str) -> None:
            marker = folder / point
            ahead = (system.clock() - datetime.now(UTC)).total_seconds()
            ended = start({"point": point, "queue": queue, "ahead": ahead, "marker": str(marker)})
            assert marker.exists(), f"{point} was not reached"
            assert ended == "killed"
            marker.unlink()

        yield kill


@contextmanager
def doomed_workers(environment: dict[str, str]) -> Iterator[Callable[[dict[str, object]], str]]:
    command = [sys.executable, "-m", "tests.chaos.doomed"]
    here = Path(__file__).parents[2]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=here
    ) as process:
        assert process.stdin
        assert process.stdout
        wanted, told = process.stdin, process.stdout

        def start(what: dict[str, object]) -> str:
            wanted.write(json.dumps(what) + "\n")
            wanted.flush()
            return told.readline().strip()

        yield start
        wanted.close()
