"""Folders for Unix sockets: entered by their owner only, with a path short enough for a socket."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from bot.processes import ProcessFailed

LONGEST_SOCKET_PATH = 107
"""Bytes the kernel has for a socket's path, without the closing zero."""


def socket_folder(directory: Path, socket: str) -> Path:
    """`directory`/run, or a folder with a short name where the path of `socket` in it would be too long."""
    folder = directory.absolute() / "run"
    if len(os.fsencode(folder / socket)) <= LONGEST_SOCKET_PATH:
        return folder
    return short_folder(directory, parent=Path(tempfile.gettempdir()))


def short_folder(directory: Path, *, parent: Path) -> Path:
    """A folder in `parent` that is ours, the same one each time for the same `directory`."""
    digest = hashlib.sha256(os.fsencode(directory.absolute())).hexdigest()[:12]
    folder = parent / f"standby-{os.geteuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise ProcessFailed(f"{folder} belongs to somebody else: remove it and start again.")
    return folder
