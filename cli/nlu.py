"""`standby nlu`: the language model's servers; train, report, evaluate, export-corrections."""

import json
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import yaml

from cli._database import clinic_id, opened
from cli._understanding import BadLine, answer, parse_question
from clinic import corrections
from clinic.audit import SYSTEM
from nlu.client import NluClient
from nlu.language import OURS
from nlu.lines import LineModel
from nlu.model import ModelError, ensure_model
from nlu.reading import Model
from nlu.report import Checked, put, written
from nlu.scoring import LABELS, SHORT, Judged, Report, Tally, score
from nlu.server import PROJECT, prepare, validate_command
from nlu.signals import vocabulary
from nlu.supervisor import Supervisor
from nlu.understanding import NluUnavailable

_AS_OFFER = {"offer_intent": "offer"}
"""Kinds of question in labelled files that are answered like ours."""


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Serve the language model, or train and measure it. Without a subcommand it serves, on port 5005."""
    if context.invoked_subcommand is None:
        context.invoke(run)


@command.command()
@click.option("--port", type=click.IntRange(1, 65535), default=5005, show_default=True)
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True)
def run(port: int, processes: int) -> None:
    """Serve the model on 127.0.0.1. Makes what is missing first.

    After a training, SIGHUP to this process (`kill -HUP`) serves the new model without a gap.
    """
    _make_ready(force=False)
    try:
        Supervisor(port, processes, _say).run()
    except ModelError as error:
        raise click.ClickException(str(error)) from None


@command.command()
@click.option("--force", is_flag=True, help="Train even though nothing changed.")
def train(force: bool) -> None:
    """Train the model, if its data, pipeline or environment changed."""
    click.echo(f"The model is ready: {_make_ready(force=force)}")
    click.echo("A running `standby nlu run` serves it after `kill -HUP` of its process.")


@command.command()
@click.option("--folds", type=click.IntRange(2, 20), default=5, show_default=True)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=PROJECT / "nlu" / "data",
    help="A folder of other examples than ours.",
)
@click.option(
    "--into",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=PROJECT / "docs" / "nlu.md",
    help="The document that holds the report, instead of docs/nlu.md.",
)
def report(folds: int, data: Path, into: Path) -> None:
    """Cross-validate the model on its own examples and write the result into docs/nlu.md."""
    _make_ready(force=False)
    text = written(_cross_validated(data, folds), folds=folds)
    try:
        into.write_text(put(into.read_text(encoding="utf-8"), text), encoding="utf-8")
    except ValueError as error:
        raise click.ClickException(f"{into}: {error}") from None
    click.echo(f"The report is in {into}.")


def _cross_validated(data: Path, folds: int) -> list[Checked]:
    with tempfile.TemporaryDirectory() as work:
        out = Path(work) / "checked"
        done = subprocess.run(  # noqa: S603  # our own script
            validate_command(data, folds, out), cwd=work, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise click.ClickException("\n".join(done.stderr.strip().splitlines()[-5:]))
        return [Checked(**json.loads(line)) for line in out.read_text(encoding="utf-8").splitlines()]


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--verbose", is_flag=True, help="Also print every reply that was read as something else.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object, for machines.")
@click.option("--url", help="A running server to ask, instead of loading the model here.")
def evaluate(file: Path, verbose: bool, as_json: bool, url: str | None) -> None:
    """Score labelled replies: a JSON object a line with text, pending, gold and group.

    Fails where more than 0.1% of what is no yes was taken for one, or any decline or counter was.
    """
    with NluClient(url, timeout=30) if url else _loaded_here() as model:
        report = score(_judge(file, model))
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False))
    else:
        _print(report, verbose)
    if not report.passes():
        raise click.ClickException("Too many false accepts.")


@command.command("export-corrections")
@click.option("--clinic", "slug", required=True, metavar="SLUG", help="Whose staff's corrections.")
@click.option("--every", is_flag=True, help="Those that were written out before, too.")
def export_corrections(slug: str, every: bool) -> None:
    """Write texts that staff marked as understood wrongly, without names and numbers, for review.

    Nothing learns from them by itself: move what belongs there into nlu/data by hand.
    """
    familiar = frozenset().union(*map(vocabulary, OURS))
    with opened() as store:
        found = store.run(
            clinic_id(store, slug), lambda tx: corrections.export(tx, SYSTEM, familiar=familiar, every=every)
        )
    by_topic: dict[str, list[dict[str, str | None]]] = defaultdict(list)
    for each in found:
        by_topic[each.meant].append({"text": each.text, "read_as": each.read_as, "language": each.language})
    if not by_topic:
        click.echo("Nothing was marked since the last time.", err=True)
        return
    click.echo(yaml.safe_dump(dict(by_topic), allow_unicode=True, sort_keys=False, width=1000), nl=False)


def _loaded_here() -> LineModel:
    _make_ready(force=False)
    return LineModel()


def _make_ready(*, force: bool) -> Path:
    try:
        return ensure_model(PROJECT, _say, force=True) if force else prepare(_say)
    except ModelError as error:
        raise click.ClickException(str(error)) from None


def _say(words: str) -> None:
    click.echo(words, err=True)


def _judge(file: Path, model: Model) -> Iterator[Judged]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield _judged(json.loads(line), model)
            except (json.JSONDecodeError, BadLine) as error:
                raise click.ClickException(f"{file}, line {number}: {error}") from None
            except NluUnavailable:
                raise click.ClickException(
                    "The language model does not answer: start `standby nlu run`."
                ) from None


def _judged(row: Any, model: Model) -> Judged:
    if not isinstance(row, dict) or not isinstance(row.get("gold"), str):
        raise BadLine("not a JSON object with `text` and `gold`")
    if row["gold"] not in LABELS:
        raise BadLine(f"`gold` is {row['gold']!r}; there are {', '.join(LABELS)}")
    pending = row.get("pending")
    asked = _AS_OFFER.get(pending, pending) if isinstance(pending, str) else pending
    _, decision = answer(parse_question({**row, "pending": asked}), model)
    return Judged(row["text"], row["gold"], row.get("group", ""), str(decision.kind))


def _as_json(report: Report) -> dict[str, Any]:
    groups = [
        {"gold": gold, "group": group, **asdict(tally)}
        for (gold, group), tally in sorted(report.tallies.items())
    ]
    return {
        "passes": report.passes(),
        "groups": groups,
        "short_accepts": asdict(report.short_accepts),
        "false_accepts": [asdict(one) for one in report.false_accepts],
        "lost": [asdict(one) for one in report.lost],
        "wrong": [asdict(one) for one in report.wrong],
    }


def _print(report: Report, verbose: bool) -> None:
    """The table: of each label and group, the shares booked, asked back, right and wrong."""
    click.echo(f"{'':28}{'texts':>7}{'booked':>8}{'asked':>8}{'right':>8}{'wrong':>8}")
    for gold, tally in sorted(report.by_gold.items()):
        _row(gold, tally)
    for (gold, group), tally in sorted(report.tallies.items()):
        if gold != "not_accept":
            _row(f"  {gold}: {group}", tally)
    if report.short_accepts.total:
        _row(f"  accept: {SHORT} words at most", report.short_accepts)
    click.echo(f"accepts lost: {len(report.lost)}; false accepts: {len(report.false_accepts)}")
    for one in report.false_accepts:
        click.echo(f"  FALSE ACCEPT ({one.gold}): {one.text}")
    for one in [*report.lost, *report.wrong] if verbose else []:
        click.echo(f"  {one.gold} read as {one.decided}: {one.text}")


def _row(name: str, tally: Tally) -> None:
    counts = (tally.taken, tally.asked, tally.right, tally.wrong)
    click.echo(f"{name:28}{tally.total:7}" + "".join(f"{count / tally.total:8.1%}" for count in counts))
