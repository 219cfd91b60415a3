"""The client of the Rasa servers: one text in, a ranking of intents and reasons out, within a time limit."""

import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Any, TypeVar

import httpx

from nlu.clean import LONGEST
from nlu.understanding import Intent, NluUnavailable, Ranked, Reason

Named = TypeVar("Named", Intent, Reason)

A_REASON = "reason_"
"""How the model's names of reasons begin; each has a data file of its own."""

RESTS_FOR = 5.0
"""Seconds for which a server that failed is asked only when no other is left."""

CONNECTS_WITHIN = 0.5

BROKEN = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""The connection ended under the request: a server that is being replaced closes those it kept open."""

MOST_BREAKS = 3


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
            except (httpx.HTTPError, ValueError) as error:
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
        self._http = httpx.Client(base_url=url, params={"token": token} if token else {})
        self._rests_until = 0.0

    def parse(self, text: str, *, within: float) -> Ranked:
        answer = self._post(text, httpx.Timeout(within, connect=min(within, CONNECTS_WITHIN)))
        answer.raise_for_status()
        return ranked(answer.json())

    def _post(self, text: str, timeout: httpx.Timeout) -> httpx.Response:
        """The answer. Reading a text twice does no harm, so a connection that breaks is only made anew."""
        for _ in range(MOST_BREAKS - 1):
            with suppress(*BROKEN):
                return self._http.post("/model/parse", json={"text": text}, timeout=timeout)
        return self._http.post("/model/parse", json={"text": text}, timeout=timeout)

    def rest(self) -> None:
        self._rests_until = time.monotonic() + RESTS_FOR

    def rests(self) -> bool:
        return time.monotonic() < self._rests_until

    def close(self) -> None:
        self._http.close()


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
