"""Brings the whole demo up in order, tells of it, and keeps it running until a signal."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.demo import checks, postgres, valkey
from bot.demo.launchers import LauncherGone, stop_with_launchers
from bot.demo.plan import Addresses, Plan
from bot.demo.state import PROJECT, DemoClinic, Secrets, State
from bot.demo.supervisor import Say, Stop, Supervisor, stopping_on_signals
from bot.processes import Process
from nlu import server as nlu

DISK_NEEDED = 500_000_000
DISK_NEEDED_FIRST = 3_000_000_000
"""Before the language model's own environment (1.6 GB) has been made."""

GIVEN_DATABASE = os.environ.get("DATABASE_URL")
GIVEN_REDIS = os.environ.get("REDIS_URL")
"""Used instead of embedded servers. Only the environment counts: a `.env` may be a real deployment's."""


@dataclass(frozen=True)
class Running:
    """The demo as it runs."""

    at: Addresses
    clinic: DemoClinic
    secrets: Secrets
    environment: Path
    pids: Mapping[str, int]
    seconds: float
    """From the command to a working conversation."""


def run(state: State, *, port: int, reset: bool, say: Say, tell: Callable[[Running], None]) -> None:
    """Start, `tell` of it, keep it running. Returns after a signal or the end of make or uv."""
    began = time.monotonic()
    check_machine()
    with state.locked(), stopping_on_signals():
        supervisor = Supervisor(state.logs, say=say)
        try:
            stop_with_launchers()
            checks.check_port(port)
            if reset:
                state.reset()
            plan, clinic = Launch(state, supervisor, say).bring_up(port)
            seconds = time.monotonic() - began
            tell(Running(plan.at, clinic, plan.secrets, state.environment, supervisor.pids(), seconds))
            supervisor.watch()
        except (Stop, LauncherGone) as reason:
            say(f"stopping ({reason})")
        finally:
            supervisor.stop()
        say("stopped")


def check_machine() -> None:
    checks.check_platform()
    checks.check_python()
    checks.check_disk(PROJECT, DISK_NEEDED if nlu.is_installed() else DISK_NEEDED_FIRST)


class Launch:
    """One start of the demo."""

    def __init__(self, state: State, supervisor: Supervisor, say: Say) -> None:
        self._state = state
        self._supervisor = supervisor
        self._say = say

    def bring_up(self, port: int) -> tuple[Plan, DemoClinic]:
        with self._step("language model up to date"):
            nlu.prepare(self._say)
        plan = Plan(self._state, self._state.secrets(), self._addresses(port))
        self._say("starting the language model, PostgreSQL and Valkey")
        slow = self._supervisor.start([plan.language_model()])
        self._start_servers()
        clinic = self._fill_database(plan)
        self._state.write_environment(plan.settings)
        self._say("starting the carrier double, workers, cron and web")
        rest = self._supervisor.start([plan.carrier(clinic)])
        rest += self._supervisor.start([plan.workers(), plan.cron(), plan.web()])
        self._supervisor.wait_until_ready(slow + rest)
        return plan, clinic

    def _addresses(self, port: int) -> Addresses:
        carrier = checks.free_port(port + 1)
        return Addresses(
            database=GIVEN_DATABASE or postgres.url(self._state.postgres),
            redis=GIVEN_REDIS or valkey.url(self._state.valkey),
            web_port=port,
            carrier_port=carrier,
            nlu_port=checks.free_port(carrier + 1),
        )

    def _start_servers(self) -> None:
        """PostgreSQL and Valkey, each unless its address was given."""
        started: list[Process] = []
        if not GIVEN_REDIS:
            started += self._supervisor.start([valkey.program(self._state.valkey)])
        if not GIVEN_DATABASE:
            started += self._supervisor.start([postgres.program(self._state.postgres)])
        self._supervisor.wait_until_ready(started)
        if not GIVEN_DATABASE:
            postgres.create_database(self._state.postgres, "standby")

    def _fill_database(self, plan: Plan) -> DemoClinic:
        # Imported here: while these load, the servers above are already starting.
        from bot.demo.clinic import build
        from storage.migrations import upgrade

        with self._step("tables up to date"):
            upgrade(plan.at.database)
        with self._step("demo clinic up to date"):
            return build(
                plan.at.database,
                password=plan.secrets.staff_password,
                phones=self._state.phones,
                sites=plan.at.sites,
            )

    @contextmanager
    def _step(self, done: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._say(f"{done} ({time.monotonic() - began:.1f} s)")
