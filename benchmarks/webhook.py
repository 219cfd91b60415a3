"""The webhook of texts under load, beside a bare endpoint that does only its four steps on the same server."""

import os
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

from twilio.request_validator import RequestValidator

from benchmarks import Figure, Goal
from benchmarks.house import LINE
from benchmarks.load import Load, put
from benchmarks.system import System, cpu_seconds, percentile, prepared
from bot.demo import checks, probes
from bot.processes import Process, Program

TITLE = "Webhook: verify, store once, enqueue, answer"
METHOD = (
    "`standby web` with two processes, and beside it `benchmarks/bare.py` with two on the same server (granian), "
    "database and queue. Signed texts are posted over 1, 16 and 64 connections by a process of its own, in turns "
    "with the bare endpoint; the middle round counts. Nothing works the queue meanwhile."
)
CONNECTIONS = (1, 16, 64)
GOALS = {16: Goal("≥", 0.75, of="ratio"), 64: Goal("≥", 0.75, of="ratio")}
P99_AT_64 = Goal("<", 100)
REQUESTS, ROUNDS, PROCESSES = 600, 7, 2
BODY = "Is there anything on Thursday afternoon?"
PATH = "/webhooks/twilio/message"


@dataclass(frozen=True, slots=True)
class Endpoint:
    port: int
    processes: list[Process]


@dataclass(frozen=True, slots=True)
class Round:
    load: Load
    cpu: float
    """Milliseconds of the server's processor time a text."""


def run(scale: float = 1.0) -> list[Figure]:
    with prepared(waiting=1, web=PROCESSES) as system:
        other = checks.free_port()
        ours = Endpoint(system.plan.at.web_port, system.start_parts("web"))
        bare = Endpoint(other, system.start(_bare(system, other)))
        figures: list[Figure] = []
        for connections in CONNECTIONS:
            many, rounds = max(int(REQUESTS * scale), connections), max(int(ROUNDS * scale), 1)
            pairs = [
                (_round(system, ours, many, connections), _round(system, bare, many, connections))
                for _ in range(rounds)
            ]
            figures += _figures(connections, pairs)
        return figures


def _figures(connections: int, pairs: list[tuple[Round, Round]]) -> Iterator[Figure]:
    """The rate of the round whose ratio is the middle one, and the middle of the rest over all rounds."""
    at = f"{connections} connection{'s' if connections > 1 else ''}"
    pairs = sorted(pairs, key=lambda pair: pair[0].load.rate / pair[1].load.rate)
    ours, bare = pairs[len(pairs) // 2]
    yield _figure(f"texts taken in, {at}", "/s", (ours.load.rate, bare.load.rate), GOALS.get(connections))
    p50 = _middle(pairs, lambda one: percentile(one.load.took, 0.50))
    p99 = _middle(pairs, lambda one: percentile(one.load.took, 0.99))
    yield _figure(f"p50, {at}", "ms", p50)
    yield _figure(f"p99, {at}", "ms", p99, P99_AT_64 if connections == 64 else None)
    yield _figure(f"processor time a text, {at}", "ms", _middle(pairs, lambda one: one.cpu))


def _figure(what: str, unit: str, both: tuple[float, float], goal: Goal | None = None) -> Figure:
    value, beside = both
    return Figure(what=what, value=value, unit=unit, goal=goal, beside=beside, beside_what="bare endpoint")


def _middle(pairs: list[tuple[Round, Round]], of: Callable[[Round], float]) -> tuple[float, float]:
    ours, bare = zip(*pairs, strict=True)
    return statistics.median(map(of, ours)), statistics.median(map(of, bare))


def _round(system: System, endpoint: Endpoint, many: int, connections: int) -> Round:
    requests = [request(system) for _ in range(many)]
    before = cpu_seconds(endpoint.processes)
    load = put("127.0.0.1", endpoint.port, requests, connections=connections)
    cpu = (cpu_seconds(endpoint.processes) - before) * 1000 / many
    if load.failed:
        raise RuntimeError(f"{load.failed} of {many} texts were not taken in")
    system.services.redis.flushdb()
    return Round(load, cpu)


def request(system: System, phone: str | None = None, body: str = BODY) -> bytes:
    """One text as Twilio posts it, by HTTP. Whoever takes it, it was signed for our public address."""
    url = f"{system.plan.at.web}{PATH}"
    fields = {
        "ToCountry": "US", "ToState": "NY", "SmsMessageSid": f"SM{uuid4().hex}", "NumMedia": "0",
        "ToCity": "BUFFALO", "FromZip": "10001", "SmsSid": f"SM{uuid4().hex}", "FromState": "NY",
        "SmsStatus": "received", "FromCity": "NEW YORK", "Body": body,
        "FromCountry": "US", "To": LINE, "ToZip": "14201", "NumSegments": "1", "MessageSid": f"SM{uuid4().hex}",
        "AccountSid": system.plan.secrets.twilio_account_sid, "From": phone or system.house.phones[0],
        "ApiVersion": "2010-04-01",
    }  # fmt: skip
    signature = RequestValidator(system.plan.secrets.twilio_auth_token).compute_signature(url, fields)
    form = urlencode(fields).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Twilio-Signature: {signature}\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
        f"User-Agent: TwilioProxy/1.1\r\nContent-Length: {len(form)}\r\n\r\n"
    )
    return head.encode() + form


def _bare(system: System, port: int) -> Program:
    return Program(
        name="bare",
        command=[sys.executable, "-m", "benchmarks.bare", str(port), str(PROCESSES)],
        ready=probes.listens(port),
        environment={**os.environ, **system.plan.settings},
    )
