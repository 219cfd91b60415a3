"""The carrier at its worst: it takes a text, refuses it, or says nothing, and nobody knows which comes next.

It stands where `bot.channels` ends, so no step of the machine waits for a process or a socket.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bot.channels import ChannelError, ChannelSilent, Found, Outgoing


class Mood(StrEnum):
    """What becomes of the next text that is handed over."""

    TAKES = "takes"
    REFUSES = "refuses"  # for good: it may not go to that number
    NO_NUMBER = "no number"  # for good, and no text ever reaches that number
    BLOCKED = "blocked"  # for good: the number has told the carrier STOP
    BUSY = "busy"  # for now
    SILENT_TAKEN = "silent, taken"  # it has gone out, and we are not told
    SILENT_LOST = "silent, lost"


_REFUSALS = {
    Mood.REFUSES: ChannelError("30007", permanent=True),
    Mood.NO_NUMBER: ChannelError("21614", permanent=True),
    Mood.BLOCKED: ChannelError("21610", permanent=True),
    Mood.BUSY: ChannelError("20429", permanent=False),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that has gone out."""

    sid: str
    outgoing: Outgoing
    at: datetime


class Carrier:
    """`mood` is how it feels about the next text only; `away`: it answers no question."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.mood = Mood.TAKES
        self.away = False
        self.taken: list[Taken] = []

    def send(self, outgoing: Outgoing) -> str:
        mood, self.mood = self.mood, Mood.TAKES
        if mood in _REFUSALS:
            raise _REFUSALS[mood]
        if mood is Mood.SILENT_LOST:
            raise ChannelSilent
        sid = self.take(outgoing)
        if mood is Mood.SILENT_TAKEN:
            raise ChannelSilent
        return sid

    def take(self, outgoing: Outgoing) -> str:
        """It goes out, whether or not anybody is told."""
        sid = f"SM{len(self.taken):06}"
        self.taken.append(Taken(sid, outgoing, self._clock()))
        return sid

    def find(self, sender: str, to: str, since: datetime) -> Sequence[Found]:
        if self.away:
            raise ChannelSilent
        return [
            Found(each.sid, each.outgoing.body, each.at)
            for each in self.taken
            if (each.outgoing.sender, each.outgoing.to) == (sender, to) and each.at >= since
        ]

    def close(self) -> None:
        """Nothing is kept open."""

    def sent_twice(self) -> list[UUID]:
        times = Counter(each.outgoing.message_id for each in self.taken)
        return [message_id for message_id, count in times.items() if count > 1]
