"""Flask inside the ASGI server. A request is read whole, answered by Flask in a thread, and sent whole.

So a request crosses to a thread and back once. An adapter that passes on each piece as it comes crosses five times
or more, which costs a webhook a fifth of its time; nothing here is too large to be held in memory.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from typing import Any

from flask import Flask

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[str, str]]

WITHOUT_PREFIX = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Pages:
    """An ASGI application that answers with a Flask one, in `threads` threads."""

    def __init__(self, app: Flask, *, threads: int) -> None:
        self._app = app
        self._longest = int(app.config["MAX_CONTENT_LENGTH"])
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await self._read(scope, receive)
        if body is None:
            return
        if len(body) > self._longest:
            await _send(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, [], b"")
            return
        loop = asyncio.get_running_loop()
        status, headers, answer = await loop.run_in_executor(self._threads, self._answer, scope, body)
        await _send(send, status, headers, answer)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body, or a little more of it than is allowed; None where the client has gone."""
        parts, length, more = [], 0, True
        # Only when asked once more does the server say that it was all, and asking costs a way there and back.
        whole = next((int(said) for name, said in scope["headers"] if name == b"content-length"), None)
        while more and length <= self._longest and length != whole:
            event = await receive()
            if event["type"] == "http.disconnect":
                return None
            parts.append(event.get("body", b""))
            length += len(parts[-1])
            more = event.get("more_body", False)
        return b"".join(parts)

    def _answer(self, scope: Scope, body: bytes) -> tuple[int, Headers, bytes]:
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, _exc_info: Any = None) -> Callable[[bytes], object]:
            started.append((status, headers))
            return lambda _written: None

        pieces: Iterable[bytes] = self._app.wsgi_app(environ(scope, body), start)
        try:
            answer = b"".join(pieces)
        finally:
            if close := getattr(pieces, "close", None):
                close()
        status, headers = started[-1]
        return int(status.split(" ", 1)[0]), headers, answer


def environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as WSGI (PEP 3333) puts it."""
    host, port = scope.get("server") or ("localhost", 80)
    client, client_port = scope.get("client") or ("", 0)
    made: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, value in scope["headers"]:
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in WITHOUT_PREFIX else f"HTTP_{name}"
        said = value.decode("latin-1")
        made[key] = f"{made[key]},{said}" if key in made else said
    made["CONTENT_LENGTH"] = str(len(body))  # a body that came in chunks did not say
    return made


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
