"""The servers of `standby nlu run`, as real processes with the real model: replaced without a lost request."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nlu.client import NluClient
from nlu.model import model_path
from nlu.server import PROJECT, is_ready, prepare, wait_until_ready
from nlu.tests.shared import free_port
from nlu.understanding import NluUnavailable

RUN = """
import sys; from pathlib import Path; from nlu.supervisor import Supervisor
Supervisor(int(sys.argv[1]), int(sys.argv[2]), print, root=Path(sys.argv[3])).run()
"""


class Running:
    """A supervisor, and what its servers answer."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, root: Path) -> None:
        self.process, self.url, self.root = process, url, root

    def name(self) -> str:
        """The model that the present data make."""
        return model_path(self.root).name.removesuffix(".tar.gz")

    def train(self) -> str:
        """A model of changed data lies there, as after a training; its name."""
        model = model_path(self.root)
        with (self.root / "nlu" / "data" / "accept.yml").open("a") as data:
            data.write("    - one more\n")
        shutil.copy(model, model_path(self.root))
        return self.name()

    def servers(self) -> set[int]:
        listed = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return {int(pid) for pid in listed.stdout.split()}


class Stream:
    """Asks again and again from several threads; remembers which models answered and what failed."""

    def __init__(self, url: str) -> None:
        self.client = NluClient(url, timeout=30)
        self.models: list[str | None] = []
        self.failures: list[NluUnavailable] = []
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(3)]

    def _ask(self) -> None:
        while not self._ended.wait(0.01):
            try:
                self.models.append(self.client.parse("can we do thursday instead").model)
            except NluUnavailable as failure:
                self.failures.append(failure)

    def __enter__(self) -> "Stream":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self.client.close()


def test_a_new_model_goes_live_without_a_lost_request(tmp_path: Path) -> None:
    with running(tmp_path, 1) as supervisor, Stream(supervisor.url) as stream:
        old, before = supervisor.name(), supervisor.servers()
        eventually(lambda: len(stream.models) > 100)
        new = supervisor.train()
        supervisor.process.send_signal(signal.SIGHUP)
        eventually(lambda: len(supervisor.servers()) == 1 and not before & supervisor.servers())
        asked = len(stream.models)
        eventually(lambda: len(stream.models) > asked + 100)
    assert stream.failures == []
    assert (set(stream.models[:100]), set(stream.models[-90:])) == ({old}, {new})


def test_a_server_that_is_killed_is_replaced(tmp_path: Path) -> None:
    with running(tmp_path, 1) as supervisor:
        (before,) = supervisor.servers()
        os.kill(before, signal.SIGKILL)
        eventually(lambda: supervisor.servers() - {before} != set() and is_ready(supervisor.url))


def test_a_new_model_that_cannot_be_read_leaves_the_old_one_serving(tmp_path: Path) -> None:
    with running(tmp_path, 1) as supervisor:
        old, before = supervisor.name(), supervisor.servers()
        supervisor.train()
        model_path(supervisor.root).write_bytes(b"no model")
        supervisor.process.send_signal(signal.SIGHUP)
        eventually(lambda: supervisor.servers() != before)
        eventually(lambda: supervisor.servers() == before)
        with NluClient(supervisor.url, timeout=30) as client:
            assert client.parse("can we do thursday instead").model == old


def test_the_servers_end_with_their_supervisor_however_that_ended(tmp_path: Path) -> None:
    with running(tmp_path, 1) as supervisor:
        supervisor.process.kill()
        eventually(lambda: not is_ready(supervisor.url))


@contextmanager
def running(folder: Path, processes: int) -> Iterator[Running]:
    """A supervisor in a copy of what the model is made from, with the real model in its place."""
    root = project(folder)
    url = f"http://127.0.0.1:{(port := free_port())}"
    process = subprocess.Popen([sys.executable, "-c", RUN, str(port), str(processes), str(root)], cwd=PROJECT)
    try:
        wait_until_ready(url, alive=lambda: process.poll() is None)
        running = Running(process, url, root)
        eventually(lambda: len(running.servers()) == processes)
        yield running
    finally:
        process.terminate()
        process.wait()


def project(folder: Path) -> Path:
    model = prepare(lambda _words: None)
    (folder / "nlu" / "models").mkdir(parents=True)
    (folder / "nlu" / "rasa").symlink_to(PROJECT / "nlu" / "rasa")
    shutil.copytree(PROJECT / "nlu" / "data", folder / "nlu" / "data")
    shutil.copy(PROJECT / "config.yml", folder)
    shutil.copy(model, model_path(folder))
    return folder


def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it never came to hold")
