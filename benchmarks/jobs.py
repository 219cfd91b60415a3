"""Jobs for measuring the queue alone. They run in a worker, as ours do."""

import time

from jobs.worker import services

TOLD = "bench:began"


def nothing(_subject: str) -> None:
    """The least a job can do."""


def tell(_subject: str) -> None:
    """Say when the job began."""
    services().redis.rpush(TOLD, time.time())
