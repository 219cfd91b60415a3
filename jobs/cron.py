"""The sweep and the periodic table, under a database lock so that a spare may run."""

import signal
import threading
from types import FrameType

import structlog
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bot import logs, sweep
from bot.services import Services
from storage import locks

log = structlog.get_logger()


def run(services: Services) -> None:
    """Sweep every few seconds until told to stop."""
    logs.configure(services.settings.log_level)
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopped.is_set():
        once(services)
        stopped.wait(services.settings.sweep_seconds)


def once(services: Services) -> None:
    """One sweep, unless a spare is at it. The database or Redis being away is waited out."""
    try:
        with locks.held(services.store.engine, "cron") as mine:
            if mine:
                sweep.sweep(services)
    except (SQLAlchemyError, RedisError):
        log.exception("sweep.failed")
