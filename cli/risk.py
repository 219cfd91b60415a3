"""`standby risk`: how well missed visits are foreseen, and a clinic's own past to judge that by."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

import click

from cli import _histories
from cli._database import clinic_id, opened
from cli._files import PAGE, PICTURE
from cli._foreseen import page, plot, summary
from rules.no_show.judging import NothingToJudge, Verdict, judge, usual_split
from rules.no_show.visits import Visit
from storage.queries import no_shows
from storage.transaction import Tx


@click.group()
def command() -> None:
    """How likely visits are to be missed."""


@command.command()
@click.option(
    "--history",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Past visits: a visits file as for `standby import`, or the public Vitória file.",
)
@click.option(
    "--split",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="Train on the visits before this day, judge on the others. Left out: the last fifth is judged.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--plot", "picture", type=PICTURE, help="Draw the calibration into this PNG file.")
@click.option("--page", "markdown", type=PAGE, help="Write a page, and its PNG beside it.")
def evaluate(
    file: Path, split: datetime | None, as_json: bool, picture: Path | None, markdown: Path | None
) -> None:
    """Train the no-show model on the earlier visits of a file and judge it on the later ones."""
    visits = _histories.read(file)
    if not visits:
        raise click.ClickException("The file has no visits.")
    verdict = _judged(visits, split.date() if split else usual_split(visits))
    click.echo(json.dumps(_as_json(verdict), indent=2) if as_json else summary(verdict))
    if picture is not None:
        plot(verdict, picture)
    if markdown is not None:
        markdown.write_text(page(verdict, file.name, markdown.with_suffix(".png").name), encoding="utf-8")
        plot(verdict, markdown.with_suffix(".png"))


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option(
    "--into",
    "file",
    type=click.File("w", encoding="utf-8", lazy=False),
    default="-",
    metavar="FILE",
    help="Where to; left out: to the screen.",
)
def export(slug: str, file: TextIO) -> None:
    """Write a clinic's past visits as `evaluate --history` reads them.

    Patients stand there by an id of ours, with no name and no number; it is still about people: keep it as
    you keep their files.
    """
    with opened() as store:
        visits = store.run(clinic_id(store, slug), _past)
    written = _histories.write(visits, file)
    click.echo(f"{written:,} visits.", err=True)


def _past(tx: Tx) -> list[Visit]:
    return no_shows.past_visits(tx.session, tx.now, tx.clinic().timezone)


def _judged(visits: list[Visit], split: date) -> Verdict:
    try:
        return judge(visits, split)
    except NothingToJudge:
        raise click.ClickException(
            f"Before {split} and from then on there must be visits that were missed and visits that were kept."
        ) from None


def _as_json(verdict: Verdict) -> dict[str, object]:
    found = asdict(verdict)
    return {**found.pop("learned"), **found, "split": verdict.split.isoformat()}
