"""Automatic calls through Twilio's Calls API. What is said, and what a key does, is asked of us when somebody
picks up (bot/webhooks/voice.py)."""

from collections.abc import Sequence
from datetime import datetime

from bot.channels import Found, Outgoing
from bot.channels.twilio_account import LOOK_AT_MOST, TwilioAccount, created, found
from bot.settings import Settings
from rules.channels import contact_of

RINGS_SECONDS = 25
LASTS_SECONDS = 180


class TwilioCalls:
    """A `Channel`. A machine that answers is told from a person before we are asked for words."""

    def __init__(self, settings: Settings) -> None:
        self._account = TwilioAccount(settings)

    def close(self) -> None:
        self._account.close()

    def send(self, outgoing: Outgoing) -> str:
        """Have a number called. `m` in our addresses finds the message it is about."""
        ours, message = f"{self._account.public_url}/webhooks/twilio/voice", outgoing.message_id
        return created(
            lambda: self._account.client.calls.create(
                to=contact_of(outgoing.to),
                from_=contact_of(outgoing.sender),
                url=f"{ours}?m={message}",
                status_callback=f"{ours}/status?m={message}",
                machine_detection="DetectMessageEnd",
                timeout=RINGS_SECONDS,
                time_limit=LASTS_SECONDS,
            )
        )

    def find(self, sender: str, to: str, since: datetime) -> Sequence[Found]:
        """Calls between these two numbers, newest first. A call has no words to know it by."""
        numbers = {"to": contact_of(to), "from_": contact_of(sender)}
        calls = self._account.client.calls
        return found(lambda: calls.list(**numbers, limit=LOOK_AT_MOST), since, lambda _: None)
