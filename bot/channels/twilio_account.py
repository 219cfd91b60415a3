"""The deployment's Twilio account, by Twilio's own client: how long we wait, and what its refusals mean."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.channels import ChannelError, ChannelSilent, Found
from bot.settings import Settings

CALL_SECONDS = 10
LOOK_AT_MOST = 200
OURS = "outbound-api"
"""A listed message or call that we made: not a patient's, not the carrier's own reply."""

TRY_AGAIN = {
    20429: "too many requests",
    20500: "internal error",
    20503: "service unavailable",
    30001: "queue overflow",
    30022: "the rate of the campaign is used up",
    30023: "the day's segments of the brand are used up",
}
"""Twilio's codes after which the same message may be sent again: nothing went out. Any other 4xx is final."""


class _TwilioAt(TwilioHttpClient):  # type: ignore[misc]  # twilio has no types
    """Twilio's HTTP client, pointed at another server where a deployment or a test wants one."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=CALL_SECONDS)
        self._base = urlsplit(base_url)
        self._heed_environment(base_url)

    def _heed_environment(self, base_url: str) -> None:
        """Proxies and certificates that the environment names are looked up now, and not with every call, where
        that takes a third of it."""
        found = self.session.merge_environment_settings(base_url, {}, None, None, None)
        self.session.proxies, self.session.verify = found["proxies"], found["verify"]
        self.session.trust_env = False

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        asked = urlsplit(url)
        there = urlunsplit((self._base.scheme, self._base.netloc, asked.path, asked.query, asked.fragment))
        return super().request(method, there, *args, **kwargs)


class TwilioAccount:
    """Twilio's client with a time limit on every call. No text or number is logged."""

    def __init__(self, settings: Settings) -> None:
        self.public_url = settings.public_url
        self._http = _TwilioAt(settings.twilio_api_base_url)
        self.client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            http_client=self._http,
        )

    def close(self) -> None:
        if self._http.session is not None:
            self._http.session.close()


def created(create: Callable[[], Any]) -> str:
    """Twilio's id of what is made by a call to it. Refusals and silence are raised as a `Channel` raises them."""
    try:
        made = create()
    except TwilioRestException as error:
        raise _refused(error) from None
    except RequestException:
        raise ChannelSilent from None
    if made.sid is None:
        raise ChannelSilent
    return str(made.sid)


def found(
    look: Callable[[], Iterable[Any]], since: datetime, words: Callable[[Any], str | None]
) -> Sequence[Found]:
    """Of what a look at Twilio's list brings: what we made since then, with its words where it has any."""
    try:
        listed = list(look())
    except (TwilioException, RequestException):
        raise ChannelSilent from None
    return [
        Found(str(each.sid), words(each), each.date_created)
        for each in listed
        if each.direction == OURS and each.date_created is not None and each.date_created >= since
    ]


def _refused(error: TwilioRestException) -> ChannelError | ChannelSilent:
    """A 5xx may have been answered after the message was taken, so it counts as silence."""
    if error.status >= 500:
        return ChannelSilent()
    code = error.code or error.status
    return ChannelError(str(code), permanent=error.status != 429 and code not in TRY_AGAIN)
