"""The trained model: made where it is missing or its data changed, and where to find it."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Say = Callable[[str], None]

KEPT = 2
"""How many models lie there at most."""


class ModelError(Exception):
    """The model cannot be made here; the message is a sentence for whoever runs it."""


def ensure_model(root: Path, say: Say, *, force: bool = False) -> Path:
    """Make Rasa's environment and the model if they are missing or out of date; return the model's path.

    `root` is the project's folder. Safe to call from several processes at once: one works, others wait.
    """
    model = model_path(root)
    if model.exists() and environment_current(root) and not force:
        return model
    _refuse_other_platforms()
    model.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(model.parent / ".lock"):
        if not environment_current(root):
            say("Installing the language model's environment")
            _install(root)
        if force or not model.exists():
            say("Training the language model")
            _train(root, model)
    return model


def model_path(root: Path) -> Path:
    """Where the model for the present data, pipeline and environment lies, whether or not it is there yet."""
    return root / "nlu" / "models" / f"standby-{_content_hash(root)}.tar.gz"


def rasa_python(root: Path) -> Path:
    """The interpreter of Rasa's own environment."""
    return root / "nlu" / "rasa" / ".venv" / "bin" / "python"


def _content_hash(root: Path) -> str:
    rasa = root / "nlu" / "rasa"
    sources = [
        root / "config.yml",
        rasa / "uv.lock",
        rasa / "train.py",
        rasa / "classifier.py",
        *sorted((root / "nlu" / "data").rglob("*.yml")),
    ]
    seen = hashlib.sha256()
    for source in sources:
        seen.update(str(source.relative_to(root)).encode() + b"\0" + source.read_bytes() + b"\0")
    return seen.hexdigest()[:12]


def _refuse_other_platforms() -> None:
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        raise ModelError("The language model runs on Linux x86-64 only; use such a machine or a container.")
    if sys.version_info[:2] != (3, 11) and shutil.which("python3.11") is None:
        raise ModelError("The language model needs Python 3.11; install python3.11 and try again.")


def environment_current(root: Path) -> bool:
    """Whether Rasa's environment is there and made from the present lock file."""
    stamp = rasa_python(root).parents[1] / ".installed"
    return stamp.exists() and stamp.read_text() == _lock_hash(root)


def _lock_hash(root: Path) -> str:
    return hashlib.sha256((root / "nlu" / "rasa" / "uv.lock").read_bytes()).hexdigest()


def _install(root: Path) -> None:
    found = shutil.which("uv")
    uv = [found] if found else [sys.executable, "-m", "uv"]
    # Compiled at once: the first start would otherwise spend half a minute on it.
    command = [*uv, "sync", "--project", str(root / "nlu" / "rasa"), "--frozen", "--compile-bytecode"]
    _run(command, "The language model's environment could not be installed")
    (rasa_python(root).parents[1] / ".installed").write_text(_lock_hash(root))


def _train(root: Path, model: Path) -> None:
    script = root / "nlu" / "rasa" / "train.py"
    with tempfile.TemporaryDirectory(dir=model.parent) as work:
        # -I: no folder of ours on the path, or nlu/rasa would be taken for the package of that name.
        command = [str(rasa_python(root)), "-I", "-W", "ignore", str(script), str(root / "config.yml")]
        _run(
            [*command, str(root / "nlu" / "data"), work],
            "The language model could not be trained",
            cwd=Path(work),
        )
        os.replace(Path(work) / "standby.tar.gz", model)
    # The one before stays: a server that runs on it may have to be started again.
    made = sorted(model.parent.glob("standby-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    for old in made[:-KEPT]:
        old.unlink(missing_ok=True)


def _run(command: list[str], failed: str, cwd: Path | None = None) -> None:
    """Run a command quietly; its last words are shown only when it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "UV_PROJECT_ENVIRONMENT"}
    # It ends with us, also by kill -9: nobody would want a training that nobody waits for.
    tied = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
    done = subprocess.run(  # noqa: S603  # fixed programs of our own
        [*tied, *command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise ModelError(f"{failed}:\n{last}")


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
