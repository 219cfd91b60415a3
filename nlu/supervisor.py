"""The language model's servers: as many as wanted on one address, and replaced by new ones without a gap.

They share one listening socket, which outlives them: a new model is served by a new process beside the old one,
and only when it answers is the old one told to finish what it has and end.
"""

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

from nlu.model import ModelError, Say, model_path
from nlu.server import PROJECT, command_on

LOADS_WITHIN = 180.0
ENDS_WITHIN = 20.0
LOOKS_EVERY = 0.1
"""Seconds."""


class Supervisor:
    """Runs `processes` servers on 127.0.0.1:`port` until SIGTERM or SIGINT; one that ends is replaced.

    SIGHUP serves the model that `standby nlu train` has made since. The model has to be there already.
    """

    def __init__(self, port: int, processes: int, say: Say, *, root: Path = PROJECT) -> None:
        self._port, self._processes, self._say, self._root = port, processes, say, root
        self._model = model_path(root)
        self._serving: list[_Server] = []
        self._leaving: list[_Server] = []
        self._stopping = self._renewing = False

    def run(self) -> None:
        """Serve until told to stop. ModelError where the address is taken or the model cannot be served."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGHUP, self._renew_soon)
        with _bound(self._port) as self._socket:
            try:
                self._serve()
            finally:
                _end([*self._serving, *self._leaving])

    def _serve(self) -> None:
        self._serving = [self._start() for _ in range(self._processes)]
        for server in self._serving:
            if not self._answers(server) and not self._stopping:
                raise ModelError("The language model's server ended before it was ready.")
        while not self._stopping:
            if self._renewing:
                self._renew()
            self._serving = [server if server.lives() else self._start() for server in self._serving]
            self._leaving = [server for server in self._leaving if server.leaves()]
            time.sleep(LOOKS_EVERY)

    def _start(self) -> "_Server":
        if not self._model.exists():  # cleared away by trainings since
            self._model = model_path(self._root)
        return _Server(self._model, self._socket, self._root)

    def _renew(self) -> None:
        """Replace the servers one by one. Where the new model does not come up, the old servers stay."""
        self._renewing = False
        before, self._model = self._model, model_path(self._root)
        if not self._model.exists():
            self._say("There is no model of the present data: run `standby nlu train` first.")
            self._model = before
            return
        for place, old in enumerate(self._serving):
            new = self._start()
            if not self._answers(new):
                if not self._stopping:
                    self._say(f"{self._model.name} could not be served; {before.name} goes on.")
                self._model = before
                _end([new])
                return
            self._serving[place] = new
            old.leave()
            self._leaving.append(old)
        self._say(f"Serving {self._model.name} now.")

    def _answers(self, server: "_Server") -> bool:
        """Wait until it answers; false where it ended instead, took too long, or we are to stop."""
        until = time.monotonic() + LOADS_WITHIN
        while not self._stopping and server.lives() and time.monotonic() < until:
            if server.said_ready(LOOKS_EVERY):
                return True
        return False

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _renew_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._renewing = True


class _Server:
    """One process."""

    def __init__(self, model: Path, listening: socket.socket, root: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own script
            command_on(listening.fileno(), model, root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            pass_fds=[listening.fileno()],
            env={**os.environ, "STANDBY_NLU_PARENT": str(os.getpid())},
        )
        self._leaves_until = float("inf")

    def lives(self) -> bool:
        return self._process.poll() is None

    def said_ready(self, within: float) -> bool:
        assert self._process.stdout is not None  # noqa: S101  # opened as a pipe above
        spoken, _, _ = select.select([self._process.stdout], [], [], within)
        return bool(spoken) and self._process.stdout.readline() == b"ready\n"

    def leave(self) -> None:
        """Ask it to answer what it has and end."""
        self._leaves_until = time.monotonic() + ENDS_WITHIN
        if self.lives():
            self._process.terminate()

    def leaves(self) -> bool:
        """Whether it is still on its way out; past its time it is killed."""
        if self.lives() and time.monotonic() > self._leaves_until:
            self._process.kill()
        return self.lives()

    def gone(self) -> None:
        """Wait until it has ended, and close what was between us."""
        while self.leaves():
            time.sleep(LOOKS_EVERY)
        self._process.communicate()


def _end(servers: Iterable[_Server]) -> None:
    for server in servers:
        server.leave()
    for server in servers:
        server.gone()


def _bound(port: int) -> socket.socket:
    """The address, taken. It is the servers that listen on it, so nobody is kept waiting before one answers."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise ModelError(f"127.0.0.1:{port} cannot be used: {error.strerror}.") from None
    return listening
