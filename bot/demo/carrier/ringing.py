"""What becomes of a call: the phone rings, somebody or something picks up, is told, presses keys, hangs up."""

import time
from functools import partial
from html import unescape

from bot.demo.carrier.calls import ACTION, Call, CallStatus, PicksUp
from bot.demo.carrier.messages import API_VERSION
from bot.demo.carrier.posting import send, signed
from bot.demo.carrier.scheduler import Scheduler
from bot.demo.carrier.settings import Account
from bot.demo.carrier.state import State


class Ringing:
    def __init__(self, account: Account, state: State, scheduler: Scheduler) -> None:
        self._account = account
        self._state = state
        self._scheduler = scheduler

    def begin(self, call: Call) -> None:
        self._scheduler.at(time.monotonic(), partial(self._ring, call))

    def press(self, sid: str, digit: str) -> Call:
        """A key is pressed. Raises ValueError where no key is waited for."""
        call = self._known(sid)
        asked = ACTION.search(call.said[-1]) if call.said else None
        if call.status is not CallStatus.IN_PROGRESS or asked is None:
            raise ValueError("this call waits for no key")
        call.keyed = unescape(asked[1])
        self._tell(call, call.keyed, {"Digits": digit})
        return call

    def repeat(self, sid: str, digit: str) -> Call:
        """The key's webhook is posted once more, as Twilio does where its answer was lost."""
        call = self._known(sid)
        if call.keyed is None:
            raise ValueError("no key was pressed yet")
        self._tell(call, call.keyed, {"Digits": digit})
        return call

    def hang_up(self, sid: str) -> Call:
        call = self._known(sid)
        if call.status is CallStatus.IN_PROGRESS:
            self._end(call, CallStatus.COMPLETED)
        return call

    def _known(self, sid: str) -> Call:
        with self._state.changed:
            call = self._state.calls.get(sid)
        if call is None:
            raise ValueError("there is no such call")
        return call

    def pick_up(self, sid: str, how: PicksUp) -> Call:
        """Somebody at the page picks up, lets a voicemail do so, or declines. Raises ValueError where it rings no
        more."""
        call = self._known(sid)
        with self._state.changed:
            if call.status is not CallStatus.RINGING:
                raise ValueError("this call does not ring any more")
            call.status = CallStatus.QUEUED  # nobody else picks up
        self._answered(call, how)
        return call

    def _ring(self, call: Call) -> None:
        with self._state.changed:
            usual = PicksUp.BY_HAND if self._state.manners.calls_by_hand else PicksUp.PERSON
            how = self._state.picks_up.get(call.to, usual)
            by_hand = how is PicksUp.BY_HAND and call.to not in self._state.airplane
            if by_hand:
                call.status = CallStatus.RINGING
                self._state.touch(call)
        if by_hand:
            self._scheduler.at(time.monotonic() + call.rings_for, partial(self._unanswered, call))
            return
        self._answered(call, PicksUp.NOBODY if how is PicksUp.BY_HAND else how)

    def _unanswered(self, call: Call) -> None:
        if call.status is CallStatus.RINGING:
            self._end(call, CallStatus.NO_ANSWER)

    def _answered(self, call: Call, how: PicksUp) -> None:
        if how not in (PicksUp.PERSON, PicksUp.MACHINE):
            self._end(call, CallStatus(how))
            return
        call.status = CallStatus.IN_PROGRESS
        if call.detects_machines:
            call.answered_by = "human" if how is PicksUp.PERSON else "machine_end_beep"
        self._tell(call, call.url, {})

    def _tell(self, call: Call, url: str, more: dict[str, str]) -> None:
        """Ask what is to be said; a call that is not asked for a key is over when it was."""
        answer = send(signed(url, self._fields(call) | more, self._account.token))
        with self._state.changed:
            call.said.append(answer.text)
            self._state.touch(call)
        if call.status is CallStatus.IN_PROGRESS and not ACTION.search(answer.text):
            self._end(call, CallStatus.COMPLETED)

    def _end(self, call: Call, status: CallStatus) -> None:
        with self._state.changed:
            call.status = status
            self._state.touch(call)
        if call.callback_url:
            send(signed(call.callback_url, self._fields(call), self._account.token))

    def _fields(self, call: Call) -> dict[str, str]:
        fields = {
            "CallSid": call.sid,
            "AccountSid": self._account.sid,
            "From": call.sender,
            "To": call.to,
            "CallStatus": call.status.value,
            "ApiVersion": API_VERSION,
            "Direction": "outbound-api",
        }
        return fields | ({"AnsweredBy": call.answered_by} if call.answered_by else {})
