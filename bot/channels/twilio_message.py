"""SMS and WhatsApp through Twilio's Messages API."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.channels import Found, Outgoing
from bot.channels.twilio_account import LOOK_AT_MOST, TwilioAccount, created, found
from bot.settings import Settings


class TwilioMessages:
    """A `Channel`. Every call has a time limit, and no text or number is logged."""

    def __init__(self, settings: Settings) -> None:
        self._account = TwilioAccount(settings)

    def close(self) -> None:
        self._account.close()

    def send(self, outgoing: Outgoing) -> str:
        """Hand a text over. `m` in the callback address lets any later word find our message."""
        return created(
            lambda: self._account.client.messages.create(
                to=outgoing.to,
                from_=outgoing.sender,
                **_words(outgoing),
                validity_period=outgoing.valid_seconds,
                status_callback=f"{self._account.public_url}/webhooks/twilio/status?m={outgoing.message_id}",
            )
        )

    def find(self, sender: str, to: str, since: datetime) -> Sequence[Found]:
        """Look in the list of these two numbers, newest first.

        It is not narrowed by day: a message still queued at the carrier has no day yet, and must be found.
        """
        messages = self._account.client.messages
        return found(
            lambda: messages.list(to=to, from_=sender, limit=LOOK_AT_MOST), since, lambda each: str(each.body)
        )


def _words(outgoing: Outgoing) -> dict[str, str]:
    """Our own words, or the template that WhatsApp wants instead with what fills its places."""
    template = outgoing.extras.get("template")
    if template is None:
        return {"body": outgoing.body}
    values = {str(place): value for place, value in enumerate(outgoing.extras["values"], 1)}
    return {"content_sid": template, "content_variables": json.dumps(values, ensure_ascii=False)}
