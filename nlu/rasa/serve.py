"""Rasa's own HTTP API with our model: serve.py MODEL PORT, or serve.py MODEL fd:N for a socket that was handed on.
Runs in Rasa's own environment.

The same application that `rasa run --enable-api` serves, without what that command loads besides (channels,
a tracker store, action servers): it starts in half the time. It says `ready` once it answers. Answers on
127.0.0.1 only; where STANDBY_NLU_TOKEN is set it wants that token with every request; where STANDBY_NLU_PARENT
names a process it ends with that process, however that ended. Told to end (SIGTERM), it answers what it has.
"""

import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import load
from rasa.server import create_app


def main(model: str, where: str) -> None:
    end_with(int(os.environ.get("STANDBY_NLU_PARENT") or 0))
    app = create_app(
        load.load(Path(model)), cors_origins=[], auth_token=os.environ.get("STANDBY_NLU_TOKEN") or None
    )
    app.register_listener(_say_ready, "after_server_start")
    app.run(sock=_socket(where), workers=1, access_log=False, motd=False, debug=False)


def _socket(where: str) -> socket.socket:
    """Opened only now that the model is loaded: until then nobody is to believe that somebody answers."""
    if where.startswith("fd:"):
        return socket.socket(fileno=int(where.removeprefix("fd:")))
    return socket.create_server(("127.0.0.1", int(where)))


async def _say_ready(*_: Any) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def end_with(parent: int) -> None:
    """Watch a process, looking each second, and end at once when it is gone. 0: nobody to watch."""

    def watch() -> None:
        while _lives(parent):
            time.sleep(1)
        os._exit(0)

    if parent:
        threading.Thread(target=watch, daemon=True).start()


def _lives(pid: int) -> bool:
    """A process that has ended and that nobody has asked about is still listed, as a Z."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


if __name__ == "__main__":
    main(*sys.argv[1:])
