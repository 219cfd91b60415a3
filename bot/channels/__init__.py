"""Ways of sending. One file per way, one protocol, two kinds of failure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
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
    """A text as the carrier is to have it."""

    message_id: UUID
    sender: str
    to: str
    body: str
    valid_seconds: int


@dataclass(frozen=True, slots=True)
class Found:
    """A message the carrier has: its id, its words, when it was made."""

    sid: str
    body: str
    created_at: datetime


class Channel(Protocol):
    def send(self, outgoing: Outgoing) -> str:
        """Hand a text over; gives the carrier's id. Raises ChannelError or ChannelSilent."""

    def find(self, sender: str, to: str, since: datetime) -> Sequence[Found]:
        """Messages the carrier has from `sender` to `to` made at `since` or later. Raises ChannelSilent."""

    def close(self) -> None:
        """Let go of connections kept open."""
