"""A channel whose calls a test decides."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.channels import Found, Outgoing


class Recorded:
    """A channel that takes every text, and does what the test wants before it answers."""

    def __init__(self, before: Callable[[Outgoing], object] = lambda _outgoing: None) -> None:
        self.sent: list[str] = []
        self._before = before

    def send(self, outgoing: Outgoing) -> str:
        self._before(outgoing)
        self.sent.append(outgoing.to)
        return f"SM{outgoing.message_id.hex}"

    def find(self, sender: str, to: str, since: datetime) -> Sequence[Found]:
        return ()

    def close(self) -> None:
        """It keeps nothing open."""
