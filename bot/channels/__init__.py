"""Ways of sending. One file per way, one protocol, two kinds of failure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


class ChannelError(Exception):
    """The carrier answered, and the answer was no.

    `permanent`: never try this message again. Otherwise it may be tried again later: nothing was sent.
    `code` is the carrier's own.
    """

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


class ChannelSilent(Exception):
    """No answer came: the message may or may not have gone out."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text as the carrier is to have it. `extras` is what its channel needs beside the words
    (clinic/envelopes.py)."""

    message_id: UUID
    sender: str
    to: str
    body: str
    valid_seconds: int
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A message the carrier has: its id, its words, when it was made. A call has no words (None)."""

    sid: str
    body: str | None
    created_at: datetime


class Channel(Protocol):
    def send(self, outgoing: Outgoing) -> str:
        """Hand a text over; gives the carrier's id. Raises ChannelError or ChannelSilent."""

    def find(self, sender: str, to: str, since: datetime) -> Sequence[Found]:
        """Messages the carrier has from `sender` to `to` made at `since` or later. Raises ChannelSilent."""

    def close(self) -> None:
        """Let go of connections kept open."""
