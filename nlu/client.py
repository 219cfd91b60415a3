"""The client of the Rasa server: one text in, a ranking of intents out, within a time limit."""

from types import TracebackType
from typing import Any

import httpx

from nlu.clean import LONGEST
from nlu.understanding import Intent, NluUnavailable

Ranking = tuple[tuple[Intent, float], ...]


class NluClient:
    """Speaks to Rasa's HTTP API over connections it keeps open. May be shared by threads.

    Whatever goes wrong (server away, slow, or answering nonsense) is one thing to a caller: NluUnavailable,
    which never carries the text.
    """

    def __init__(self, url: str, timeout: float = 2.0, *, token: str | None = None) -> None:
        params = {"token": token} if token else {}
        self._http = httpx.Client(base_url=url, timeout=timeout, params=params)

    def parse(self, text: str) -> Ranking:
        """The model's intents, likeliest first."""
        try:
            answer = self._http.post("/model/parse", json={"text": text[:LONGEST]})
            answer.raise_for_status()
            return ranking(answer.json())
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


def ranking(answer: Any) -> Ranking:
    """The ranking in Rasa's answer. ValueError if there is none or it names what is no intent of ours."""
    try:
        found = tuple((Intent(one["name"]), float(one["confidence"])) for one in answer["intent_ranking"])
    except (KeyError, TypeError) as error:
        raise ValueError("no ranking of intents") from error
    if not found:
        raise ValueError("an empty ranking")
    return tuple(sorted(found, key=lambda one: one[1], reverse=True))
