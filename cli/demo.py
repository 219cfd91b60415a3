"""`standby demo`: everything on this machine, with a made-up clinic, to try and to show."""

import json
import sys

import click

from bot.demo.launch import Running, run
from bot.demo.state import DemoRefused, State
from bot.processes import ProcessFailed
from nlu.model import ModelError

FIRST_STEP = """Try this: open both pages side by side. On the staff page, under Today, cancel a visit.
The opening is offered to the waitlist: on the phones, answer an offer with YES and watch Today."""


@click.command()
@click.option("--headless", is_flag=True, help="For scripts: one JSON line on stdout when all is ready.")
@click.option("--reset", is_flag=True, help="Forget the last demo and start over.")
@click.option(
    "--port", type=click.IntRange(1024, 65000), default=8000, show_default=True, help="Port of the web pages."
)
def command(headless: bool, reset: bool, port: int) -> None:
    """Run everything on this machine, with a made-up clinic. Ctrl-C stops all of it."""
    tell = tell_script if headless else tell_person
    try:
        run(State(), port=port, reset=reset, say=say, tell=tell)
    except (DemoRefused, ProcessFailed, ModelError) as reason:
        raise click.ClickException(str(reason)) from None


def say(line: str) -> None:
    """Progress goes to stderr: stdout is for what was asked for."""
    click.echo(line, err=True)


def tell_person(demo: Running) -> None:
    click.echo(f"""
Standby is running ({demo.seconds:.0f} s), with {demo.clinic.name}, {demo.clinic.number}.

  Staff page  {demo.at.admin}
              {demo.clinic.staff_email} · {demo.secrets.staff_password}
  Phones      {demo.at.carrier}/
  Web chat    {demo.at.site}  (the clinic's own site, for visitors)

{FIRST_STEP}

Ctrl-C stops everything.""")


def tell_script(demo: Running) -> None:
    facts = {
        "event": "ready",
        "seconds": round(demo.seconds, 1),
        "web": demo.at.web,
        "admin": demo.at.admin,
        "phones": f"{demo.at.carrier}/",
        "site": demo.at.site,
        "carrier": demo.at.carrier,
        "nlu": demo.at.nlu,
        "database_url": demo.at.database,
        "redis_url": demo.at.redis,
        "clinic": {"name": demo.clinic.name, "number": demo.clinic.number},
        "sign_in": {"email": demo.clinic.staff_email, "password": demo.secrets.staff_password},
        "environment": str(demo.environment),
        "pids": dict(demo.pids),
    }
    click.echo(json.dumps(facts))
    sys.stdout.flush()
