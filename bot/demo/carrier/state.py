"""Everything the double remembers, in memory, behind one lock."""

import random
import time
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Any

from bot.demo.carrier.calls import Call, PicksUp
from bot.demo.carrier.faults import FaultQueue
from bot.demo.carrier.messages import Direction, Message, Status
from bot.demo.carrier.settings import Manners


class State:
    """Hold `changed` around whatever reads several things or writes one; wait on it to see each change."""

    def __init__(self, manners: Manners, phones: dict[str, str]) -> None:
        self.changed = Condition()
        self._first_manners = manners
        self._first_phones = phones
        self.epoch = 0
        self.version = 0
        self._start()

    def _start(self) -> None:
        self.manners = self._first_manners
        self.phones = dict(self._first_phones)
        """Number → name, as the page shows them."""
        self.messages: dict[str, Message] = {}
        self.blocked: set[tuple[str, str]] = set()
        """(our number, phone) pairs that STOP has cut."""
        self.airplane: set[str] = set()
        self.calls: dict[str, Call] = {}
        self.picks_up: dict[str, PicksUp] = {}
        """Phone → what happens when it rings; a person picks up where nothing else is said."""
        self.templates: dict[str, str] = {}
        """ContentSid → its words, with places such as {{1}}."""
        self.free_at: dict[str, float] = {}
        """Our number → when its queue has room again, on the monotonic clock."""
        self.faults = FaultQueue()
        self.requests: list[dict[str, Any]] = []
        self.callbacks: list[dict[str, Any]] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.manners.clock_ahead)

    def add(self, message: Message) -> None:
        """Take a message in. It shows in lists only after a while, as with Twilio."""
        with self.changed:
            delay = random.uniform(*self.manners.list_delay)  # noqa: S311 - spreads delays, guards nothing
            message.listed_from = time.monotonic() + delay
            message.order = len(self.messages) + 1
            self.messages[message.sid] = message
            self.touch(message)

    def heard(self, number: str, phone: str) -> datetime | None:
        """When a phone last wrote to a number of ours."""
        with self.changed:
            came = [
                message.created
                for message in self.messages.values()
                if message.direction is Direction.INBOUND
                and (message.number, message.phone) == (number, phone)
            ]
        return max(came, default=None)

    def move(self, message: Message, status: Status, error_code: int | None = None) -> None:
        with self.changed:
            message.status = status
            message.error_code = error_code
            message.updated = self.now()
            if status is Status.SENT:
                message.sent = message.updated
            self.touch(message)

    def ring(self, call: Call) -> None:
        """Take a call in, behind the texts so far."""
        with self.changed:
            call.order = len(self.messages) + 0.5
            self.calls[call.sid] = call
            self.touch(call)

    def touch(self, what: Message | Call | None = None) -> None:
        """Tell whoever waits that something, or this message or call, has changed."""
        with self.changed:
            self.version += 1
            if what is not None:
                what.version = self.version
            self.changed.notify_all()

    def knows(self, message: Message) -> bool:
        """Whether a message is still ours: a reset forgets all of them."""
        with self.changed:
            return self.messages.get(message.sid) is message

    def reset(self) -> None:
        """Be as at the start. The epoch tells the pages to start over."""
        with self.changed:
            self._start()
            self.epoch += 1
            self.touch()
