"""Rasa's own HTTP API with our model: serve.py MODEL PORT. Runs in Rasa's own environment.

The same application that `rasa run --enable-api` serves, without what that command loads besides (channels,
a tracker store, action servers): it starts in half the time. Answers on 127.0.0.1 only; where
STANDBY_NLU_TOKEN is set it wants that token with every request; where STANDBY_NLU_PARENT names a process it ends
with that process, however that ended.
"""

import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import load
from rasa.server import create_app


def main(model: str, port: str) -> None:
    end_with(int(os.environ.get("STANDBY_NLU_PARENT") or 0))
    app = create_app(
        load.load(Path(model)), cors_origins=[], auth_token=os.environ.get("STANDBY_NLU_TOKEN") or None
    )
    app.run(host="127.0.0.1", port=int(port), workers=1, access_log=False, motd=False, debug=False)


def end_with(parent: int) -> None:
    """Watch a process, looking each second, and end at once when it is gone. 0: nobody to watch."""

    def watch() -> None:
        while Path(f"/proc/{parent}").exists():
            time.sleep(1)
        os._exit(0)

    if parent:
        threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
