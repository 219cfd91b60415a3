"""The sweep and the periodic table, under a database lock so that a spare may run."""

import signal
import threading
from datetime import timedelta
from types import FrameType

import structlog
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bot import logs, sweep
from bot.services import Services
from rules.states import DueKind
from storage import locks
from storage.queries import due

log = structlog.get_logger()


def run(services: Services) -> None:
    """Sweep every few seconds until told to stop."""
    logs.configure(services.settings.log_level)
    begin(services)
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopped.is_set():
        once(services)
        stopped.wait(services.settings.sweep_seconds)


EVERY_CLINICS = (
    DueKind.MATCHING,
    DueKind.SCORES,
    DueKind.NO_SHOWS,
    DueKind.REMINDERS,
    DueKind.FORESEEING,
    DueKind.RISK,
    DueKind.DROPOUTS,
    DueKind.CHATS,
)
"""Work that comes round again and again in each clinic; every time it sets its own next."""

NOT_BEFORE = timedelta(hours=1)
"""By then no worker of the version before is left, which would not know what to do."""


def begin(services: Services) -> None:
    """A clinic that is older than some work that comes round is given it. Where the database is away, the next
    start does so."""
    try:
        with services.store.unscoped() as session:
            due.set_where_missing(session, EVERY_CLINICS, services.clock() + NOT_BEFORE)
    except SQLAlchemyError:
        log.exception("begin.failed")


def once(services: Services) -> None:
    """One sweep, unless a spare is at it. The database or Redis being away is waited out."""
    try:
        with services.store.statements() as session, locks.held(session, "cron") as mine:
            if mine:
                sweep.sweep(services)
    except (SQLAlchemyError, RedisError):
        log.exception("sweep.failed")
