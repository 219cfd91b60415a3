"""A stand-in for the clinic's own web process: keeps every post it gets and answers as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Condition, Thread
from typing import Self
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from bot.demo.carrier.client import AUTH_TOKEN

EMPTY_ANSWER = "<Response/>"


@dataclass(frozen=True)
class Posted:
    path: str
    form: dict[str, str]
    headers: dict[str, str]
    signed: bool
    """Whether Twilio's own validator takes the signature."""


@dataclass
class Receiver:
    url: str = ""
    posts: list[Posted] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """What to answer next, one after the other; 200 when there is nothing left."""
    says: dict[str, str] = field(default_factory=dict)
    """By path, what is answered in the place of an empty response."""
    meeting: Barrier | None = None
    """Where every post waits for the others, to show that they came together."""
    changed: Condition = field(default_factory=Condition)

    @property
    def webhook_url(self) -> str:
        return f"{self.url}/webhooks/twilio/message"

    def come(self, count: int) -> list[Posted]:
        """All posts, once so many have come."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.posts) >= count, timeout=20)
        return self.posts

    def texts(self) -> list[dict[str, str]]:
        return [post.form for post in self.posts if "/message" in post.path]

    def statuses_of(self, mark: str) -> list[str]:
        """The statuses called back for `…/status?m=<mark>`, in the order in which they came."""
        return [post.form["MessageStatus"] for post in self.posts if post.path.endswith(f"/status?m={mark}")]

    def status_url(self, mark: str) -> str:
        return f"{self.url}/webhooks/twilio/status?m={mark}"

    def clear(self) -> None:
        self.posts.clear()
        self.statuses.clear()
        self.says.clear()
        self.meeting = None

    def take(self, post: Posted) -> int:
        """Keep a post; what to answer it."""
        if self.meeting is not None:
            self.meeting.wait(timeout=20)
        with self.changed:
            self.posts.append(post)
            self.changed.notify_all()
            return self.statuses.pop(0) if self.statuses else 200

    @classmethod
    @contextmanager
    def listening(cls) -> Iterator[Self]:
        receiver = cls()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status = receiver.take(_read(self, receiver.url))
                said = receiver.says.get(self.path.partition("?")[0], EMPTY_ANSWER).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 256

        with Server(("127.0.0.1", 0), Handler) as server:
            receiver.url = f"http://127.0.0.1:{server.server_port}"
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield receiver
            finally:
                server.shutdown()
                thread.join()


def _read(handler: BaseHTTPRequestHandler, base: str) -> Posted:
    raw = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
    form = dict(parse_qsl(raw, keep_blank_values=True, strict_parsing=True))
    signature = handler.headers.get("X-Twilio-Signature", "")
    signed = bool(RequestValidator(AUTH_TOKEN).validate(base + handler.path, form, signature))
    return Posted(handler.path, form, dict(handler.headers.items()), signed)
