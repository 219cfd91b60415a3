"""Signed form posts, as Twilio makes them: alone, or many at the same instant."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Barrier
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from twilio.request_validator import RequestValidator

PATIENCE = 15.0
"""Twilio waits 15 seconds for a webhook in all."""


@dataclass(frozen=True)
class Post:
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    status: int
    """The HTTP status, or 0 where none came."""
    text: str


def signed(url: str, fields: dict[str, str], token: str) -> Post:
    signature = RequestValidator(token).compute_signature(url, fields)
    return unsigned(url, fields, {"X-Twilio-Signature": signature})


def unsigned(url: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Post:
    return Post(
        url,
        urlencode(fields).encode(),
        {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": str(uuid4()),  # the same on every copy of one post
            **(headers or {}),
        },
    )


def send(post: Post) -> Answer:
    return send_together([post])[0]


def send_together(posts: Sequence[Post]) -> list[Answer]:
    """Post all of them at once: every connection is open before the first byte of any is sent."""
    barrier = Barrier(len(posts))
    if len(posts) == 1:
        return [_send(posts[0], barrier)]
    with ThreadPoolExecutor(max_workers=len(posts)) as pool:
        return list(pool.map(_send, posts, [barrier] * len(posts)))


def _send(post: Post, barrier: Barrier) -> Answer:
    where = urlsplit(post.url)
    kind = HTTPSConnection if where.scheme == "https" else HTTPConnection
    connection = kind(where.hostname or "", where.port, timeout=PATIENCE)
    try:
        try:
            connection.connect()
        finally:
            barrier.wait()  # also when connecting failed: the others are waiting for us
        path = f"{where.path or '/'}?{where.query}" if where.query else where.path or "/"
        connection.request("POST", path, post.body, post.headers)
        response = connection.getresponse()
        return Answer(response.status, response.read().decode(errors="replace"))
    except (OSError, HTTPException) as error:
        return Answer(0, type(error).__name__)
    finally:
        connection.close()
