"""Standby as it is deployed: `standby web`, the workers, forked from one process, and cron, all of which can be
killed and started again."""

import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError

from bot.demo.carrier.client import ACCOUNT_SID, AUTH_TOKEN
from bot.processes import Process, Program
from bot.queue import QUEUES
from tests.processes import children, name_of
from tests.system import NO_MODEL, SECRET

OTHER_THAN_WORKERS = ("web", "cron", "nlu")
ROLES = ("web", "inbound:3 outbound:2 due", "cron")
"""A command line each; of a worker only its queues."""

LONGEST_WAIT = 120.0
"""Seconds; a machine that is busy with other things may need them."""


def wait_for(condition: Callable[[], bool], what: str, longest: float = LONGEST_WAIT) -> None:
    deadline = time.monotonic() + longest
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


def environment(database_url: str, redis_url: str, *, public_url: str, carrier_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PUBLIC_URL": public_url,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": carrier_url,
        "STANDBY_SECRET_KEY": SECRET,
        "STANDBY_NLU_URL": NO_MODEL,
        "STANDBY_WEB_PORT": public_url.rpartition(":")[2],
        "STANDBY_WEB_PROCESSES": "2",
        "STANDBY_SWEEP_SECONDS": "0.5",
        "STANDBY_LOG_LEVEL": "warning",
    }


class Cluster:
    """The processes of one deployment. What ends by itself is started again, as a supervisor does."""

    def __init__(self, settings: dict[str, str], folder: Path, roles: Sequence[str] = ROLES) -> None:
        self._url = settings["PUBLIC_URL"]
        self._logs = folder
        self.processes = [
            self._process(role if role.startswith(OTHER_THAN_WORKERS) else f"worker {role}", settings)
            for role in roles
        ]

    def _process(self, words: str, settings: dict[str, str]) -> Process:
        name, command = words.split()[0], [sys.executable, "-m", "cli", *words.split()]
        return Process(
            Program(name=name, command=command, environment=settings), log=self._logs / f"{name}.log"
        )

    def start(self) -> None:
        for process in self.processes:
            process.start()
        wait_for(self.web_answers, "the web process")

    def kill(self, role: str) -> None:
        """kill -9 every process of a role: web, worker, cron, nlu, or the workers of one queue."""
        for process in self.processes:
            if process.name == role:
                process.kill()
            elif role in QUEUES and process.name == "worker" and process.alive:
                kill_children(process.pid, f"worker {role}")

    def revive(self) -> None:
        """Start whatever has ended."""
        for process in self.processes:
            if not process.alive:
                process.start()
        wait_for(self.web_answers, "the web process")

    def web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        for process in self.processes:
            process.kill()

    def complaints(self) -> list[str]:
        """Every line of the logs that is more than news."""
        lines = (line for log in self._logs.glob("*.log") for line in log.read_text().splitlines())
        return [line for line in lines if line.strip() and not _is_news(line)]


def kill_children(parent: int, name: str) -> None:
    for pid in children(parent):
        if name_of(pid) == name:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _is_news(line: str) -> bool:
    try:
        return bool(json.loads(line)["level"] in ("debug", "info"))
    except (ValueError, KeyError, TypeError):
        return "[INFO]" in line  # granian's own lines


@contextmanager
def running_cluster(
    settings: dict[str, str], folder: Path, roles: Sequence[str] = ROLES
) -> Iterator[Cluster]:
    cluster = Cluster(settings, folder, roles)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
