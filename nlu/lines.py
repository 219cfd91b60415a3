"""The model without a server: loaded once in a process of its own that reads a text a line."""

import json
import subprocess
from pathlib import Path
from types import TracebackType

from nlu.clean import LONGEST
from nlu.client import ranked
from nlu.server import PROJECT, lines_command
from nlu.understanding import NluUnavailable, Ranked


class LineModel:
    """Same answers as NluClient, for batches and tests. Ends with the process that made it. Not for threads."""

    def __init__(self, root: Path = PROJECT) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own script
            lines_command(root),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        if self._line().strip() != "ready":
            self.close()
            raise NluUnavailable("the model could not be loaded")

    def parse(self, text: str) -> Ranked:
        assert self._process.stdin is not None  # noqa: S101  # opened as a pipe above
        try:
            self._process.stdin.write(json.dumps(text[:LONGEST]) + "\n")
            self._process.stdin.flush()
            return ranked(json.loads(self._line()))
        except (OSError, ValueError) as error:
            raise NluUnavailable(type(error).__name__) from None

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101  # opened as a pipe above
        return self._process.stdout.readline()

    def close(self) -> None:
        """The process ends by itself when its input does."""
        self._process.communicate()

    def __enter__(self) -> "LineModel":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
