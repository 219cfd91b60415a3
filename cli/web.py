"""`standby web`: the pages, webhooks and API, behind granian."""

import os
from typing import Any

import click

from bot.processes import end_with_parent, spare_what_is_loaded
from bot.settings import load_settings

STOPS_WITHIN = 10
"""Seconds the requests in hand get when the server is told to stop."""


@click.command()
@click.option("--host", help="Address to listen on, instead of STANDBY_WEB_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of STANDBY_WEB_PORT.")
def command(host: str | None, port: int | None) -> None:
    """Serve the staff pages, the webhooks and the API."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    settings = load_settings()
    refuse_unmigrated(settings.database_url)
    os.environ[SERVER_PID] = str(os.getpid())
    Server(
        "cli.web:application",
        address=host or settings.web_host,
        port=port or settings.web_port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=settings.web_processes,
        workers_kill_timeout=STOPS_WITHIN,
        respawn_failed_workers=True,
        log_level=LogLevels(settings.log_level),
        # No access log: its lines hold one-tap tokens. The application logs requests without them.
        log_access=False,
    ).serve()


def refuse_unmigrated(database_url: str) -> None:
    """Said here once, instead of by each of granian's processes again and again."""
    from sqlalchemy.exc import OperationalError

    from storage.migrations import current, head

    try:
        stands_at = current(database_url)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise click.ClickException(f"DATABASE_URL cannot be reached: {reason}") from None
    if stands_at != head():
        raise click.ClickException(
            f"The database stands at migration {stands_at or 'none'}, this code expects {head()}: "
            "run `standby db upgrade`."
        )


SERVER_PID = "STANDBY_SERVER_PID"


def application() -> Any:
    """What each of granian's processes serves. A process left behind by kill -9 would keep answering."""
    end_with_parent(int(os.environ[SERVER_PID]))
    from bot.asgi import create

    made = create()
    spare_what_is_loaded()
    return made
