"""The client of the Rasa servers: one text in, a ranking of intents and reasons out, within a time limit."""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlencode

from urllib3 import BaseHTTPResponse, Timeout, connection_from_url
from urllib3.exceptions import HTTPError, ProtocolError
from urllib3.util import parse_url

from nlu.clean import LONGEST
from nlu.understanding import Intent, NluUnavailable, Ranked, Reason

Named = TypeVar("Named", Intent, Reason)

A_REASON = "reason_"
"""How the model's names of reasons begin; each has a data file of its own."""

RESTS_FOR = 5.0
"""Seconds for which a server that failed is asked only when no other is left."""

CONNECTS_WITHIN = 0.5

MOST_BREAKS = 3
"""A connection may end under the request: a server that is being replaced closes those it kept open."""

KEPT_OPEN = 8
"""Connections to a server at most that are used again: as many as threads ask it at once."""

GOOD = 200
JSON = {"Content-Type": "application/json"}


class NluClient:
    """Speaks to Rasa's HTTP API over connections it keeps open. May be shared by threads.

    `urls` is one address or several with commas between: they are asked in turn, and where one fails another is,
    all within `timeout` seconds. Whatever goes wrong with all of them (away, slow, or answering nonsense) is one
    thing to a caller: NluUnavailable, which never carries the text.
    """

    def __init__(self, urls: str, timeout: float = 2.0, *, token: str | None = None) -> None:
        self._servers = [_Server(url, token) for url in addresses(urls)]
        self._timeout = timeout
        self._turns = count()

    def parse(self, text: str) -> Ranked:
        """What the model makes of a text. Raises NluUnavailable."""
        until = time.monotonic() + self._timeout
        failure: Exception | None = None
        for tried, server in enumerate(self._in_turn()):
            share = (until - time.monotonic()) / (len(self._servers) - tried)
            try:
                return server.parse(text[:LONGEST], within=max(share, 0.001))
            except (HTTPError, ValueError) as error:
                server.rest()
                failure = error
        raise NluUnavailable(type(failure).__name__) from None

    def _in_turn(self) -> list["_Server"]:
        """All of them, each text beginning with the next; those that failed lately last."""
        first = next(self._turns) % len(self._servers)
        turn = [*self._servers[first:], *self._servers[:first]]
        return sorted(turn, key=_Server.rests)

    def close(self) -> None:
        for server in self._servers:
            server.close()

    def __enter__(self) -> "NluClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server:
    """One address, and whether it failed lately."""

    def __init__(self, url: str, token: str | None) -> None:
        self._pool = connection_from_url(url, maxsize=KEPT_OPEN)
        query = f"?{urlencode({'token': token})}" if token else ""
        self._path = f"{parse_url(url).path or ''}/model/parse{query}"
        self._rests_until = 0.0

    def parse(self, text: str, *, within: float) -> Ranked:
        timeout = Timeout(total=within, connect=min(within, CONNECTS_WITHIN))
        answer = self._post(json.dumps({"text": text}).encode(), timeout)
        if answer.status != GOOD:
            raise HTTPError(f"status {answer.status}")
        return ranked(answer.json())

    def _post(self, body: bytes, timeout: Timeout) -> BaseHTTPResponse:
        """The answer. Reading a text twice does no harm, so a connection that breaks is only made anew."""
        for _ in range(MOST_BREAKS - 1):
            with suppress(ProtocolError):
                return self._post_once(body, timeout)
        return self._post_once(body, timeout)

    def _post_once(self, body: bytes, timeout: Timeout) -> BaseHTTPResponse:
        return self._pool.urlopen(
            "POST", self._path, body=body, headers=JSON, retries=False, redirect=False, timeout=timeout
        )

    def rest(self) -> None:
        self._rests_until = time.monotonic() + RESTS_FOR

    def rests(self) -> bool:
        return time.monotonic() < self._rests_until

    def close(self) -> None:
        self._pool.close()


def addresses(urls: str) -> list[str]:
    """The single addresses of what STANDBY_NLU_URL holds."""
    return [url.strip().rstrip("/") for url in urls.split(",") if url.strip()]


def ranked(answer: Any) -> Ranked:
    """The ranking in Rasa's answer. ValueError if there is none or it names what is no intent of ours.

    The reasons are topics of their own to the model; to us they are one intent, "why they cannot come".
    """
    try:
        shares = {one["name"]: float(one["confidence"]) for one in answer["intent_ranking"]}
    except (KeyError, TypeError) as error:
        raise ValueError("no ranking of intents") from error
    if not shares:
        raise ValueError("an empty ranking")
    reasons = {
        Reason(name.removeprefix(A_REASON)): share
        for name, share in shares.items()
        if name.startswith(A_REASON)
    }
    intents = {Intent(name): share for name, share in shares.items() if not name.startswith(A_REASON)}
    if reasons:
        intents[Intent.REASON] = sum(reasons.values())
    return Ranked(_likeliest_first(intents), _likeliest_first(reasons), answer.get("model"))


def _likeliest_first(shares: Mapping[Named, float]) -> tuple[tuple[Named, float], ...]:
    return tuple(sorted(shares.items(), key=lambda one: one[1], reverse=True))
