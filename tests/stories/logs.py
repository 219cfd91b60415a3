"""What is logged while stories are played, and whether anything in it is nobody's business."""

import contextlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot import logs

SHORTEST_BODY = 6
"""A shorter text ("yes") is also a plain word of ours, and tells nobody anything."""


@dataclass
class Log:
    path: Path
    seen: int = 0

    def new_text(self) -> str:
        """What was logged since the last look."""
        whole = self.path.read_text(encoding="utf-8")
        new, self.seen = whole[self.seen :], len(whole)
        return new


@contextlib.contextmanager
def written_to(path: Path) -> Iterator[Log]:
    """Log as `bot.logs` has it in every process of ours, into a file."""
    with path.open("w", encoding="utf-8", buffering=1) as file:
        with contextlib.redirect_stderr(file):
            logs.configure("debug")
        libraries = logging.StreamHandler(file)
        logging.getLogger().addHandler(libraries)
        yield Log(path)
        logging.getLogger().removeHandler(libraries)
        structlog.reset_defaults()


def told(log: str, secrets: Iterable[str]) -> list[str]:
    """Which of these the log holds, as whole words."""
    return sorted(
        secret for secret in set(secrets) if re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", log)
    )


def bodies(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if len(text) >= SHORTEST_BODY]
