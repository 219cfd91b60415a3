"""The clinic under stress: some hundred steps with every run of the tests, as many as wanted by STANDBY_STEPS.

    STANDBY_STEPS=100000 .venv/bin/pytest tests/stateful -s

tries other steps each time and says how far it is; what fails is told with the shortest steps found that lead
to it.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from psycopg import Connection
from sqlalchemy import Engine

from tests.stateful.machine import Clinic

STEPS = int(os.environ.get("STANDBY_STEPS", "0"))
STEPS_A_RUN = 50
FEWER = 40
"""Some runs end before all their steps are taken, at 42 on average: so few are counted on."""

SHORT = settings(
    max_examples=4,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
LONG = settings(
    SHORT,
    max_examples=max(1, STEPS // FEWER),
    stateful_step_count=STEPS_A_RUN,
    derandomize=False,
    print_blob=True,
    phases=[Phase.generate] if os.environ.get("STANDBY_NO_SHRINK") else [Phase.generate, Phase.shrink],
)
TELL_EVERY = 1000


def test_every_promise_is_kept_whatever_happens(machine: type[Clinic]) -> None:
    run_state_machine_as_test(machine, settings=LONG if STEPS else SHORT)


@pytest.fixture
def machine(engine: Engine, eyes: Connection[dict[str, Any]]) -> type[Clinic]:
    own = {"engine": engine, "eyes": eyes, "count": staticmethod(_counter())}
    return type("CountedClinic", (Clinic,), own)


def _counter() -> Callable[[str], None]:
    done, began = 0, time.monotonic()

    def count(_rule: str) -> None:
        nonlocal done
        done += 1
        if STEPS and done % TELL_EVERY == 0:
            speed = done / (time.monotonic() - began)
            print(f"{done} steps, {speed:.1f} a second", file=sys.stderr, flush=True)  # noqa: T201

    return count
