"""A process that starts workers which die: `python -m tests.chaos.doomed`.

Each line of its input is a JSON object `{point, queue, ahead, marker}`: a worker of that queue is forked, with
a clock so many seconds ahead. Where it reaches the fault point it writes the marker file and kills itself as
kill -9 would. A line of output says how it ended. Forking from here, where everything is imported and no
connection is open, is a hundred times quicker than starting Python again.
"""

import json
import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from rq import Queue
from rq.serializers import JSONSerializer

from bot.lanes import Lanes
from bot.services import build
from bot.settings import load_settings
from jobs.worker import Worker, give
from storage import fault_points


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is the answers'
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(**json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else "lived\n")
        sys.stdout.flush()


def work(point: str, queue: str, ahead: float, marker: str) -> None:
    """Do what waits in the queue, until the point is reached."""
    settings = load_settings(env_file=None)
    built = build(settings, clock=lambda: datetime.now(UTC) + timedelta(seconds=ahead))
    services = replace(built, lanes=Lanes())
    fault_points.arm(lambda reached: die(Path(marker)) if reached == point else None)
    give(services)
    jobs: Any = Queue(queue, connection=services.redis, serializer=JSONSerializer)
    Worker([jobs], connection=services.redis, serializer=JSONSerializer).work(
        burst=True, logging_level="CRITICAL"
    )
    services.close()


def die(marker: Path) -> None:
    marker.write_text("reached")
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
