"""`standby import`: a clinic's schedule, patients and waitlist from CSV files."""

from collections.abc import Sequence
from typing import BinaryIO

import click

from cli._database import clinic_id, opened
from clinic import imports
from clinic.imports import FileRefused, Kind, Problem, Result, RowsRefused, TriedOut
from clinic.imports.columns import COLUMNS
from storage.bulk import count_anew

SHOWN = 50
"""Problems that are shown at once; whoever has more will find the pattern in these."""


def _columns() -> str:
    """Every kind's columns, for --help; a question mark says that a column may be missing."""
    lines = (
        f"{kind}: {', '.join(column.name + ('' if column.required else '?') for column in columns)}"
        for kind, columns in COLUMNS.items()
    )
    return "\n\n".join(["Columns (with ? where one may be missing):", *lines])


@click.command(epilog=_columns())
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("file", type=click.File("rb"))
@click.option("--clinic", "slug", required=True, metavar="SLUG", help="Whose file it is.")
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option("--skip-conflicts", is_flag=True, help="Leave out visits that overlap others, and say which.")
def command(kind: str, file: BinaryIO, slug: str, dry_run: bool, skip_conflicts: bool) -> None:
    """Import FILE, a CSV file of KIND: all of it, or nothing where a row is wrong. It may be repeated.

    The order for a new clinic: providers, types, availability, patients, visits, waitlist, plans.
    """
    if skip_conflicts and kind != Kind.VISITS:
        raise click.UsageError("--skip-conflicts is for visits only.")
    data = file.read()
    try:
        result = _load(slug, Kind(kind), data, dry_run=dry_run, skip_conflicts=skip_conflicts)
    except FileRefused as reason:
        raise click.ClickException(str(reason)) from None
    except RowsRefused as refused:
        _show(refused.problems)
        many = len(refused.problems)
        raise click.ClickException(
            f"Nothing was imported: {many} mistake{'s' if many > 1 else ''} to be corrected."
        ) from None
    _tell(result, dry_run=dry_run)


def _load(slug: str, kind: Kind, data: bytes, *, dry_run: bool, skip_conflicts: bool) -> Result:
    with opened() as store:
        clinic = clinic_id(store, slug)
        if not dry_run:
            result = store.run(clinic, lambda tx: imports.load(tx, kind, data, skip_conflicts=skip_conflicts))
            with store.statements() as session:
                count_anew(session, imports.FILLS[kind])
            return result
        try:
            return store.run(
                clinic, lambda tx: imports.try_out(tx, kind, data, skip_conflicts=skip_conflicts)
            )
        except TriedOut as tried:
            return tried.result


def _show(problems: Sequence[Problem]) -> None:
    for problem in problems[:SHOWN]:
        click.echo(str(problem), err=True)
    if len(problems) > SHOWN:
        click.echo(f"… and {len(problems) - SHOWN} more.", err=True)


def _tell(result: Result, *, dry_run: bool) -> None:
    if result.left_out:
        click.echo("Left out:", err=True)
        _show(result.left_out)
    click.echo(f"{'Nothing written, only tried: ' if dry_run else ''}{result}")
