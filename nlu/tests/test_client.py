"""The client of the Rasa server: within its time limit, and one kind of failure whatever goes wrong."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nlu.clean import LONGEST
from nlu.client import NluClient, ranked
from nlu.understanding import Intent, NluUnavailable, Ranked, Reason

GOOD = {"intent_ranking": [{"name": "decline", "confidence": 0.2}, {"name": "accept", "confidence": 0.8}]}


class Double(ThreadingHTTPServer):
    """Stands in for the server: says `body` with `status`, as soon as `go` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status, self.body = 200, json.dumps(GOOD)
        self.seen: list[str] = []
        self.go = threading.Event()
        self.go.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Double

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(json.loads(body)["text"])
        self.server.go.wait(30)
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, format: str, *args: object) -> None:
        del format, args


def test_the_ranking_comes_likeliest_first(double: Double) -> None:
    with NluClient(double.url) as client:
        assert client.parse("yes").intents == ((Intent.ACCEPT, 0.8), (Intent.DECLINE, 0.2))


def test_only_as_much_as_a_carrier_sends_is_asked(double: Double) -> None:
    with NluClient(double.url) as client:
        client.parse("a" * 5000)
    assert len(double.seen[0]) == LONGEST


@pytest.mark.parametrize("status", [400, 401, 404, 409, 500, 503])
def test_an_error_is_unavailable(double: Double, status: int) -> None:
    double.status = status
    with NluClient(double.url) as client, pytest.raises(NluUnavailable):
        client.parse("yes")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "[]",
        "{}",
        "null",
        '{"intent_ranking": []}',
        '{"intent_ranking": null}',
        '{"intent_ranking": [{"name": "sing", "confidence": 1}]}',
        '{"intent_ranking": [{"name": "accept"}]}',
        '{"intent_ranking": [{"name": "accept", "confidence": "very"}]}',
    ],
)
def test_nonsense_is_unavailable(double: Double, body: str) -> None:
    double.body = body
    with NluClient(double.url) as client, pytest.raises(NluUnavailable):
        client.parse("yes")


def test_a_slow_server_is_unavailable(double: Double) -> None:
    double.go.clear()
    with NluClient(double.url, timeout=0.05) as client, pytest.raises(NluUnavailable):
        client.parse("yes")
    double.go.set()


def test_a_server_that_is_away_is_unavailable() -> None:
    with NluClient("http://127.0.0.1:9") as client, pytest.raises(NluUnavailable):
        client.parse("yes")


def test_the_failure_does_not_carry_the_text(double: Double) -> None:
    double.status = 500
    with NluClient(double.url) as client, pytest.raises(NluUnavailable) as failure:
        client.parse("my secret words")
    assert "secret" not in repr(failure.value)


@pytest.fixture
def double() -> Iterator[Double]:
    server = Double()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_reasons_are_one_intent_and_told_apart_beside_it() -> None:
    answer = {
        "intent_ranking": [
            {"name": "reason_illness", "confidence": 0.5},
            {"name": "cancel", "confidence": 0.3},
            {"name": "reason_weather", "confidence": 0.2},
        ]
    }
    assert ranked(answer) == Ranked(
        ((Intent.REASON, 0.7), (Intent.CANCEL, 0.3)), ((Reason.ILLNESS, 0.5), (Reason.WEATHER, 0.2))
    )
