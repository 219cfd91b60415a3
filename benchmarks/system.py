"""The whole of Standby as it is deployed, on servers and in a folder of its own, ended with the benchmark.

The processes are the demo's; `DATABASE_URL` and `REDIS_URL` are not looked at, since a benchmark fills tables and
empties queues.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from benchmarks.house import LINE, House, build
from bot import services
from bot.demo import checks, embedded
from bot.demo.carrier.client import Carrier
from bot.demo.plan import WORKERS, Addresses, Plan
from bot.demo.state import DemoClinic, Secrets, State
from bot.processes import Process, Program
from bot.services import Services
from bot.settings import PREFIX, Settings
from nlu import server as nlu
from storage.migrations import upgrade

Part = Literal["web", "workers", "cron", "carrier", "model"]
STARTS_WITHIN = 120.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class System:
    """What a benchmark works with. `services` is put together in this process from the same settings."""

    plan: Plan
    services: Services
    house: House
    carrier: Carrier
    servers: Mapping[str, Process]  # PostgreSQL and Valkey
    folder: Path
    stack: ExitStack

    def start(self, *programs: Program) -> list[Process]:
        """Start them, wait until each is ready; all end with the benchmark."""
        started = [Process(program, log=self.folder / f"{program.name}.log") for program in programs]
        for process in started:
            process.start()
            self.stack.callback(process.stop)
        for process in started:
            process.wait_until_ready(STARTS_WITHIN)
        return started

    def start_parts(self, *parts: Part) -> list[Process]:
        return self.start(*(_program(self.plan, part) for part in parts))


@contextmanager
def prepared(*, waiting: int, web: int = 1, workers: Mapping[str, int] = WORKERS) -> Iterator[System]:
    """PostgreSQL with a clinic on whose list `waiting` people are, and Valkey. Nothing else runs yet."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="standby-bench-")))
        servers = {
            "PostgreSQL": stack.enter_context(embedded.running_postgres(folder / "postgres")),
            "Valkey": stack.enter_context(embedded.running_valkey(folder / "valkey")),
        }
        plan = _plan(folder, web, workers)
        upgrade(plan.at.database)
        built = services.build(_settings(plan))
        stack.callback(built.close)
        carrier = Carrier(plan.at.carrier, [LINE])
        yield System(plan, built, build(built.store, waiting), carrier, servers, folder, stack)


@contextmanager
def running(
    *parts: Part, waiting: int, web: int = 1, workers: Mapping[str, int] = WORKERS
) -> Iterator[System]:
    """The same with parts of Standby running. "model" makes the language model where it is missing."""
    with prepared(waiting=waiting, web=web, workers=workers) as system:
        system.start_parts(*parts)
        yield system


def _plan(folder: Path, web: int, workers: Mapping[str, int]) -> Plan:
    ports: set[int] = set()
    while len(ports) < 3:
        ports.add(checks.free_port())
    at = Addresses(embedded.postgres_url(folder / "postgres"), embedded.valkey_url(folder / "valkey"), *ports)
    state = State(folder)
    state.phones.write_text("[]")
    return Plan(state, Secrets.made(), at, workers, {"STANDBY_WEB_PROCESSES": str(web)})


def _program(plan: Plan, part: Part) -> Program:
    match part:
        case "web":
            return plan.web()
        case "workers":
            return plan.workers()
        case "cron":
            return plan.cron()
        case "carrier":
            return plan.carrier(DemoClinic("lakeside", "Bench", LINE, ""))
        case "model":
            nlu.prepare(lambda words: log.info("bench.model", said=words))
            return plan.language_model()


def _settings(plan: Plan) -> Settings:
    values = {
        name.removeprefix(PREFIX).lower() if name.startswith(PREFIX) else name: value
        for name, value in plan.settings.items()
    }
    return Settings(_env_file=None, **values)  # type: ignore[call-arg, arg-type]  # pydantic-settings' own


def cpu_seconds(processes: Sequence[Process]) -> float:
    """Processor time that processes and their children have used: it holds on a busy machine too."""
    pids = {process.pid for process in processes}
    stats = [_stat(path) for path in Path("/proc").glob("[0-9]*/stat")]
    ticks = sum(used for pid, parent, used in stats if pid in pids or parent in pids)
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(path: Path) -> tuple[int, int, int]:
    """Pid, parent, and ticks used in user and system mode; zeros where the process has just ended."""
    try:
        fields = path.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0, 0
    return int(path.parent.name), int(fields[1]), int(fields[11]) + int(fields[12])


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, round(share * len(ordered)) - 1)]
