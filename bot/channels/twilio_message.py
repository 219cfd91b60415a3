"""SMS and WhatsApp through Twilio's Messages API, by Twilio's own client."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.channels import ChannelError, ChannelSilent, Found, Outgoing
from bot.settings import Settings

CALL_SECONDS = 10
LOOK_AT_MOST = 200
OURS = "outbound-api"
"""A listed message that we made: not a patient's, not the carrier's own reply."""

TRY_AGAIN = {
    20429: "too many requests",
    20500: "internal error",
    20503: "service unavailable",
    30001: "queue overflow",
    30022: "the rate of the campaign is used up",
}
"""Twilio's codes after which the same message may be sent again: nothing went out. Any other 4xx is final."""


class _TwilioAt(TwilioHttpClient):  # type: ignore[misc]  # twilio has no types
    """Twilio's HTTP client, pointed at another server where a deployment or a test wants one."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=CALL_SECONDS)
        self._base = urlsplit(base_url)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        asked = urlsplit(url)
        there = urlunsplit((self._base.scheme, self._base.netloc, asked.path, asked.query, asked.fragment))
        return super().request(method, there, *args, **kwargs)


class TwilioMessages:
    """A `Channel`. Every call has a time limit, and no text or number is logged."""

    def __init__(self, settings: Settings) -> None:
        self._public_url = settings.public_url
        self._http = _TwilioAt(settings.twilio_api_base_url)
        self._client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            http_client=self._http,
        )

    def close(self) -> None:
        if self._http.session is not None:
            self._http.session.close()

    def send(self, outgoing: Outgoing) -> str:
        """Hand a text over. `m` in the callback address lets any later word find our message."""
        try:
            created = self._client.messages.create(
                to=outgoing.to,
                from_=outgoing.sender,
                **_words(outgoing),
                validity_period=outgoing.valid_seconds,
                status_callback=f"{self._public_url}/webhooks/twilio/status?m={outgoing.message_id}",
            )
        except TwilioRestException as error:
            raise _refused(error) from None
        except RequestException:
            raise ChannelSilent from None
        if created.sid is None:
            raise ChannelSilent
        return str(created.sid)

    def find(self, sender: str, to: str, since: datetime) -> Sequence[Found]:
        """Look in the list of these two numbers, newest first.

        It is not narrowed by day: a message still queued at the carrier has no day yet, and must be found.
        """
        try:
            listed = self._client.messages.list(to=to, from_=sender, limit=LOOK_AT_MOST)
        except (TwilioException, RequestException):
            raise ChannelSilent from None
        return [
            Found(str(each.sid), str(each.body), each.date_created)
            for each in listed
            if each.direction == OURS and each.date_created is not None and each.date_created >= since
        ]


def _words(outgoing: Outgoing) -> dict[str, str]:
    """Our own words, or the template that WhatsApp wants instead with what fills its places."""
    template = outgoing.extras.get("template")
    if template is None:
        return {"body": outgoing.body}
    values = {str(place): value for place, value in enumerate(outgoing.extras["values"], 1)}
    return {"content_sid": template, "content_variables": json.dumps(values, ensure_ascii=False)}


def _refused(error: TwilioRestException) -> ChannelError | ChannelSilent:
    """A 5xx may have been answered after the message was taken, so it counts as silence."""
    if error.status >= 500:
        return ChannelSilent()
    code = error.code or error.status
    return ChannelError(str(code), permanent=error.status != 429 and code not in TRY_AGAIN)
