"""What the demo keeps between two runs, in the project's `.standby/demo/`: secrets, servers' data, logs."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from bot.demo import postgres, valkey

PROJECT = Path(__file__).resolve().parents[2]


class DemoRefused(Exception):
    """The demo cannot start here. The text says why and what to do, in a sentence."""


@dataclass(frozen=True)
class DemoClinic:
    """What the demo clinic's maker tells of it."""

    slug: str
    name: str
    number: str
    """The clinic's own number, E.164."""
    staff_email: str
    """Who signs in; the password is the one that was given."""


@dataclass(frozen=True)
class Secrets:
    """Made once and kept, so that sessions and links live on over a restart."""

    secret_key: str
    twilio_account_sid: str
    twilio_auth_token: str
    staff_password: str

    @classmethod
    def made(cls) -> Self:
        token = secrets.token_hex
        return cls(token(32), f"AC{token(16)}", token(16), secrets.token_urlsafe(9))


class State:
    """The folder and what lies where in it."""

    def __init__(self, root: Path = PROJECT / ".standby" / "demo") -> None:
        self.root = root
        self.postgres = root / "postgres"
        self.valkey = root / "valkey"
        self.logs = root / "logs"
        self.phones = root / "phones.json"
        self.environment = root / "demo.env"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One demo at a time: two would share their servers' files."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.root / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                owner = lock.read().strip()
                raise DemoRefused(
                    f"A demo is already running here (process {owner}): stop it first."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def reset(self) -> None:
        """Forget everything but the lock: the next start begins anew."""
        postgres.remove(self.postgres)
        valkey.remove(self.valkey)
        for path in self.root.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()

    def secrets(self) -> Secrets:
        file = self.root / "secrets.json"
        if not file.exists():
            _write_private(file, json.dumps(asdict(Secrets.made()), indent=2) + "\n")
        return Secrets(**json.loads(file.read_text()))

    def write_environment(self, settings: Mapping[str, str]) -> None:
        """The demo's settings, for running other `standby` commands beside it."""
        lines = (f"export {name}='{value}'\n" for name, value in settings.items())
        _write_private(self.environment, "".join(lines))


def _write_private(file: Path, text: str) -> None:
    half = file.with_suffix(".half")
    half.touch(mode=0o600)
    half.write_text(text)
    half.rename(file)
