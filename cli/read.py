"""`standby read`: read replies from stdin, a JSON object a line, and write what was understood, a line each."""

import json
import sys
from contextlib import AbstractContextManager
from typing import Any

import click

from cli._understanding import BadLine, answer, parse_question
from handlers.explained import explained
from nlu.client import NluClient
from nlu.lines import LineModel
from nlu.model import ModelError
from nlu.reading import Model
from nlu.server import prepare
from nlu.understanding import NluUnavailable


@click.command()
@click.option("--fast", is_flag=True, help="Load the model here, once, instead of asking the running server.")
@click.option(
    "--url",
    envvar="STANDBY_NLU_URL",
    default="http://127.0.0.1:5005",
    show_default=True,
    help="The language model's server.",
)
def command(fast: bool, url: str) -> None:
    """Read replies from stdin and write what was understood. `accept` means: would be booked now."""
    with _model(fast, url) as model:
        failed = [line for line in sys.stdin if line.strip() and not _answer_line(line, model)]
    if failed:
        raise click.ClickException(
            f"{len(failed)} of the lines could not be read; each says why in its place."
        )


def _model(fast: bool, url: str) -> AbstractContextManager[Model]:
    if not fast:
        return NluClient(url)
    try:
        prepare(lambda words: click.echo(words, err=True))
        return LineModel()
    except (ModelError, NluUnavailable) as error:
        raise click.ClickException(str(error)) from None


def _answer_line(line: str, model: Model) -> bool:
    """Write one answer, or an `error` in its place; whether it was an answer."""
    said: dict[str, Any]
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise BadLine("not a JSON object")
        understood, decision = answer(parse_question(row), model)
        said = explained(understood, decision)
    except (json.JSONDecodeError, BadLine) as error:
        said = {"error": str(error)}
    except NluUnavailable:
        said = {"error": "the language model does not answer: run `standby nlu`, or use --fast"}
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return "error" not in said
