"""`standby worker QUEUE…`: does the jobs of the queues, each in processes of its own."""

import click

from bot.queue import QUEUES
from bot.settings import load_settings

MOST_PROCESSES = 64


class Processes(click.ParamType[list[str]]):
    """`inbound` or `inbound:2`: a queue and how many processes work on it, as a list of that length."""

    name = "queue[:processes]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        queue, _, many = value.partition(":")
        if queue not in QUEUES:
            self.fail(f"{queue!r} is not a queue; there are {', '.join(QUEUES)}.", param, ctx)
        if not (many or "1").isdecimal() or not 1 <= int(many or 1) <= MOST_PROCESSES:
            self.fail(f"{many!r} is not a number of processes from 1 to {MOST_PROCESSES}.", param, ctx)
        return [queue] * int(many or 1)


@click.command()
@click.argument("queues", type=Processes(), nargs=-1, required=True)
def command(queues: tuple[list[str], ...]) -> None:
    """Do the jobs of one queue or more: `standby worker inbound:2 outbound due`.

    Each process works on one queue, and one that ends is replaced. Run as many of these as are wanted, on as many
    machines.
    """
    settings = load_settings()
    from redis import Redis
    from redis.exceptions import ConnectionError as NoRedis

    from bot import logs
    from bot.processes import spare_what_is_loaded
    from bot.services import build
    from cli._pool import Pool
    from jobs.worker import load_jobs, run

    logs.configure(settings.log_level)
    try:
        with Redis.from_url(settings.redis_url, socket_connect_timeout=2) as redis:
            redis.ping()
    except NoRedis as error:
        raise click.ClickException(f"REDIS_URL cannot be reached: {error}") from None
    tasks = [queue for processes in queues for queue in processes]
    load_jobs(tasks)
    spare_what_is_loaded()
    Pool(tasks, lambda queue: run(queue, build(settings))).run()
