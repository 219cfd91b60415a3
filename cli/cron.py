"""`standby cron`: the sweep and everything periodic."""

import click

from bot.settings import load_settings


@click.command()
def command() -> None:
    """Sweep for work whose queue job was lost, and do what is periodic.

    A spare may run beside it: only one of them works at a time.
    """
    settings = load_settings()
    from bot.processes import spare_what_is_loaded
    from bot.services import build
    from jobs.cron import run

    services = build(settings)
    spare_what_is_loaded()
    run(services)
