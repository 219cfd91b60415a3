"""`standby bench`: how fast this is on this machine, beside the same done in another way."""

import importlib
import json
from pathlib import Path

import click

from benchmarks import NAMES
from benchmarks.report import Machine, Measured, as_json, document, table
from bot import logs
from bot.processes import ProcessFailed
from nlu.model import ModelError

INTO = Path(__file__).parents[1] / "docs" / "performance.md"


@click.command()
@click.argument("names", metavar="[NAME]...", type=click.Choice(NAMES), nargs=-1)
@click.option("--list", "listed", is_flag=True, help="Only say which there are.")
@click.option(
    "--json", "for_machines", is_flag=True, help="Print everything as one JSON object, for machines."
)
@click.option("--write", is_flag=True, help="Write docs/performance.md, too.")
@click.option(
    "--scale",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Do more or less of everything; the goals hold at 1.",
)
def command(names: tuple[str, ...], listed: bool, for_machines: bool, write: bool, scale: float) -> None:
    """Measure speed: all there is to measure, or what is named, one after the other.

    Each starts what it needs (PostgreSQL, Valkey, the language model, the carrier's double) in a folder of its
    own, and ends it.
    """
    if listed:
        for name in NAMES:
            click.echo(f"{name:12}{importlib.import_module(f'benchmarks.{name}').TITLE}")
        return
    if write and names:
        raise click.UsageError("--write is for all of them together: leave the names out.")
    logs.configure("warning")
    machine, measured = Machine.here(), []
    for name in names or NAMES:
        measured.append(_measure(name, scale))
        if not for_machines:
            click.echo(table(measured[-1]))
    if for_machines:
        click.echo(json.dumps(as_json(machine, measured), ensure_ascii=False))
    if write:
        INTO.write_text(document(machine, measured), encoding="utf-8")
        click.echo(f"Written to {INTO}.", err=True)


def _measure(name: str, scale: float) -> Measured:
    benchmark = importlib.import_module(f"benchmarks.{name}")
    click.echo(f"measuring {name} …", err=True)
    try:
        return Measured(name, benchmark.TITLE, benchmark.METHOD, benchmark.run(scale), scale)
    except (ProcessFailed, ModelError) as reason:
        raise click.ClickException(str(reason)) from None
