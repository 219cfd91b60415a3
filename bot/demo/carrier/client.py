"""How a test starts the double and steers it."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import httpx

ACCOUNT_SID = "AC" + "5" * 32
"""The account of every double that a test starts: give it, and the token, to the program under test."""
AUTH_TOKEN = "made-up-token-of-the-double"  # noqa: S105 - the double's own, good nowhere else
STARTS_WITHIN = 30.0
"""Seconds; it takes one on a quiet machine."""


class Carrier:
    """A running double. Times out loudly rather than wait for ever."""

    def __init__(self, url: str, numbers: Sequence[str] = ()) -> None:
        self.url = url
        self.numbers = list(numbers)
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    @classmethod
    @contextmanager
    def start(
        cls,
        webhook_url: str,
        numbers: Sequence[str],
        *,
        port: int = 0,
        arguments: Sequence[str] = ("--fast",),
    ) -> Iterator[Self]:
        """Run it as a process that ends with this block, and with this process. Start it from a thread that
        lives as long: Linux tells a child of its parent's end when the thread that started it ends."""
        command = [sys.executable, "-m", "bot.demo.carrier", f"--port={port}", f"--parent={os.getpid()}"]
        command += [f"--account-sid={ACCOUNT_SID}", f"--webhook-url={webhook_url}", *arguments]
        command += [f"--number={number}" for number in numbers]
        env = {**os.environ, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
        # S603: the command is written above; what callers add is theirs to answer for.
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as process:  # noqa: S603
            try:
                carrier = cls(_ready(process), [number.partition("=")[0] for number in numbers])
                with carrier._http:
                    yield carrier
            finally:
                process.kill()

    def text(self, sender: str, body: str, *, to: str | None = None, **more: Any) -> dict[str, Any]:
        """Text as a patient; `more` as in `inbound.Text`. Back once the webhook has answered:
        `{sid, statuses, answers}`."""
        return dict(
            self._post("inbound", {"from": sender, "to": to or self.numbers[0], "body": body, **more})
        )

    def text_many(self, texts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """All at the same instant: `{from, body, …}` each, to our first number unless `to` is given."""
        return list(self._post("inbound/many", [{"to": self.numbers[0], **text} for text in texts]))

    def messages(self, phone: str | None = None, *, since: int = 0) -> list[dict[str, Any]]:
        """Every text in and out, in order of arrival."""
        params = {"since": since} | ({"phone": phone} if phone else {})
        return list(self._get("messages", params)["messages"])

    def sent_to(self, phone: str) -> list[str]:
        """What the clinic has sent to a phone, without the carrier's own texts."""
        return [m["body"] for m in self.messages(phone) if m["direction"] == "outbound-api"]

    def wait_for(self, phone: str, count: int, timeout: float = 20) -> list[str]:
        """The texts to a phone as soon as there are so many; an AssertionError says what came instead."""
        until = time.monotonic() + timeout
        while len(sent := self.sent_to(phone)) < count:
            if time.monotonic() > until:
                raise AssertionError(f"{count} texts to {phone} wanted, {len(sent)} came: {sent}")
            time.sleep(0.05)
        return sent

    def fault(self, kind: str, **more: Any) -> None:
        """Queue a fault; `more` as in `faults.Fault`."""
        self._post("faults", {"kind": kind, **more})

    def faults(self) -> list[dict[str, Any]]:
        """Every fault asked for since the last reset, with its `hits`."""
        return list(self._get("faults")["faults"])

    def settings(self, **changes: Any) -> None:
        """Change some of `settings.Manners` until the next reset."""
        self._post("settings", changes)

    def airplane(self, phone: str, *, on: bool = True) -> None:
        self._post("airplane", {"phone": phone, "on": on})

    def templates(self, templates: dict[str, str]) -> None:
        """Templates that WhatsApp has approved: ContentSid → words with places such as {{1}}."""
        self._post("templates", templates)

    def picks_up(self, phone: str, how: str) -> None:
        """What happens when a phone rings: person, machine, busy, no-answer or failed."""
        self._post("picks_up", {"phone": phone, "picks_up": how})

    def calls(self, phone: str) -> list[dict[str, Any]]:
        """Every call to a phone, with the TwiML that it was given in `said`."""
        return [call for call in self._get("calls")["calls"] if call["to"] == phone]

    def press(self, sid: str, digit: str, *, again: bool = False) -> dict[str, Any]:
        """Press a key in a call. `again`: its webhook is posted once more, pressed or not."""
        return dict(self._post(f"calls/{sid}/{'repeat' if again else 'press'}", {"digit": digit}))

    def pick_up(self, sid: str, how: str = "person") -> None:
        """Pick up a phone that rings by hand; `how` as in `picks_up`."""
        self._post(f"calls/{sid}/pick_up", {"how": how})

    def hang_up(self, sid: str) -> None:
        self._post(f"calls/{sid}/hang_up", {})

    def settle(self, timeout: float = 30) -> None:
        """Wait until every message has come to its end and every callback is out."""
        if not self._post("settle", {"timeout": timeout})["settled"]:
            raise AssertionError(f"The carrier had not settled after {timeout} s")

    def requests(self) -> list[dict[str, Any]]:
        """Every call to the API with its raw fields, each a list of values."""
        return list(self._get("requests")["requests"])

    def callbacks(self) -> list[dict[str, Any]]:
        """Every status callback made: `{url, fields, at, answer}`."""
        return list(self._get("callbacks")["callbacks"])

    def reset(self) -> None:
        """Be as at the start: no message, no block, no fault, no changed setting."""
        self._post("reset", {})

    def _get(self, what: str, params: dict[str, Any] | None = None) -> Any:
        return _read(self._http.get(f"/_carrier/{what}", params=params))

    def _post(self, what: str, given: object) -> Any:
        return _read(self._http.post(f"/_carrier/{what}", json=given))


def _read(response: httpx.Response) -> Any:
    if response.status_code == 400:
        raise ValueError(response.json()["error"])
    response.raise_for_status()
    return response.json()


def _ready(process: subprocess.Popen[str]) -> str:
    """The address on the line that the double prints when it listens."""
    assert process.stdout is not None  # noqa: S101 - it was asked for; this tells mypy
    readable, _, _ = select.select([process.stdout], [], [], STARTS_WITHIN)
    line = process.stdout.readline() if readable else ""
    found = re.fullmatch(r"carrier ready on (\S+)\n", line)
    if found is None:
        raise RuntimeError("The carrier double did not start; its reason stands on stderr.")
    return found[1]
