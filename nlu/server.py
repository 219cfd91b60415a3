"""The Rasa server: what it needs, how it is started, and when it is ready."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from nlu.model import ModelError, Say, ensure_model, environment_current, model_path, rasa_python

PROJECT = Path(__file__).parents[1]


def is_installed(root: Path = PROJECT) -> bool:
    """Whether Rasa's environment and a model of the present data are there."""
    return environment_current(root) and model_path(root).exists()


def prepare(say: Say, root: Path = PROJECT) -> Path:
    """Make what is missing, saying what takes long; return the model's path."""
    return ensure_model(root, say)


def command(*, port: int, root: Path = PROJECT) -> list[str]:
    """The command line that serves the model on 127.0.0.1:`port`, in one process of one thread.

    It ends with SIGTERM or SIGINT once it has answered what it has, says `ready` when it answers and else nothing
    unless something is wrong, and never a word of a message. Where STANDBY_NLU_TOKEN is set in its environment it
    wants that token with every request.
    """
    return [*_rasa(root, "serve.py"), str(model_path(root)), str(port)]


def command_on(socket: int, model: Path, root: Path = PROJECT) -> list[str]:
    """The same for a given model, on a bound socket that the process inherits."""
    return [*_rasa(root, "serve.py"), str(model), f"fd:{socket}"]


def lines_command(root: Path = PROJECT) -> list[str]:
    """The command line that reads texts without a server (`nlu.lines`)."""
    return [*_rasa(root, "lines.py"), str(model_path(root))]


def validate_command(data: Path, folds: int, out: Path, root: Path = PROJECT) -> list[str]:
    """The command line that cross-validates the pipeline on the examples of a folder and writes what became of
    each into `out`, a JSON line each (`nlu.report.Checked`)."""
    return [*_rasa(root, "validate.py"), str(root / "config.yml"), str(data), str(folds), str(out)]


def _rasa(root: Path, script: str) -> list[str]:
    # -I: neither folders of ours nor variables of our environment, or nlu/rasa would be taken for the
    # package of that name.
    return [str(rasa_python(root)), "-I", "-W", "ignore", str(root / "nlu" / "rasa" / script)]


def is_ready(url: str) -> bool:
    """Whether a server at `url` answers; it opens its port only once the model is loaded."""
    try:
        return httpx.get(f"{url}/version", timeout=1.0).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def wait_until_ready(url: str, *, alive: Callable[[], bool], seconds: float = 180.0) -> None:
    """Wait for the server at `url`. ModelError if its process ends (`alive` turns false) or time runs out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_ready(url):
            return
        if not alive():
            raise ModelError("The language model's server ended before it was ready.")
        time.sleep(0.1)
    raise ModelError(f"The language model's server was not ready within {seconds:.0f} seconds.")
