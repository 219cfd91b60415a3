"""One real language model for a whole test run, however many processes it runs in; and data so small that others
are trained at once."""

import fcntl
import os
import socket
from pathlib import Path

from nlu.server import PROJECT, command, is_ready, prepare, wait_until_ready


def shared_server(folder: Path) -> str:
    """The address of a server with the trained model, started by whoever asks first.

    `folder` is common to all processes of the run. The server ends by itself with the run's main process.
    """
    known = folder / "nlu.url"
    with (folder / "nlu.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if known.exists() and is_ready(known.read_text()):
            return known.read_text()
        prepare(lambda _words: None, PROJECT)
        url = _start(folder / "nlu.log")
        known.write_text(url)
        return url


def _start(log: Path) -> str:
    port = free_port()
    argv = command(port=port)
    # No Popen: it would complain of a process that outlives it, which is what is wanted here.
    pid = os.posix_spawn(
        argv[0],
        argv,
        {**os.environ, "STANDBY_NLU_PARENT": str(_main_process())},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )
    url = f"http://127.0.0.1:{port}"
    wait_until_ready(url, alive=lambda: os.waitpid(pid, os.WNOHANG) == (0, 0))
    return url


def _main_process() -> int:
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def common_folder(base: Path) -> Path:
    """The folder shared by a run's processes: xdist gives each worker a folder of its own inside it."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def tiny_data(data: Path) -> Path:
    """Examples of three topics that differ in one word, the first in two languages."""
    (data / "es").mkdir(parents=True)
    for topic, word in (("accept", "yes"), ("decline", "no"), ("thanks", "thanks")):
        _write(data / f"{topic}.yml", topic, word)
    _write(data / "es" / "accept.yml", "accept", "vale")
    return data


def _write(file: Path, topic: str, word: str) -> None:
    texts = "".join(f"      - {text}\n" for text in (word, f"{word} ok", f"ok {word}", f"{word} {word}"))
    file.write_text(f'version: "3.1"\nnlu:\n  - intent: {topic}\n    examples: |\n{texts}')
