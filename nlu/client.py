"""The client of the Rasa server: one text in, a ranking of intents and reasons out, within a time limit."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, TypeVar

import httpx

from nlu.clean import LONGEST
from nlu.understanding import Intent, NluUnavailable, Ranked, Reason

Named = TypeVar("Named", Intent, Reason)

A_REASON = "reason_"
"""How the model's names of reasons begin; each has a data file of its own."""


class NluClient:
    """Speaks to Rasa's HTTP API over connections it keeps open. May be shared by threads.

    Whatever goes wrong (server away, slow, or answering nonsense) is one thing to a caller: NluUnavailable,
    which never carries the text.
    """

    def __init__(self, url: str, timeout: float = 2.0, *, token: str | None = None) -> None:
        params = {"token": token} if token else {}
        self._http = httpx.Client(base_url=url, timeout=timeout, params=params)

    def parse(self, text: str) -> Ranked:
        """What the model makes of a text."""
        try:
            answer = self._http.post("/model/parse", json={"text": text[:LONGEST]})
            answer.raise_for_status()
            return ranked(answer.json())
        except (httpx.HTTPError, ValueError) as error:
            raise NluUnavailable(type(error).__name__) from None

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> "NluClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


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
