"""What becomes of a text that the API accepted: it waits in its number's queue, is sent, arrives or does not.

1. `_plan` writes the steps down when it is accepted: queued now, sent when the queue has room, the end after
   that; or undelivered with 30036 where the queue would hold it beyond its validity period.
2. `_advance` takes one step, reports it to the StatusCallback, and only then sets the clock for the next, so
   that callbacks come in order unless a fault wants them otherwise.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from bot.demo.carrier.faults import Fault, Kind, Variant
from bot.demo.carrier.messages import API_VERSION, Message, Status
from bot.demo.carrier.posting import send, signed
from bot.demo.carrier.scheduler import Scheduler
from bot.demo.carrier.settings import Account
from bot.demo.carrier.state import State

WINDOW = timedelta(hours=24)
OUTSIDE_THE_WINDOW = 63016


@dataclass(frozen=True)
class Step:
    at: float
    """On the monotonic clock."""
    status: Status
    error_code: int | None = None


@dataclass
class Journey:
    message: Message
    steps: list[Step]
    variant: Variant | None = None
    late_by: float = 0.0
    taken: list[Step] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return len(self.taken) == len(self.steps)


class Lives:
    def __init__(self, account: Account, state: State, scheduler: Scheduler) -> None:
        self._account = account
        self._state = state
        self._scheduler = scheduler

    def begin(self, message: Message) -> None:
        """Set a newly accepted message on its way; with the `early` fault, take it there before returning."""
        with self._state.changed:
            failing = self._state.faults.take(Kind.FAIL_CODE, to=message.to)
            fault = self._state.faults.take(Kind.CALLBACK, to=message.to)
            journey = Journey(message, self._plan(message, failing))
        if fault is not None:
            journey.variant, journey.late_by = fault.variant, fault.seconds
        if journey.variant is Variant.EARLY:
            while not journey.over:
                self._take_step(journey)
        else:
            self._scheduler.at(journey.steps[0].at, partial(self._advance, journey))

    def _plan(self, message: Message, failing: Fault | None) -> list[Step]:
        manners, now = self._state.manners, time.monotonic()
        leaves = max(now, self._state.free_at.get(message.sender, now))
        steps = [Step(now, Status.QUEUED)]
        if leaves > now + message.validity:
            return [*steps, Step(now + message.validity, Status.UNDELIVERED, 30036)]
        self._state.free_at[message.sender] = leaves + message.segments / manners.mps
        leaves += manners.sent_after
        if self._is_shut(message):
            return [*steps, Step(leaves, Status.FAILED, OUTSIDE_THE_WINDOW)]
        if failing is not None and failing.failed:
            return [*steps, Step(leaves, Status.FAILED, failing.code)]
        end = Status.UNDELIVERED if failing else Status.DELIVERED
        arrives = leaves + manners.delivered_after
        return [*steps, Step(leaves, Status.SENT), Step(arrives, end, failing.code if failing else None)]

    def _is_shut(self, message: Message) -> bool:
        """WhatsApp takes words without a template only for a day after the phone's own."""
        if not message.sender.startswith("whatsapp:") or message.template is not None:
            return False
        heard = self._state.heard(message.sender, message.to)
        return heard is None or heard < self._state.now() - WINDOW

    def _advance(self, journey: Journey) -> None:
        if not self._state.knows(journey.message):
            return
        self._take_step(journey)
        if not journey.over:
            self._scheduler.at(journey.steps[len(journey.taken)].at, partial(self._advance, journey))

    def _take_step(self, journey: Journey) -> None:
        step = self._as_it_turns_out(journey, journey.steps[len(journey.taken)])
        journey.taken.append(step)
        self._state.move(journey.message, step.status, step.error_code)
        if journey.variant is Variant.LATE and journey.over:
            self._scheduler.at(
                time.monotonic() + journey.late_by, partial(self._report, journey, journey.taken)
            )
        else:
            self._report(journey, _reports(journey))

    def _as_it_turns_out(self, journey: Journey, step: Step) -> Step:
        """A phone in airplane mode gets nothing, whatever was planned."""
        if step.status is Status.DELIVERED and journey.message.to in self._state.airplane:
            return Step(step.at, Status.UNDELIVERED, 30003)
        return step

    def _report(self, journey: Journey, steps: list[Step]) -> None:
        message = journey.message
        for step in steps:
            if message.callback_url is None or not self._state.knows(message):
                return
            fields = self._callback_fields(message, step)
            record: dict[str, Any] = {"url": message.callback_url, "fields": fields, "answer": None}
            with self._state.changed:
                record["at"] = self._state.now().isoformat()
                self._state.callbacks.append(record)
            record["answer"] = send(signed(message.callback_url, fields, self._account.token)).status

    def _callback_fields(self, message: Message, step: Step) -> dict[str, str]:
        fields = {
            "SmsSid": message.sid,
            "SmsStatus": step.status.value,
            "MessageStatus": step.status.value,
            "To": message.to,
            "MessageSid": message.sid,
            "AccountSid": self._account.sid,
            "From": message.sender,
            "ApiVersion": API_VERSION,
        }
        if step.error_code is not None:
            fields["ErrorCode"] = str(step.error_code)
        return fields


def _reports(journey: Journey) -> list[Step]:
    """The callbacks to make after the step just taken."""
    match journey.variant:
        case Variant.NEVER | Variant.LATE:  # late ones have a clock of their own
            return []
        case Variant.OUT_OF_ORDER:
            return journey.taken[::-1] if journey.over else []
        case Variant.TWICE:
            return [journey.taken[-1]] * 2
        case _:
            return journey.taken[-1:]
