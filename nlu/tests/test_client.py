"""The client of the Rasa servers: within its time limit, one kind of failure whatever goes wrong, and none while
another server can answer."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
        self.breaks = 0  # so many requests get no answer, only a closed connection
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
        if self.server.breaks:
            self.server.breaks -= 1
            self.close_connection = True
            return
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


NOBODY = "http://127.0.0.1:9"


def test_several_servers_take_turns(double: Double, other: Double) -> None:
    with NluClient(f"{double.url},{other.url}") as client:
        for text in ("one", "two", "three", "four"):
            client.parse(text)
    assert (double.seen, other.seen) == (["one", "three"], ["two", "four"])


@pytest.mark.parametrize("first", [True, False])
def test_where_one_server_is_away_another_answers(double: Double, first: bool) -> None:
    urls = [NOBODY, double.url] if first else [double.url, NOBODY]
    with NluClient(", ".join(urls)) as client:
        answers = [client.parse("yes").intents[0][0] for _ in range(4)]
    assert answers == [Intent.ACCEPT] * 4


@pytest.mark.parametrize("status", [400, 500, 503])
def test_where_one_server_fails_another_answers(double: Double, other: Double, status: int) -> None:
    double.status = status
    with NluClient(f"{double.url},{other.url}") as client:
        assert client.parse("yes").intents[0][0] is Intent.ACCEPT


def test_where_one_server_is_slow_another_answers_within_the_same_time(double: Double, other: Double) -> None:
    double.go.clear()
    with NluClient(f"{double.url},{other.url}", timeout=2) as client:
        assert client.parse("yes").intents[0][0] is Intent.ACCEPT
    double.go.set()


def test_a_server_that_failed_is_left_in_peace_for_a_while(double: Double, other: Double) -> None:
    double.status = 500
    with NluClient(f"{double.url},{other.url}") as client:
        for text in ("one", "two", "three", "four"):
            client.parse(text)
    assert (double.seen, other.seen) == (["one"], ["one", "two", "three", "four"])


def test_a_server_that_failed_is_asked_where_no_other_is_left(double: Double) -> None:
    double.status = 500
    with NluClient(f"{double.url},{NOBODY}") as client:
        with pytest.raises(NluUnavailable):
            client.parse("yes")
        double.status = 200
        assert client.parse("yes").intents[0][0] is Intent.ACCEPT


def test_all_servers_away_is_unavailable() -> None:
    with NluClient(f"{NOBODY},{NOBODY}") as client, pytest.raises(NluUnavailable):
        client.parse("yes")


def test_a_connection_that_breaks_is_made_anew(double: Double) -> None:
    double.breaks = 1
    with NluClient(double.url) as client:
        assert client.parse("yes").intents[0][0] is Intent.ACCEPT


def test_a_server_that_breaks_every_connection_is_unavailable(double: Double) -> None:
    double.breaks = 1000
    with NluClient(double.url) as client, pytest.raises(NluUnavailable):
        client.parse("yes")


def test_the_model_that_answered_is_named(double: Double) -> None:
    double.body = json.dumps({**GOOD, "model": "standby-0123abcd"})
    with NluClient(double.url) as client:
        assert client.parse("yes").model == "standby-0123abcd"


@pytest.fixture
def double() -> Iterator[Double]:
    with running() as server:
        yield server


@pytest.fixture
def other() -> Iterator[Double]:
    with running() as server:
        yield server


@contextmanager
def running() -> Iterator[Double]:
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
