"""Flask behind the ASGI server: what comes in reaches it whole, and what it says goes out whole."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, Response, request

from bot.wsgi import Pages

Events = list[dict[str, Any]]


def test_a_body_that_comes_in_pieces_is_read_whole(pages: Pages) -> None:
    status, _, body = answered(pages, "/echo", chunks=[b"one ", b"two ", b"three"])
    assert (status, body) == (200, b"one two three")


def test_nothing_is_waited_for_beyond_the_length_that_was_said(pages: Pages) -> None:
    headers = [(b"content-length", b"7")]
    _, _, body = answered(pages, "/echo", chunks=[b"one ", b"two", b"never asked for"], headers=headers)
    assert body == b"one two"


def test_a_body_longer_than_allowed_is_refused_without_being_read_to_its_end(pages: Pages) -> None:
    status, _, _ = answered(pages, "/echo", chunks=[b"x" * 60, b"x" * 60, b"never asked for"])
    assert status == 413


def test_path_query_and_headers_reach_the_page(pages: Pages) -> None:
    headers = [(b"x-one", b"1"), (b"x-two", b"2"), (b"x-two", b"3")]
    _, _, body = answered(pages, "/say/café", query=b"a=b", headers=headers)
    assert body.decode() == "café b 1 2,3"


def test_every_header_of_the_answer_goes_out_also_those_that_come_twice(pages: Pages) -> None:
    _, headers, _ = answered(pages, "/cookies")
    assert [value for name, value in headers if name == b"set-cookie"] == [b"a=1; Path=/", b"b=2; Path=/"]


def test_an_answer_in_pieces_goes_out_whole_and_is_closed(pages: Pages, closed: list[str]) -> None:
    _, _, body = answered(pages, "/pieces")
    assert (body, closed) == (b"one two", ["closed"])


def test_a_client_that_has_gone_gets_no_answer(pages: Pages) -> None:
    assert asked(pages, "/echo", [{"type": "http.disconnect"}]) == []


def answered(
    pages: Pages,
    path: str,
    *,
    chunks: Iterable[bytes] = (b"",),
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    events = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    events[-1]["more_body"] = False
    start, *rest = asked(pages, path, events, query=query, headers=headers)
    return start["status"], start["headers"], b"".join(event["body"] for event in rest)


def asked(pages: Pages, path: str, events: Events, **more: Any) -> Events:
    """What is sent where these events come in."""
    coming, sent = iter(events), []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "query_string": more.get("query", b""),
        "headers": more.get("headers", ()),
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5000),
    }

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    with ThreadPoolExecutor(1) as elsewhere:  # in this thread a browser's loop may run
        elsewhere.submit(asyncio.run, pages(scope, receive, send)).result()
    return sent


@pytest.fixture
def closed() -> list[str]:
    return []


@pytest.fixture
def pages(closed: list[str]) -> Pages:
    app = Flask("small")
    app.config["MAX_CONTENT_LENGTH"] = 100

    @app.post("/echo")
    def echo() -> bytes:
        return request.get_data()

    @app.post("/say/<word>")
    def say(word: str) -> str:
        return " ".join([word, request.args["a"], request.headers["X-One"], request.headers["X-Two"]])

    @app.post("/cookies")
    def cookies() -> Response:
        response = Response()
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    @app.post("/pieces")
    def pieces() -> Response:
        response = Response(iter(["one ", "two"]))
        response.call_on_close(lambda: closed.append("closed"))
        return response

    return Pages(app, threads=1)
